/* The paper's experiment on bedrooms: LSUN, 64 x 64 pixels. */
#include "image_gan.h"

int main(int argument_count, char **arguments)
{
    static const experiment about = {
        .program = "coulomb-lsun",
        .out = "runs/lsun",
        .summary = "Trains a Coulomb GAN on LSUN's bedrooms (Unterthiner et al. 2017, section 4).",
        .data_help = "the folder bedroom_train_lmdb, another LMDB of LSUN, or a tree of JPEG, PNG and WebP files; "
                     "synthetic: rooms drawn by the program",
        .source =
            {
                "LSUN (Large-scale Scene Understanding, Yu et al. 2015) is given out by its authors at Princeton "
                "University and UC Berkeley; its page offers the scene category \"bedroom\" as a zip file of an LMDB.",
                "--data names the unpacked folder bedroom_train_lmdb, in which data.mdb holds 3,033,042 WebP or JPEG "
                "images. Another category, or a tree of JPEG, PNG and WebP files, will do as well.",
                "To see it work at once, on drawn rooms: coulomb-lsun --data synthetic",
            },
        .drawn = "rooms",
        .size = 64,
        .crop = 0,
        .latent = 32,
    };
    return image_gan(&about, argument_count, arguments);
}

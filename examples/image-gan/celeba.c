/* The paper's experiment on faces: CelebA, 64 x 64 pixels. */
#include "image_gan.h"

int main(int argument_count, char **arguments)
{
    static const experiment about = {
        .program = "coulomb-celeba",
        .out = "runs/celeba",
        .summary = "Trains a Coulomb GAN on faces, CelebA's by default (Unterthiner et al. 2017, section 4).",
        .data_help = "the folder img_align_celeba, or any tree of JPEG, PNG and WebP files; synthetic: faces drawn by "
                     "the program",
        .source =
            {
                "CelebA (Large-scale CelebFaces Attributes, Liu et al. 2015) is given out by the Multimedia Laboratory "
                "of the Chinese University of Hong Kong; its page offers \"Align&Cropped Images\".",
                "--data names the folder img_align_celeba with its 202,599 JPEG files of 178 x 218 pixels. Any tree of "
                "JPEG, PNG and WebP files will do, cut as --crop says.",
                "To see it work at once, on drawn faces: coulomb-celeba --data synthetic",
            },
        .drawn = "faces",
        .size = 64,
        .crop = 108,
        .latent = 32,
    };
    return image_gan(&about, argument_count, arguments);
}

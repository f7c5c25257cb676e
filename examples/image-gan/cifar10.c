/* The paper's experiment on small photographs: CIFAR-10, 32 x 32 pixels. */
#include "image_gan.h"

int main(int argument_count, char **arguments)
{
    static const experiment about = {
        .program = "coulomb-cifar10",
        .out = "runs/cifar10",
        .summary = "Trains a Coulomb GAN on CIFAR-10's photographs (Unterthiner et al. 2017, section 4).",
        .data_help = "the folder cifar-10-batches-bin, or a tree of JPEG, PNG and WebP files; synthetic: small objects "
                     "drawn by the program",
        .source =
            {
                "CIFAR-10 (Krizhevsky 2009) is given out by Alex Krizhevsky on his page at the University of Toronto; "
                "take the \"CIFAR-10 binary version (suitable for C programs)\".",
                "--data names the unpacked folder cifar-10-batches-bin with data_batch_1.bin to data_batch_5.bin, "
                "10,000 records of 3,073 bytes each. A tree of JPEG, PNG and WebP files will do as well.",
                "To see it work at once, on drawn objects: coulomb-cifar10 --data synthetic",
            },
        .drawn = "objects",
        .size = 32,
        .crop = 0,
        .latent = 16,
    };
    return image_gan(&about, argument_count, arguments);
}

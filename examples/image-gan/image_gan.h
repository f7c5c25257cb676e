/*
 * The paper's experiments with images: one program, of which celeba, lsun and cifar10 are three sets of defaults and
 * texts.
 */
#ifndef IMAGE_GAN_IMAGE_GAN_H
#define IMAGE_GAN_IMAGE_GAN_H

#include <stdint.h>

typedef struct experiment {
    const char *program;
    const char *out;       /* the default directory of a run */
    const char *summary;   /* the paragraph of --help */
    const char *data_help; /* what --data is */
    const char *source[3]; /* lines that say where the data set comes from and what it looks like */
    const char *drawn;     /* what --data synthetic draws, see image_set.h */
    int32_t size;          /* pixels of a side */
    uint64_t crop;         /* side of the centred square that is used; 0: the largest */
    uint64_t latent;
} experiment;

/* The program's main function; returns the exit code. */
int image_gan(const experiment *about, int argument_count, char **arguments);

#endif

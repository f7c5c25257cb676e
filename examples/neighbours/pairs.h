/* The most similar pairs among the samples, and the training image nearest to each of their samples. */
#ifndef NEIGHBOURS_PAIRS_H
#define NEIGHBOURS_PAIRS_H

#include "samples.h"
#include "training_images.h"

typedef struct pair {
    size_t sample[2], image[2]; /* numbers of samples and of training images */
    double distance, to_image[2];
} pair;

/* Fill in `count` pairs, the most similar first. False with a complaint. */
bool pairs_find(coulomb_context *context, const samples *of, training_images *training, size_t count, pair *pairs);

/* Print them, and what they would say about the support if all up to one of them were taken as duplicates. */
bool pairs_print(coulomb_context *context, const samples *of, size_t count, const pair *pairs);

/* A distance as the root mean square of the differences, in levels of 8 bits. */
double distance_in_levels(const samples *of, double distance);

/* Draw them into a PNG file. False with a complaint. */
bool pairs_draw(const char *path, const samples *of, training_images *training, size_t count, const pair *pairs);

#endif

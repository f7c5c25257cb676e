/* What tests of layers for images and sequences share: a reference, and random geometries. */
#ifndef UNIT_IMAGE_LAYERS_H
#define UNIT_IMAGE_LAYERS_H

#include "unit/check_more.h"
#include "unit/pass_arrays.h"
#include "unit/test_network.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

extern int32_t node;
extern double exact[PASS_MOST]; /* the reference */

void fresh_network(void);

/* Values of a sample that comes out of the network. */
size_t output_size(void);

/* Zeros for the reference. */
void start_exact(size_t count);

/* Against the reference, within a share of its largest magnitude or of 1. */
void ck_values(const char *what, const float *values, size_t count, double tolerance);

/* A window that slides over images or sequences. */
typedef struct geometry {
    bool transposed, sequence;
    int32_t padding;
    size_t count, in[2], out[2], channels_in, channels_out, kernel[2], stride[2], pads[4];
} geometry;

/* What one axis makes of `in`; the pads of "same" are found here. */
size_t out_extent(geometry *g, size_t axis);

/* Any geometry with an output, of up to `most` channels. */
geometry random_geometry(unsigned seed, size_t most);

/* Values of a sample, and of the weights. */
size_t in_size(const geometry *g);
size_t out_size(const geometry *g);
size_t weight_size(const geometry *g);

void add_image_input(const geometry *g);

#endif

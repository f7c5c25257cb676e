/* Convolutions of square images with square kernels, for tests of the ways to compute them. */
#ifndef UNIT_SQUARE_LAYERS_H
#define UNIT_SQUARE_LAYERS_H

#include <coulomb/network.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct square_layer {
    bool transposed;
    size_t count, side, in, out, kernel, stride; /* samples, extent, channels; kernel and stride each way */
} square_layer;

size_t out_side(const square_layer *l);

/* Values of a sample that goes in, of one that comes out, and of the weights. */
size_t in_values(const square_layer *l);
size_t out_values(const square_layer *l);
size_t weight_values(const square_layer *l);

/* Room for so many values, to be freed. */
float *values_of(size_t count);

/* Append input and layer, named "c", to an empty network; the node of the layer. */
int32_t append_square_layer(coulomb_context *context, coulomb_network *network, const square_layer *l);

#endif

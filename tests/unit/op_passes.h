/* What tests of layers share that take samples of any shape: random shapes, and passes with random values. */
#ifndef UNIT_OP_PASSES_H
#define UNIT_OP_PASSES_H

#include "unit/pass_arrays.h"

#include <coulomb/network.h>

enum { OP_ROUNDS = 12, OP_MOST = 20000 };

size_t volume(size_t rank, const size_t *shape);

/* A random shape of rank 1 to 4 with at most a few hundred values. */
size_t random_shape(unsigned seed, size_t *shape);

/* Run forward and backward with random data: leaves x, dy, y, dx. */
void random_pass(coulomb_network *network, unsigned seed, size_t count, size_t in, size_t out);

#endif

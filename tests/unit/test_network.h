/* The network of the test that runs, which all files of a suite share. */
#ifndef UNIT_TEST_NETWORK_H
#define UNIT_TEST_NETWORK_H

#include "unit/test_context.h"

#include <coulomb/network.h>

extern coulomb_network *network;

/* A checked fixture: an empty network in a new context. */
void network_begin(void);
void network_end(void);

/* Another network instead: a preset for samples of two values. */
void network_use_preset(const char *name, size_t latent);

#endif

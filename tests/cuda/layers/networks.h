/* The networks that layers are compared with the CPU on. */
#ifndef TESTS_CUDA_NETWORKS_H
#define TESTS_CUDA_NETWORKS_H

#include <coulomb/coulomb.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct chain {
    coulomb_network *network;
    int32_t node;
} chain;

typedef struct network_case {
    const char *name;
    void (*build)(chain *c); /* NULL: a preset */
    const char *preset;
    size_t side, latent, samples;
    bool smooth; /* no ReLU, no max pooling */
} network_case;

extern const network_case network_cases[];
extern const size_t network_case_count;

extern coulomb_context *host; /* the CPU's */

/* Ends the program unless all is well. */
void host_ok(coulomb_status status);

coulomb_network *network_of(const network_case *made);

#endif

/* Samples of a fixed seed from a network that is being trained. Its own generation seed, which checkpoints record,
 * stays what it was: a checkpoint must not depend on what was measured or drawn before it. */
#ifndef SUPPORT_SEQUENCE_H
#define SUPPORT_SEQUENCE_H

#include <coulomb/coulomb.h>

/* From here on coulomb_network_generate() gives the samples of `seed`; *own receives the network's own. */
coulomb_status sequence_begin(coulomb_network *network, uint64_t seed, uint64_t *own);

/* Back to the own seed; returns `status`, or the failure of this if that is COULOMB_OK. */
coulomb_status sequence_end(coulomb_network *network, uint64_t own, coulomb_status status);

/* The first samples of a seed. */
coulomb_status sequence_generate(coulomb_network *network, uint64_t seed, size_t count, float *samples);

#endif

#include "sequence.h"

coulomb_status sequence_begin(coulomb_network *network, uint64_t seed, uint64_t *own)
{
    coulomb_status status = coulomb_network_get_generation_seed(network, own);
    return status == COULOMB_OK ? coulomb_network_set_generation_seed(network, seed) : status;
}

coulomb_status sequence_end(coulomb_network *network, uint64_t own, coulomb_status status)
{
    /* a call that succeeds would clear the message of the one that failed */
    return status == COULOMB_OK ? coulomb_network_set_generation_seed(network, own) : status;
}

coulomb_status sequence_generate(coulomb_network *network, uint64_t seed, size_t count, float *samples)
{
    uint64_t own;
    coulomb_status status = sequence_begin(network, seed, &own);
    if (status == COULOMB_OK)
        status = coulomb_network_generate(network, count, samples);
    return sequence_end(network, own, status);
}

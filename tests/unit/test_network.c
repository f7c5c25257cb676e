#include "unit/test_network.h"

#include "unit/check_more.h"

coulomb_network *network;

void network_begin(void)
{
    context_begin();
    ck_ok(context, coulomb_network_new(context, &network));
}

void network_end(void)
{
    coulomb_network_free(network);
    network = NULL;
    context_end();
}

void network_use_preset(const char *name, size_t latent)
{
    const size_t two = 2;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, name, &two, 1, latent, 7, &network));
}

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

#include "unit/op_passes.h"

#include "unit/check_more.h"
#include "unit/test_context.h"

#include <coulomb/parameters.h>

size_t volume(size_t rank, const size_t *shape)
{
    size_t size = 1;
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

size_t random_shape(unsigned seed, size_t *shape)
{
    size_t rank = random_size(seed, 1, 4);
    for (size_t i = 0; i < rank; i++)
        shape[i] = random_size(seed * 31 + (unsigned)i, 1, rank == 1 ? 70 : 6);
    return rank;
}

void random_pass(coulomb_network *network, unsigned seed, size_t count, size_t in, size_t out)
{
    ck_assert_uint_le(count * in, OP_MOST);
    ck_assert_uint_le(count * out, OP_MOST);
    random_floats(seed, count * in, 2.0f, x);
    random_floats(seed + 1, count * out, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, coulomb_network_parameter_count(network) > 0));
}

#include "unit/square_layers.h"

#include "unit/check_more.h"

#include <coulomb/layers.h>

size_t out_side(const square_layer *l)
{
    return l->transposed ? l->side * l->stride : (l->side + l->stride - 1) / l->stride;
}

size_t in_values(const square_layer *l)
{
    return l->side * l->side * l->in;
}

size_t out_values(const square_layer *l)
{
    return out_side(l) * out_side(l) * l->out;
}

size_t weight_values(const square_layer *l)
{
    return l->kernel * l->kernel * l->in * l->out;
}

float *values_of(size_t count)
{
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    return values;
}

int32_t append_square_layer(coulomb_context *context, coulomb_network *network, const square_layer *l)
{
    int32_t node;
    const size_t shape[] = {l->side, l->side, l->in}, kernel[] = {l->kernel, l->kernel},
                 stride[] = {l->stride, l->stride};
    ck_ok(context, coulomb_network_input(network, shape, 3, &node));
    ck_ok(context, (l->transposed ? coulomb_network_conv2d_transposed : coulomb_network_conv2d)(
                       network, node, l->out, kernel, stride, COULOMB_PADDING_SAME, NULL, "c", &node));
    return node;
}

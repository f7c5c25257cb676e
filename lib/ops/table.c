/* All ops, by name and number. */
#include "ops/ops.h"

#include <string.h>

static const op *const all[] = {
    &op_input, &op_dense,      &op_conv,         &op_conv_transposed, &op_batch_norm, &op_elu,
    &op_relu,  &op_leaky_relu, &op_tanh,         &op_lecun_tanh,      &op_softmax,    &op_scale,
    &op_add,   &op_reshape,    &op_average_pool, &op_max_pool,        &op_upsample,   &op_concatenate,
    &op_slice, &op_sigmoid,    &op_shift,        &op_multiply,        &op_select,     &op_categorical,
};

const op *op_named(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strlen(all[i]->name) == length && memcmp(all[i]->name, name, length) == 0)
            return all[i];
    return NULL;
}

/* The CPU's layers, by op. */
#include "cpu/layers/layers.h"

static const cpu_layer layer_input = {0}; /* never run */

static const cpu_layer *const all[OPS] = {
    [OP_INPUT] = &layer_input,
    [OP_DENSE] = &layer_dense,
    [OP_CONV] = &layer_conv,
    [OP_CONV_TRANSPOSED] = &layer_conv_transposed,
    [OP_BATCH_NORM] = &layer_batch_norm,
    [OP_ELU] = &layer_elu,
    [OP_RELU] = &layer_relu,
    [OP_LEAKY_RELU] = &layer_leaky_relu,
    [OP_TANH] = &layer_tanh,
    [OP_LECUN_TANH] = &layer_lecun_tanh,
    [OP_SOFTMAX] = &layer_softmax,
    [OP_SCALE] = &layer_scale,
    [OP_ADD] = &layer_add,
    [OP_RESHAPE] = &layer_reshape,
    [OP_AVERAGE_POOL] = &layer_average_pool,
    [OP_MAX_POOL] = &layer_max_pool,
    [OP_UPSAMPLE] = &layer_upsample,
    [OP_CONCATENATE] = &layer_concatenate,
    [OP_SLICE] = &layer_slice,
    [OP_SIGMOID] = &layer_sigmoid,
    [OP_SHIFT] = &layer_shift,
    [OP_MULTIPLY] = &layer_multiply,
    [OP_SELECT] = &layer_select,
    [OP_CATEGORICAL] = &layer_categorical,
};

const cpu_layer *cpu_layer_of(const op *of)
{
    return all[of->number];
}

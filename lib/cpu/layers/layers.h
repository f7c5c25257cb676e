/* What the CPU does for each op: one file per family, one row in the declarations below and in table.c. Memory comes
 * from the plan, work runs in pieces. */
#ifndef CPU_LAYERS_LAYERS_H
#define CPU_LAYERS_LAYERS_H

#include "device/device.h"
#include "ops/ops.h"

/* What a layer made of its parameters, such as packed filters, and keeps from pass to pass. */
typedef struct prepared_values {
    float *values;
    uint64_t revision; /* of the parameters that they were made from; 0: nothing is there */
} prepared_values;

/* Running a node over `count` samples. Sizes are values of one sample. In backward each input_gradient and each
 * parameter_gradient is NULL where it is not wanted; `add_input[i]` and `add_parameters` say to add to what is
 * there. */
typedef struct op_run {
    coulomb_context *context;
    const kernels *kernels;
    const op_settings *settings;
    size_t count;
    const tensor_shape *shape, *input_shape[OP_INPUTS];
    size_t size, input_size[OP_INPUTS];
    const float *input[OP_INPUTS];
    float *output;
    const float *parameter[OP_PARAMETERS];
    const float *output_gradient;
    float *input_gradient[OP_INPUTS];
    bool add_input[OP_INPUTS];
    float *parameter_gradient[OP_PARAMETERS];
    bool add_parameters;
    const float *weight;          /* [count] factor on each sample's share of the parameter gradients; NULL: 1 */
    prepared_values *prepared;    /* as many as the layer's prepared() says, for this direction; NULL: none are kept */
    uint64_t revision;            /* of the parameters, see device_pass */
    float *scratch;               /* as many values as the layer's scratch() says */
    float *notes;                 /* as many values as the layer's notes() says */
    bool running;                 /* normalise, or did, by the running averages, not by the batch's statistics */
    bool inference;               /* no backward pass follows */
    bool repeats;                 /* see prepared() */
    bool alone;                   /* samples are evaluated independently, perhaps one by one: no method that pays only
                                     for many */
    const device_shards *shards;  /* for ops that mix samples; NULL: the batch is that of the run */
    size_t gradients_apart;       /* from a shard's parameter gradients to those of the next */
    float *staged[OP_PARAMETERS]; /* where forward moves the running averages; NULL: they stay */
} op_run;

/* What backward reads of the forward pass. */
enum layer_keeps { KEEP_NOTHING = 0, KEEP_INPUT = 1, KEEP_OUTPUT = 2 };

/* notes() and scratch() find shapes and, but for notes(), a count in `run`, and nothing else. */
typedef struct cpu_layer {
    int keeps;                          /* layer_keeps, added */
    bool in_place;                      /* output and (first) input may share memory, and so may their gradients */
    size_t (*notes)(const op_run *run); /* values that forward leaves for backward, whatever the batch; NULL: none */
    size_t (*prepared)(const op_run *run, bool backward); /* values that it keeps prepared for passes of a direction; of
                                                             the run, `inference` says that no other passes come, and
                                                             `repeats` that many do */
    size_t (*scratch)(const op_run *run); /* values of temporary space, never fewer for more samples; NULL: none */
    void (*forward)(const op_run *run);
    void (*backward)(const op_run *run);
} cpu_layer;

extern const cpu_layer layer_dense, layer_elu, layer_relu, layer_leaky_relu, layer_tanh, layer_lecun_tanh,
    layer_softmax, layer_scale, layer_add, layer_reshape, layer_conv, layer_conv_transposed, layer_batch_norm,
    layer_average_pool, layer_max_pool, layer_upsample, layer_concatenate, layer_slice, layer_sigmoid, layer_shift,
    layer_multiply, layer_select, layer_categorical;

const cpu_layer *cpu_layer_of(const op *of);

/* --- pieces of work --- */

/* Call function(run, first, values) over pieces of all count * size values of the node, on the context's threads. */
typedef void value_piece(const op_run *run, size_t first, size_t values);
void run_values(const op_run *run, value_piece *function);

/* The same in smaller pieces, for functions that take far longer than reading their values. */
void run_costly_values(const op_run *run, value_piece *function);

/* The same over pieces of `most` of `items` things. */
void run_items(const op_run *run, size_t items, size_t most, value_piece *function);

#endif

/* What a layer is: options, shape, parameters, forward, backward; one file per family, one row in the declarations
 * below and in table.c. Nothing outside this folder needs to know an op by name: the builders of `network/layers.c`
 * fill in op_settings, and graphs are printed and read with what the op says of itself. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "base/base.h"
#include "kernels/kernels.h"

#include <coulomb/layers.h>

enum { OP_INPUTS = 2, OP_PARAMETERS = 4 };

/* Extents of one sample; those beyond the rank are 0. */
typedef struct tensor_shape {
    size_t rank;
    size_t extent[COULOMB_RANK_MAX];
} tensor_shape;

/* The options of all ops; each uses its own. */
typedef struct op_settings {
    size_t units;                /* dense; channels put out by convolutions; values of a slice */
    size_t first;                /* slice: its first value */
    double slope;                /* leaky ReLU */
    double factor;               /* scale */
    double shift;                /* shift */
    tensor_shape shape;          /* input, reshape */
    size_t kernel[2], stride[2]; /* convolutions, pooling: rows, columns; the factors of upsampling */
    int32_t padding;             /* COULOMB_PADDING_* */
    size_t pads[4];              /* explicit padding: rows before and after, columns before and after */
    double epsilon, momentum;    /* batch norm */
    bool learned_scale;          /* batch norm */
} op_settings;

/* A parameter array that an op declares when it is built. */
typedef struct op_parameter {
    const char *suffix; /* of its name: "weight", "bias" */
    tensor_shape shape;
    size_t fan_in, fan_out;
    bool weight;  /* drawn by the initialiser and subject to L2; others start constant */
    bool moving;  /* a running average: no gradient, moved by the batches' statistics */
    double start; /* first value of those that start constant */
} op_parameter;

/* Building a node: the op checks its inputs and all of its settings, which may come from a file, and fills in its shape
 * and parameters. Of settings, the builders in lib/network check only what is lost in them, such as a NULL. */
typedef struct op_build {
    coulomb_context *context;
    const op_settings *settings;
    const tensor_shape *input[OP_INPUTS];
    tensor_shape shape;
    size_t parameters;
    op_parameter parameter[OP_PARAMETERS];
    size_t notes; /* values that forward leaves for backward, whatever the batch */
} op_build;

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
    float *scratch;               /* as many values as the op's scratch() says */
    float *notes;                 /* as many values as build said */
    bool running;                 /* normalise, or did, by the running averages, not by the batch's statistics */
    bool inference;               /* no backward pass follows */
    bool alone;                   /* samples are evaluated independently, perhaps one by one: no method that pays only
                                     for many */
    float *staged[OP_PARAMETERS]; /* where forward moves the running averages; NULL: they stay */
} op_run;

/* What backward reads of the forward pass. */
enum op_keeps { KEEP_NOTHING = 0, KEEP_INPUT = 1, KEEP_OUTPUT = 2 };

typedef struct option_text option_text;

typedef struct op {
    const char *name;   /* in graphs' texts and error messages: a-z, 0-9 and '_' */
    const char *prefix; /* of an op with parameters: its nodes have names, PREFIX1, PREFIX2, ... without one given */
    size_t inputs;
    int keeps;     /* op_keeps, added */
    bool mixes;    /* a sample's output depends on the other samples: weights have no meaning */
    bool in_place; /* output and (first) input may share memory, and so may their gradients */
    void (*options)(option_text *text, op_settings *settings); /* in graphs' texts, see options.h; NULL: none */
    coulomb_status (*build)(op_build *build);
    size_t (*scratch)(const op_run *run); /* values of temporary space, never fewer for more samples; NULL: none; run
                                             has shapes and count alone */
    void (*forward)(const op_run *run);
    void (*backward)(const op_run *run);
} op;

extern const op op_input, op_dense, op_elu, op_relu, op_leaky_relu, op_tanh, op_lecun_tanh, op_softmax, op_scale,
    op_add, op_reshape, op_conv, op_conv_transposed, op_batch_norm, op_average_pool, op_max_pool, op_upsample,
    op_concatenate, op_slice, op_sigmoid, op_shift;

/* The op of this name, of so many characters; NULL if there is none. */
const op *op_named(const char *name, size_t length);

/* --- shapes --- */

/* Values of a sample; 0 if the product does not fit into size_t or an extent is 0. */
size_t shape_size(const tensor_shape *shape);
bool shape_equal(const tensor_shape *a, const tensor_shape *b);

/* COULOMB_OK and `made`; otherwise the error message says what is wrong with the rank or the extents. */
coulomb_status shape_make(coulomb_context *context, size_t rank, const size_t *extents, tensor_shape *made);

/* "[64, 64, 3]" for error messages. */
typedef struct shape_text {
    char text[96];
} shape_text;
shape_text shape_print(const tensor_shape *shape);

/* For ops whose output has their input's shape. */
coulomb_status build_same_shape(op_build *build);

/* --- pieces of work --- */

/* Call function(run, first, values) over pieces of all count * size values of the node, on the context's threads. */
typedef void value_piece(const op_run *run, size_t first, size_t values);
void run_values(const op_run *run, value_piece *function);

/* The same in smaller pieces, for functions that take far longer than reading their values. */
void run_costly_values(const op_run *run, value_piece *function);

/* The same over pieces of `most` of `items` things. */
void run_items(const op_run *run, size_t items, size_t most, value_piece *function);

#endif

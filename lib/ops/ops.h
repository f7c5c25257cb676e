/* What a layer is on every device: options, shape, parameters; one file per family, one row in the declarations below
 * and in table.c. The arithmetic is the devices' own, the CPU's in lib/cpu/layers. The builders of `network/layers.c`
 * fill in op_settings, and graphs are printed and read with what the op says of itself. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "base/base.h"

#include <coulomb/layers.h>

enum { OP_INPUTS = 2, OP_PARAMETERS = 4 };

/* Extents of one sample; those beyond the rank are 0. */
typedef struct tensor_shape {
    size_t rank;
    size_t extent[COULOMB_RANK_MAX];
} tensor_shape;

/* An option of any length. A node's belongs to its network; before, to whoever fills in the settings. */
typedef struct size_list {
    const size_t *value;
    size_t count;
} size_list;

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
    double temperature;          /* categorical */
    size_list list;              /* categorical: sizes of groups; select: indices */
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
} op_build;

/* Every op has a number, by which a device finds what it does for the op. */
enum op_number {
    OP_INPUT,
    OP_DENSE,
    OP_CONV,
    OP_CONV_TRANSPOSED,
    OP_BATCH_NORM,
    OP_ELU,
    OP_RELU,
    OP_LEAKY_RELU,
    OP_TANH,
    OP_LECUN_TANH,
    OP_SOFTMAX,
    OP_SCALE,
    OP_ADD,
    OP_RESHAPE,
    OP_AVERAGE_POOL,
    OP_MAX_POOL,
    OP_UPSAMPLE,
    OP_CONCATENATE,
    OP_SLICE,
    OP_SIGMOID,
    OP_SHIFT,
    OP_MULTIPLY,
    OP_SELECT,
    OP_CATEGORICAL,
    OPS /* how many there are */
};

typedef struct option_text option_text;

typedef struct op {
    const char *name; /* in graphs' texts and error messages: a-z, 0-9 and '_' */
    enum op_number number;
    const char *prefix; /* of an op with parameters: its nodes have names, PREFIX1, PREFIX2, ... without one given */
    size_t inputs;
    bool mixes; /* a sample's output depends on the other samples: weights have no meaning */
    void (*options)(option_text *text, op_settings *settings); /* in graphs' texts, see options.h; NULL: none */
    coulomb_status (*build)(op_build *build);
} op;

extern const op op_input, op_dense, op_elu, op_relu, op_leaky_relu, op_tanh, op_lecun_tanh, op_softmax, op_scale,
    op_add, op_reshape, op_conv, op_conv_transposed, op_batch_norm, op_average_pool, op_max_pool, op_upsample,
    op_concatenate, op_slice, op_sigmoid, op_shift, op_multiply, op_select, op_categorical;

/* The op of this name, of so many characters; NULL if there is none. */
const op *op_named(const char *name, size_t length);

/* COULOMB_OK if the list has 1 to LIST_MOST values. */
enum { LIST_MOST = 1 << 20 };
coulomb_status list_check(coulomb_context *context, const char *op_name, const size_list *list);

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

#endif

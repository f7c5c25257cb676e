/* Networks as the layers above see them, and what the files of this folder share. */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include "base/base.h"
#include "ops/ops.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>

/* Values that all parameters, or all nodes for one sample, may have: no product with the size of a value overflows. */
static const size_t VALUES_MOST = SIZE_MAX / 64;

enum { NAME_SIZE = 64, NO_PLACE = -1 };

/* How a parameter array is drawn. */
typedef struct draw_rule {
    enum { DRAW_CONSTANT, DRAW_SPREAD, DRAW_VARIANCE } kind;
    double value;         /* the constant, the spread, or the variance's scale */
    int32_t distribution; /* COULOMB_DISTRIBUTION_* */
    int32_t fan;          /* COULOMB_FAN_* */
} draw_rule;

typedef struct parameter_array {
    char name[NAME_SIZE];
    tensor_shape shape;
    size_t size, offset; /* in the flat arrays, in values */
    size_t fan_in, fan_out;
    bool weight;
    bool moving;           /* a running average: moved by forward passes, not by optimizers */
    size_t pending_offset; /* of a running average, in the flat array of pending ones */
    draw_rule initializer;
} parameter_array;

/* Where a node's values or gradients stand: in the kept or the temporary arena, `offset` values of a sample from its
 * start. */
typedef struct arena_place {
    bool kept;
    size_t offset;
} arena_place;

typedef struct graph_node {
    const op *op;
    op_settings settings;
    int32_t input[OP_INPUTS];
    tensor_shape shape;
    size_t size;
    size_t first_parameter, parameters;
    size_t notes_offset;
    size_t consumers, last_consumer;
    bool trained; /* it or a node before it has parameters */
    arena_place value, gradient;
} graph_node;

/* The caller's own latents; an object that networks share. */
typedef struct latent_callback {
    coulomb_latent_callback *draw; /* NULL: missing, see network_miss_latent_callback() */
    void *user;
    coulomb_destroy_callback *destroy;
} latent_callback;

typedef struct latent_source {
    int32_t distribution;
    double spread;
    size_t signs;
    latent_callback *callback; /* NULL: the distribution */
} latent_source;

struct coulomb_network {
    coulomb_context *context;
    bool finished, busy;
    bool forward_only; /* nothing is kept for a backward pass */

    graph_node *node;
    size_t nodes, node_capacity;
    int32_t output;

    parameter_array *parameter;
    size_t parameters, parameter_capacity;
    size_t parameter_values; /* length of the flat arrays */
    float *values, *gradients;

    size_t notes_values, pending_values;
    float *notes;               /* what forward leaves for backward, whatever the batch */
    float *pending;             /* running averages with the batches since the parameters last moved */
    bool averages_pending;      /* there were such batches */
    bool generates_by_averages; /* batch norm in coulomb_network_generate() */

    size_t kept_size, temporary_size; /* values of one sample */
    size_t capacity;                  /* samples the arenas hold */
    float *kept, *temporary, *scratch;
    size_t forward_count; /* samples of the last forward pass; 0: none to go back through */
    const float *forward_input;

    latent_source latent;
    uint64_t generation_seed, generated;
    buffer latents;
};

/* --- for the layers above --- */

/* COULOMB_OK, or the sentence says that the network is not finished or is in use by a running callback. */
coulomb_status network_check(coulomb_network *network);

const tensor_shape *network_input_shape(const coulomb_network *network);
const tensor_shape *network_output_shape(const coulomb_network *network);
size_t network_input_size(const coulomb_network *network);
size_t network_output_size(const coulomb_network *network);

/* Forward over reserved memory; the output stays valid until the next pass. */
const float *network_forward(coulomb_network *network, size_t count, const float *input);

/* The same for samples that nothing is learned from: running averages stay, and normalise if that was asked for. */
const float *network_forward_generating(coulomb_network *network, size_t count, const float *input);

/* Running averages take in the batches that went forward since the last of these calls, or forget them. */
void network_move_averages(coulomb_network *network);
void network_forget_averages(coulomb_network *network);

/* What network_move_averages() would move them to is finite. */
bool network_averages_finite(const coulomb_network *network);

/* Backward through the first `count` samples of the last forward pass; `parameters` as in coulomb_network_backward().
 */
void network_backward(coulomb_network *network, size_t count, const float *output_gradient, float *input_gradient,
                      int32_t parameters);

/* The same, with a factor on each sample's share of the parameter gradients, not of the input gradient. Only for
 * networks that do not mix samples. */
void network_backward_weighted(coulomb_network *network, size_t count, const float *output_gradient,
                               const float *weight, float *input_gradient, int32_t parameters);
bool network_mixes_samples(const coulomb_network *network);

/* No pointer to the input of the last forward pass stays behind. */
void network_forget_pass(coulomb_network *network);

/* Latents come from a callback that is not there: drawing fails until another one is set, or none. */
coulomb_status network_miss_latent_callback(coulomb_network *network);

/* Draw latents as `from` does. */
void network_share_latent(coulomb_network *network, const coulomb_network *from);

/* Latents for training. */
coulomb_status network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update, size_t count,
                                    float *latents);

/* A finished network of the same graph with parameters of its own, which start as the original's. */
coulomb_status network_copy(coulomb_network *network, coulomb_network **copy);

/* The graph as text, such as "input[2] dense(128) elu ...": equal exactly for equal graphs. To be released with
 * memory_release(); NULL when memory is short. Names of layers and initialisers are not part of it. */
char *network_describe(const coulomb_network *network);

/* The network that network_describe() printed, unfinished: nothing is allocated but the graph itself, so the caller can
 * check the parameters' sizes (network->parameter) before coulomb_network_finish(network, network->nodes - 1, ...),
 * whose output is always the last node.
 *
 * `names` are those of the layers with parameters, in order; NULL: automatic ones. Returns COULOMB_ERROR_FORMAT, with a
 * message that begins with "the network's description", for any other text or number of names. */
coulomb_status network_parse(coulomb_context *context, const char *text, const char *const *names, size_t count,
                             coulomb_network **unfinished);

/* --- shared by the files of this folder --- */

/* Append a node; on failure nothing is appended. `input` has as many nodes as the op takes. `name` is for ops with
 * parameters; NULL: PREFIXn for the network's n-th node of this op. */
coulomb_status network_add_node(coulomb_network *network, const op *layer, const op_settings *settings,
                                const int32_t *input, const char *name, int32_t *node);

/* COULOMB_OK if a node can be appended whose number goes to `node`. */
coulomb_status network_check_open(coulomb_network *network, const int32_t *node);

/* Index of a parameter array; -1 after setting the sentence. */
ptrdiff_t network_find_parameter(const coulomb_network *network, const char *name);

void network_draw_parameters(coulomb_network *network, uint64_t seed);
draw_rule initializer_glorot_uniform(void);

/* Memory for parameters and what belongs to them, zeroed. */
coulomb_status network_make_arrays(coulomb_network *network);

/* Fix all places and the arenas' sizes. */
coulomb_status network_plan(coulomb_network *network);

#endif

/* Networks as the layers above see them, and what the files of this folder share. */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include "base/base.h"
#include "cpu/layers/layers.h"
#include "device/graph.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>

/* Values that all parameters, or all nodes for one sample, may have: no product with the size of a value overflows. */
static const size_t VALUES_MOST = SIZE_MAX / 64;

enum { NO_PLACE = -1, GENERATION_BLOCK = 128 /* samples that are normalised together */ };

/* Where a node's values or gradients stand: in the kept or the temporary arena, `offset` values of a sample from its
 * start. */
typedef struct arena_place {
    bool kept;
    size_t offset;
} arena_place;

typedef struct node_place {
    arena_place value, gradient;
    size_t inference; /* where its values stand in the inference arena */
    size_t notes;     /* where its notes stand */
} node_place;

/* A forward pass. */
typedef struct forward_pass {
    size_t count;
    const float *input;
    bool running; /* normalised by the running averages */
    bool alone;   /* see op_run */
} forward_pass;

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
    bool inference_only; /* no gradients, nothing kept for a backward pass */
    size_t learners;     /* optimizers that use the network */

    graph graph;
    float *values, *gradients;

    node_place *place;               /* [nodes] once the network is finished */
    size_t notes_values, notes_most; /* of all nodes, of one */
    float *notes;                    /* what forward leaves for backward, whatever the batch */
    float *pending;                  /* [2, average_values] running averages, see averages.c */
    bool averages_staged, averages_committed;
    bool running_averages; /* what batch norm normalises by in evaluation */

    size_t kept_size, temporary_size, inference_size; /* values of one sample */
    size_t capacity, inference_capacity;              /* samples the arenas hold */
    size_t workspace_count[2]; /* samples the workspace suffices for in inference, indexed by op_run's `alone` */
    float *kept, *temporary, *inference;
    buffer scratch;
    forward_pass pass; /* the one that backward goes through; count 0: none */

    latent_source latent;
    uint64_t generation_seed, generated;
    buffer latents;
};

/* --- for the layers above --- */

/* COULOMB_OK, or the error message says that the network is in use by a running callback; or also, that it is not
 * finished.
 */
coulomb_status network_check_idle(coulomb_network *network);
coulomb_status network_check(coulomb_network *network);

const tensor_shape *network_input_shape(const coulomb_network *network);
const tensor_shape *network_output_shape(const coulomb_network *network);
size_t network_input_size(const coulomb_network *network);
size_t network_output_size(const coulomb_network *network);

/* Forward over reserved memory, moving the running averages with the next step; the output stays valid until the next
 * pass. */
const float *network_forward(coulomb_network *network, size_t count, const float *input);

/* Evaluation over reserved memory of its own; nothing is kept or moved. */
const float *network_infer(coulomb_network *network, size_t count, const float *input);

/* Running averages take in the batches that were committed since the last of these calls, if the flag at `go` on the
 * device is not 0 (NULL: always); or forget them and what is staged. */
void network_move_averages(coulomb_network *network, const int32_t *go);
void network_forget_averages(coulomb_network *network);

/* The flag at `go` becomes 0 if network_move_averages() would move one to what is not finite. */
void network_check_averages(const coulomb_network *network, int32_t *go);

/* Backward through the first `count` samples of the last forward pass; `parameters` as in coulomb_network_backward().
 */
void network_backward(coulomb_network *network, size_t count, const float *output_gradient, float *input_gradient,
                      int32_t parameters);

/* The same, with a factor on each sample's share of the parameter gradients, not of the input gradient. Only for
 * networks that do not mix samples. */
void network_backward_weighted(coulomb_network *network, size_t count, const float *output_gradient,
                               const float *weight, float *input_gradient, int32_t parameters);
bool network_mixes_samples(const coulomb_network *network);

/* There is no forward pass to go back through any more, and no pointer to its input. */
void network_forget_pass(coulomb_network *network);

/* Latents come from a callback that is not there: drawing fails until another one is set, or none. */
coulomb_status network_miss_latent_callback(coulomb_network *network);

/* Draw latents as `from` does. */
void network_share_latent(coulomb_network *network, const coulomb_network *from);

/* Latents for training. */
coulomb_status network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update, size_t count,
                                    float *latents);

/* A finished, inference-only network of the same graph with parameters of its own, which start as the original's. */
coulomb_status network_copy(coulomb_network *network, coulomb_network **copy);

/* The graph as text, such as "input[2] dense(128) elu ...": equal exactly for equal graphs. To be released with
 * memory_release(); NULL when memory is short. Names of layers and initialisers are not part of it. */
char *network_describe(const coulomb_network *network);

/* The network that network_describe() printed, unfinished: nothing is allocated but the graph itself, so the caller can
 * check the parameters' sizes (network->graph.parameter) before coulomb_network_finish(network, network->graph.nodes -
 * 1, ...), whose output is always the last node.
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

/* Index of a parameter array; -1 after storing an error message. */
ptrdiff_t network_find_parameter(const coulomb_network *network, const char *name);

void network_draw_parameters(coulomb_network *network, uint64_t seed);
draw_rule initializer_glorot_uniform(void);

/* Memory for parameters and what belongs to them, zeroed: all or nothing. Of inference-only networks, for the
 * parameters alone. */
coulomb_status network_make_arrays(coulomb_network *network);

/* So many values that what follows them stands as memory does for the widest vectors. */
static inline size_t values_aligned(size_t values)
{
    enum { ALIGNMENT = 16 };
    return piece_count(values, ALIGNMENT) * ALIGNMENT;
}

/* Which nodes' gradients training needs. */
void network_find_trained(coulomb_network *network);

/* A node's shapes, without its data. */
op_run network_outline_run(const coulomb_network *network, const graph_node *n, size_t count);

/* COULOMB_OK if all arrays of so many samples can exist. */
coulomb_status network_check_count(const coulomb_network *network, const char *name, size_t count, size_t least);

/* Batch norm makes samples depend on one another in evaluation. */
bool network_normalizes_batches(const coulomb_network *network);

/* Samples that go through inference at once where they do not depend on one another: enough to keep all threads busy,
 * few enough for a small memory. */
size_t network_inference_block(const coulomb_network *network);
coulomb_status network_reserve_inference(coulomb_network *network, size_t count, bool alone);
coulomb_status network_reserve_latents(coulomb_network *network, size_t count);
void network_release_arenas(coulomb_network *network);

/* Running averages: begin to stage those of a pass, where one of them is staged (NULL: it stays), commit them. */
void network_stage_averages(coulomb_network *network);
float *network_staged_average(const coulomb_network *network, const parameter_array *array);
void network_commit_averages(coulomb_network *network);

/* Fix all places and the arenas' sizes. */
coulomb_status network_plan(coulomb_network *network);

#endif

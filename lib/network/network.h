/* Networks as the layers above see them, and what the files of this folder share. */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include "base/base.h"
#include "device/arrays.h"
#include "device/graph.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>

enum { GENERATION_BLOCK = 128 /* samples that are normalised together */ };

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

/* Arrays stand on the context's device. */
struct coulomb_network {
    coulomb_context *context;
    bool finished, busy;
    size_t learners; /* optimizers that use the network */

    graph graph;
    size_t listed;     /* values of all nodes' lists */
    device_plan *plan; /* once the network is finished */

    float *values, *gradients; /* parameters and their gradients, flat */
    uint64_t revision;         /* of the values, see device_pass */
    float *pending;            /* [2, average_values] running averages, see averages.c */
    bool averages_staged, averages_committed;
    bool running_averages; /* what batch norm normalises by in evaluation */

    size_t capacity;  /* samples reserved for passes that backward can go through */
    device_pass pass; /* the one that backward goes through; count 0: none */

    /* What the caller of a public function gives, or gets, where the device's memory is not the host's. */
    device_array given_input, given_gradient, evaluated_input, input_gradient;

    latent_source latent;
    uint64_t generation_seed, generated;
    staged_array latents;
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

/* Arrays of the functions that follow stand on the device. */

/* The parameters have other values from now on. */
static inline void network_count_revision(coulomb_network *network)
{
    network->revision++;
}

/* Passes with equal parameters will follow one another: the device may keep more of what it makes of them, in memory
 * that all networks of the context share. So many bytes that is for this one. */
coulomb_status network_expect_repeats(coulomb_network *network);
size_t network_repeat_bytes(const coulomb_network *network);

/* Forward over reserved memory, moving the running averages with the next step; the output stays valid until the next
 * pass. */
const float *network_forward(coulomb_network *network, size_t count, const float *input);

/* The same for a part of a batch: the running averages stay. What this pass would have them take in goes to taken_in,
 * [average_values], as they would be from zero; NULL: nowhere. */
const float *network_forward_part(coulomb_network *network, size_t count, const float *input, float *taken_in);

/* The first again, for samples of a batch whose shards normalise together, see device_shards. Backward goes through the
 * same shards, and gradients are an array for each of them. */
const float *network_forward_together(coulomb_network *network, size_t count, const float *input,
                                      const device_shards *shards);

/* Forward over reserved memory as in evaluation, such that backward can follow; the running averages stay. */
const float *network_forward_evaluation(coulomb_network *network, size_t count, const float *input);

/* The running averages move with the next step by what `parts` such passes left in taken_in[parts, average_values], in
 * this order and after what they take in already. */
void network_take_in(coulomb_network *network, size_t parts, const float *taken_in);

/* Parameter gradients go to another array from now on; returns the one before. */
float *network_set_gradients(coulomb_network *network, float *gradients);

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

/* Latents of an update, or of the sequence that is generated if it is 0, drawn into the host's memory. */
coulomb_status network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update, uint64_t first,
                                    size_t count, float *latents);

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

/* The settings' list becomes a copy, to be released with options_release(); on failure there is none. */
coulomb_status network_own_list(coulomb_context *context, op_settings *settings);

/* COULOMB_OK if a node can be appended whose number goes to `node`. */
coulomb_status network_check_open(coulomb_network *network, const int32_t *node);

/* Index of a parameter array; -1 after storing an error message. */
ptrdiff_t network_find_parameter(const coulomb_network *network, const char *name);

coulomb_status network_draw_parameters(coulomb_network *network, uint64_t seed);
draw_rule initializer_glorot_uniform(void);

/* A plan, and memory for parameters and what belongs to them, zeroed: all or nothing. Of inference-only networks, for
 * the parameters alone. */
coulomb_status network_make_arrays(coulomb_network *network);
void network_release_arrays(coulomb_network *network);

/* Which nodes' gradients training needs. */
void network_find_trained(coulomb_network *network);

/* COULOMB_OK if all arrays of so many samples can exist. */
coulomb_status network_check_count(const coulomb_network *network, const char *name, size_t count, size_t least);

/* Batch norm makes samples depend on one another in evaluation. */
bool network_normalizes_batches(const coulomb_network *network);

/* Samples that go through inference at once where they do not depend on one another: enough to keep all threads busy,
 * few enough for a small memory. */
/* See plan_block in device.h. */
size_t network_inference_block(const coulomb_network *network, size_t count);
coulomb_status network_reserve_inference(coulomb_network *network, size_t count, bool alone);
coulomb_status network_reserve_latents(coulomb_network *network, size_t count);

/* Running averages: begin to stage those of a pass, and where they are staged (NULL: there are none); commit them. */
float *network_stage_averages(coulomb_network *network);
void network_commit_averages(coulomb_network *network);

#endif

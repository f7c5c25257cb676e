/* The seam between what is computed and where: what a device offers to the layers above.
 *
 * Above the seam an array of a device is an address that nobody dereferences; only the device's own functions do. What
 * they are asked to do happens in order, perhaps later: functions without a result cannot fail at once, and a device
 * that failed on the way says so in every later function that returns a status (COULOMB_ERROR_DEVICE). Nothing above
 * branches on a value that stands below: `go` is the address of a flag on the device, and where it is 0, what it guards
 * leaves everything as it was.
 *
 * All functions are called from one thread at a time for each context. */
#ifndef DEVICE_DEVICE_H
#define DEVICE_DEVICE_H

#include "base/base.h"

#include <coulomb/kernel.h>

/* Of this table: a device in a library of its own is refused if it was built with another. */
enum { DEVICE_TABLE = 6 };

typedef struct device device;
typedef struct graph graph;               /* see graph.h */
typedef struct device_plan device_plan;   /* a graph, planned; the device's own */
typedef struct device_pairs device_pairs; /* memory for sums over pairs; the device's own */

/* Samples that go through a plan at once, and yet are shards: batch norm sums over each of them, and each has parameter
 * gradients of its own. Statistics are those of the shards of all processes. */
typedef struct device_shards {
    size_t shard;   /* samples of one, of which the last may have fewer; 0: the pass is none of these */
    size_t samples; /* of all processes, of which the pass has some consecutive shards, perhaps none */
    double *sums;   /* [shards of the pass, count] where the pass leaves sums for add(): the host's memory, with room
                       for two values of each shard and channel */

    /* The sums over all shards of all processes, [count]. Called within a pass, by all processes alike. It does not
     * fail: where it could not, nobody needs what the pass makes. */
    const double *(*add)(const struct device_shards *shards, size_t count);
    void *user;
} device_shards;

/* What a forward pass needs besides the plan. */
typedef struct device_pass {
    size_t count;
    const float *input;      /* [count, input] */
    const float *parameters; /* the flat array */
    uint64_t revision;       /* of the parameters: other values, another number. Never 0 */
    float *staged;           /* where running averages move to, flat; NULL: they stay */
    bool running;            /* batch norm by running averages, not by the batch */
    bool alone;              /* samples are evaluated independently, perhaps one by one */
    device_shards shards;    /* with them, count may be 0 */
} device_pass;

/* What a backward pass through the first `count` samples of the last forward pass makes. */
typedef struct device_gradients {
    size_t count;
    const float *output_gradient; /* [count, output] */
    const float *weight;          /* [count] factor on each sample's share of the parameter gradients; NULL: 1 */
    float *input_gradient;        /* [count, input]; NULL: not wanted */
    float *parameter_gradients;   /* flat; NULL: not wanted. Frozen parameters and running averages are left out. Of a
                                     pass with shards, [shards, parameter_values] */
    bool add;                     /* to the parameter gradients that are there */
} device_gradients;

/* Memory of a plan that holds so many samples, by kind: see COULOMB_MEMORY_*. */
typedef struct device_bytes {
    size_t fixed; /* whatever the samples: batch norm's statistics */
    size_t kept, temporary, inference;
    size_t shared; /* more, where the graph says that passes repeat: in memory that all plans of the device share, so
                      the largest of them counts */
} device_bytes;

/* The kernel of a potential: one of coulomb/kernel.h, or the sum of some that differ in their epsilon. */
typedef struct device_kernel {
    int32_t kind; /* COULOMB_KERNEL_* */
    double exponent;
    bool self_terms;
    size_t epsilons;       /* at most COULOMB_EPSILONS_MAX */
    const double *epsilon; /* [epsilons] on the device, since they may change from update to update */
} device_kernel;

/* The samples of a batch, and the points at which their potential is wanted: the first of each set, or points displaced
 * from them. Addresses are the device's. */
typedef struct charge_batch {
    size_t dimension;
    const float *model, *target;           /* [n_model, dimension], [n_target, dimension] */
    size_t n_model, n_target;              /* charges */
    size_t at_model, at_target;            /* points: at most as many as charges */
    bool displaced;                        /* point i stands beside sample i, whose charge is left out there when
                                              self-terms are; otherwise it is sample i */
    const float *near_model, *near_target; /* [at_model, dimension], [at_target, dimension] if displaced */
    bool bounded;  /* all coordinates of charges and points are known to be finite, and none is larger than: */
    float largest; /* their magnitude */
} charge_batch;

/* A loss of D's output against scale * potential, and its gradient at the output: of `count` samples, which are a part
 * of the `total` that the mean is taken over. */
typedef struct device_loss {
    int32_t kind; /* COULOMB_LOSS_* */
    size_t count, total;
    float scale;
    const float *output, *potential;
    float divisor;   /* of the gradient; 1: none */
    float *gradient; /* [count] */
    double *sum;     /* these samples' share of the loss is added here */
} device_loss;

/* Multiples of rows: factor * from[i] / divisor[i], written to to[i] or added there. */
typedef struct device_rows {
    size_t rows, columns;
    float factor;
    const float *from;    /* [rows, columns] */
    const float *divisor; /* [rows]; NULL: 1 */
    bool add;
    float *to; /* [rows, columns] */
} device_rows;

/* A part of the flat arrays that an optimizer moves, and its weight decay. */
typedef struct device_stretch {
    size_t first, count;
    float l2;
} device_stretch;

/* A step of an optimizer: the stretches are the host's, everything else stands on the device. */
typedef struct device_move {
    const device_stretch *stretch;
    size_t stretches;
    const adam_factors *factors; /* l2 is each stretch's own; sgd reads the rate alone */
    const float *gradient;       /* flat, as the others */
    float *moment1, *moment2;    /* Adam's */
    float *parameter;
    const int32_t *go;
} device_move;

/* What the library gives to a device, since one in a library of its own cannot call the inside of this one: as base.h
 * says. */
typedef struct device_services {
    coulomb_status (*fail)(coulomb_context *context, coulomb_status code, const char *format, ...);
    void (*log_line)(coulomb_context *context, int32_t level, const char *format, ...);
    void *(*memory_get)(coulomb_context *context, size_t count, size_t size);
    void (*memory_release)(coulomb_context *context, void *memory);
} device_services;

typedef struct device_table {
    uint32_t table; /* DEVICE_TABLE */
    size_t size;    /* of this struct */
    const char *name;
    bool host_memory; /* its memory is the host's: what is staged or viewed is the array itself */

    /* Make the context's device; `services` and `arguments` are the caller's. The context keeps it and frees it last.
     */
    coulomb_status (*start)(coulomb_context *context, const device_services *services, const void *arguments,
                            device **started);
    void (*free)(device *device);

    /* --- memory --- */

    void *(*get)(device *device, size_t bytes); /* NULL after storing an error message */
    void (*release)(device *device, void *memory);
    void *(*get_host)(device *device, size_t bytes); /* host memory that copies to and from the device fast */
    void (*release_host)(device *device, void *memory);
    void (*copy_in)(device *device, void *to, const void *from, size_t bytes); /* `from` may change afterwards */
    coulomb_status (*copy_out)(device *device, void *to, const void *from, size_t bytes); /* what came before is done */
    void (*copy)(device *device, void *to, const void *from, size_t bytes, const int32_t *go); /* go NULL: always */
    void (*clear)(device *device, void *memory, size_t bytes);                                 /* to zeros */
    coulomb_status (*finish)(device *device); /* all that was asked for is done */

    /* Run `enqueue`, whose work a device may record and repeat: with an equal `signature` it would ask for the same
     * functions with the same arguments, but for the revisions of passes. Nothing in it copies from or to the host,
     * but for what passes with shards sum, gets or releases memory. *recording, NULL at first, is the device's. */
    void (*run_recorded)(device *device, void **recording, uint64_t signature, void (*enqueue)(void *work), void *work);
    void (*free_recording)(device *device, void *recording);

    /* Of products and stored activations inside layers, COULOMB_PRECISION_*, for passes from now on. */
    coulomb_status (*set_precision)(device *device, int32_t precision);
    int32_t (*get_precision)(const device *device);

    /* --- plans --- */

    coulomb_status (*plan_new)(device *device, const graph *graph, device_plan **plan); /* the graph outlives it */
    void (*plan_free)(device_plan *plan);
    size_t (*plan_values)(const device_plan *plan); /* that a sample takes: bounds how many there may be */
    void (*plan_bytes)(const device_plan *plan, size_t count, bool alone, device_bytes *bytes);

    /* Memory for passes of so many samples: those that backward goes through, with 0 what does not depend on the
     * samples; and those of evaluation. */
    coulomb_status (*plan_reserve)(device_plan *plan, size_t count);
    coulomb_status (*plan_reserve_inference)(device_plan *plan, size_t count, bool alone);
    /* Samples of one pass where so many are to be evaluated independently: at most as many, or always the same number
     * where a sample's bits would depend on it. Then the caller fills up. */
    size_t (*plan_block)(const device_plan *plan, size_t count);
    const float *(*plan_forward)(device_plan *plan, const device_pass *pass); /* [count, output], until the next pass */
    const float *(*plan_infer)(device_plan *plan, const device_pass *pass);   /* nothing is kept */
    void (*plan_backward)(device_plan *plan, const device_pass *pass, const device_gradients *gradients);

    /* --- flat arrays --- */

    void (*fill)(device *device, size_t count, float value, float *array);
    void (*mean)(device *device, size_t count, const float *array, double *result);
    void (*loss)(device *device, const device_loss *loss);
    void (*sum_squares)(device *device, size_t count, const float *array, double *result);
    void (*add_noise)(device *device, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                      float deviation, const float *samples, float *noisy); /* *update, on the device, for key's own */

    /* *go becomes 0 if a value is not finite, and stays as it is otherwise. */
    void (*check_values)(device *device, size_t count, const float *array, int32_t *go);
    void (*check_figures)(device *device, size_t count, const double *figures, int32_t *go);

    /* All stretches in one call, since each call is a launch on a GPU. */
    void (*adam)(device *device, const device_move *move);
    void (*sgd)(device *device, const device_move *move);
    void (*average)(device *device, size_t count, const float *decay, const float *parameter, float *average,
                    const int32_t *go); /* *decay stands on the device */
    void (*add)(device *device, size_t count, float factor, const float *from, float *to); /* to = factor * to + from */
    void (*scale_rows)(device *device, const device_rows *rows);

    /* --- the batch's potentials --- */

    device_pairs *(*pairs_new)(device *device); /* NULL after an error */
    void (*pairs_free)(device_pairs *pairs);

    /* Memory of `pairs` after potentials() of a batch of these sizes and potentials_at() of its charges at `at` points,
     * with the field there or without. No array is read, nor epsilon. */
    coulomb_status (*pairs_bytes)(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                  size_t at, bool field, size_t *bytes);

    /* Potentials at a batch's points, from all its charges, and the energy (Eq. 8) of a batch that has a point for each
     * charge. Results that are NULL are not wanted. With self-terms, sums over a sample's own set divide by N; without,
     * by N - 1. As exact as coulomb/plummer.h promises, for any exponent and epsilon; allocates nothing after the first
     * call with the same sizes. COULOMB_ERROR_NOT_FINITE may come at once, with all results untouched, or results that
     * are not finite instead of it. */
    coulomb_status (*potentials)(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                 float *potential_model, float *potential_target, double *energy);

    /* Likewise field and potential at n_at points, from the charges of a batch: one that is bounded, or the one that
     * potentials() was given last, whose samples have not changed, or one kind of its charges. Its own points do not
     * matter. */
    coulomb_status (*potentials_at)(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                    const float *at, size_t n_at, float *field, float *potential);
} device_table;

/* A device's own state begins with this. */
struct device {
    const device_table *table;
    coulomb_context *context;
};

#endif

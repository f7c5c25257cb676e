/* Inside of the trainer, shared by its files: settings, one step, the loop, and the file it is saved to. */
#ifndef TRAINER_TRAINER_H
#define TRAINER_TRAINER_H

#include "communicator/communicator.h"
#include "device/arrays.h"
#include "network/network.h"
#include "optimizer/optimizer.h"
#include "plummer/plummer.h"

#include <coulomb/charges.h>
#include <coulomb/data.h>
#include <coulomb/shards.h>

enum { STATISTICS = COULOMB_STATISTIC_EPSILON + 1 };

/* The kernel's kind, exponent and self-terms are settings of its handle, whose epsilons are those of the update. */
typedef struct training_settings {
    size_t batch, shards, charges_model, charges_target;
    int32_t loss, replay, field, synchronized_norm;
    double smoothing, potential_scale, averaging;
    double epsilon[COULOMB_EPSILONS_MAX];
    size_t epsilons;
    uint64_t seed;
} training_settings;

/* Figures of an update that the device computes. */
enum {
    FIGURE_LOSS,      /* of the discriminator */
    FIGURE_OUTPUT,    /* mean of D(x): the generator's loss with the other sign */
    FIGURE_GENERATOR, /* squared norm of the gradient */
    FIGURE_DISCRIMINATOR,
    FIGURE_POTENTIAL_MODEL,
    FIGURE_POTENTIAL_TARGET,
    FIGURES
};

/* What the host tells the device at the start of an update, and what comes back at its end. */
typedef struct step_board {
    uint64_t update;
    double epsilon[COULOMB_EPSILONS_MAX];
    adam_factors generator, discriminator;
    float decay; /* of the moving average */
    int32_t go;  /* becomes 0 where a figure or a running average is not finite: then nothing moves */
    double figure[FIGURES];
    double loss_of_shard; /* of no use: the loss is taken over the whole batch */
} step_board;

/* Arrays of one step on the device, sized by the settings and reused; reserve.c lists them. */
typedef struct step_arrays {
    staged_array latents;     /* [model charges, latent] */
    staged_array target;      /* [target charges, dimension]; the batch comes first, as in `model` */
    staged_array board;       /* a step_board */
    device_array model;       /* [model charges, dimension]; without D, replayed samples follow */
    device_array noisy;       /* [3 batch, dimension] evaluation points when smoothing */
    device_array at_model;    /* [batch] potential there, without the scale that D learns it with */
    device_array at_target;   /* [batch] */
    device_array at_previous; /* [batch] */
    device_array upstream;    /* [batch] gradient at the discriminator's output */
    device_array learning;    /* [batch] the discriminator's own gradient at its output, at the model samples */
    device_array slope;       /* [batch, dimension] gradient at the model samples */
    device_array previous;    /* [batch, dimension] the last update's model samples, for replay */

    /* With features. */
    device_array model_features, target_features; /* of all charges, in their order */
    device_array near_features; /* of points that are no charges: of all three kinds when smoothing, otherwise of the
                                   samples to be replayed */
    device_array feature_slope; /* [batch, features] gradient there; without D */

    /* Without a discriminator. */
    device_array field;   /* [batch, features or dimension] of all charges, or of one kind of them */
    device_array divisor; /* [batch] potential of the same, for the drift */

    /* Of several shards. */
    device_array outputs;                /* [DISCRIMINATOR_PASSES, batch] of the discriminator */
    device_array generator_averages;     /* [shards of model charges, average_values] see network_take_in() */
    device_array discriminator_averages; /* [DISCRIMINATOR_PASSES, shards, average_values] */
    device_array level_gradients;        /* [levels of the sum's tree, or shards of this process where they go at once,
                                            parameter_values of the larger network] */
} step_arrays;

/* The caller's array of target samples, and the order in which one epoch takes them. */
typedef struct data_array {
    const float *samples; /* [count, dimension]; NULL: none */
    size_t count;
    uint64_t seed;
    size_t *order;  /* [count] */
    uint64_t epoch; /* of the order, counted from 0 */
    bool shuffled;  /* there is an order */
} data_array;

/* A callback for whole updates or for slices of them, an array, or none of these. */
typedef struct data_source {
    coulomb_batch_callback *callback;
    coulomb_slice_callback *slice;
    void *user;
    coulomb_destroy_callback *destroy;
    data_array array;
} data_source;

/* How it went on a rank: what begins whatever ranks exchange. */
typedef struct rank_word {
    int64_t status;
    char message[248];
} rank_word;

/* The other processes of a run. */
typedef struct trainer_company {
    coulomb_communicator *communicator; /* NULL: there are none */
    buffer send, receive;               /* [block], [ranks, block] or the other way round, see exchange.c */
    buffer room;                        /* for copies of what stands on a device */
    coulomb_status passes; /* how exchanges within an update's passes went; after a failure there are no more */
} trainer_company;

/* What latents that were drawn ahead depend on, beside the update. */
typedef struct latents_drawn {
    uint64_t update, seed; /* update 0: none */
    size_t count;
    latent_source source;
    const float *host; /* where they stand */
} latents_drawn;

/* Target samples that a loop read while the device computed the update before theirs. */
typedef struct read_ahead {
    uint64_t last;     /* of the loop; 0 outside: whoever makes single steps may change anything between them */
    uint64_t update;   /* of the samples; 0: none */
    size_t total;      /* how many */
    const float *host; /* where they stand */
    latents_drawn latents;
} read_ahead;

struct coulomb_trainer {
    coulomb_context *context;
    coulomb_network *generator;
    coulomb_network *discriminator; /* NULL: the field itself moves the samples; nor is there an optimizer of it */
    coulomb_network *average;       /* NULL: averaging was never on */
    coulomb_network *features;      /* between which distances are taken; NULL: between samples */
    uint64_t features_digest;       /* of its layers and parameters when it was set; 0: none */
    coulomb_optimizer *generator_optimizer, *discriminator_optimizer;
    coulomb_schedule *epsilon_schedule;
    coulomb_plummer *plummer;
    data_source data;
    read_ahead ahead;
    training_settings settings;
    trainer_company ranks;
    buffer norm_sums; /* see synchronized_norm.c */
    step_arrays arrays;
    void *recording;       /* the device's, of one update; NULL: none */
    size_t dimension;      /* values of a sample */
    size_t previous_count; /* samples in arrays.previous: the batch; 0: the last update was without replay or had
                              another batch */
    uint64_t update;       /* updates done */
    double statistic[STATISTICS];
    bool stepped; /* there are statistics of an update */
    bool busy;    /* a step is under way: its callbacks must not come back */
    bool looping; /* a progress callback is under way: it must not train */
};

/* COULOMB_OK, or the error message says that the trainer is in use by one of its callbacks. */
coulomb_status trainer_check(coulomb_trainer *trainer);

/* Target samples of an update that has `total` of them, into their places in target[total, dimension]: those from
 * `first` on, `count` of them. A source that has no slices writes all. */
typedef struct data_slice {
    size_t total, first, count;
} data_slice;
coulomb_status data_read(coulomb_trainer *trainer, uint64_t update, const data_slice *slice, float *target);

/* Take another source; the one before is released. */
void data_replace(coulomb_trainer *trainer, const data_source *data);

/* What a device made of the parameters of any network that training moves is out of date. */
void trainer_count_revisions(const coulomb_trainer *trainer);

/* Around callbacks of a step: they find both networks in use. */
void trainer_hold_networks(coulomb_trainer *trainer, bool hold);

/* Charges in force: what was set, or the batch. */
size_t trainer_charges_model(const coulomb_trainer *trainer);
size_t trainer_charges_target(const coulomb_trainer *trainer);

/* Replayed samples that are charges: none with a discriminator, which learns from them instead. */
size_t trainer_charges_replayed(const coulomb_trainer *trainer);

/* COULOMB_OK, or the error message says that `what`, such as "the loss", is a discriminator's. */
coulomb_status trainer_need_discriminator(const coulomb_trainer *trainer, const char *what);

/* Values of a point between which distances are taken: of a sample, or of its features. */
size_t trainer_point_size(const coulomb_trainer *trainer);

/* Features, if any, can be found. */
coulomb_status trainer_check_features(const coulomb_trainer *trainer);

/* The drift has charges that a sample leaves to be itself. */
coulomb_status trainer_check_drift(const coulomb_trainer *trainer, const charge_batch *batch);

/* Processes of the run: 1 without a communicator. */
size_t trainer_ranks(const coulomb_trainer *trainer);

/* Samples that go forward at once, and the shards that hold so many samples. */
size_t trainer_shard(const coulomb_trainer *trainer);
size_t trainer_shards_of(const coulomb_trainer *trainer, size_t samples);

/* The process's shards go forward at once, since batch norm of one network at least is synchronised; otherwise one
 * after the other. */
bool trainer_synchronises(const coulomb_trainer *trainer);

/* This process's shards of the batch, and the samples that go forward at once. */
size_t trainer_own_shards(const coulomb_trainer *trainer);
size_t trainer_part(const coulomb_trainer *trainer);

/* Memory for sums of synchronised batch norm. */
coulomb_status norm_sums_reserve(coulomb_trainer *trainer);
size_t norm_sums_bytes(const coulomb_trainer *trainer);
size_t norm_sums_block(const coulomb_trainer *trainer); /* bytes that a rank sends at most */

/* The batch as the potential takes it. */
charge_batch trainer_charge_batch(const coulomb_trainer *trainer);

/* Make all arrays fit the settings; allocates only when they have grown. */
coulomb_status trainer_reserve(coulomb_trainer *trainer);
void trainer_release_arrays(coulomb_trainer *trainer);
void trainer_forget_recording(coulomb_trainer *trainer);

#endif

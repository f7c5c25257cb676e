/* One update in seven files: step.c has its course on the host, samples.c what the host gives, update.c what the device
 * computes, gradients.c the part of it that learns, features.c what stands between samples and the kernel, field.c what
 * stands for D where there is none, and failure.c says why an update failed. Several processes share an update: see
 * ranks.h. */
#ifndef TRAINER_STEP_H
#define TRAINER_STEP_H

#include "trainer/trainer.h"

/* The sets of points at which D and the potential are compared. */
enum evaluation { AT_MODEL, AT_TARGET, AT_PREVIOUS, EVALUATIONS };

/* The passes of D that an update may make, in their order. */
enum discriminator_pass { OVER_NEAR_MODEL, OVER_MODEL, OVER_TARGET, OVER_PREVIOUS, DISCRIMINATOR_PASSES };

/* What one update works with, besides the trainer's arrays. */
typedef struct training_step {
    coulomb_trainer *trainer;
    device *on;
    uint64_t update;
    size_t batch, model_charges, target_charges;
    size_t shards, shard;           /* of the batch, and the samples of one */
    size_t first_shard, own_shards; /* of this process */
    bool together;                  /* which go forward at once: synchronised batch norm */
    size_t part;                    /* samples that go forward at once: a shard, or all own ones */
    double rate_generator, rate_discriminator;
    double epsilon[COULOMB_EPSILONS_MAX];
    coulomb_status status; /* of the device's part: what it knows at once */
} training_step;

/* y from the data and z for x = G(z), to the device. What the data callback did not write is NaN. */
coulomb_status step_draw_target(training_step *step);

/* While a device with memory of its own computes in a loop: target samples and latents of the next update, in the
 * host's parts of their arrays. A failure is left for the next step to repeat. */
void step_draw_next(training_step *step);

/* This update's again, from the device. */
coulomb_status step_recall_target(training_step *step);
void step_send_target(const training_step *step);
coulomb_status step_draw_latents(training_step *step);

/* The device's part, from the latents to the moved networks; `work` is a training_step. It depends on what
 * step_signature() covers and on what stands on the device, and leaves nothing on the host that must last: a device may
 * repeat what it recorded of it instead of calling it, or call it twice. */
void step_enqueue(void *work);

/* Its parts, between which processes exchange what they found: this one's model samples; potentials; this one's
 * gradients; and what follows from all. */
void step_enqueue_samples(training_step *step);
void step_enqueue_potentials(training_step *step);
void step_enqueue_gradients(training_step *step);
void step_enqueue_moves(training_step *step);

/* D's and G's gradients of this process's shards; then, of all shards, what they leave for figures and running
 * averages.
 */
void step_find_gradients(const training_step *step);
void step_join_shards(const training_step *step);

/* Without a discriminator: potentials and their means, and the gradient at the model samples. */
coulomb_status step_find_field(const training_step *step);

/* As potentials() and potentials_at() of device.h, at points of the batch: `without_own` says that a sample's own
 * charge is left out whatever the setting is. */
coulomb_status step_sum_potentials(const training_step *step, const charge_batch *batch, bool without_own,
                                   float *at_model, float *at_target);
coulomb_status step_sum_at(const training_step *step, const charge_batch *batch, const float *at, float *field,
                           float *potential);

/* Features of all charges and of all points where the potential is wanted; and the gradient at the model samples from
 * that at their features. Nothing where there are no features. */
void step_find_features(const training_step *step);
void step_follow_features(const training_step *step);

/* As step_points(), as the kernel sees them. */
const float *step_kernel_points(const training_step *step, enum evaluation set);

/* Means of the potentials to the board. */
void step_note_potentials(const training_step *step);

/* The model charges of one shard, those beyond the batch included; where shards go at once, of all own shards from this
 * one on. */
const float *step_generate(const training_step *step, size_t shard);

/* For a pass over this process's shards of so many samples of all processes. */
device_shards step_shards(const training_step *step, size_t samples);

/* Nothing of the trainer's stays behind in the networks, nor of a failed update; nor do others' passes count in one. */
void step_forget_passes(coulomb_trainer *trainer);

/* Equal for two updates whose device's part is the same. */
uint64_t step_signature(const training_step *step);

/* Why the flag came back as 0: never COULOMB_OK. Of `status`, a potential that could not be summed, the message names
 * a target sample, or with features any sample, if one is to blame. */
coulomb_status step_explain(training_step *step);
coulomb_status step_explain_target(const training_step *step, coulomb_status status);

/* [batch, dimension] where D and the potential are compared. */
const float *step_points(const training_step *step, enum evaluation set);

bool step_smooths(const training_step *step);
bool step_replays(const training_step *step);

static inline float *values_of(const device_array *array)
{
    return array->data;
}

static inline step_board *host_board(const coulomb_trainer *trainer)
{
    return trainer->arrays.board.host;
}

static inline step_board *device_board(const coulomb_trainer *trainer)
{
    return trainer->arrays.board.array.data;
}

#endif

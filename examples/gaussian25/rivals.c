#include "rivals.h"

#include "support/console.h"
#include "support/interrupt.h"
#include "support/memory.h"
#include "support/progress.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <coulomb/optimizer.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct rivals {
    coulomb_network *generator, *discriminator;
    coulomb_optimizer *moves_generator, *moves_discriminator;
    mixture *data;
    const settings *chosen;
    size_t batch;
    float *latents, *target, *model; /* [batch, latent], [batch, 2], [batch, 2] */
    float *outputs, *slopes;         /* [batch]: the discriminator's outputs, and the loss's gradient by them */
    float *at_samples;               /* [batch, 2]: the generator's loss's gradient by its samples */
    double loss_discriminator, loss_generator;
} rivals;

/* A loss of one output, and its slope, which is divided by the batch. */
typedef double output_loss(double output, double *slope);

/* softplus(-x): an output taken for a target sample's logit (Goodfellow et al. 2014, the loss that does not saturate).
 */
static double is_target(double output, double *slope)
{
    double odds = exp(-fabs(output));
    *slope = -(output > 0 ? odds : 1) / (1 + odds);
    return log1p(odds) + fmax(-output, 0);
}

static double is_model(double output, double *slope)
{
    double loss = is_target(-output, slope);
    *slope = -*slope;
    return loss;
}

/* Half the squared distance to 1 or 0 (Mao et al. 2017). */
static double is_near_one(double output, double *slope)
{
    *slope = output - 1;
    return *slope * *slope / 2;
}

static double is_near_zero(double output, double *slope)
{
    *slope = output;
    return output * output / 2;
}

/* The mean of the losses of the outputs, with the slopes in `slopes`. */
static double judge(rivals *at, output_loss *loss)
{
    double sum = 0, slope;
    for (size_t i = 0; i < at->batch; i++) {
        sum += loss((double)at->outputs[i], &slope);
        at->slopes[i] = (float)(slope / (double)at->batch);
    }
    return sum / (double)at->batch;
}

/* Both losses' gradients from one forward pass of the generator, then both networks move: as a trainer does it. */
static coulomb_status update_both(rivals *at, uint64_t update)
{
    bool squares = at->chosen->objective == OBJECTIVE_LSGAN;
    output_loss *target = squares ? is_near_one : is_target, *model = squares ? is_near_zero : is_model;
    mixture_batch(at->data, update, at->batch, 0, at->batch, at->target);
    coulomb_status status =
        coulomb_network_draw_latents(at->generator, at->chosen->training.seed, update, 0, at->batch, at->latents);
    if (status == COULOMB_OK)
        status = coulomb_network_forward(at->generator, at->batch, at->latents, at->model);
    if (status == COULOMB_OK)
        status = coulomb_network_forward(at->discriminator, at->batch, at->target, at->outputs);
    at->loss_discriminator = judge(at, target);
    if (status == COULOMB_OK)
        status = coulomb_network_backward(at->discriminator, at->slopes, NULL, COULOMB_GRADIENT_WRITE);
    if (status == COULOMB_OK)
        status = coulomb_network_forward(at->discriminator, at->batch, at->model, at->outputs);
    at->loss_discriminator += judge(at, model);
    if (status == COULOMB_OK)
        status = coulomb_network_backward(at->discriminator, at->slopes, NULL, COULOMB_GRADIENT_ADD);
    at->loss_generator = judge(at, target); /* the generator wants its samples taken for the target's */
    if (status == COULOMB_OK)
        status = coulomb_network_backward(at->discriminator, at->slopes, at->at_samples, COULOMB_GRADIENT_NONE);
    if (status == COULOMB_OK)
        status = coulomb_network_backward(at->generator, at->at_samples, NULL, COULOMB_GRADIENT_WRITE);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_step(at->moves_discriminator, update);
    return status == COULOMB_OK ? coulomb_optimizer_step(at->moves_generator, update) : status;
}

static bool train(rivals *at, run *of, coulomb_context *context)
{
    char figures[80];
    progress meter;
    uint64_t steps = at->chosen->training.steps, stop = at->chosen->run.stop_at;
    coulomb_status status = COULOMB_OK;
    progress_begin(&meter, "updates", 0, steps);
    while (status == COULOMB_OK && of->done < steps && !interrupt_signal() && (stop == 0 || of->done < stop)) {
        status = update_both(at, of->done + 1);
        if (status == COULOMB_OK && progress_due(&meter, ++of->done)) {
            snprintf(figures, sizeof figures, "loss %.3f  generator's %.3f", at->loss_discriminator,
                     at->loss_generator);
            progress_show(&meter, of->done, figures);
        }
    }
    progress_end(&meter);
    snprintf(figures, sizeof figures, "update %" PRIu64, of->done + 1);
    return succeeded(context, status, figures);
}

static float *values(size_t count)
{
    return malloc(count * sizeof(float));
}

static bool begin(rivals *at, coulomb_context *context)
{
    const training_settings *training = &at->chosen->training;
    at->batch = (size_t)training->batch;
    at->latents = values(at->batch * (size_t)at->chosen->networks.latent);
    at->target = values(2 * at->batch);
    at->model = values(2 * at->batch);
    at->at_samples = values(2 * at->batch);
    at->outputs = values(at->batch);
    at->slopes = values(at->batch);
    if (!at->latents || !at->target || !at->model || !at->at_samples || !at->outputs || !at->slopes)
        return complain("no memory for a batch of %zu", at->batch);
    coulomb_status status = coulomb_optimizer_new(at->generator, &at->moves_generator);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_new(at->discriminator, &at->moves_discriminator);
    if (status == COULOMB_OK)
        status = training_apply_learning(context, training, &training->generator, at->moves_generator);
    if (status == COULOMB_OK)
        status = training_apply_learning(context, training, &training->discriminator, at->moves_discriminator);
    return succeeded(context, status, "creating the optimizers");
}

static bool plan_memory(const rivals *at, coulomb_context *context)
{
    memory_plan plan = memory_begin(context, &at->chosen->run.device);
    memory_add_trained(&plan, "for the generator", at->generator, at->batch);
    memory_add_trained(&plan, "for the discriminator", at->discriminator, at->batch);
    return memory_tell(&plan);
}

static void end(rivals *at)
{
    coulomb_optimizer_free(at->moves_generator);
    coulomb_optimizer_free(at->moves_discriminator);
    free(at->latents);
    free(at->target);
    free(at->model);
    free(at->at_samples);
    free(at->outputs);
    free(at->slopes);
}

bool rivals_train(run *of, coulomb_context *context, coulomb_network *generator, coulomb_network *discriminator,
                  mixture *data, const settings *chosen)
{
    rivals at = {.generator = generator, .discriminator = discriminator, .data = data, .chosen = chosen};
    double started = seconds_now();
    bool done = begin(&at, context) && plan_memory(&at, context) && run_record(of);
    if (done) {
        interrupt_catch();
        done = train(&at, of, context);
        interrupt_release();
    }
    end(&at);
    of->seconds = seconds_now() - started;
    if (done && of->done < chosen->training.steps)
        say("Stopped after update %" PRIu64 " of %" PRIu64 "; a run with --objective %s cannot be resumed.", of->done,
            chosen->training.steps, chosen->objective == OBJECTIVE_GAN ? "gan" : "lsgan");
    return done;
}

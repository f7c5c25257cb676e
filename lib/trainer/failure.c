/* Why an update failed: found on the host, in what it gave to the device and in copies of what stands there. A device
 * that looks at samples where it sums their potential says at once what is wrong with them; another one leaves it to
 * the flag. */
#include "pairs/pairs.h"
#include "trainer/step.h"

#include <inttypes.h>
#include <math.h>

static coulomb_status explain_target(const training_step *step, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    const float *target = trainer->arrays.target.host;
    size_t size = step->target_charges * trainer->dimension,
           bad = find_not_finite(trainer->context, target, size, NULL);
    if (bad == size)
        return status;
    return fail(trainer->context, COULOMB_ERROR_NOT_FINITE,
                "update %" PRIu64 ": value %zu of target sample %zu (of %zu) is %g%s", step->update,
                bad % trainer->dimension, bad / trainer->dimension, step->target_charges, (double)target[bad],
                trainer->data.array.samples == NULL ? ", or the data callback did not write it"
                                                    : "; the data array changed after it was set");
}

/* A set of points on the device. */
static coulomb_status check_points(const training_step *step, const char *name, const char *item, const float *points,
                                   size_t count, size_t dimension)
{
    buffer room = {0};
    coulomb_status status;
    point_set set = {name, item, device_view(step->on, &room, points, count * dimension, sizeof(float), &status),
                     count};
    float largest = 0.0f;
    if (status == COULOMB_OK)
        status = check_points_finite(step->trainer->context, &set, 0, dimension, &largest);
    buffer_release(step->trainer->context, &room);
    return status;
}

/* Samples that are charges, and their features. */
static coulomb_status check_charges(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    charge_batch batch = trainer_charge_batch(trainer);
    bool featured = trainer->features != NULL;
    coulomb_status status =
        check_points(step, "model", "sample", values_of(&trainer->arrays.model), batch.n_model, trainer->dimension);
    if (status == COULOMB_OK && featured)
        status = check_points(step, "features of model", "sample", batch.model, batch.n_model, batch.dimension);
    if (status == COULOMB_OK && featured)
        status = check_points(step, "features of target", "sample", batch.target, batch.n_target, batch.dimension);
    return status;
}

coulomb_status step_explain_target(const training_step *step, coulomb_status status)
{
    coulomb_status found = explain_target(step, COULOMB_OK);
    if (found == COULOMB_OK && step->trainer->features != NULL)
        found = check_charges(step);
    return found == COULOMB_OK ? status : found;
}

static coulomb_status check_potential(const training_step *step, const char *name, const float *potential)
{
    buffer room = {0};
    coulomb_status status;
    coulomb_context *context = step->trainer->context;
    const float *there = device_view(step->on, &room, potential, step->batch, sizeof(float), &status);
    size_t bad = status == COULOMB_OK ? find_not_finite(context, there, step->batch, NULL) : step->batch;
    buffer_release(context, &room);
    if (bad == step->batch)
        return status;
    return fail(context, COULOMB_ERROR_NOT_FINITE, "%s value %zu exceeds the range of float32 (%s)", name, bad,
                plummer_print(step->trainer->plummer).text);
}

/* Without a discriminator. */
static coulomb_status check_slope(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    buffer room = {0};
    coulomb_status status;
    size_t size = step->batch * trainer->dimension;
    const float *there = device_view(step->on, &room, trainer->arrays.slope.data, size, sizeof(float), &status);
    size_t bad = status == COULOMB_OK ? find_not_finite(trainer->context, there, size, NULL) : size;
    if (bad < size)
        status =
            fail(trainer->context, COULOMB_ERROR_NOT_FINITE, "update %" PRIu64 ": the %s at model sample %zu is %g",
                 step->update, trainer->settings.field == COULOMB_FIELD_DRIFT ? "drift" : "field",
                 bad / trainer->dimension, (double)there[bad]);
    buffer_release(trainer->context, &room);
    return status;
}

static coulomb_status check_samples(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    charge_batch batch = trainer_charge_batch(trainer);
    coulomb_status status = explain_target(step, COULOMB_OK);
    if (status == COULOMB_OK)
        status = check_charges(step);
    if (status == COULOMB_OK && batch.displaced)
        status = check_points(step, "at_model", "point", batch.near_model, batch.at_model, batch.dimension);
    if (status == COULOMB_OK && batch.displaced)
        status = check_points(step, "at_target", "point", batch.near_target, batch.at_target, batch.dimension);
    if (status == COULOMB_OK)
        status = check_potential(step, "potential_model", trainer->arrays.at_model.data);
    if (status == COULOMB_OK)
        status = check_potential(step, "potential_target", trainer->arrays.at_target.data);
    if (trainer->discriminator == NULL)
        return status == COULOMB_OK ? check_slope(step) : status;
    if (status == COULOMB_OK && step_replays(step))
        status = check_points(step, "at", "point", step_kernel_points(step, AT_PREVIOUS), step->batch, batch.dimension);
    if (status == COULOMB_OK && step_replays(step))
        status = check_potential(step, "potential", trainer->arrays.at_previous.data);
    return status;
}

static coulomb_status check_figures(const training_step *step)
{
    const double *figure = host_board(step->trainer)->figure;
    const struct {
        const char *name;
        double value;
    } figures[] = {{"the discriminator's loss", figure[FIGURE_LOSS]},
                   {"the generator's loss", -figure[FIGURE_OUTPUT]},
                   {"the generator's gradient", sqrt(figure[FIGURE_GENERATOR])},
                   {"the discriminator's gradient", sqrt(figure[FIGURE_DISCRIMINATOR])}};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (!isfinite(figures[i].value))
            return fail(step->trainer->context, COULOMB_ERROR_NOT_FINITE,
                        "update %" PRIu64 ": %s is %g; a lower learning rate may help", step->update, figures[i].name,
                        figures[i].value);
    return fail(step->trainer->context, COULOMB_ERROR_NOT_FINITE,
                "update %" PRIu64 ": a running average of batch norm is not finite", step->update);
}

coulomb_status step_explain(training_step *step)
{
    coulomb_status status = step_recall_target(step);
    if (status == COULOMB_OK)
        status = check_samples(step);
    return status == COULOMB_OK ? check_figures(step) : status;
}

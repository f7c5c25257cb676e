#include "evaluation.h"

#include "support/console.h"
#include "support/json.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <stdio.h>
#include <stdlib.h>

/* With q = exp(-9/2): 1 - q, and 1 - (9/2) q / (1 - q). */
const double share_within_3_sigma = 0.988891003461758;
const double variance_within_3_sigma = 0.949448041979036;

/* Energies cost the square of this, and do not need more. */
enum { ENERGY_SAMPLES = 20000 };

static const double energy_epsilon = 1, energy_exponent = 1;

static coulomb_status measure_modes(coulomb_context *context, const float *samples, size_t count, measures *result)
{
    float means[2 * MIXTURE_MODES];
    mixture_means(means);
    coulomb_modes *modes;
    coulomb_status status = coulomb_modes_new(context, 2, means, MIXTURE_MODES, samples, count, 3, &modes);
    if (status != COULOMB_OK)
        return status;
    uint64_t counts[MIXTURE_MODES];
    result->modes = coulomb_modes_found(modes);
    result->share = coulomb_modes_share(modes);
    result->variance = coulomb_modes_variance(modes);
    status = coulomb_modes_divergence(modes, NULL, &result->divergence);
    if (status == COULOMB_OK)
        status = coulomb_modes_counts(modes, counts);
    for (size_t i = 0; i < MIXTURE_MODES && status == COULOMB_OK; i++) {
        double covariance[4];
        status = coulomb_modes_covariance(modes, i, covariance);
        result->mode_share[i] = (double)counts[i] / (double)count;
        result->mode_variance[i] = (covariance[0] + covariance[3]) / 2;
    }
    coulomb_modes_free(modes);
    return status;
}

static coulomb_status measure(coulomb_context *context, const mixture *data, const float *samples, size_t count,
                              measures *result)
{
    coulomb_status status = measure_modes(context, samples, count, result);
    coulomb_plummer *plummer = NULL;
    if (status == COULOMB_OK)
        status = coulomb_plummer_new(context, energy_exponent, energy_epsilon, &plummer);
    if (status == COULOMB_OK)
        status = coulomb_plummer_energy(plummer, 2, samples, count < ENERGY_SAMPLES ? count : ENERGY_SAMPLES,
                                        data->points, ENERGY_SAMPLES, &result->energy);
    coulomb_plummer_free(plummer);
    return status;
}

bool evaluation_make(coulomb_context *context, coulomb_network *generator, const mixture *data, const settings *chosen,
                     evaluation *result)
{
    *result = (evaluation){.count = (size_t)chosen->samples};
    result->model = malloc(2 * result->count * sizeof *result->model);
    result->fresh = malloc(2 * result->count * sizeof *result->fresh);
    if (!result->model || !result->fresh) {
        evaluation_free(result);
        return complain("no memory for %zu samples", result->count);
    }
    mixture_fresh(data, result->count, result->fresh);
    /* always the same latents, however often samples were drawn before */
    coulomb_status status = coulomb_network_set_generation_seed(generator, chosen->training.seed);
    if (status == COULOMB_OK)
        status = coulomb_network_generate(generator, result->count, result->model);
    if (status == COULOMB_OK)
        status = measure(context, data, result->model, result->count, &result->of_model);
    if (status == COULOMB_OK)
        status = measure(context, data, result->fresh, result->count, &result->of_fresh);
    if (succeeded(context, status, "measuring the samples"))
        return true;
    evaluation_free(result);
    return false;
}

void evaluation_free(evaluation *result)
{
    free(result->model);
    free(result->fresh);
    result->model = result->fresh = NULL;
}

static json_t *measures_json(const measures *of)
{
    json_t *object = json_object(), *shares = json_array(), *variances = json_array();
    json_put(&object, "modes", json_integer((json_int_t)of->modes));
    json_put(&object, "share_within_3_sigma", json_number_or_null(of->share));
    json_put(&object, "kl", json_number_or_null(of->divergence));
    json_put(&object, "variance_within_modes", json_number_or_null(of->variance));
    json_put(&object, "energy", json_number_or_null(of->energy));
    for (size_t i = 0; i < MIXTURE_MODES; i++) {
        json_append(&shares, json_number_or_null(of->mode_share[i]));
        json_append(&variances, json_number_or_null(of->mode_variance[i]));
    }
    json_put(&object, "mode_shares", shares);
    json_put(&object, "mode_variances", variances);
    return object;
}

json_t *evaluation_json(const evaluation *result)
{
    json_t *object = json_object(), *energy = json_object();
    json_put(&object, "samples", json_integer((json_int_t)result->count));
    json_put(&object, "model", measures_json(&result->of_model));
    json_put(&object, "fresh_target_sample", measures_json(&result->of_fresh));
    json_put(&energy, "exponent", json_real(energy_exponent));
    json_put(&energy, "epsilon", json_real(energy_epsilon));
    json_put(&energy, "samples_at_most", json_integer(ENERGY_SAMPLES));
    json_put(&object, "energy_measured_with", energy);
    return object;
}

void evaluation_print(const evaluation *result)
{
    const measures *model = &result->of_model, *fresh = &result->of_fresh;
    printf("%-34s %12s %22s\n", "", "model", "fresh target sample");
    printf("%-34s %9zu/%d %19zu/%d\n", "modes found", model->modes, MIXTURE_MODES, fresh->modes, MIXTURE_MODES);
    printf("%-34s %10.2f %% %20.2f %%\n", "samples within 3 sigma", 100 * model->share, 100 * fresh->share);
    printf("%-34s %12.5f %22.5f\n", "KL of the modes' shares", model->divergence, fresh->divergence);
    printf("%-34s %12.3f %22.3f\n", "variance within modes", model->variance, fresh->variance);
    printf("%-34s %12.3g %22.3g\n", "energy against the target", model->energy, fresh->energy);
}

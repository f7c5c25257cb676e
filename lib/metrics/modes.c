/* How samples spread over the modes of a known mixture: everything is counted when the handle is made, and only read
 * later. */
#include <coulomb/metrics.h>

#include "distances/distances.h"
#include "metrics/input.h"

#include <math.h>
#include <string.h>

struct coulomb_modes {
    coulomb_context *context;
    size_t modes, dimension, samples, within;
    uint64_t *nearest;  /* [modes] samples whose nearest mean is this one */
    uint64_t *members;  /* [modes] those of them within the radius */
    double *mean;       /* [modes, dimension] of the members, as a distance from the mode's given mean */
    double *covariance; /* [modes, dimension, dimension] of the members */
};

/* The first of equally near means. */
static size_t nearest_mean(size_t dimension, const float *means, size_t modes, const float *sample, double *square)
{
    size_t nearest = 0;
    *square = square_distance(dimension, means, sample);
    for (size_t i = 1; i < modes; i++) {
        double other = square_distance(dimension, means + i * dimension, sample);
        if (other < *square) {
            *square = other;
            nearest = i;
        }
    }
    return nearest;
}

/* One member more: mean and sum of squared deviations about it, updated together so that nothing cancels (Welford
 * 1962). */
static void add_member(coulomb_modes *modes, size_t mode, const float *centre, const float *sample)
{
    size_t dimension = modes->dimension;
    double *mean = modes->mean + mode * dimension;
    double *squares = modes->covariance + mode * dimension * dimension;
    double number = (double)++modes->members[mode];
    for (size_t i = 0; i < dimension; i++) {
        double before = (double)sample[i] - (double)centre[i] - mean[i];
        for (size_t j = 0; j <= i; j++) {
            double other = (double)sample[j] - (double)centre[j] - mean[j];
            /* below the diagonal mean[j] has moved already, on it not yet */
            squares[i * dimension + j] += j < i ? before * other : before * before * (1 - 1 / number);
        }
        mean[i] += before / number;
    }
}

static void finish_covariance(size_t dimension, uint64_t members, double *squares)
{
    for (size_t i = 0; i < dimension; i++) {
        for (size_t j = 0; j <= i; j++) {
            double value = members > 1 ? squares[i * dimension + j] / (double)(members - 1) : 0;
            squares[i * dimension + j] = squares[j * dimension + i] = value;
        }
    }
}

static void count_samples(coulomb_modes *result, const float *means, const float *samples, double radius)
{
    size_t dimension = result->dimension;
    for (size_t i = 0; i < result->samples; i++) {
        const float *sample = samples + i * dimension;
        double square;
        size_t mode = nearest_mean(dimension, means, result->modes, sample, &square);
        result->nearest[mode]++;
        if (square > radius * radius)
            continue;
        result->within++;
        add_member(result, mode, means + mode * dimension, sample);
    }
    for (size_t i = 0; i < result->modes; i++)
        finish_covariance(dimension, result->members[i], result->covariance + i * dimension * dimension);
}

static coulomb_status check_arguments(coulomb_context *context, size_t dimension, const float *means, size_t modes,
                                      const float *samples, size_t count, double radius)
{
    if (!means || !samples)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", means ? "samples" : "means");
    if (dimension == 0 || modes == 0 || count == 0)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is 0; expected at least 1",
                    dimension == 0 ? "dimension"
                    : modes == 0   ? "modes"
                                   : "count");
    coulomb_status status = check_positive(context, "radius", radius);
    if (status == COULOMB_OK)
        status = input_check(context, &(input_points){"mean", dimension, 0, modes}, means, NULL);
    if (status == COULOMB_OK)
        status = input_check(context, &(input_points){"sample", dimension, 0, count}, samples, NULL);
    return status;
}

static coulomb_status allocate(coulomb_context *context, coulomb_modes *modes)
{
    size_t values, squares;
    if (!size_product(modes->modes, modes->dimension, &values) || !size_product(values, modes->dimension, &squares))
        return fail(context, COULOMB_ERROR_MEMORY, "the covariances of %zu modes do not fit into memory", modes->modes);
    modes->nearest = memory_get_zeroed(context, modes->modes, sizeof *modes->nearest);
    modes->members = modes->nearest ? memory_get_zeroed(context, modes->modes, sizeof *modes->members) : NULL;
    modes->mean = modes->members ? memory_get_zeroed(context, values, sizeof *modes->mean) : NULL;
    modes->covariance = modes->mean ? memory_get_zeroed(context, squares, sizeof *modes->covariance) : NULL;
    return modes->covariance ? COULOMB_OK : COULOMB_ERROR_MEMORY;
}

static void end(void *object)
{
    coulomb_modes *modes = object;
    coulomb_context *context = modes->context;
    memory_release(context, modes->nearest);
    memory_release(context, modes->members);
    memory_release(context, modes->mean);
    memory_release(context, modes->covariance);
}

coulomb_status coulomb_modes_new(coulomb_context *context, size_t dimension, const float *means, size_t modes,
                                 const float *samples, size_t count, double radius, coulomb_modes **result)
{
    if (result)
        *result = NULL;
    if (!context)
        return COULOMB_ERROR_ARGUMENT;
    if (!result)
        return fail(context, COULOMB_ERROR_ARGUMENT, "result is NULL");
    coulomb_status status = check_arguments(context, dimension, means, modes, samples, count, radius);
    if (status != COULOMB_OK)
        return status;
    coulomb_modes *made = object_new(context, sizeof *made, end);
    if (!made)
        return COULOMB_ERROR_MEMORY;
    made->context = context;
    made->modes = modes;
    made->dimension = dimension;
    made->samples = count;
    status = allocate(context, made);
    if (status != COULOMB_OK) {
        coulomb_modes_free(made);
        return status;
    }
    count_samples(made, means, samples, radius);
    *result = made;
    return COULOMB_OK;
}

void coulomb_modes_free(coulomb_modes *modes)
{
    object_release(modes);
}

size_t coulomb_modes_found(const coulomb_modes *modes)
{
    size_t found = 0;
    for (size_t i = 0; modes && i < modes->modes; i++)
        found += modes->members[i] > 0;
    return found;
}

double coulomb_modes_share(const coulomb_modes *modes)
{
    return modes ? (double)modes->within / (double)modes->samples : 0;
}

static coulomb_status check_weights(const coulomb_modes *modes, const double *weights)
{
    double sum = 0;
    for (size_t i = 0; i < modes->modes; i++) {
        if (!(weights[i] > 0) || !isfinite(weights[i]))
            return fail(modes->context, COULOMB_ERROR_ARGUMENT, "weights[%zu] is %g; expected a number above 0", i,
                        weights[i]);
        sum += weights[i];
    }
    if (fabs(sum - 1) > 1e-6)
        return fail(modes->context, COULOMB_ERROR_ARGUMENT, "the weights sum to %.9g; expected 1", sum);
    return COULOMB_OK;
}

coulomb_status coulomb_modes_divergence(const coulomb_modes *modes, const double *weights, double *divergence)
{
    if (!modes)
        return COULOMB_ERROR_ARGUMENT;
    if (!divergence)
        return fail(modes->context, COULOMB_ERROR_ARGUMENT, "divergence is NULL");
    coulomb_status status = weights ? check_weights(modes, weights) : COULOMB_OK;
    if (status != COULOMB_OK)
        return status;
    double sum = 0;
    for (size_t i = 0; i < modes->modes; i++) {
        double weight = weights ? weights[i] : 1 / (double)modes->modes;
        double share = (double)modes->nearest[i] / (double)modes->samples;
        if (share > 0)
            sum += share * log(share / weight);
    }
    *divergence = sum;
    return COULOMB_OK;
}

coulomb_status coulomb_modes_counts(const coulomb_modes *modes, uint64_t *counts)
{
    if (!modes)
        return COULOMB_ERROR_ARGUMENT;
    if (!counts)
        return fail(modes->context, COULOMB_ERROR_ARGUMENT, "counts is NULL");
    memcpy(counts, modes->nearest, modes->modes * sizeof *counts);
    return COULOMB_OK;
}

coulomb_status coulomb_modes_covariance(const coulomb_modes *modes, size_t mode, double *covariance)
{
    if (!modes)
        return COULOMB_ERROR_ARGUMENT;
    if (!covariance)
        return fail(modes->context, COULOMB_ERROR_ARGUMENT, "covariance is NULL");
    if (mode >= modes->modes)
        return fail(modes->context, COULOMB_ERROR_ARGUMENT, "mode is %zu; expected a number below %zu", mode,
                    modes->modes);
    size_t size = modes->dimension * modes->dimension;
    memcpy(covariance, modes->covariance + mode * size, size * sizeof *covariance);
    return COULOMB_OK;
}

double coulomb_modes_variance(const coulomb_modes *modes)
{
    size_t found = coulomb_modes_found(modes);
    if (found == 0)
        return 0;
    double sum = 0;
    for (size_t i = 0; i < modes->modes; i++) {
        const double *covariance = modes->covariance + i * modes->dimension * modes->dimension;
        for (size_t j = 0; j < modes->dimension; j++)
            sum += covariance[j * modes->dimension + j];
    }
    return sum / (double)(found * modes->dimension);
}

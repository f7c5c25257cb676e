/*
 * The library takes features in float32 and computes in float64. A float64 feature becomes two of float32: its
 * deviation from a centre near the mean, in a unit that brings the largest to 1, is rounded, and the rounding is the
 * second feature. Together they have 48 bits. From the moments of the pairs follow those of their sums.
 */
#include "moments_float64.h"

#include "support/console.h"
#include "support/succeed.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

typedef struct pairs {
    const double *features; /* [count, dimension] */
    size_t count, dimension;
    double *centre;
    int *exponent; /* of the unit, a power of two, of each dimension */
} pairs;

static void find_units(const pairs *of)
{
    size_t d = of->dimension;
    for (size_t j = 0; j < d; j++) {
        of->centre[j] = of->features[j];
        of->exponent[j] = INT_MIN;
    }
    for (size_t i = 0; i < of->count; i++)
        for (size_t j = 0; j < d; j++)
            of->centre[j] += (of->features[i * d + j] - of->features[j]) / (double)of->count;
    for (size_t i = 0; i < of->count; i++)
        for (size_t j = 0; j < d; j++) {
            int exponent;
            double deviation = of->features[i * d + j] - of->centre[j];
            frexp(deviation, &exponent);
            if (deviation != 0 && exponent > of->exponent[j])
                of->exponent[j] = exponent;
        }
    for (size_t j = 0; j < d; j++)
        if (of->exponent[j] == INT_MIN)
            of->exponent[j] = 0; /* the same everywhere */
}

/* A coulomb_points_callback: [count, 2, dimension]. */
static coulomb_status split(void *user, size_t first, size_t count, float *points)
{
    const pairs *of = user;
    size_t d = of->dimension;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < d; j++) {
            double deviation = of->features[(first + i) * d + j] - of->centre[j];
            double scaled = ldexp(deviation, -of->exponent[j]);
            float rounded = (float)scaled;
            points[2 * i * d + j] = rounded;
            points[(2 * i + 1) * d + j] = (float)(scaled - (double)rounded);
        }
    return COULOMB_OK;
}

/* Covariance of sums, in place: the first [dimension, dimension] of the pairs' [2 dimension, 2 dimension]. */
static void add_up(const pairs *of, double *mean, double *covariance)
{
    size_t d = of->dimension;
    for (size_t i = 0; i < d; i++) {
        const double *upper = covariance + i * 2 * d, *lower = covariance + (d + i) * 2 * d;
        mean[i] = of->centre[i] + ldexp(mean[i] + mean[d + i], of->exponent[i]);
        for (size_t j = 0; j < d; j++)
            covariance[i * d + j] =
                ldexp(upper[j] + (upper[d + j] + lower[j]) + lower[d + j], of->exponent[i] + of->exponent[j]);
    }
}

static coulomb_status find_moments(coulomb_context *context, const pairs *of, double *mean, double *covariance)
{
    coulomb_moments *both = NULL;
    coulomb_status status = coulomb_moments_new(context, 2 * of->dimension, &both);
    if (status == COULOMB_OK)
        status = coulomb_moments_add_streamed(both, split, (void *)of, of->count);
    if (status == COULOMB_OK)
        status = coulomb_moments_mean(both, mean);
    if (status == COULOMB_OK)
        status = coulomb_moments_covariance(both, covariance);
    coulomb_moments_free(both);
    if (status == COULOMB_OK)
        add_up(of, mean, covariance);
    return status;
}

coulomb_moments *moments_of_float64(coulomb_context *context, const char *path, const double *features, size_t count,
                                    size_t dimension)
{
    coulomb_moments *moments = NULL;
    pairs of = {features, count, dimension, malloc(dimension * sizeof(double)), malloc(dimension * sizeof(int))};
    double *mean = malloc(2 * dimension * sizeof *mean), *covariance = NULL;
    if (dimension < SIZE_MAX / 4 / sizeof *covariance / dimension)
        covariance = malloc(4 * dimension * dimension * sizeof *covariance);
    bool done = of.centre && of.exponent && mean && covariance;
    if (!done)
        complain("no memory for the moments of %s", path);
    if (done) {
        find_units(&of);
        coulomb_status status = find_moments(context, &of, mean, covariance);
        if (status == COULOMB_OK)
            status = coulomb_moments_new(context, dimension, &moments);
        if (status == COULOMB_OK)
            status = coulomb_moments_set(moments, count, mean, covariance);
        done = succeeded(context, status, path);
    }
    free(of.centre);
    free(of.exponent);
    free(mean);
    free(covariance);
    if (done)
        return moments;
    coulomb_moments_free(moments);
    return NULL;
}

/* Moments found elsewhere: checked before they take the place of what was there. */
#include "metrics/moments.h"

#include "linalg/linalg.h"

#include <math.h>
#include <string.h>

static coulomb_status check_float64(coulomb_context *context, const char *name, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return fail(context, COULOMB_ERROR_NOT_FINITE, "%s value %zu is %g; expected finite numbers", name, i,
                        values[i]);
    return COULOMB_OK;
}

static coulomb_status check_symmetric(coulomb_context *context, const double *covariance, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(covariance[i]));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (fabs(covariance[i * n + j] - covariance[j * n + i]) > 1e-6 * largest)
                return fail(context, COULOMB_ERROR_ARGUMENT,
                            "covariance[%zu, %zu] is %g but covariance[%zu, %zu] is %g; expected a symmetric matrix", i,
                            j, covariance[i * n + j], j, i, covariance[j * n + i]);
    return COULOMB_OK;
}

coulomb_status moments_check_eigenvalues(coulomb_context *context, const char *name, const double *values, size_t n)
{
    const double bound = 1e-6;
    double largest = fmax(fabs(values[0]), fabs(values[n - 1]));
    if (values[0] >= -bound * largest)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT,
                "%s has the eigenvalue %g, and the largest is %g; expected none below -%g times the largest magnitude",
                name, values[0], values[n - 1], bound);
}

/* The matrix is destroyed. */
static coulomb_status check_definite(coulomb_context *context, double *matrix, size_t n)
{
    eigen_size size = eigen_size_of(n, false);
    double *values = memory_get(context, n + size.reals, sizeof *values);
    int *integers = memory_get(context, size.integers, sizeof *integers);
    coulomb_status status = float64_reserve(context, 1);
    if (values == NULL || integers == NULL)
        status = COULOMB_ERROR_MEMORY;
    if (status == COULOMB_OK)
        status = eigen_symmetric(n, false, matrix, values, size, values + n, integers)
                     ? moments_check_eigenvalues(context, "covariance", values, n)
                     : fail(context, COULOMB_ERROR_NOT_FINITE,
                            "the eigenvalues of the covariance were not found: LAPACK did not converge");
    memory_release(context, values);
    memory_release(context, integers);
    return status;
}

/* Lower triangle of the symmetric part. */
static void take_covariance(const double *covariance, size_t n, double *squares)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            squares[i * n + j] = 0.5 * covariance[i * n + j] + 0.5 * covariance[j * n + i];
}

static coulomb_status check_covariance(const coulomb_moments *moments, const double *covariance)
{
    coulomb_context *context = moments->context;
    size_t dimension = moments->dimension;
    coulomb_status status = check_symmetric(context, covariance, dimension);
    if (status != COULOMB_OK)
        return status;
    double *copy = memory_get(context, dimension * dimension, sizeof *copy);
    if (copy == NULL)
        return COULOMB_ERROR_MEMORY;
    take_covariance(covariance, dimension, copy);
    status = check_definite(context, copy, dimension);
    memory_release(context, copy);
    return status;
}

coulomb_status coulomb_moments_set(coulomb_moments *moments, uint64_t count, const double *mean,
                                   const double *covariance)
{
    coulomb_status status = moments_check_idle(moments, __func__);
    if (status != COULOMB_OK)
        return status;
    coulomb_context *context = moments->context;
    size_t dimension = moments->dimension;
    if (mean == NULL || covariance == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", mean == NULL ? "mean" : "covariance");
    if (count == 1)
        return fail(context, COULOMB_ERROR_ARGUMENT, "count is 1; expected at least 2, or 0 for unknown");
    status = check_float64(context, "mean", mean, dimension);
    if (status == COULOMB_OK)
        status = check_float64(context, "covariance", covariance, dimension * dimension);
    if (status == COULOMB_OK)
        status = check_covariance(moments, covariance);
    if (status != COULOMB_OK)
        return status;
    memcpy(moments->mean, mean, dimension * sizeof *mean);
    take_covariance(covariance, dimension, moments->squares);
    moments->count = count;
    moments->divisor = 1;
    moments->there = true;
    return COULOMB_OK;
}

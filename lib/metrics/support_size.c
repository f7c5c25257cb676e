/* Size of the support from duplicates: pairs over duplicates, with the interval of a Poisson variable (Garwood 1936).
 */
#include <coulomb/neighbours.h>

#include "base/base.h"

#include <math.h>

static const double tail = 0.025; /* on either side of the interval */

/* P(X <= count) of a Poisson variable; for means up to some hundred. */
static double poisson_below(uint64_t count, double mean)
{
    double term = exp(-mean), sum = term;
    for (uint64_t i = 1; i <= count; i++) {
        term *= mean / (double)i;
        sum += term;
    }
    return sum;
}

/* The mean at which P(X <= count) is `share`: that falls as the mean grows. */
static double poisson_mean(uint64_t count, double share)
{
    double low = 0.0, high = 20.0 + 2.0 * (double)count;
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (poisson_below(count, middle) > share)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* The same for large counts, within 1e-5 (Wilson & Hilferty 1931); `deviation` in standard deviations. */
static double poisson_mean_large(double count, double deviation)
{
    double root = 1.0 - 1.0 / (9.0 * count) + deviation / (3.0 * sqrt(count));
    return count * root * root * root;
}

enum { LARGE = 100 };

/* Least and largest means of which `count` is not too unlikely an outcome. */
static void poisson_interval(double count, double *low, double *high)
{
    const double deviation = 1.959963984540054;
    if (count >= LARGE) {
        *low = poisson_mean_large(count, -deviation);
        *high = poisson_mean_large(count + 1.0, deviation);
    } else {
        uint64_t few = (uint64_t)count;
        *low = few == 0 ? 0.0 : poisson_mean(few - 1, 1.0 - tail);
        *high = poisson_mean(few, tail);
    }
}

static coulomb_status check_sets(coulomb_context *context, size_t sets, const size_t *counts,
                                 const uint64_t *duplicates)
{
    for (size_t i = 0; i < sets; i++) {
        if (counts[i] < 2 || counts[i] > UINT32_MAX)
            return fail(context, COULOMB_ERROR_ARGUMENT, "counts[%zu] is %zu; expected 2 to %lu", i, counts[i],
                        (unsigned long)UINT32_MAX);
        uint64_t pairs = (uint64_t)counts[i] * (counts[i] - 1) / 2;
        if (duplicates[i] > pairs)
            return fail(context, COULOMB_ERROR_ARGUMENT,
                        "duplicates[%zu] is %llu; expected at most %llu, all pairs of %zu samples", i,
                        (unsigned long long)duplicates[i], (unsigned long long)pairs, counts[i]);
    }
    return COULOMB_OK;
}

coulomb_status coulomb_support_size(coulomb_context *context, size_t sets, const size_t *counts,
                                    const uint64_t *duplicates, double *estimate, double *low, double *high)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (counts == NULL || duplicates == NULL || estimate == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL",
                    counts == NULL       ? "counts"
                    : duplicates == NULL ? "duplicates"
                                         : "estimate");
    if (sets == 0)
        return fail(context, COULOMB_ERROR_ARGUMENT, "sets is 0; expected at least 1");
    coulomb_status status = check_sets(context, sets, counts, duplicates);
    if (status != COULOMB_OK)
        return status;
    double pairs = 0.0, found = 0.0, least, most; /* of three sets there may be more than 2^64 */
    for (size_t i = 0; i < sets; i++) {
        pairs += (double)counts[i] * (double)(counts[i] - 1) / 2.0;
        found += (double)duplicates[i];
    }
    poisson_interval(found, &least, &most);
    *estimate = found == 0.0 ? INFINITY : pairs / found;
    if (low != NULL)
        *low = pairs / most;
    if (high != NULL)
        *high = found == 0.0 ? INFINITY : pairs / least;
    return COULOMB_OK;
}

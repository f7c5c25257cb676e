/* Potential, field and energy in random settings (random_settings.h) against naive sums in float64: each within what
 * plummer.h promises, on every tier of kernels. COUNT [BEGINNING] as arguments: how many settings, and the number of
 * the first; prints the worst of each tier. */
#include "base/context.h"
#include "unit/random_settings.h"
#include "unit/tiers.h"

#include <coulomb/plummer.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const double promised = 1e-5; /* of the sum of the terms' magnitudes */

/* What a Gaussian is promised where all of its terms are below exp(-50). */
static const double promised_of_tails = 2e-5, tails = 1.9287498479639178e-22;

/* What float32 has digits for: sums of terms outside are not compared. A Gaussian's terms may be 0 below FLT_MIN. */
static const double magnitude_least = 1e-36, magnitude_of_gaussians = 1e-31, magnitude_most = 1e37;

enum { POTENTIAL = 0, FIELD, SAMPLES, ENERGY, MEASURES, TIERS_MOST = 8 };

static const char *const measures[MEASURES] = {"potential", "field", "potential at samples", "energy"};

typedef struct worst {
    double error; /* in units of what is promised */
    uint64_t number, compared, refused;
    char about[300];
} worst;

static worst found[TIERS_MOST][MEASURES];
static coulomb_context *contexts[TIERS_MOST];
static uint64_t wrong;

static void *room(size_t count, size_t size)
{
    void *made = calloc(count, size);
    if (made == NULL)
        abort();
    return made;
}

static double larger(double a, double b)
{
    return b > a || isnan(b) ? b : a;
}

static void describe(const setting *of, size_t size, char *text)
{
    char kernel[64] = "Gaussian";
    if (!of->all.gaussian)
        snprintf(kernel, sizeof kernel, "exponent %.4g", of->all.exponent);
    snprintf(text, size,
             "dimension %zu, %s, epsilon %.3g and %zu more, scale %.3g, away %.3g, %s, %zu and %zu samples, %zu points",
             of->all.dimension, kernel, of->all.epsilon, of->all.n_further, of->scale, of->away, of->kind,
             of->all.n_model, of->all.n_target, of->n_at);
}

/* `value` is that of the kernel where terms have this magnitude. */
static void compare(const setting *of, worst *w, double error, double magnitude, double value)
{
    double least = of->all.gaussian ? magnitude_of_gaussians : magnitude_least;
    if (!(magnitude >= magnitude_least && magnitude <= magnitude_most && value >= least))
        return;
    double allowed = of->all.gaussian && value < tails ? promised_of_tails : promised;
    w->compared++;
    if (!(error / magnitude / allowed <= w->error)) {
        w->error = error / magnitude / allowed;
        w->number = of->number;
        describe(of, sizeof w->about, w->about);
    }
}

/* Between which the largest of some results' magnitudes is. */
typedef struct range {
    double low, high;
} range;

static void widen(range *most, double value, double size)
{
    most->low = larger(most->low, fabs(value) - 1e-9 * size);
    most->high = larger(most->high, fabs(value) + promised * size);
}

static void widen_all(range *most, const reference *of, size_t count)
{
    for (size_t i = 0; i < count; i++)
        widen(most, of[i].value, of[i].size);
}

/* A call fails where a result is beyond float32, and only there; whether it succeeded. */
static bool took(const setting *of, coulomb_context *context, coulomb_status status, range most, worst *w)
{
    char about[300];
    w->refused += status == COULOMB_ERROR_NOT_FINITE;
    if (status == COULOMB_OK && !(most.low > (double)FLT_MAX))
        return true;
    if (status == COULOMB_ERROR_NOT_FINITE && !(most.high < (double)FLT_MAX))
        return false;
    describe(of, sizeof about, about);
    printf("# wrong: %s (%s) where the largest result is between %g and %g in setting %" PRIu64 ": %s\n",
           coulomb_status_name(status), status == COULOMB_OK ? "" : coulomb_context_error(context), most.low, most.high,
           of->number, about);
    wrong++;
    return false;
}

/* A coinciding charge adds 1 to a Gaussian's potential and nothing to its field. At k = exp(-50) a term is 10 k /
 * epsilon long, and k / epsilon^2 is to be a normal number too. */
static double value_of_field(const setting *of, double size)
{
    double least = of->all.epsilon, most = of->all.epsilon;
    for (size_t i = 0; i < of->all.n_further; i++) {
        least = fmin(least, of->further[i]);
        most = fmax(most, of->further[i]);
    }
    return of->all.gaussian ? size * least / 10 / fmax(1, most * most) : HUGE_VAL;
}

static void compare_points(const setting *of, const expectation *expected, const float *potential, const float *field,
                           worst *results)
{
    size_t d = of->all.dimension;
    double *difference = room(d, sizeof *difference);
    for (size_t i = 0; i < of->n_at; i++) {
        reference sum = expected->at[i];
        compare(of, &results[POTENTIAL], fabs((double)potential[i] - sum.value), sum.size, sum.size);
        for (size_t k = 0; field != NULL && k < d; k++)
            difference[k] = expected->fields[i * d + k] - (double)field[i * d + k];
        if (field != NULL)
            compare(of, &results[FIELD], vector_length(d, difference), expected->field_sizes[i],
                    fmin(sum.size, value_of_field(of, expected->field_sizes[i])));
    }
    free(difference);
}

static void try_points(const setting *of, coulomb_plummer *plummer, coulomb_context *context,
                       const expectation *expected, worst *results)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    float potential[AT_MOST], *field = room(of->n_at * d, sizeof *field);
    range most = {0}, most_of_field;
    widen_all(&most, expected->at, of->n_at);
    most_of_field = most;
    for (size_t i = 0; i < of->n_at * d; i++)
        widen(&most_of_field, expected->fields[i], expected->field_sizes[i / d]);
    coulomb_status status = coulomb_plummer_potential(plummer, d, of->at, of->n_at, all->model, all->n_model,
                                                      all->target, all->n_target, potential);
    if (took(of, context, status, most, &results[POTENTIAL]))
        compare_points(of, expected, potential, NULL, results);
    status = coulomb_plummer_field(plummer, d, of->at, of->n_at, all->model, all->n_model, all->target, all->n_target,
                                   field, potential);
    if (took(of, context, status, most_of_field, &results[FIELD]))
        compare_points(of, expected, potential, field, results);
    free(field);
}

static void try_samples(const setting *of, coulomb_plummer *plummer, coulomb_context *context,
                        const expectation *expected, worst *results)
{
    const charges *all = &of->all;
    float *model = room(all->n_model, sizeof *model), *target = room(all->n_target, sizeof *target);
    double energy, alone;
    range most = {0};
    widen_all(&most, expected->model, all->n_model);
    widen_all(&most, expected->target, all->n_target);
    coulomb_status status = coulomb_plummer_batch(plummer, all->dimension, all->model, all->n_model, all->target,
                                                  all->n_target, model, target, &energy);
    if (took(of, context, status, most, &results[SAMPLES])) {
        for (size_t i = 0; i < all->n_model; i++)
            compare(of, &results[SAMPLES], fabs((double)model[i] - expected->model[i].value), expected->model[i].size,
                    expected->model[i].size);
        for (size_t i = 0; i < all->n_target; i++)
            compare(of, &results[SAMPLES], fabs((double)target[i] - expected->target[i].value),
                    expected->target[i].size, expected->target[i].size);
        compare(of, &results[ENERGY], fabs(energy - expected->energy.value), expected->energy.size,
                expected->energy.size);
    }
    /* it may be beyond float32 */
    status =
        coulomb_plummer_energy(plummer, all->dimension, all->model, all->n_model, all->target, all->n_target, &alone);
    if (isfinite(expected->energy.size) && took(of, context, status, (range){0}, &results[ENERGY]))
        compare(of, &results[ENERGY], fabs(alone - expected->energy.value), expected->energy.size,
                expected->energy.size);
    free(model);
    free(target);
}

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    printf("not ok - %s\n", what);
    exit(1);
}

static void try_setting(const setting *of, const expectation *expected, int tier)
{
    double epsilons[COULOMB_EPSILONS_MAX] = {of->all.epsilon};
    for (size_t i = 0; i < of->all.n_further; i++)
        epsilons[i + 1] = of->further[i];
    coulomb_context *context = contexts[tier];
    coulomb_plummer *plummer;
    require(coulomb_plummer_new(context, of->all.exponent, of->all.epsilon, &plummer) == COULOMB_OK &&
                coulomb_plummer_set_epsilons(plummer, epsilons, 1 + of->all.n_further) == COULOMB_OK &&
                coulomb_plummer_set_self_terms(plummer, of->self_terms) == COULOMB_OK &&
                coulomb_plummer_set_kernel(plummer, of->all.gaussian ? COULOMB_KERNEL_GAUSSIAN
                                                                     : COULOMB_KERNEL_PLUMMER) == COULOMB_OK,
            coulomb_context_error(context));
    try_points(of, plummer, context, expected, found[tier]);
    try_samples(of, plummer, context, expected, found[tier]);
    coulomb_plummer_free(plummer);
}

static int report(int tiers, uint64_t settings)
{
    int failures = 0;
    for (int tier = 0; tier < tiers; tier++)
        for (size_t i = 0; i < MEASURES; i++) {
            const worst *w = &found[tier][i];
            bool holds = w->error <= 1 && w->compared > settings / 2;
            printf("%sok - %s, %s: within %.3g of what is promised in %" PRIu64 " settings\n# worst of %" PRIu64
                   " values, %" PRIu64 " calls refused, in setting %" PRIu64 ": %s\n",
                   holds ? "" : "not ", tier_table(tier)->name, measures[i], w->error, settings, w->compared,
                   w->refused, w->number, w->about);
            failures += !holds;
        }
    printf("%sok - calls fail where results are beyond float32, and only there: %" PRIu64 " do not\n1..%d\n",
           wrong == 0 ? "" : "not ", wrong, tiers * MEASURES + 1);
    return failures + (wrong > 0);
}

int main(int count, char **arguments)
{
    uint64_t settings = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000;
    uint64_t first = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    int tiers = tier_count() < TIERS_MOST ? tier_count() : TIERS_MOST;
    for (int tier = 0; tier < tiers; tier++) {
        require(coulomb_context_new(&contexts[tier]) == COULOMB_OK, "no context");
        contexts[tier]->kernels = tier_table(tier);
    }
    for (uint64_t i = first; i < first + settings; i++) {
        setting of;
        setting_make(i, &of);
        expectation expected = setting_expect(&of);
        for (int tier = 0; tier < tiers; tier++)
            try_setting(&of, &expected, tier);
        expectation_free(&expected);
        setting_free(&of);
    }
    for (int tier = 0; tier < tiers; tier++)
        coulomb_context_free(contexts[tier]);
    return report(tiers, settings) > 0;
}

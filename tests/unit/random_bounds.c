/* Potential, field and energy in random settings of dimension, exponent, epsilon, scale, distance from the origin and
 * coincidence, against naive sums in float64: each within what plummer.h promises. COUNT [BEGINNING] as arguments: how
 * many settings, and the first one's number, which makes it up; prints the worst. */
#include "unit/plummer_reference.h"

#include <coulomb/plummer.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double promised = 1e-5; /* of the sum of the terms' magnitudes */

/* What float32 has digits for: sums of terms outside are not compared. */
static const double magnitude_least = 1e-30, magnitude_most = 1e30;

enum { AT = 5, SAMPLES_MOST = 24, POTENTIAL = 0, FIELD, ENERGY, MEASURES };

static const char *const measures[MEASURES] = {"potential", "field", "energy"};

typedef struct setting {
    uint64_t number;
    charges all;
    float *at;
    double scale, away; /* of all points, and how far they are from the origin in units of it */
    const char *kind;
} setting;

typedef struct worst {
    double error; /* in units of what is promised */
    uint64_t number, compared;
    char about[200];
} worst;

static worst found[MEASURES];

/* xorshift64* (Vigna 2016) */
static uint64_t state;

/* Check's assertions are for tests that it runs. */
static void require(const coulomb_context *context, coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    printf("not ok - %s: %s\n", coulomb_status_name(status), coulomb_context_error(context));
    exit(1);
}

static double uniform(double low, double high)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return low + (high - low) * (double)((state * UINT64_C(2685821657736338717)) >> 11) * 0x1p-53;
}

static double log_uniform(double low, double high)
{
    return exp(uniform(log(low), log(high)));
}

static size_t size_below(size_t bound)
{
    return (size_t)uniform(0, (double)bound);
}

/* A point of one set takes the place of one of another, to the bit or nearly. */
static void let_coincide(const setting *of, double distance)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    for (size_t i = 0; i < all->n_model; i += 2) {
        const float *target = all->target + size_below(all->n_target) * d;
        for (size_t k = 0; k < d; k++)
            all->model[i * d + k] = target[k] + (float)(distance * uniform(-1, 1));
    }
    for (size_t i = 0; i < AT; i += 2)
        memcpy(of->at + i * d, (i % 4 ? all->model : all->target), d * sizeof(float));
}

static float *random_points(size_t count, size_t d)
{
    float *points = malloc(count * d * sizeof *points);
    for (size_t i = 0; points && i < count * d; i++)
        points[i] = (float)uniform(-1, 1);
    return points;
}

static void place(float *points, size_t count, size_t d, double scale, double away, double outlier)
{
    for (size_t i = 0; i < count * d; i++)
        points[i] = (float)(scale * ((i < d ? outlier : 1) * (double)points[i] + away));
}

static setting make_setting(uint64_t number)
{
    static const double exponents[] = {0.1, 0.5, 1, 2, 3, 4, 8};
    static const char *const kinds[] = {"apart", "coinciding", "nearly coinciding", "with an outlier"};
    state = 88172645463325252u ^ (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < 8; i++)
        uniform(0, 1);
    size_t kind = size_below(4), d = (size_t)log_uniform(1, 20001);
    setting of = {.number = number, .kind = kinds[kind]};
    of.scale = log_uniform(1e-3, 1e3);
    of.away = size_below(2) ? 0 : log_uniform(1, 1e3);
    of.all = (charges){.dimension = d,
                       .n_model = 2 + size_below(SAMPLES_MOST - 1),
                       .n_target = 2 + size_below(SAMPLES_MOST - 1),
                       .exponent = exponents[size_below(7)],
                       .epsilon = of.scale * log_uniform(1e-3, 1e3)};
    /* a sample's kernel with itself must be a float32, and its gradient nearby */
    of.all.exponent = fmin(of.all.exponent, fmax(0.1, -30 / fmin(log10(of.all.epsilon), -1) - 1));
    of.all.model = random_points(of.all.n_model, d);
    of.all.target = random_points(of.all.n_target, d);
    of.at = random_points(AT, d);
    double outlier = kind == 3 ? log_uniform(10, 1e5) : 1;
    place(of.at, AT, d, of.scale, of.away, outlier);
    place(of.all.model, of.all.n_model, d, of.scale, of.away, 1);
    place(of.all.target, of.all.n_target, d, of.scale, of.away, outlier);
    if (kind == 1 || kind == 2)
        let_coincide(&of, kind == 1 ? 0 : of.scale * log_uniform(1e-6, 1e-2));
    return of;
}

static void compare(const setting *of, size_t measure, double error, double magnitude)
{
    worst *w = &found[measure];
    if (magnitude < magnitude_least || magnitude > magnitude_most)
        return;
    w->compared++;
    if (!(error / magnitude / promised <= w->error)) {
        w->error = error / magnitude / promised;
        w->number = of->number;
        snprintf(w->about, sizeof w->about,
                 "dimension %zu, exponent %g, epsilon %.3g, scale %.3g, away %.3g, %s, %zu and %zu samples",
                 of->all.dimension, of->all.exponent, of->all.epsilon, of->scale, of->away, of->kind, of->all.n_model,
                 of->all.n_target);
    }
}

static double norm(size_t count, const double *values)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum);
}

static void try_setting(coulomb_context *context, const setting *of)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    coulomb_plummer *plummer;
    float *field = malloc(AT * d * sizeof *field), potential[AT], alone[AT];
    double *expected = malloc(2 * d * sizeof *expected), energy;
    require(context, coulomb_plummer_new(context, all->exponent, all->epsilon, &plummer));
    require(context, coulomb_plummer_field(plummer, d, of->at, AT, all->model, all->n_model, all->target, all->n_target,
                                           field, potential));
    require(context, coulomb_plummer_potential(plummer, d, of->at, AT, all->model, all->n_model, all->target,
                                               all->n_target, alone));
    for (size_t i = 0; i < AT; i++) {
        reference sum = reference_potential(all, of->at + i * d, no_sample, no_sample, expected, expected + d);
        compare(of, POTENTIAL, fabs((double)potential[i] - sum.value), sum.size);
        compare(of, POTENTIAL, fabs((double)alone[i] - sum.value), sum.size);
        for (size_t k = 0; k < d; k++)
            expected[k] -= (double)field[i * d + k];
        compare(of, FIELD, norm(d, expected), norm(d, expected + d));
    }
    int32_t self_terms = of->number % 2 == 0;
    require(context, coulomb_plummer_set_self_terms(plummer, self_terms));
    require(context, coulomb_plummer_energy(plummer, d, all->model, all->n_model, all->target, all->n_target, &energy));
    reference sum = reference_energy(all, self_terms);
    compare(of, ENERGY, fabs(energy - sum.value), sum.size);
    coulomb_plummer_free(plummer);
    free(field);
    free(expected);
}

int main(int count, char **arguments)
{
    uint64_t settings = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000;
    uint64_t first = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    coulomb_context *context;
    if (coulomb_context_new(&context) != COULOMB_OK)
        return 1;
    for (uint64_t i = first; i < first + settings; i++) {
        setting of = make_setting(i);
        try_setting(context, &of);
        charges_free(&of.all);
        free(of.at);
    }
    coulomb_context_free(context);
    int failures = 0;
    for (size_t i = 0; i < MEASURES; i++) {
        bool holds = found[i].error <= 1 && found[i].compared > settings / 2;
        printf("%sok - %s within %.3g of what is promised, %g, in %" PRIu64 " settings\n# worst of %" PRIu64
               " values in setting %" PRIu64 ": %s\n",
               holds ? "" : "not ", measures[i], found[i].error, promised, settings, found[i].compared, found[i].number,
               found[i].about);
        failures += !holds;
    }
    printf("1..%d\n", MEASURES);
    return failures > 0;
}

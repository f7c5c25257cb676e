/* See random_settings.h. */
#include "unit/random_settings.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What float64 sums of a setting may cost, in coordinates of pairs; of one in TWENTY, ten times that, which takes it
 * beyond the tiles' edges. */
enum { COST_MOST = 2000000, COST_OF_TERM = 40, SAMPLES_MOST = 700, SAMPLES_LEAST = 12, TWENTY = 20 };

static const char *const kinds[] = {"apart",           "coinciding", "nearly coinciding", "with an outlier",
                                    "in two clusters", "of 8 bits",  "in one point"};
enum { APART, COINCIDING, NEARLY, OUTLIER, CLUSTERS, BITS, POINT, KINDS };

/* xorshift64* (Vigna 2016) */
static uint64_t state;

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

static void begin(uint64_t number)
{
    state = 88172645463325252u ^ (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < 8; i++)
        uniform(0, 1);
}

/* Exponents 1 to 3 have code of their own; above 16 sums are float64. */
static double draw_exponent(void)
{
    switch (size_below(10)) {
    case 0:
        return log_uniform(16, 40);
    case 1:
    case 2:
    case 3:
        return log_uniform(0.05, 16);
    default:
        return (double)(1 + size_below(3));
    }
}

/* A Gaussian in units of the points' distances, so that its terms are not all 0 or 1. */
static void draw_kernel(setting *of)
{
    of->all.gaussian = size_below(3) == 0;
    of->all.exponent = draw_exponent();
    of->all.epsilon = of->scale * (of->all.gaussian ? sqrt((double)of->all.dimension) * log_uniform(0.03, 30)
                                                    : log_uniform(1e-3, 1e3));
    of->all.n_further = size_below(4) ? 0 : 1 + size_below(COULOMB_EPSILONS_MAX - 1);
    for (size_t i = 0; i < of->all.n_further; i++)
        of->further[i] = of->all.epsilon * log_uniform(0.1, 10);
    of->all.further = of->further;
}

static void draw_counts(setting *of)
{
    double cost = COST_MOST * (size_below(TWENTY) ? 1.0 : 10.0);
    double of_pair = (double)of->all.dimension + COST_OF_TERM * (double)(1 + of->all.n_further);
    size_t most = (size_t)(0.5 * sqrt(cost / of_pair));
    most = most > SAMPLES_MOST ? SAMPLES_MOST : most < SAMPLES_LEAST ? SAMPLES_LEAST : most;
    of->all.n_model = 2 + size_below(most - 1);
    of->all.n_target = 2 + size_below(most - 1);
    of->n_at = 1 + size_below(AT_MOST);
}

static float *draw_points(size_t count, size_t d)
{
    float *points = malloc(count * d * sizeof *points);
    for (size_t i = 0; points && i < count * d; i++)
        points[i] = (float)uniform(-1, 1);
    return points;
}

/* The first point is `outlier` times as far out, every other one in a second cluster. */
static void place(const setting *of, float *points, size_t count, double outlier, double apart, bool bits)
{
    size_t d = of->all.dimension;
    for (size_t i = 0; i < count * d; i++) {
        double at = (double)points[i];
        if (bits)
            at = floor(127.5 * (at + 1)) / 127.5 - 1;
        at = i < d ? at * outlier : apart > 0 ? at + apart * (double)(i / d % 2) : at;
        points[i] = (float)(of->scale * (at + of->away));
    }
}

static void place_all(const setting *of, size_t kind)
{
    double outlier = kind == OUTLIER ? log_uniform(10, 1e5) : 1, apart = kind == CLUSTERS ? log_uniform(1, 1e4) : 0;
    place(of, of->at, of->n_at, outlier, apart, kind == BITS);
    place(of, of->all.model, of->all.n_model, 1, apart, kind == BITS);
    place(of, of->all.target, of->all.n_target, outlier, apart, kind == BITS);
}

/* Points of one set take the places of some of another, to the bit or nearly. */
static void let_coincide(const setting *of, double distance)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    for (size_t i = 0; i < all->n_model; i += 2) {
        const float *target = all->target + size_below(all->n_target) * d;
        for (size_t k = 0; k < d; k++)
            all->model[i * d + k] = target[k] + (float)(distance * uniform(-1, 1));
    }
    for (size_t i = 0; i < of->n_at; i += 2)
        memcpy(of->at + i * d, i % 4 ? all->model : all->target, d * sizeof(float));
}

static void let_all_coincide(const setting *of)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    for (size_t i = 0; i < all->n_model; i++)
        memcpy(all->model + i * d, all->target, d * sizeof(float));
    for (size_t i = 1; i < all->n_target; i++)
        memcpy(all->target + i * d, all->target, d * sizeof(float));
    for (size_t i = 0; i < of->n_at; i += 2)
        memcpy(of->at + i * d, all->target, d * sizeof(float));
}

void setting_make(uint64_t number, setting *made)
{
    begin(number);
    size_t kind = size_below(KINDS);
    *made = (setting){.number = number, .kind = kinds[kind]};
    made->all.dimension = size_below(8) ? (size_t)log_uniform(1, 20001) : 1 + size_below(40);
    made->scale = size_below(8) ? log_uniform(1e-3, 1e3) : log_uniform(1e-15, 1e15);
    made->away = size_below(2) ? 0 : log_uniform(1, 1e3);
    made->self_terms = size_below(2) == 0;
    draw_kernel(made);
    draw_counts(made);
    made->at = draw_points(made->n_at, made->all.dimension);
    made->all.model = draw_points(made->all.n_model, made->all.dimension);
    made->all.target = draw_points(made->all.n_target, made->all.dimension);
    if (made->at == NULL || made->all.model == NULL || made->all.target == NULL)
        abort();
    place_all(made, kind);
    if (kind == POINT)
        let_all_coincide(made);
    if (kind == COINCIDING || kind == NEARLY)
        let_coincide(made, kind == COINCIDING ? 0 : made->scale * log_uniform(1e-6, 1e-2));
}

void setting_free(setting *made)
{
    charges_free(&made->all);
    free(made->at);
}

/* --- what float64 says --- */

static void *room(size_t count, size_t size)
{
    void *made = calloc(count, size);
    if (made == NULL)
        abort();
    return made;
}

double vector_length(size_t count, const double *values)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum);
}

static void add_to_energy(expectation *of, double sign, const reference *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        of->energy.value += sign * 0.5 * at[i].value / (double)count;
        of->energy.size += 0.5 * at[i].size / (double)count;
    }
}

expectation setting_expect(const setting *of)
{
    const charges *all = &of->all;
    size_t d = all->dimension;
    expectation made = {.at = room(of->n_at, sizeof *made.at),
                        .model = room(all->n_model, sizeof *made.model),
                        .target = room(all->n_target, sizeof *made.target),
                        .fields = room(of->n_at * d, sizeof *made.fields),
                        .field_sizes = room(of->n_at, sizeof *made.field_sizes)};
    double *sizes = room(d, sizeof *sizes);
    for (size_t i = 0; i < of->n_at; i++) {
        made.at[i] = reference_potential(all, of->at + i * d, no_sample, no_sample, made.fields + i * d, sizes);
        made.field_sizes[i] = vector_length(d, sizes);
    }
    for (size_t i = 0; i < all->n_model; i++)
        made.model[i] =
            reference_potential(all, all->model + i * d, of->self_terms ? no_sample : i, no_sample, NULL, NULL);
    for (size_t i = 0; i < all->n_target; i++)
        made.target[i] =
            reference_potential(all, all->target + i * d, no_sample, of->self_terms ? no_sample : i, NULL, NULL);
    add_to_energy(&made, 1, made.target, all->n_target);
    add_to_energy(&made, -1, made.model, all->n_model);
    free(sizes);
    return made;
}

void expectation_free(expectation *made)
{
    free(made->at);
    free(made->model);
    free(made->target);
    free(made->fields);
    free(made->field_sizes);
}

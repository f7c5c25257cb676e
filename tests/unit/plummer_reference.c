/* See plummer_reference.h. */
#include "unit/plummer_reference.h"

#include "unit/check_more.h"

float *points_random(unsigned seed, size_t count, size_t dimension)
{
    float *points = malloc((count * dimension + 1) * sizeof *points);
    ck_assert_ptr_nonnull(points);
    random_floats(seed, count * dimension, 1.0f, points);
    return points;
}

charges charges_random(unsigned seed, size_t dimension, size_t n_model, size_t n_target, double exponent,
                       double epsilon)
{
    return (charges){
        .dimension = dimension,
        .n_model = n_model,
        .n_target = n_target,
        .model = points_random(2 * seed, n_model, dimension),
        .target = points_random(2 * seed + 1, n_target, dimension),
        .exponent = exponent,
        .epsilon = epsilon,
    };
}

void charges_free(charges *made)
{
    free(made->model);
    free(made->target);
}

/* k, and what the difference of the points is multiplied by in the field. */
typedef struct term {
    double value, weight;
} term;

static term term_of(const charges *all, double epsilon, double square)
{
    double softened = square + epsilon * epsilon;
    if (all->gaussian) {
        double value = exp(-0.5 * square / (epsilon * epsilon));
        return (term){value, value / (epsilon * epsilon)};
    }
    double value = pow(softened, -0.5 * all->exponent);
    return (term){value, all->exponent * value / softened};
}

static term sum_of_terms(const charges *all, const float *a, const float *b)
{
    double square = 0.0;
    for (size_t k = 0; k < all->dimension; k++)
        square += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    term sum = term_of(all, all->epsilon, square);
    for (size_t i = 0; i < all->n_further; i++) {
        term more = term_of(all, all->further[i], square);
        sum.value += more.value;
        sum.weight += more.weight;
    }
    return sum;
}

static void add_set(const charges *all, const float *a, const float *set, size_t n, size_t without, double sign,
                    reference *sum, double *fields, double *field_sizes)
{
    double count = (double)n - (without < n ? 1.0 : 0.0);
    for (size_t j = 0; j < n; j++) {
        if (j == without)
            continue;
        const float *b = set + j * all->dimension;
        term pair = sum_of_terms(all, a, b);
        sum->value += sign * pair.value / count;
        sum->size += pair.value / count;
        for (size_t k = 0; fields != NULL && k < all->dimension; k++) {
            double part = pair.weight / count * ((double)a[k] - (double)b[k]);
            fields[k] += sign * part;
            field_sizes[k] += fabs(part);
        }
    }
}

reference reference_potential(const charges *all, const float *a, size_t without_model, size_t without_target,
                              double *fields, double *field_sizes)
{
    reference sum = {0};
    for (size_t k = 0; fields != NULL && k < all->dimension; k++)
        fields[k] = field_sizes[k] = 0.0;
    add_set(all, a, all->target, all->n_target, without_target, 1.0, &sum, fields, field_sizes);
    add_set(all, a, all->model, all->n_model, without_model, -1.0, &sum, fields, field_sizes);
    return sum;
}

/* F = 1/2 (mean of the potential at target samples - mean at model samples), Eq. 8 by Eq. 32. */
reference reference_energy(const charges *all, int keep)
{
    reference sum = {0};
    for (size_t i = 0; i < all->n_target; i++) {
        reference at =
            reference_potential(all, all->target + i * all->dimension, no_sample, keep ? no_sample : i, NULL, NULL);
        sum.value += 0.5 * at.value / (double)all->n_target;
        sum.size += 0.5 * at.size / (double)all->n_target;
    }
    for (size_t i = 0; i < all->n_model; i++) {
        reference at =
            reference_potential(all, all->model + i * all->dimension, keep ? no_sample : i, no_sample, NULL, NULL);
        sum.value -= 0.5 * at.value / (double)all->n_model;
        sum.size += 0.5 * at.size / (double)all->n_model;
    }
    return sum;
}

/* Potentials, fields and energies against plain loops in float64. Errors are measured by the sum of the terms'
 * magnitudes: the CPU's bound is 1e-6, a GPU may have three times that. */
#include "cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double BOUND = 3e-6;

enum { POINTS_CHECKED = 150, SMALL = 1000 };

typedef struct setting {
    size_t dimension, n_model, n_target, at_model, at_target;
    double exponent, epsilon;
    bool self_terms, displaced;
    float width; /* of the coordinates */
    bool gaussian;
    bool several; /* three epsilons: these times the first */
} setting;

static const double several_epsilons[] = {1.0, 2.5, 0.4};

/* Sums at one point from one set: the terms, and their magnitudes; of a field's coordinate, too. */
typedef struct reference {
    double value, *field, *field_size;
} reference;

static double power_of(double square, double epsilon, double power)
{
    double softened = square + epsilon * epsilon;
    return exp(-power * (softened > 1e-290 ? log(softened) : 2.0 * log(hypot(sqrt(square), epsilon))));
}

/* k of a squared distance, and what the difference of the points is multiplied by in the field. */
static void add_terms(const setting *s, double square, double *value, double *weight)
{
    for (size_t i = 0; i < (s->several ? 3 : 1); i++) {
        double epsilon = s->epsilon * several_epsilons[i], gaussian = exp(-0.5 * square / (epsilon * epsilon));
        *value += s->gaussian ? gaussian : power_of(square, epsilon, 0.5 * s->exponent);
        *weight += s->gaussian ? gaussian / (epsilon * epsilon)
                               : s->exponent * power_of(square, epsilon, 0.5 * s->exponent + 1.0);
    }
}

static device_kernel kernel_of(const device_pair *pair, const setting *s)
{
    double epsilon[3];
    for (size_t i = 0; i < 3; i++)
        epsilon[i] = s->epsilon * several_epsilons[i];
    return (device_kernel){.kind = s->gaussian ? COULOMB_KERNEL_GAUSSIAN : COULOMB_KERNEL_PLUMMER,
                           .exponent = s->exponent,
                           .self_terms = s->self_terms,
                           .epsilons = s->several ? 3 : 1,
                           .epsilon = to_gpu(pair, epsilon, sizeof epsilon)};
}

static double sum_at(const setting *s, const float *a, const float *points, size_t count, size_t without, double *field,
                     double *field_size)
{
    double sum = 0.0;
    for (size_t j = 0; j < count; j++) {
        if (j == without)
            continue;
        double square = 0.0;
        for (size_t k = 0; k < s->dimension; k++) {
            double difference = (double)a[k] - (double)points[j * s->dimension + k];
            square += difference * difference;
        }
        double weight = 0.0;
        add_terms(s, square, &sum, &weight);
        for (size_t k = 0; field != NULL && k < s->dimension; k++) {
            double term = weight * ((double)a[k] - (double)points[j * s->dimension + k]);
            field[k] += term / (double)count;
            field_size[k] += fabs(term) / (double)count;
        }
    }
    return sum;
}

static void compare(const char *what, const setting *s, size_t i, double found, double expected, double size,
                    double *worst)
{
    if (fabs(expected) > 3.4e38) {
        expect(!isfinite(found), "%s %zu is %g, and should not be finite", what, i, found);
        return;
    }
    double error = size == 0.0 ? fabs(found - expected) : fabs(found - expected) / size;
    double least = s->gaussian ? 4e-38 + 4e-37 / s->epsilon : 1.2e-38; /* a Gaussian's terms may be 0 there */
    double rounding = size == 0.0 ? 0.0 : least / size;                /* results too small for a normal number */
    if (!(error <= *worst))
        *worst = isnan(error) ? INFINITY : fmax(0.0, error - rounding);
}

typedef struct batch_arrays {
    float *model, *target, *near_model, *near_target;
} batch_arrays;

static batch_arrays make_arrays(const setting *s)
{
    size_t d = s->dimension;
    batch_arrays made = {random_array(1, s->n_model * d, s->width), random_array(2, s->n_target * d, s->width),
                         random_array(3, s->at_model * d, s->width), random_array(4, s->at_target * d, s->width)};
    for (size_t k = 0; k < d && s->n_model > 3 && s->n_target > 3; k++) { /* some are close together */
        made.target[3 * d + k] = made.model[2 * d + k];
        made.model[1 * d + k] = made.model[2 * d + k] * 1.0001f;
    }
    return made;
}

static void free_arrays(batch_arrays *arrays)
{
    free(arrays->model);
    free(arrays->target);
    free(arrays->near_model);
    free(arrays->near_target);
}

static charge_batch upload(const device_pair *pair, const setting *s, const batch_arrays *arrays)
{
    size_t row = s->dimension * sizeof(float);
    return (charge_batch){.dimension = s->dimension,
                          .model = to_gpu(pair, arrays->model, s->n_model * row),
                          .target = to_gpu(pair, arrays->target, s->n_target * row),
                          .n_model = s->n_model,
                          .n_target = s->n_target,
                          .at_model = s->at_model,
                          .at_target = s->at_target,
                          .displaced = s->displaced,
                          .near_model = to_gpu(pair, arrays->near_model, s->at_model * row),
                          .near_target = to_gpu(pair, arrays->near_target, s->at_target * row)};
}

/* Potential at point i of the model samples' (own 0) or of the target samples' (own 1) points. */
static void expected_at(const setting *s, const batch_arrays *arrays, int own, size_t i, double *value, double *size)
{
    const float *near = own == 0 ? arrays->near_model : arrays->near_target;
    const float *a = (s->displaced ? near : own == 0 ? arrays->model : arrays->target) + i * s->dimension;
    size_t without_model = !s->self_terms && own == 0 ? i : SIZE_MAX;
    size_t without_target = !s->self_terms && own == 1 ? i : SIZE_MAX;
    double pull = sum_at(s, a, arrays->target, s->n_target, without_target, NULL, NULL) /
                  (double)(s->n_target - (without_target != SIZE_MAX));
    double push = sum_at(s, a, arrays->model, s->n_model, without_model, NULL, NULL) /
                  (double)(s->n_model - (without_model != SIZE_MAX));
    *value = pull - push;
    *size = pull + push;
}

static double expected_energy(const setting *s, const batch_arrays *arrays, double *size)
{
    double model = 0.0, target = 0.0, cross = 0.0, n = (double)s->n_model, m = (double)s->n_target;
    for (size_t i = 0; i < s->n_model; i++) {
        const float *a = arrays->model + i * s->dimension;
        model += sum_at(s, a, arrays->model, s->n_model, s->self_terms ? SIZE_MAX : i, NULL, NULL);
        cross += sum_at(s, a, arrays->target, s->n_target, SIZE_MAX, NULL, NULL);
    }
    for (size_t i = 0; i < s->n_target; i++)
        target += sum_at(s, arrays->target + i * s->dimension, arrays->target, s->n_target,
                         s->self_terms ? SIZE_MAX : i, NULL, NULL);
    double left_out = s->self_terms ? 0.0 : 1.0;
    model /= n * (n - left_out);
    target /= m * (m - left_out);
    cross *= 2.0 / (n * m);
    *size = 0.5 * (model + target + cross);
    return 0.5 * (target - cross + model);
}

static void test_batch(const device_pair *pair, const setting *s)
{
    batch_arrays arrays = make_arrays(s);
    charge_batch batch = upload(pair, s, &arrays);
    const device_table *table = pair->cuda->table;
    device_kernel kernel = kernel_of(pair, s);
    size_t n = s->at_model, m = s->at_target;
    float *model = on_gpu(pair, n * sizeof(float)), *target = on_gpu(pair, m * sizeof(float));
    float *found = malloc((n + m) * sizeof *found), *again = malloc((n + m) * sizeof *again);
    double *energy = on_gpu(pair, sizeof *energy), found_energy = 0.0;
    bool every = !s->displaced && n == s->n_model && m == s->n_target && n < SMALL;
    device_pairs *pairs = table->pairs_new(pair->cuda);
    for (int run = 0; run < 2; run++) {
        coulomb_status status = table->potentials(pairs, &kernel, &batch, model, target, every ? energy : NULL);
        expect(status == COULOMB_OK, "potentials: %s", coulomb_context_error(pair->cuda_context));
        from_gpu(pair, run == 0 ? found : again, model, n * sizeof(float));
        from_gpu(pair, (run == 0 ? found : again) + n, target, m * sizeof(float));
    }
    expect(memcmp(found, again, (n + m) * sizeof(float)) == 0, "potentials differ from run to run");
    double worst = 0.0, value, size;
    size_t step = 1 + (n + m) / POINTS_CHECKED;
    for (size_t i = 0; i < n + m; i += step) {
        expected_at(s, &arrays, i < n ? 0 : 1, i < n ? i : i - n, &value, &size);
        compare("potential", s, i, (double)found[i], value, size, &worst);
    }
    expect(worst <= BOUND,
           "potentials, dimension %zu, exponent %g, epsilon %g, width %g, %zu+%zu charges at %zu+%zu, self-terms %d, "
           "displaced %d: off by %g",
           s->dimension, s->exponent, s->epsilon, (double)s->width, s->n_model, s->n_target, n, m, s->self_terms,
           s->displaced, worst);
    if (every) {
        from_gpu(pair, &found_energy, energy, sizeof found_energy);
        value = expected_energy(s, &arrays, &size);
        expect(fabs(found_energy - value) <= BOUND * size || value > 1e300,
               "energy, dimension %zu, exponent %g: %.12g, expected %.12g", s->dimension, s->exponent, found_energy,
               value);
    }
    table->pairs_free(pairs);
    free(found);
    free(again);
    free_arrays(&arrays);
    forget_gpu(pair);
}

static void test_at(const device_pair *pair, const setting *s)
{
    batch_arrays arrays = make_arrays(s);
    charge_batch batch = upload(pair, s, &arrays);
    const device_table *table = pair->cuda->table;
    device_kernel kernel = kernel_of(pair, s);
    kernel.self_terms = true;
    size_t n = s->at_model, d = s->dimension;
    float *potential = on_gpu(pair, n * sizeof(float)), *field = on_gpu(pair, n * d * sizeof(float));
    float *found = malloc(n * sizeof(float)), *found_field = malloc(n * d * sizeof(float));
    device_pairs *pairs = table->pairs_new(pair->cuda);
    expect(table->potentials_at(pairs, &kernel, &batch, batch.near_model, n, field, potential) == COULOMB_OK,
           "potentials at points: %s", coulomb_context_error(pair->cuda_context));
    from_gpu(pair, found, potential, n * sizeof(float));
    from_gpu(pair, found_field, field, n * d * sizeof(float));
    expect(table->potentials_at(pairs, &kernel, &batch, batch.near_model, n, NULL, potential) == COULOMB_OK,
           "potentials alone: %s", coulomb_context_error(pair->cuda_context));
    float *alone = malloc(n * sizeof(float));
    from_gpu(pair, alone, potential, n * sizeof(float));
    double *pull = calloc(4 * d, sizeof *pull), *push = pull + 2 * d, worst = 0.0, worst_field = 0.0;
    for (size_t i = 0; i < n; i += 1 + n / POINTS_CHECKED) {
        memset(pull, 0, 4 * d * sizeof *pull);
        const float *a = arrays.near_model + i * d;
        double target = sum_at(s, a, arrays.target, s->n_target, SIZE_MAX, pull, pull + d) / (double)s->n_target;
        double model = sum_at(s, a, arrays.model, s->n_model, SIZE_MAX, push, push + d) / (double)s->n_model;
        compare("potential", s, i, (double)found[i], target - model, target + model, &worst);
        compare("potential", s, i, (double)alone[i], target - model, target + model, &worst);
        for (size_t k = 0; k < d; k++)
            compare("field", s, i * d + k, (double)found_field[i * d + k], pull[k] - push[k], pull[d + k] + push[d + k],
                    &worst_field);
    }
    expect(worst <= BOUND, "potentials at points, dimension %zu, exponent %g, epsilon %g: off by %g", d, s->exponent,
           s->epsilon, worst);
    expect(worst_field <= BOUND, "field at points, dimension %zu, exponent %g, epsilon %g: off by %g", d, s->exponent,
           s->epsilon, worst_field);
    table->pairs_free(pairs);
    free(pull);
    free(found);
    free(found_field);
    free(alone);
    free_arrays(&arrays);
    forget_gpu(pair);
}

/* Equal sets cancel exactly; what is not finite shows. */
static void test_special(const device_pair *pair, size_t dimension)
{
    size_t n = 300, row = dimension * sizeof(float);
    float *points = random_array(8, n * dimension, 1.0f), *found = malloc(2 * n * sizeof(float));
    device_kernel kernel =
        kernel_of(pair, &(setting){.exponent = 1.0, .self_terms = true, .epsilon = 0.5, .several = true});
    charge_batch batch = {.dimension = dimension,
                          .n_model = n,
                          .n_target = n,
                          .at_model = n,
                          .at_target = n,
                          .model = to_gpu(pair, points, n * row),
                          .target = to_gpu(pair, points, n * row)};
    float *potential = on_gpu(pair, 2 * n * sizeof(float));
    device_pairs *pairs = pair->cuda->table->pairs_new(pair->cuda);
    pair->cuda->table->potentials(pairs, &kernel, &batch, potential, potential + n, NULL);
    from_gpu(pair, found, potential, 2 * n * sizeof(float));
    bool zero = true;
    for (size_t i = 0; i < 2 * n; i++)
        zero = zero && found[i] == 0.0f;
    expect(zero, "the potential of equal sets in dimension %zu", dimension);
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t b = 0; b < 3; b++) {
        float kept = points[n * dimension - 1];
        points[n * dimension - 1] = bad[b];
        pair->cuda->table->copy_in(pair->cuda, (void *)batch.target, points, n * row);
        points[n * dimension - 1] = kept;
        coulomb_status status = pair->cuda->table->potentials(pairs, &kernel, &batch, potential, potential + n, NULL);
        from_gpu(pair, found, potential, 2 * n * sizeof(float));
        expect(status == COULOMB_ERROR_NOT_FINITE || (!isfinite(found[0]) && !isfinite(found[2 * n - 1])),
               "a coordinate of %g in dimension %zu", (double)bad[b], dimension);
    }
    size_t bytes = 0;
    expect(pair->cuda->table->pairs_bytes(pairs, &kernel, &batch, n, false, &bytes) == COULOMB_OK && bytes > 0,
           "memory of pairs");
    pair->cuda->table->pairs_free(pairs);
    free(points);
    free(found);
    forget_gpu(pair);
}

/* Both kernels, with one epsilon and with three. */
static void test_kernels(const device_pair *pair, setting s)
{
    for (int kind = 1; kind < 4; kind++) {
        s.gaussian = kind & 1;
        s.several = kind & 2;
        s.epsilon = s.gaussian ? 0.5 * sqrt((double)s.dimension) : 0.3;
        s.self_terms = kind != 2;
        s.displaced = kind == 3;
        test_batch(pair, &s);
        test_at(pair, &s);
    }
}

static void test_far(const device_pair *pair)
{
    static const setting far[] = {{2, 200, 180, 200, 180, 1.0, 1e-20, true, false, 1.0f, false, false},
                                  {2, 200, 180, 200, 180, 20.0, 0.5, false, false, 1.0f, false, false},
                                  {3, 200, 180, 200, 180, 1.0, 1.0, true, false, 1e25f, false, false},
                                  {3, 200, 180, 100, 180, 2.0, 1e-3, true, true, 1e-3f, false, false},
                                  {8, 200, 180, 200, 180, 1.0, 1e18, true, false, 1e18f, false, false},
                                  {40, 200, 180, 200, 180, 1.0, 1e-20, false, false, 1.0f, false, false},
                                  {40, 200, 180, 200, 180, 1.0, 1.0, true, false, 1e20f, false, false},
                                  {50, 150, 130, 90, 80, 3.0, 0.01, false, false, 0.01f, false, false},
                                  {2, 200, 180, 200, 180, 1.0, 0.1, true, false, 1.0f, true, false},
                                  {40, 200, 180, 200, 180, 1.0, 1.5, true, false, 1.0f, true, true},
                                  {3, 200, 180, 200, 180, 1.0, 1e8, false, false, 1e8f, true, false}};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        test_batch(pair, &far[i]);
        test_at(pair, &far[i]);
    }
}

static void test_large(const device_pair *pair)
{
    static const setting large[] = {{2, 9000, 8500, 9000, 8500, 1.0, 0.1, true, false, 1.0f, false, false},
                                    {3, 20000, 1500, 20000, 600, 3.0, 0.1, false, false, 1.0f, false, false},
                                    {2, 17000, 1000, 17000, 1000, 2.5, 0.1, false, false, 1.0f, false, false},
                                    {40, 3000, 2500, 1500, 1100, 1.0, 0.1, false, false, 1.0f, false, false}};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        test_batch(pair, &large[i]);
}

void test_potentials(const device_pair *pair)
{
    static const size_t dimensions[] = {1, 2, 3, 4, 5, 8, 13, 16, 31, 32, 33, 100, 1027, 3072};
    static const double exponents[] = {1.0, 2.0, 3.0, 0.5, 7.3, 16.0};
    for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
        size_t d = dimensions[i], p = d > 100 ? 0 : 1;
        for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
            setting s = {.dimension = d,
                         .n_model = p == 1 ? 300 : 70,
                         .n_target = p == 1 ? 257 : 65,
                         .exponent = exponents[e],
                         .epsilon = 0.3,
                         .self_terms = true,
                         .width = 1.0f};
            s.at_model = s.n_model;
            s.at_target = s.n_target;
            test_batch(pair, &s);
            s.self_terms = false;
            test_batch(pair, &s);
            s.at_model = 61;
            s.at_target = 40;
            test_batch(pair, &s);
            s.displaced = true;
            test_batch(pair, &s);
            s.self_terms = true;
            test_batch(pair, &s);
            test_at(pair, &s);
        }
        test_kernels(pair, (setting){.dimension = d,
                                     .n_model = p == 1 ? 300 : 70,
                                     .n_target = p == 1 ? 257 : 65,
                                     .at_model = 61,
                                     .at_target = 40,
                                     .exponent = 1.0,
                                     .width = 1.0f});
        test_special(pair, d);
    }
    test_far(pair);
    test_large(pair);
}

/* Some of everything: for tools that take long. */
void test_few_pairs(const device_pair *pair)
{
    setting s = {2, 300, 257, 300, 257, 1.0, 0.3, false, false, 1.0f, false, false};
    for (s.dimension = 2; s.dimension <= 50; s.dimension += 24) {
        test_batch(pair, &s);
        test_at(pair, &s);
        test_kernels(pair, s);
        test_special(pair, s.dimension);
    }
}

void test_small(const device_pair *pair)
{
    test_few_pairs(pair);
    test_sums(pair, 4097);
    test_moves(pair);
    test_recording(pair);
}

/* Potential, field and energy against naive loops in float64: every way to sum them, at sizes around the tiles' edges,
 * where digits could get lost, on any number of threads, without allocating twice. */
#include "plummer/plummer.h"

#include "base/context.h"
#include "plummer/handle.h"
#include "unit/check_more.h"
#include "unit/plummer_reference.h"
#include "unit/suites.h"
#include "unit/tiers.h"

#include <float.h>

static const double tolerance = 1e-5;                              /* what the header promises */
static const double nothing = 2.0 * 1.1754943508222875e-38 / 1e-5; /* a Gaussian's terms may be 0 below FLT_MIN */

static const size_t dimensions[] = {1, 2, 3, 4, 7, 16, 31, 32, 33, 40, 100, 257, 3072};
static const double exponents[] = {0.5, 1.0, 2.0, 3.0, 1.7};
static const size_t counts[] = {1, 2, 5, 16, 17, 63, 64, 65, 130, 257, 513, 600};

enum {
    DIMENSIONS = sizeof dimensions / sizeof dimensions[0],
    EXPONENTS = sizeof exponents / sizeof exponents[0],
    COUNTS = sizeof counts / sizeof counts[0]
};

static size_t allocations;

static void *allocate(void *user, size_t size)
{
    (void)user;
    allocations++;
    return malloc(size);
}

static void release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static coulomb_context *context;
static coulomb_plummer *plummer;

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new_with_allocator(allocate, release, NULL, &context), COULOMB_OK);
    ck_ok(context, coulomb_plummer_new(context, 1.0, 1.0, &plummer));
}

static void teardown(void)
{
    coulomb_plummer_free(plummer);
    coulomb_context_free(context);
}

static void use(const charges *all)
{
    ck_ok(context, coulomb_plummer_set_exponent(plummer, all->exponent));
    double epsilons[COULOMB_EPSILONS_MAX] = {all->epsilon};
    for (size_t i = 0; i < all->n_further; i++)
        epsilons[i + 1] = all->further[i];
    ck_ok(context, coulomb_plummer_set_epsilons(plummer, epsilons, 1 + all->n_further));
    ck_ok(context,
          coulomb_plummer_set_kernel(plummer, all->gaussian ? COULOMB_KERNEL_GAUSSIAN : COULOMB_KERNEL_PLUMMER));
}

static float *room(size_t count)
{
    float *values = calloc(count + 1, sizeof *values);
    ck_assert_ptr_nonnull(values);
    return values;
}

/* Counts that keep naive loops short in many dimensions. */
static size_t draw_count(unsigned seed, size_t dimension)
{
    size_t most = dimension > 1000 ? 7 : dimension > 50 ? 10 : COUNTS;
    return counts[random_size(seed, 0, most - 1)];
}

static charges draw_case(int index)
{
    size_t dimension = dimensions[index % DIMENSIONS];
    unsigned seed = 10u * (unsigned)index;
    double epsilon = index % 3 == 0 ? 0.1 : index % 3 == 1 ? 1.0 : 3.0;
    return charges_random(seed, dimension, draw_count(seed + 1, dimension), draw_count(seed + 2, dimension),
                          exponents[index / DIMENSIONS], epsilon);
}

/* Of both kernels, with one epsilon and with three; of a Gaussian in units of the points' distances, so that some terms
 * are large and some are 0. */
static const double further[] = {0.5, 2.0};

static void vary(charges *all, int kind)
{
    all->gaussian = kind & 1;
    all->further = further;
    all->n_further = kind & 2 ? 2 : 0;
    if (all->gaussian)
        all->epsilon *= 0.5 * sqrt((double)all->dimension);
}

static void check_points(const charges *all, const float *at, size_t n_at, const float *potential, const float *field)
{
    double *expected = malloc(2 * all->dimension * sizeof *expected);
    for (size_t i = 0; i < n_at; i++) {
        reference sum = reference_potential(all, at + i * all->dimension, no_sample, no_sample, expected,
                                            expected + all->dimension);
        double steep = all->gaussian ? 1.0 / all->epsilon : 1.0;
        if (potential != NULL)
            ck_close(potential[i], sum.value, tolerance, sum.size + nothing);
        for (size_t k = 0; field != NULL && k < all->dimension; k++)
            ck_close(field[i * all->dimension + k], expected[k], tolerance,
                     expected[all->dimension + k] + (1.0 + 20.0 * steep) * nothing);
    }
    free(expected);
}

/* Potential and field at points, one of them on a charge. */
static void points_match(const charges *all, float *at, size_t n_at)
{
    float *potential = room(n_at), *beside = room(n_at), *field = room(n_at * all->dimension);
    memcpy(at, all->model, all->dimension * sizeof *at);
    use(all);
    ck_ok(context, coulomb_plummer_potential(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                             all->n_target, potential));
    ck_ok(context, coulomb_plummer_field(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                         all->n_target, field, beside));
    check_points(all, at, n_at, potential, field);
    check_points(all, at, n_at, beside, NULL);
    free(potential);
    free(beside);
    free(field);
}

START_TEST(points_match_naive_loops)
{
    charges all = draw_case(_i);
    size_t n_at = draw_count((unsigned)_i + 5000, all.dimension);
    float *at = points_random((unsigned)_i + 6000, n_at, all.dimension);
    points_match(&all, at, n_at);
    free(at);
    charges_free(&all);
}
END_TEST

/* Self-terms are left out of a set's potential at its own samples. */
static void check_own(const charges *all, const float *at_model, size_t n_model, const float *at_target,
                      size_t n_target, int keep)
{
    for (size_t i = 0; i < n_model; i++) {
        reference sum =
            reference_potential(all, all->model + i * all->dimension, keep ? no_sample : i, no_sample, NULL, NULL);
        ck_close(at_model[i], sum.value, tolerance, sum.size + nothing);
    }
    for (size_t i = 0; i < n_target; i++) {
        reference sum =
            reference_potential(all, all->target + i * all->dimension, no_sample, keep ? no_sample : i, NULL, NULL);
        ck_close(at_target[i], sum.value, tolerance, sum.size + nothing);
    }
}

static void batch_matches(const charges *all)
{
    float *at_model = room(all->n_model), *at_target = room(all->n_target);
    use(all);
    for (int keep = all->n_model > 1 && all->n_target > 1 ? 0 : 1; keep <= 1; keep++) {
        double energy = 0.0, again = 1.0;
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        ck_ok(context, coulomb_plummer_batch(plummer, all->dimension, all->model, all->n_model, all->target,
                                             all->n_target, at_model, at_target, &energy));
        check_own(all, at_model, all->n_model, at_target, all->n_target, keep);
        reference expected = reference_energy(all, keep);
        ck_close(energy, expected.value, tolerance, expected.size + nothing);
        ck_ok(context, coulomb_plummer_energy(plummer, all->dimension, all->model, all->n_model, all->target,
                                              all->n_target, &again));
        ck_assert(energy == again);
    }
    free(at_model);
    free(at_target);
}

START_TEST(batch_matches_naive_loops)
{
    charges all = draw_case(_i);
    batch_matches(&all);
    charges_free(&all);
}
END_TEST

START_TEST(every_kernel_matches_naive_loops)
{
    charges all = draw_case(_i / 4 * 7 % (DIMENSIONS * EXPONENTS));
    vary(&all, _i);
    float *at = points_random((unsigned)_i + 6000, 40, all.dimension);
    points_match(&all, at, 40);
    batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

static charge_batch first_samples(const charges *all, size_t count)
{
    return (charge_batch){.dimension = all->dimension,
                          .model = all->model,
                          .target = all->target,
                          .n_model = all->n_model,
                          .n_target = all->n_target,
                          .at_model = count,
                          .at_target = count};
}

/* As the trainer calls the device. */
static coulomb_status trainers_potentials(const charge_batch *batch, float *at_model, float *at_target)
{
    device_kernel kernel = plummer_device_kernel(plummer, plummer->kernel.epsilon);
    return context_device(context)->table->potentials(plummer_pairs(plummer), &kernel, batch, at_model, at_target,
                                                      NULL);
}

/* The trainer's potentials: at the first samples, or near them, from more charges than those. */
START_TEST(first_samples_match_naive_loops)
{
    static const size_t sizes[][4] = {
        {2, 128, 128, 128}, {2, 700, 640, 128}, {3, 40, 700, 40}, {50, 200, 150, 130}, {300, 70, 65, 64}};
    const size_t *size = sizes[_i % 5];
    charges all = charges_random((unsigned)_i + 40, size[0], size[1], size[2], 1.0, 0.5);
    vary(&all, _i / 5);
    size_t n_at = size[3];
    float *at_model = room(n_at), *at_target = room(n_at), *near = room(2 * n_at * size[0]);
    float *near_target = near + n_at * size[0];
    use(&all);
    for (int keep = 0; keep <= 1; keep++) {
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        charge_batch batch = first_samples(&all, n_at);
        ck_ok(context, trainers_potentials(&batch, at_model, at_target));
        check_own(&all, at_model, n_at, at_target, n_at, keep);
        for (size_t i = 0; i < n_at * size[0]; i++) {
            near[i] = all.model[i] + 0.125f;
            near_target[i] = all.target[i] - 0.25f;
        }
        batch.displaced = true;
        batch.near_model = near;
        batch.near_target = near_target;
        ck_ok(context, trainers_potentials(&batch, at_model, at_target));
        for (size_t i = 0; i < n_at; i++) {
            size_t own = keep ? no_sample : i;
            reference x = reference_potential(&all, near + i * size[0], own, no_sample, NULL, NULL);
            reference y = reference_potential(&all, near_target + i * size[0], no_sample, own, NULL, NULL);
            ck_close(at_model[i], x.value, tolerance, x.size);
            ck_close(at_target[i], y.value, tolerance, y.size);
        }
    }
    free(at_model);
    free(at_target);
    free(near);
    charges_free(&all);
}
END_TEST

START_TEST(every_tier_matches_naive_loops)
{
    context->kernels = tier_table(_i / 2);
    for (int index = _i % 2; index < DIMENSIONS * EXPONENTS; index += 7) {
        charges all = draw_case(index);
        vary(&all, index / 7 % 4);
        float *at = points_random((unsigned)index + 6000, 37, all.dimension);
        points_match(&all, at, 37);
        batch_matches(&all);
        free(at);
        charges_free(&all);
    }
}
END_TEST

/* k of a squared distance over the whole range that float32 sums are taken in. */
START_TEST(powers_are_good_to_float32_rounding)
{
    const double powers[] = {0.01, 0.5, 1.0, 1.7, 2.0, 3.0, 3.7, 8.0, 15.9};
    const kernels *table = tier_table(_i);
    size_t compared = 0;
    for (size_t p = 0; p < sizeof powers / sizeof powers[0]; p++) {
        pair_function function = pair_function_of(powers[p], 1.0);
        for (double octave = -90.0; octave < 90.0; octave += 0.37) {
            float square = (float)exp2(octave), value = square, weight;
            double expected = pow((double)square, -0.5 * powers[p]);
            double expected_weight = powers[p] * expected / (double)square;
            if (!(expected_weight > 1e-36 && expected_weight < 1e36 && expected > 1e-36 && expected < 1e36))
                continue;
            table->pairs[function.shape]->apply(&function, 1, &value, &weight);
            ck_close(value, expected, 6e-7, expected);
            ck_close(weight, expected_weight, 1e-6, expected_weight);
            compared++;
        }
    }
    ck_assert_uint_gt(compared, 1000);
}
END_TEST

/* As far out as it is more than 0. */
START_TEST(gaussians_are_good_to_float32_rounding)
{
    const double epsilons[] = {1e-3, 0.7, 1.0, 3.3, 1000.0};
    const kernels *table = tier_table(_i);
    for (size_t e = 0; e < sizeof epsilons / sizeof epsilons[0]; e++) {
        pair_function function = gaussian_function_of(epsilons[e]);
        double epsilon2 = epsilons[e] * epsilons[e];
        for (double u = 0.0; u < 300.0; u += 0.0371) {
            float square = (float)(2.0 * u * epsilon2), value = square, weight;
            double expected = exp(-0.5 * (double)square / epsilon2);
            table->pairs[function.shape]->apply(&function, 1, &value, &weight);
            if (expected < 1.1754944e-38)
                ck_assert(value <= 1.18e-38f && value >= 0.0f);
            else
                ck_close(value, expected, 3e-7 + 1e-7 * u, expected);
            ck_close(weight, (double)value / epsilon2, 2e-7, (double)value / epsilon2 + 1e-30);
        }
    }
}
END_TEST

/* --- where digits could get lost --- */

/* Far from all charges, and with an epsilon far below the points' distances from the centre. */
START_TEST(narrow_gaussians_keep_their_digits)
{
    static const struct {
        size_t dimension;
        double epsilon;
        float apart;
    } cases[] = {{2, 0.2, 1.0f},   {32, 1.0, 0.0f},     {40, 0.3, 0.02f},  {40, 1.0, 0.0f},
                 {300, 2.0, 0.0f}, {300, 0.05, 0.002f}, {3072, 5.0, 0.0f}, {3072, 0.2, 0.003f}};
    size_t dimension = cases[_i].dimension, n = 60;
    charges all = charges_random(90 + (unsigned)_i, dimension, n, n, 1.0, cases[_i].epsilon);
    all.gaussian = 1;
    if (cases[_i].apart > 0.0f) /* pairs that are near, in a wide cloud */
        for (size_t i = 0; i < n * dimension; i++)
            all.target[i] = all.model[i] + cases[_i].apart * all.target[i];
    float *at = points_random(91, 20, dimension);
    for (size_t i = dimension; i < 10 * dimension; i++)
        at[i] = all.target[i] + cases[_i].apart * at[i];
    points_match(&all, at, 20);
    batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

/* Far out a Gaussian multiplies the errors of a squared distance by |a-b|^2 / (2 epsilon^2), and equal coordinates make
 * those of a long sum add up. */
START_TEST(gaussian_tails_keep_their_digits)
{
    static const size_t tail_dimensions[] = {7, 26, 32, 47, 300, 718, 3072};
    enum { POINTS = 400, TAIL_DIMENSIONS = sizeof tail_dimensions / sizeof tail_dimensions[0] };
    size_t dimension = tail_dimensions[_i % TAIL_DIMENSIONS];
    charges all = charges_random(93, dimension, 0, 1, 1.0, 1.0);
    float *at = room(POINTS * dimension), *potential = room(POINTS), *field = room(POINTS * dimension);
    all.gaussian = 1;
    context->kernels = tier_table(_i / TAIL_DIMENSIONS);
    memset(all.target, 0, dimension * sizeof *all.target);
    for (size_t i = 0; i < POINTS * dimension; i++)
        at[i] = sqrtf((40.0f + 0.1f * (float)(i / dimension)) * 2.0f / (float)dimension);
    use(&all);
    ck_ok(context, coulomb_plummer_field(plummer, dimension, at, POINTS, NULL, 0, all.target, 1, field, potential));
    for (size_t i = 0; i < POINTS; i++) {
        reference sum = reference_potential(&all, at + i * dimension, no_sample, no_sample, NULL, NULL);
        double promised = sum.value < exp(-50.0) ? 2e-5 : 1e-5, slope = sum.value * (double)at[i * dimension];
        ck_close(potential[i], sum.value, promised, sum.size);
        for (size_t k = 0; k < dimension; k++)
            ck_close(field[i * dimension + k], slope, promised, slope);
    }
    free(at);
    free(potential);
    free(field);
    charges_free(&all);
}
END_TEST

/* Whatever the order of epsilons; and one epsilon, whichever function set it. */
START_TEST(sums_of_kernels_have_no_order)
{
    const double some[] = {2.0, 0.3, 0.9}, others[] = {0.9, 2.0, 0.3};
    for (size_t dimension = 2; dimension <= 50; dimension += 48) {
        charges all = charges_random(92, dimension, 50, 40, 1.0, 1.0);
        float at_model[50], again[50];
        ck_ok(context, coulomb_plummer_set_kernel(plummer, _i == 0 ? COULOMB_KERNEL_PLUMMER : COULOMB_KERNEL_GAUSSIAN));
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 3));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, at_model, NULL, NULL));
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, others, 3));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, again, NULL, NULL));
        ck_assert_mem_eq(again, at_model, sizeof again);
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 1));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, at_model, NULL, NULL));
        ck_assert_mem_ne(again, at_model, sizeof again);
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 3));
        ck_ok(context, coulomb_plummer_set_epsilon(plummer, some[0]));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, again, NULL, NULL));
        ck_assert_mem_eq(again, at_model, sizeof again);
        charges_free(&all);
    }
}
END_TEST

/* Pairs of samples a hair apart, in two groups far apart, far from the origin: |a|^2 + |b|^2 - 2 a.b alone would be
 * noise. */
START_TEST(near_pairs_keep_their_digits_in_many_dimensions)
{
    const size_t dimension = _i == 0 ? 100 : 3072, n = 70;
    charges all = charges_random(7, dimension, n, n, 1.0, 1e-3);
    for (size_t i = 0; i < n * dimension; i++) {
        float group = i / dimension % 2 == 0 ? 1000.0f : -300.0f;
        all.model[i] = group + 0.001f * all.model[i];
        all.target[i] = all.model[i] + 0.0005f * all.target[i];
    }
    batch_matches(&all);
    float *at = points_random(8, 20, dimension);
    for (size_t i = 0; i < 20 * dimension; i++)
        at[i] = all.target[i] + 0.001f * at[i];
    points_match(&all, at, 20);
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(far_from_the_origin_nothing_is_lost)
{
    static const size_t tried[] = {1, 2, 3, 20, 100};
    charges all = charges_random(9, tried[_i], 150, 140, 3.0, 0.5);
    float *at = points_random(10, 30, tried[_i]);
    for (size_t i = 0; i < 150 * tried[_i]; i++)
        all.model[i] = 1e6f + 4.0f * all.model[i];
    for (size_t i = 0; i < 140 * tried[_i]; i++)
        all.target[i] = 1e6f + 4.0f * all.target[i];
    for (size_t i = 0; i < 30 * tried[_i]; i++)
        at[i] = 1e6f + 4.0f * at[i];
    points_match(&all, at, 30);
    batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

/* Exponents, epsilons and coordinates beyond what float32 terms could hold. */
START_TEST(extreme_parameters_are_right)
{
    static const struct {
        double exponent, epsilon;
        float scale;
    } extremes[] = {{40.0, 1.0, 1.0f},     {1.0, 1e-30, 1.0f}, {1.0, 1e25, 1e25f},
                    {0.5, 1e-200, 1e-20f}, {3.0, 1e-8, 1e8f},  {20.0, 0.5, 0.1f},
                    {0.0, 1e-20, 1e-20f},  {0.0, 1e22, 1e22f}, {0.0, 3.0, 1e19f}};
    for (size_t dimension = 2; dimension <= 40; dimension += 38) {
        charges all = charges_random(11, dimension, 20, 19, fmax(extremes[_i].exponent, 0.5), extremes[_i].epsilon);
        all.gaussian = extremes[_i].exponent == 0.0;
        for (size_t i = 0; i < 20 * dimension; i++)
            all.model[i] *= extremes[_i].scale;
        for (size_t i = 0; i < 19 * dimension; i++)
            all.target[i] *= extremes[_i].scale;
        use(&all);
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, 0));
        float at_model[20], at_target[19];
        ck_ok(context,
              coulomb_plummer_batch(plummer, dimension, all.model, 20, all.target, 19, at_model, at_target, NULL));
        for (size_t i = 0; i < 20; i++) {
            reference sum = reference_potential(&all, all.model + i * dimension, i, no_sample, NULL, NULL);
            ck_close(at_model[i], sum.value, tolerance, sum.size + FLT_MIN);
        }
        charges_free(&all);
    }
}
END_TEST

START_TEST(long_sums_stay_accurate)
{
    const size_t n = 100000, n_at = 50, n_batch = 20000;
    charges all = charges_random(12, 2, n, n, 1.0, 0.01);
    float *at = points_random(13, n_at, 2), *potential = room(n_at), *field = room(2 * n_at);
    use(&all);
    ck_ok(context, coulomb_plummer_field(plummer, 2, at, n_at, all.model, n, all.target, n, field, potential));
    for (size_t i = 0; i < n_at; i++) {
        double expected[2], sizes[2];
        reference sum = reference_potential(&all, at + 2 * i, no_sample, no_sample, expected, sizes);
        ck_close(potential[i], sum.value, 1e-6, sum.size);
        for (size_t k = 0; k < 2; k++)
            ck_close(field[2 * i + k], expected[k], 1e-6, sizes[k]);
    }
    all.n_model = all.n_target = n_batch;
    float *at_model = room(n_batch), *at_target = room(n_batch);
    ck_ok(context,
          coulomb_plummer_batch(plummer, 2, all.model, n_batch, all.target, n_batch, at_model, at_target, NULL));
    for (size_t i = 0; i < n_batch; i += 613) {
        reference x = reference_potential(&all, all.model + 2 * i, no_sample, no_sample, NULL, NULL);
        reference y = reference_potential(&all, all.target + 2 * i, no_sample, no_sample, NULL, NULL);
        ck_close(at_model[i], x.value, 1e-6, x.size);
        ck_close(at_target[i], y.value, 1e-6, y.size);
    }
    free(at);
    free(potential);
    free(field);
    free(at_model);
    free(at_target);
    charges_free(&all);
}
END_TEST

/* --- what must hold whatever the numbers --- */

START_TEST(potential_and_field_vanish_where_model_equals_target)
{
    charges kernel = {.dimension = 1, .exponent = 1.0, .epsilon = 1.0};
    vary(&kernel, _i);
    use(&kernel);
    for (size_t i = 0; i < DIMENSIONS; i++) {
        float *points = points_random(14, 150, dimensions[i]), potential[150], *field = room(150 * dimensions[i]);
        ck_ok(context,
              coulomb_plummer_field(plummer, dimensions[i], points, 150, points, 150, points, 150, field, potential));
        for (size_t k = 0; k < 150; k++)
            ck_assert_float_eq(potential[k], 0.0f);
        for (size_t k = 0; k < 150 * dimensions[i]; k++)
            ck_assert_float_eq(field[k], 0.0f);
        double energy = 1.0;
        ck_ok(context, coulomb_plummer_energy(plummer, dimensions[i], points, 150, points, 150, &energy));
        ck_close(energy, 0.0, 1e-6, 1.0);
        free(points);
        free(field);
    }
}
END_TEST

START_TEST(one_set_or_none_acts_alone)
{
    charges all = charges_random(15, 3, 30, 0, 1.0, 1.0);
    float *at = points_random(16, 5, 3), potential[5] = {9, 9, 9, 9, 9}, field[15];
    use(&all);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, at, 5, all.model, 30, NULL, 0, potential));
    check_points(&all, at, 5, potential, NULL);
    all.n_target = 30;
    all.n_model = 0;
    memcpy(all.target = realloc(all.target, 90 * sizeof *all.target), all.model, 90 * sizeof *all.target);
    ck_ok(context, coulomb_plummer_field(plummer, 3, at, 5, NULL, 0, all.target, 30, field, potential));
    check_points(&all, at, 5, potential, field);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, at, 5, NULL, 0, NULL, 0, potential));
    for (size_t i = 0; i < 5; i++)
        ck_assert_float_eq(potential[i], 0.0f);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, NULL, 0, all.model, 30, all.target, 30, NULL));
    free(at);
    charges_free(&all);
}
END_TEST

typedef struct all_results {
    float potential[2000], field[2000 * 3], at_model[2000], at_target[2000];
    double energy;
} all_results;

static void run_all(const charges *all, const float *at, size_t n_at, all_results *results)
{
    memset(results, 0, sizeof *results);
    ck_assert_uint_le(n_at * all->dimension, 6000);
    ck_ok(context, coulomb_plummer_field(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                         all->n_target, results->field, results->potential));
    ck_ok(context, coulomb_plummer_potential(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                             all->n_target, results->potential));
    size_t n_model = all->n_model < 2000 ? all->n_model : 2000, n_target = all->n_target < 2000 ? all->n_target : 2000;
    ck_ok(context, coulomb_plummer_batch(plummer, all->dimension, all->model, n_model, all->target, n_target,
                                         results->at_model, results->at_target, &results->energy));
}

/* {dimension, n_at, n_model, n_target} */
static const size_t shapes[][4] = {
    {2, 3, 20000, 15000}, {3, 1500, 1400, 1990}, {2, 128, 128, 128}, {64, 80, 300, 700}, {1000, 5, 140, 130}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

START_TEST(results_do_not_depend_on_threads)
{
    const size_t *shape = shapes[_i % SHAPES];
    static all_results one, several;
    charges all = charges_random(17, shape[0], shape[2], shape[3], 1.0, 0.3);
    vary(&all, _i / SHAPES);
    float *at = points_random(18, shape[1], shape[0]);
    use(&all);
    run_all(&all, at, shape[1], &one);
    for (size_t threads = 2; threads <= 5; threads++) {
        ck_ok(context, coulomb_context_set_threads(context, threads));
        run_all(&all, at, shape[1], &several);
        ck_assert_mem_eq(&one, &several, sizeof one);
    }
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(nothing_is_allocated_after_the_first_call)
{
    const size_t *shape = shapes[_i % SHAPES];
    static all_results results;
    charges all = charges_random(19, shape[0], shape[2], shape[3], 1.0, 0.3);
    vary(&all, _i / SHAPES);
    use(&all);
    float *at = points_random(20, shape[1], shape[0]);
    charge_batch batch = first_samples(&all, shape[3] < 128 ? shape[3] : 128);
    ck_ok(context, coulomb_context_set_threads(context, 2));
    for (int call = 0; call < 3; call++) {
        size_t before = allocations;
        run_all(&all, at, shape[1], &results);
        ck_ok(context, trainers_potentials(&batch, results.at_model, results.at_target));
        ck_assert_msg(call == 0 || allocations == before, "call %d allocated", call);
    }
    free(at);
    charges_free(&all);
}
END_TEST

/* --- streams --- */

typedef struct stream_source {
    const float *points;
    size_t dimension, next, calls;
} stream_source;

static coulomb_status give(void *user, size_t first, size_t count, float *points)
{
    stream_source *source = user;
    source->calls++;
    source->next = first + count;
    memcpy(points, source->points + first * source->dimension, count * source->dimension * sizeof *points);
    return COULOMB_OK;
}

START_TEST(streams_give_what_arrays_give)
{
    static const size_t sizes[][3] = {{2, 20000, 9000}, {3, 10, 8193}, {3072, 700, 650}, {40, 5, 100}};
    const size_t *size = sizes[_i % 4];
    charges all = charges_random(21, size[0], size[1], size[2], 1.0, 0.5);
    vary(&all, _i / 4);
    float *at = points_random(22, 10, size[0]), potential[10], from_arrays[10];
    float *field = room(10 * size[0]), *field_from_arrays = room(10 * size[0]);
    stream_source model = {.points = all.model, .dimension = size[0]};
    stream_source target = {.points = all.target, .dimension = size[0]};
    use(&all);
    ck_ok(context, coulomb_plummer_field(plummer, size[0], at, 10, all.model, size[1], all.target, size[2],
                                         field_from_arrays, from_arrays));
    ck_ok(context, coulomb_plummer_field_streamed(plummer, size[0], at, 10, give, &model, size[1], give, &target,
                                                  size[2], field, potential));
    ck_assert_uint_eq(model.next, size[1]);
    for (size_t i = 0; i < 10; i++)
        ck_close(potential[i], from_arrays[i], 2e-6, 1.0);
    for (size_t i = 0; i < 10 * size[0]; i++)
        ck_close(field[i], field_from_arrays[i], 2e-6, 1.0);
    for (int keep = 0; keep <= 1; keep++) {
        double energy, streamed;
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        ck_ok(context, coulomb_plummer_energy(plummer, size[0], all.model, size[1], all.target, size[2], &energy));
        ck_ok(context, coulomb_plummer_energy_streamed(plummer, size[0], give, &model, size[1], give, &target, size[2],
                                                       &streamed));
        ck_close(streamed, energy, 1e-6, 1.0);
    }
    free(at);
    free(field);
    free(field_from_arrays);
    charges_free(&all);
}
END_TEST

Suite *suite_plummer(void)
{
    Suite *suite = suite_create("plummer");
    TCase *test = tcase_create("sums");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, points_match_naive_loops, 0, DIMENSIONS * EXPONENTS);
    tcase_add_loop_test(test, batch_matches_naive_loops, 0, DIMENSIONS * EXPONENTS);
    tcase_add_loop_test(test, every_kernel_matches_naive_loops, 0, 4 * DIMENSIONS);
    tcase_add_loop_test(test, first_samples_match_naive_loops, 0, 4 * 5);
    tcase_add_loop_test(test, every_tier_matches_naive_loops, 0, 2 * tier_count());
    tcase_add_loop_test(test, powers_are_good_to_float32_rounding, 0, tier_count());
    tcase_add_loop_test(test, gaussians_are_good_to_float32_rounding, 0, tier_count());
    tcase_add_loop_test(test, narrow_gaussians_keep_their_digits, 0, 8);
    tcase_add_loop_test(test, gaussian_tails_keep_their_digits, 0, 7 * tier_count());
    tcase_add_loop_test(test, sums_of_kernels_have_no_order, 0, 2);
    tcase_add_loop_test(test, near_pairs_keep_their_digits_in_many_dimensions, 0, 2);
    tcase_add_loop_test(test, far_from_the_origin_nothing_is_lost, 0, 5);
    tcase_add_loop_test(test, extreme_parameters_are_right, 0, 9);
    tcase_add_test(test, long_sums_stay_accurate);
    tcase_add_loop_test(test, potential_and_field_vanish_where_model_equals_target, 0, 4);
    tcase_add_test(test, one_set_or_none_acts_alone);
    tcase_add_loop_test(test, results_do_not_depend_on_threads, 0, 4 * SHAPES);
    tcase_add_loop_test(test, nothing_is_allocated_after_the_first_call, 0, 4 * SHAPES);
    tcase_add_loop_test(test, streams_give_what_arrays_give, 0, 16);
    suite_add_tcase(suite, test);
    return suite;
}

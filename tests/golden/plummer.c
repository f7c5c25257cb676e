/* Potential, field and energy against the reference values. */
#include "golden/golden.h"
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/plummer.h>

static const double tolerance = 1e-5;

typedef struct golden_points {
    const char *name;
    size_t dimension, n_at, n_model, n_target;
    float *at, *model, *target;
    double exponent, epsilon;
    coulomb_context *context;
    coulomb_plummer *plummer;
} golden_points;

static golden_points read_points(size_t index)
{
    golden_points points = {.name = golden_case("plummer/", index)};
    golden_array at = golden_read(points.name, "at");
    points.dimension = at.shape[1];
    golden_free(&at);
    points.at = golden_floats(points.name, "at", &points.n_at);
    points.model = golden_floats(points.name, "model", &points.n_model);
    points.target = golden_floats(points.name, "target", &points.n_target);
    points.n_at /= points.dimension;
    points.n_model /= points.dimension;
    points.n_target /= points.dimension;
    points.exponent = golden_number(points.name, "exponent");
    points.epsilon = golden_number(points.name, "epsilon");
    ck_assert_int_eq(coulomb_context_new(&points.context), COULOMB_OK);
    ck_ok(points.context, coulomb_plummer_new(points.context, points.exponent, points.epsilon, &points.plummer));
    return points;
}

static void free_points(golden_points *points)
{
    coulomb_plummer_free(points->plummer);
    coulomb_context_free(points->context);
    free(points->at);
    free(points->model);
    free(points->target);
}

/* Size of the summands: sum of the means of k, and for the field of p k |a-b|_k / (|a-b|^2 + epsilon^2), by coordinate.
 */
static double size_at(const golden_points *points, const float *a, double *field)
{
    double size = 0.0;
    for (size_t set = 0; set < 2; set++) {
        const float *charges = set == 0 ? points->model : points->target;
        size_t n = set == 0 ? points->n_model : points->n_target;
        for (size_t j = 0; j < n; j++) {
            const float *b = charges + j * points->dimension;
            double square = points->epsilon * points->epsilon;
            for (size_t k = 0; k < points->dimension; k++)
                square += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
            double value = pow(square, -0.5 * points->exponent);
            size += value / (double)n;
            for (size_t k = 0; field != NULL && k < points->dimension; k++)
                field[k] += points->exponent * value / square * fabs((double)a[k] - (double)b[k]) / (double)n;
        }
    }
    return size;
}

static void compare(const golden_points *points, const char *array, const float *values, const float *at)
{
    golden_array expected = golden_read(points->name, array);
    for (size_t i = 0; i < expected.count; i++)
        ck_close(values[i], expected.values[i], tolerance, size_at(points, at + i * points->dimension, NULL));
    golden_free(&expected);
}

/* Errors count against the largest coordinate of the summands: that is the field's own size before cancellation. */
static void compare_field(const golden_points *points, const float *values)
{
    golden_array expected = golden_read(points->name, "field_at");
    double *size = malloc(points->dimension * sizeof *size);
    for (size_t i = 0; i < points->n_at; i++) {
        memset(size, 0, points->dimension * sizeof *size);
        size_at(points, points->at + i * points->dimension, size);
        for (size_t k = 0; k < points->dimension; k++)
            ck_close(values[i * points->dimension + k], expected.values[i * points->dimension + k], tolerance,
                     size[k] + 1e-30);
    }
    free(size);
    golden_free(&expected);
}

START_TEST(points_match)
{
    golden_points points = read_points((size_t)_i);
    float *potential = calloc(points.n_at, sizeof *potential);
    float *field = calloc(points.n_at * points.dimension, sizeof *field);
    ck_ok(points.context,
          coulomb_plummer_potential(points.plummer, points.dimension, points.at, points.n_at, points.model,
                                    points.n_model, points.target, points.n_target, potential));
    compare(&points, "potential_at", potential, points.at);
    memset(potential, 0, points.n_at * sizeof *potential);
    ck_ok(points.context, coulomb_plummer_field(points.plummer, points.dimension, points.at, points.n_at, points.model,
                                                points.n_model, points.target, points.n_target, field, potential));
    compare(&points, "potential_at", potential, points.at);
    compare_field(&points, field);
    free(potential);
    free(field);
    free_points(&points);
}
END_TEST

START_TEST(batch_matches)
{
    golden_points points = read_points((size_t)_i);
    bool alone = points.n_model < 2 || points.n_target < 2;
    float *at_model = calloc(points.n_model, sizeof *at_model), *at_target = calloc(points.n_target, sizeof *at_target);
    for (int32_t keep = alone ? 1 : 0; keep <= 1; keep++) {
        double energy = 0.0;
        ck_ok(points.context, coulomb_plummer_set_self_terms(points.plummer, keep));
        ck_ok(points.context, coulomb_plummer_batch(points.plummer, points.dimension, points.model, points.n_model,
                                                    points.target, points.n_target, at_model, at_target, &energy));
        compare(&points, keep ? "potential_model" : "potential_model_noself", at_model, points.model);
        compare(&points, keep ? "potential_target" : "potential_target_noself", at_target, points.target);
        golden_array expected = golden_read(points.name, keep ? "energy" : "energy_unbiased");
        double size = 0.0;
        for (size_t i = 0; i < points.n_model; i++)
            size += size_at(&points, points.model + i * points.dimension, NULL) / (double)points.n_model;
        ck_close(energy, expected.values[0], tolerance, size);
        golden_free(&expected);
    }
    free(at_model);
    free(at_target);
    free_points(&points);
}
END_TEST

typedef struct stored_points {
    const float *points;
    size_t dimension;
} stored_points;

static coulomb_status give(void *user, size_t first, size_t count, float *points)
{
    const stored_points *stored = user;
    memcpy(points, stored->points + first * stored->dimension, count * stored->dimension * sizeof *points);
    return COULOMB_OK;
}

START_TEST(streams_match)
{
    golden_points points = read_points((size_t)_i);
    stored_points model = {points.model, points.dimension}, target = {points.target, points.dimension};
    float *potential = calloc(points.n_at, sizeof *potential);
    float *field = calloc(points.n_at * points.dimension, sizeof *field);
    ck_ok(points.context,
          coulomb_plummer_field_streamed(points.plummer, points.dimension, points.at, points.n_at, give, &model,
                                         points.n_model, give, &target, points.n_target, field, potential));
    compare(&points, "potential_at", potential, points.at);
    compare_field(&points, field);
    bool alone = points.n_model < 2 || points.n_target < 2;
    for (int32_t keep = alone ? 1 : 0; keep <= 1; keep++) {
        double energy = 0.0, size = 0.0;
        ck_ok(points.context, coulomb_plummer_set_self_terms(points.plummer, keep));
        ck_ok(points.context, coulomb_plummer_energy_streamed(points.plummer, points.dimension, give, &model,
                                                              points.n_model, give, &target, points.n_target, &energy));
        for (size_t i = 0; i < points.n_model; i++)
            size += size_at(&points, points.model + i * points.dimension, NULL) / (double)points.n_model;
        golden_array expected = golden_read(points.name, keep ? "energy" : "energy_unbiased");
        ck_close(energy, expected.values[0], tolerance, size);
        golden_free(&expected);
    }
    free(potential);
    free(field);
    free_points(&points);
}
END_TEST

Suite *suite_golden_plummer(void)
{
    Suite *suite = suite_create("golden plummer");
    TCase *test = tcase_create("reference values");
    int cases = (int)golden_case_count("plummer/");
    tcase_add_loop_test(test, points_match, 0, cases);
    tcase_add_loop_test(test, batch_matches, 0, cases);
    tcase_add_loop_test(test, streams_match, 0, cases);
    suite_add_tcase(suite, test);
    return suite;
}

/* Every tier's kernels against naive loops in double, at lengths around the vectors' widths and at the awkward values.
 */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/tiers.h"

#include <math.h>
#include <string.h>

enum { MOST = 1000 };

static const size_t lengths[] = {1, 2, 7, 15, 16, 17, 31, 33, 64, 255, MOST};

enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static const kernels *table;
static float x[MOST], y[MOST], dy[MOST], dx[MOST], before[MOST];

static void draw(void)
{
    random_floats(1, MOST, 4.0f, x);
    random_floats(2, MOST, 1.0f, dy);
    random_floats(3, MOST, 1.0f, before);
    const float awkward[] = {0.0f, -0.0f, 1e-30f, -1e-30f, 1e-7f, -1e-7f, 60.0f, -60.0f, -17.6f, -1e30f, 1e30f};
    memcpy(x, awkward, sizeof awkward);
}

typedef struct activation {
    const char *name;
    double (*value)(double x);
    double (*slope)(double x); /* as a function of the input */
    void (*forward)(size_t n);
    void (*backward)(size_t n, bool add);
} activation;

static double elu_value(double v)
{
    return v > 0.0 ? v : expm1(v);
}
static double elu_slope(double v)
{
    return v > 0.0 ? 1.0 : exp(v);
}
static double relu_value(double v)
{
    return v > 0.0 ? v : 0.0;
}
static double relu_slope(double v)
{
    return v > 0.0 ? 1.0 : 0.0;
}
static double leaky_value(double v)
{
    return v > 0.0 ? v : 0.2f * v;
}
static double leaky_slope(double v)
{
    return v > 0.0 ? 1.0 : 0.2f;
}
static double tanh_value(double v)
{
    return 1.7159 * tanh(2.0 / 3.0 * v);
}
static double tanh_slope(double v)
{
    double t = tanh(2.0 / 3.0 * v);
    return 1.7159 * 2.0 / 3.0 * (1.0 - t * t);
}

static double sigmoid_value(double v)
{
    return 1.0 / (1.0 + exp(-v));
}
static double sigmoid_slope(double v)
{
    return sigmoid_value(v) * sigmoid_value(-v);
}

static void elu_run(size_t n)
{
    table->elu(n, x, y);
}
static void elu_back(size_t n, bool add)
{
    table->elu_gradient(n, y, dy, dx, add);
}
static void relu_run(size_t n)
{
    table->relu(n, x, y);
}
static void relu_back(size_t n, bool add)
{
    table->relu_gradient(n, y, dy, dx, add);
}
static void leaky_run(size_t n)
{
    table->leaky_relu(n, 0.2f, x, y);
}
static void leaky_back(size_t n, bool add)
{
    table->leaky_relu_gradient(n, 0.2f, y, dy, dx, add);
}
static void tanh_run(size_t n)
{
    table->tanh(n, 2.0f / 3.0f, 1.7159f, x, y);
}
static void tanh_back(size_t n, bool add)
{
    table->tanh_gradient(n, 2.0f / 3.0f, 1.7159f, y, dy, dx, add);
}
static void sigmoid_run(size_t n)
{
    table->sigmoid(n, x, y);
}
static void sigmoid_back(size_t n, bool add)
{
    table->sigmoid_gradient(n, y, dy, dx, add);
}

static const activation activations[] = {{"elu", elu_value, elu_slope, elu_run, elu_back},
                                         {"relu", relu_value, relu_slope, relu_run, relu_back},
                                         {"leaky_relu", leaky_value, leaky_slope, leaky_run, leaky_back},
                                         {"tanh", tanh_value, tanh_slope, tanh_run, tanh_back},
                                         {"sigmoid", sigmoid_value, sigmoid_slope, sigmoid_run, sigmoid_back}};

enum { ACTIVATIONS = sizeof activations / sizeof activations[0] };

START_TEST(activations_match_double)
{
    table = tier_table(_i / ACTIVATIONS);
    const activation *a = &activations[_i % ACTIVATIONS];
    draw();
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = lengths[l];
        a->forward(n);
        for (size_t i = 0; i < n; i++)
            ck_assert_msg(fabs((double)y[i] - a->value((double)x[i])) <= 4e-7 * fabs(a->value((double)x[i])),
                          "%s %s(%.9g) = %.9g, expected %.9g", table->name, a->name, (double)x[i], (double)y[i],
                          a->value((double)x[i]));
        for (int add = 0; add < 2; add++) {
            memcpy(dx, before, sizeof dx);
            a->backward(n, add);
            for (size_t i = 0; i < n; i++) {
                double expected = (double)dy[i] * a->slope((double)x[i]) + (add ? (double)before[i] : 0.0);
                ck_assert_double_eq_tol((double)dx[i], expected, 1e-6);
            }
        }
    }
}
END_TEST

/* A diverged network is found by its values, so those that saturate must not make a number of what is none. */
START_TEST(nan_stays_nan)
{
    table = tier_table(_i);
    for (size_t i = 0; i < MOST; i++)
        x[i] = i % 7 == 3 ? NAN : (float)i - 20.0f;
    for (int of = 0; of <= ACTIVATIONS; of++) {
        if (of < ACTIVATIONS)
            activations[of].forward(MOST);
        else
            table->softmax(MOST, 1, x, y);
        for (size_t i = 0; i < MOST; i++)
            ck_assert_int_eq(isnan(y[i]) != 0, isnan(x[i]) != 0);
    }
}
END_TEST

START_TEST(activations_work_in_place)
{
    table = tier_table(_i / ACTIVATIONS);
    draw();
    activations[_i % ACTIVATIONS].forward(MOST);
    float apart[MOST];
    memcpy(apart, y, sizeof apart);
    memcpy(y, x, sizeof y);
    switch (_i % ACTIVATIONS) {
    case 0:
        table->elu(MOST, y, y);
        break;
    case 1:
        table->relu(MOST, y, y);
        break;
    case 2:
        table->leaky_relu(MOST, 0.2f, y, y);
        break;
    case 3:
        table->tanh(MOST, 2.0f / 3.0f, 1.7159f, y, y);
        break;
    default:
        table->sigmoid(MOST, y, y);
    }
    ck_assert_mem_eq(apart, y, sizeof apart);
}
END_TEST

START_TEST(softmax_rows_sum_to_one_and_differentiate)
{
    table = tier_table(_i);
    enum { ROWS = 20, N = 50 };
    random_floats(1, ROWS * N, 20.0f, x);
    random_floats(2, ROWS * N, 1.0f, dy);
    table->softmax(ROWS, N, x, y);
    table->softmax_gradient(ROWS, N, y, dy, dx, false);
    for (size_t i = 0; i < ROWS; i++) {
        double sum = 0.0, dot = 0.0, e[N];
        for (size_t j = 0; j < N; j++)
            sum += e[j] = exp((double)x[i * N + j]);
        for (size_t j = 0; j < N; j++)
            dot += (double)dy[i * N + j] * e[j] / sum;
        for (size_t j = 0; j < N; j++) {
            ck_assert_double_eq_tol((double)y[i * N + j], e[j] / sum, 1e-6);
            ck_assert_double_eq_tol((double)dx[i * N + j], e[j] / sum * ((double)dy[i * N + j] - dot), 2e-6);
        }
    }
}
END_TEST

/* Against double from the tails that erfc() gives. */
START_TEST(gumbel_noise_follows_the_normal_distribution)
{
    table = tier_table(_i);
    for (size_t i = 0; i < MOST; i++)
        x[i] = -9.0f + 18.0f * (float)i / (float)(MOST - 1);
    x[0] = -INFINITY;
    x[MOST - 1] = INFINITY;
    x[1] = -0.0f;
    table->gumbel(MOST, x, y);
    for (size_t i = 0; i < MOST; i++) {
        double z = fmin(fmax((double)x[i], -8.0), 8.0), tail = 0.5 * erfc(fabs(z) / sqrt(2.0));
        double expected = -log(z > 0.0 ? -log1p(-tail) : -log(tail));
        ck_assert_double_eq_tol((double)y[i], expected, 3e-6 * (1.0 + fabs(expected)));
    }
}
END_TEST

START_TEST(soft_groups_differentiate)
{
    table = tier_table(_i);
    enum { GROUPS = 5 };
    static const size_t group[GROUPS] = {1, 2, 100, 17, 3};
    size_t n = 0;
    for (size_t g = 0; g < GROUPS; g++)
        n += group[g];
    for (int32_t add = 0; add < 2; add++) {
        random_floats(1, n, 20.0f, x);
        random_floats(2, n, 1.0f, dy);
        random_floats(3, n, 1.0f, dx);
        random_floats(3, n, 1.0f, before);
        memcpy(y, x, n * sizeof *y);
        table->soft_groups_gradient(GROUPS, group, 2.0f, y, dy, dx, add == 1);
        for (size_t g = 0, first = 0; g < GROUPS; first += group[g], g++) {
            double sum = 0.0, dot = 0.0;
            for (size_t j = first; j < first + group[g]; j++)
                sum += exp(2.0 * (double)x[j]);
            for (size_t j = first; j < first + group[g]; j++)
                dot += (double)dy[j] * exp(2.0 * (double)x[j]) / sum;
            for (size_t j = first; j < first + group[g]; j++) {
                double s = exp(2.0 * (double)x[j]) / sum, kept = add == 1 ? (double)before[j] : 0.0;
                ck_assert_double_eq_tol((double)dx[j], kept + 2.0 * s * ((double)dy[j] - dot), 4e-6);
            }
        }
    }
}
END_TEST

START_TEST(sums_and_products_match_double)
{
    table = tier_table(_i);
    random_floats(1, MOST, 4.0f, x);
    random_floats(2, MOST, 4.0f, dy);
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = lengths[l];
        double squares = 0.0;
        memcpy(y, dy, sizeof y);
        table->accumulate(n, 0.5f, x, y);
        table->add(n, x, dy, dx);
        for (size_t i = 0; i < n; i++) {
            squares += (double)x[i] * (double)x[i];
            ck_assert_float_eq_tol(y[i], dy[i] + 0.5f * x[i], 1e-6f);
            ck_assert_float_eq(dx[i], x[i] + dy[i]);
        }
        ck_assert_double_eq_tol(table->sum_squares(n, x), squares, 1e-12 * squares);
        table->scale(n, -3.0f, x, y);
        ck_assert_float_eq(y[n - 1], -3.0f * x[n - 1]);
        table->shift(n, -3.0f, x, y);
        for (size_t i = 0; i < n; i++)
            ck_assert_float_eq(y[i], x[i] - 3.0f);
    }
}
END_TEST

START_TEST(rows_are_filled_and_summed)
{
    table = tier_table(_i);
    const size_t columns[] = {1, 3, 63, 64, 65, 130};
    random_floats(1, MOST, 4.0f, x);
    for (size_t c = 0; c < 6; c++) {
        size_t n = columns[c], rows = MOST / n < 7 ? MOST / n : 7;
        for (int add = 0; add < 2; add++) {
            memcpy(y, before, sizeof y);
            table->sum_rows(rows, n, x, y, add);
            for (size_t j = 0; j < n; j++) {
                double sum = add ? (double)before[j] : 0.0;
                for (size_t i = 0; i < rows; i++)
                    sum += (double)x[i * n + j];
                ck_assert_double_eq_tol((double)y[j], sum, 1e-5);
            }
        }
        table->transpose(rows, n, x, y);
        for (size_t i = 0; i < rows * n; i++)
            ck_assert_float_eq(y[i % n * rows + i / n], x[i]);
        table->fill_rows(rows, n, x, y);
        for (size_t i = 0; i < rows * n; i++)
            ck_assert_float_eq(y[i], x[i % n]);
    }
}
END_TEST

START_TEST(not_finite_values_are_found_anywhere)
{
    table = tier_table(_i);
    random_floats(1, MOST, 4.0f, x);
    x[3] = 3.4e38f;
    ck_assert_float_eq(table->largest(MOST, x), 3.4e38f);
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < MOST; i += 13) {
        float kept = x[i];
        x[i] = bad[i % 3];
        ck_assert(!isfinite(table->largest(MOST, x)));
        x[i] = kept;
    }
}
END_TEST

enum { PAIR_VALUES = 1 << 13 };

/* Relative error of what float32 can hold as a normal number */
static double pair_error(float value, double expected)
{
    return expected > 1e-37 && expected < 1e38 ? fabs((double)value - expected) / expected : 0.0;
}

/* A function of pairs over two octaves of squared distances, after which the starts of its roots repeat. */
static void check_pair_function(double p, float scale)
{
    static float values[PAIR_VALUES], weights[PAIR_VALUES];
    pair_function function = pair_function_of(p, 1.0);
    double value_error = 0.0, weight_error = 0.0;
    for (size_t i = 0; i < PAIR_VALUES; i++)
        values[i] = scale * (1.0f + 3.0f * (float)i / PAIR_VALUES);
    table->pairs[function.shape]->apply(&function, PAIR_VALUES, values, weights);
    for (size_t i = 0; i < PAIR_VALUES; i++) {
        double square = (double)(scale * (1.0f + 3.0f * (float)i / PAIR_VALUES)), value = pow(square, -0.5 * p);
        value_error = fmax(value_error, pair_error(values[i], value));
        weight_error = fmax(weight_error, pair_error(weights[i], p * value / square));
    }
    double bound = p == 1.0 || p == 2.0 ? 4e-7 : 1e-6;
    ck_assert_msg(value_error <= bound && weight_error <= 1.6e-6, "%s, exponent %g, from %g: errors %g and %g",
                  table->name, p, (double)scale, value_error, weight_error);
}

START_TEST(functions_of_pairs_match_double)
{
    static const double exponents[] = {1, 2, 3, 0.5, 1.7};
    table = tier_table(_i);
    for (size_t e = 0; e < sizeof exponents / sizeof exponents[0]; e++)
        for (int power = -100; power <= 110; power += 14)
            check_pair_function(exponents[e], ldexpf(1.0f, power));
}
END_TEST

START_TEST(adam_matches_the_published_algorithm)
{
    table = tier_table(_i);
    enum { N = 37, STEPS = 5 };
    float parameter[N], m[N] = {0}, v[N] = {0}, gradient[N];
    double p64[N], m64[N] = {0}, v64[N] = {0};
    random_floats(1, N, 1.0f, parameter);
    for (size_t i = 0; i < N; i++)
        p64[i] = (double)parameter[i];
    for (int t = 1; t <= STEPS; t++) {
        random_floats(10 + (unsigned)t, N, 1.0f, gradient);
        adam_factors factors = {.beta1 = 0.9f,
                                .gain1 = 0.1f,
                                .beta2 = 0.999f,
                                .gain2 = 0.001f,
                                .rate = (float)(0.01 / (1.0 - pow(0.9, t))),
                                .correction = (float)(1.0 / sqrt(1.0 - pow(0.999, t))),
                                .epsilon = 1e-8f,
                                .l2 = 0.1f};
        table->adam(N, &factors, gradient, m, v, parameter);
        for (size_t i = 0; i < N; i++) {
            double g = (double)gradient[i] + 0.1 * p64[i];
            m64[i] = 0.9 * m64[i] + 0.1 * g;
            v64[i] = 0.999 * v64[i] + 0.001 * g * g;
            p64[i] -= 0.01 * (m64[i] / (1.0 - pow(0.9, t))) / (sqrt(v64[i] / (1.0 - pow(0.999, t))) + 1e-8);
            ck_assert_double_eq_tol((double)parameter[i], p64[i], 2e-6);
        }
    }
}
END_TEST

Suite *suite_kernels(void)
{
    Suite *suite = suite_create("kernels");
    TCase *all = tcase_create("kernels");
    tcase_add_loop_test(all, activations_match_double, 0, tier_count() * ACTIVATIONS);
    tcase_add_loop_test(all, activations_work_in_place, 0, tier_count() * ACTIVATIONS);
    tcase_add_loop_test(all, nan_stays_nan, 0, tier_count());
    tcase_add_loop_test(all, softmax_rows_sum_to_one_and_differentiate, 0, tier_count());
    tcase_add_loop_test(all, gumbel_noise_follows_the_normal_distribution, 0, tier_count());
    tcase_add_loop_test(all, soft_groups_differentiate, 0, tier_count());
    tcase_add_loop_test(all, sums_and_products_match_double, 0, tier_count());
    tcase_add_loop_test(all, rows_are_filled_and_summed, 0, tier_count());
    tcase_add_loop_test(all, not_finite_values_are_found_anywhere, 0, tier_count());
    tcase_add_loop_test(all, functions_of_pairs_match_double, 0, tier_count());
    tcase_add_loop_test(all, adam_matches_the_published_algorithm, 0, tier_count());
    suite_add_tcase(suite, all);
    return suite;
}

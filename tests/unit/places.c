/* Kernels that go value by value give each value the same bits wherever it stands: in the vectors of a long array or in
 * what is left over behind them. Otherwise samples would depend on how many there are, and on how work is cut. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/tiers.h"

enum { MOST = 1000 };

static float x[MOST], y[MOST], dy[MOST], before[MOST], factor[MOST], offset[MOST];

/* One kernel over values [first, first + n) of these arrays, on top of what `result` holds. */
typedef void part_function(const kernels *t, size_t first, size_t n, float *result);

static void elu(const kernels *t, size_t first, size_t n, float *result)
{
    t->elu(n, x + first, result);
}

static void relu(const kernels *t, size_t first, size_t n, float *result)
{
    t->relu(n, x + first, result);
}

static void leaky_relu(const kernels *t, size_t first, size_t n, float *result)
{
    t->leaky_relu(n, 0.2f, x + first, result);
}

static void scaled_tanh(const kernels *t, size_t first, size_t n, float *result)
{
    t->tanh(n, 2.0f / 3.0f, 1.7159f, x + first, result);
}

static void sigmoid(const kernels *t, size_t first, size_t n, float *result)
{
    t->sigmoid(n, x + first, result);
}

static void elu_gradient(const kernels *t, size_t first, size_t n, float *result)
{
    t->elu_gradient(n, y + first, dy + first, result, false);
}

static void elu_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->elu_gradient(n, y + first, dy + first, result, true);
}

static void relu_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->relu_gradient(n, y + first, dy + first, result, true);
}

static void leaky_relu_gradient(const kernels *t, size_t first, size_t n, float *result)
{
    t->leaky_relu_gradient(n, 0.2f, y + first, dy + first, result, false);
}

static void leaky_relu_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->leaky_relu_gradient(n, 0.2f, y + first, dy + first, result, true);
}

static void tanh_gradient(const kernels *t, size_t first, size_t n, float *result)
{
    t->tanh_gradient(n, 2.0f / 3.0f, 1.7159f, y + first, dy + first, result, false);
}

static void tanh_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->tanh_gradient(n, 2.0f / 3.0f, 1.7159f, y + first, dy + first, result, true);
}

static void sigmoid_gradient(const kernels *t, size_t first, size_t n, float *result)
{
    t->sigmoid_gradient(n, y + first, dy + first, result, false);
}

static void sigmoid_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->sigmoid_gradient(n, y + first, dy + first, result, true);
}

static void scale(const kernels *t, size_t first, size_t n, float *result)
{
    t->scale(n, 0.3f, x + first, result);
}

static void shift(const kernels *t, size_t first, size_t n, float *result)
{
    t->shift(n, 0.3f, x + first, result);
}

static void accumulate(const kernels *t, size_t first, size_t n, float *result)
{
    t->accumulate(n, 0.3f, x + first, result);
}

static void sum(const kernels *t, size_t first, size_t n, float *result)
{
    t->add(n, x + first, dy + first, result);
}

static void normalize(const kernels *t, size_t first, size_t n, float *result)
{
    t->normalize_rows(1, n, x + first, offset + first, factor + first, dy + first, result);
}

static void normalize_gradient(const kernels *t, size_t first, size_t n, float *result)
{
    t->normalize_gradient_rows(1, n, x + first, offset + first, dy + first, factor + first, y + first, before + first,
                               result, false);
}

static void normalize_gradient_add(const kernels *t, size_t first, size_t n, float *result)
{
    t->normalize_gradient_rows(1, n, x + first, offset + first, dy + first, factor + first, y + first, before + first,
                               result, true);
}

static part_function *const functions[] = {elu,
                                           relu,
                                           leaky_relu,
                                           scaled_tanh,
                                           sigmoid,
                                           elu_gradient,
                                           elu_gradient_add,
                                           relu_gradient_add,
                                           leaky_relu_gradient,
                                           leaky_relu_gradient_add,
                                           tanh_gradient,
                                           tanh_gradient_add,
                                           sigmoid_gradient,
                                           sigmoid_gradient_add,
                                           scale,
                                           shift,
                                           accumulate,
                                           sum,
                                           normalize,
                                           normalize_gradient,
                                           normalize_gradient_add};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static void draw(void)
{
    float *const arrays[] = {x, y, dy, before, factor, offset};
    for (unsigned i = 0; i < 6; i++)
        random_floats(10 + i, MOST, i == 0 ? 6.0f : 1.0f, arrays[i]);
}

START_TEST(values_do_not_depend_on_their_place)
{
    const kernels *table = tier_table(_i / FUNCTIONS);
    part_function *function = functions[_i % FUNCTIONS];
    static float whole[MOST], parts[MOST];
    draw();
    memcpy(whole, before, sizeof whole);
    function(table, 0, MOST, whole);
    for (size_t length = 1; length <= 70; length++) {
        memcpy(parts, before, sizeof parts);
        for (size_t first = 0; first < MOST; first += length)
            function(table, first, MOST - first < length ? MOST - first : length, parts + first);
        for (size_t i = 0; i < MOST; i++)
            ck_assert_msg(memcmp(&parts[i], &whole[i], sizeof whole[i]) == 0,
                          "%s, kernel %d, %zu at once: value %zu is %.9g, among all %.9g", table->name, _i % FUNCTIONS,
                          length, i, (double)parts[i], (double)whole[i]);
    }
}
END_TEST

Suite *suite_places(void)
{
    Suite *suite = suite_create("places");
    TCase *all = tcase_create("places");
    tcase_add_loop_test(all, values_do_not_depend_on_their_place, 0, tier_count() * FUNCTIONS);
    suite_add_tcase(suite, all);
    return suite;
}

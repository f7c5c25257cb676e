/* Functions of flat arrays, against the CPU's. */
#include "cases.h"

#include <coulomb/trainer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t counts[] = {1, 2, 31, 1000, 4097, 100003, 3000001};
enum { COUNTS = sizeof counts / sizeof *counts };

void test_sums(const device_pair *pair, size_t count)
{
    float *values = random_array(1, count, 2.0f);
    float *array = to_gpu(pair, values, count * sizeof *values);
    double *result = on_gpu(pair, 4 * sizeof *result), found[4], expected[2];
    const device_table *table = pair->cuda->table;
    table->mean(pair->cuda, count, array, &result[0]);
    table->sum_squares(pair->cuda, count, array, &result[1]);
    table->mean(pair->cuda, count, array, &result[2]);
    table->sum_squares(pair->cuda, count, array, &result[3]);
    from_gpu(pair, found, result, sizeof found);
    pair->cpu->table->mean(pair->cpu, count, values, &expected[0]);
    pair->cpu->table->sum_squares(pair->cpu, count, values, &expected[1]);
    expect(fabs(found[0] - expected[0]) <= 1e-13, "mean of %zu: %.17g, expected %.17g", count, found[0], expected[0]);
    expect(fabs(found[1] - expected[1]) <= 3e-6 * expected[1], "squares of %zu: %.17g, expected %.17g", count, found[1],
           expected[1]);
    expect(memcmp(found, found + 2, 2 * sizeof *found) == 0, "sums of %zu differ from run to run", count);
    table->fill(pair->cuda, count, -1.5f, array);
    from_gpu(pair, values, array, count * sizeof *values);
    bool filled = true;
    for (size_t i = 0; i < count; i++)
        filled = filled && values[i] == -1.5f;
    expect(filled, "filling %zu", count);
    free(values);
    forget_gpu(pair);
}

static void test_loss(const device_pair *pair, int32_t kind, size_t count, float divisor)
{
    float *output = random_array(5, count, 1.0f), *potential = random_array(6, count, 1.0f);
    output[0] = 0.25f * potential[0]; /* a difference of 0 */
    float *expected = malloc(count * sizeof(float)), *found = malloc(count * sizeof(float));
    double sum = 3.0, found_sum;
    device_loss loss = {.kind = kind,
                        .count = count,
                        .total = 3 * count,
                        .scale = 0.25f,
                        .output = output,
                        .potential = potential,
                        .divisor = divisor,
                        .gradient = expected,
                        .sum = &sum};
    double *gpu_sum = to_gpu(pair, &sum, sizeof sum);
    pair->cpu->table->loss(pair->cpu, &loss);
    loss.output = to_gpu(pair, output, count * sizeof(float));
    loss.potential = to_gpu(pair, potential, count * sizeof(float));
    loss.gradient = on_gpu(pair, count * sizeof(float));
    loss.sum = gpu_sum;
    pair->cuda->table->loss(pair->cuda, &loss);
    from_gpu(pair, found, loss.gradient, count * sizeof(float));
    from_gpu(pair, &found_sum, gpu_sum, sizeof found_sum);
    expect(fabs(found_sum - sum) <= 1e-6, "loss %d of %zu: %.17g, expected %.17g", kind, count, found_sum, sum);
    double error = largest_error(count, found, expected, 0.0);
    expect(error <= 2e-6, "gradient of loss %d of %zu is off by %g", kind, count, error);
    free(output);
    free(potential);
    free(expected);
    free(found);
    forget_gpu(pair);
}

static void test_noise(const device_pair *pair)
{
    static const uint64_t firsts[] = {0, 1, 7, 4000000001u, ((uint64_t)1 << 40) + 2};
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++) {
        size_t count = 10007;
        uint64_t update = 123456789012345u;
        random_key key = {.seed = 0xfedcba9876543210u, .stream = STREAM_SMOOTHING};
        float *samples = random_array(9, count, 1.0f);
        float *expected = malloc(count * sizeof(float)), *found = malloc(count * sizeof(float));
        pair->cpu->table->add_noise(pair->cpu, &key, &update, firsts[f], count, 0.7f, samples, expected);
        float *noisy = on_gpu(pair, count * sizeof(float));
        pair->cuda->table->add_noise(pair->cuda, &key, to_gpu(pair, &update, sizeof update), firsts[f], count, 0.7f,
                                     to_gpu(pair, samples, count * sizeof(float)), noisy);
        from_gpu(pair, found, noisy, count * sizeof(float));
        double error = largest_error(count, found, expected, 1.0);
        expect(error <= 2e-6, "noise from %llu on is off by %g", (unsigned long long)firsts[f], error);
        free(samples);
        free(expected);
        free(found);
        forget_gpu(pair);
    }
}

static int32_t checked(const device_pair *pair, size_t count, const float *values, int32_t before)
{
    int32_t *go = to_gpu(pair, &before, sizeof before), after;
    pair->cuda->table->check_values(pair->cuda, count, to_gpu(pair, values, count * sizeof *values), go);
    from_gpu(pair, &after, go, sizeof after);
    forget_gpu(pair);
    return after;
}

static void test_add(const device_pair *pair, size_t count, float factor)
{
    float *from = random_array(7, count, 1.0f), *to = random_array(8, count, 1.0f);
    float *found = malloc(count * sizeof(float)), *gpu_to = to_gpu(pair, to, count * sizeof(float));
    pair->cuda->table->add(pair->cuda, count, factor, to_gpu(pair, from, count * sizeof(float)), gpu_to);
    pair->cpu->table->add(pair->cpu, count, factor, from, to);
    from_gpu(pair, found, gpu_to, count * sizeof(float));
    double error = largest_error(count, found, to, 1.0);
    expect(error <= (factor == 1.0f ? 0.0 : 2e-7), "adding %zu to %g times as many is off by %g", count, (double)factor,
           error);
    free(from);
    free(to);
    free(found);
    forget_gpu(pair);
}

static void test_rows(const device_pair *pair, size_t count, size_t columns, bool divides)
{
    float *from = random_array(7, count * columns, 1.0f), *to = random_array(8, count * columns, 1.0f);
    float *divisor = random_array(9, count, 1.0f), *found = malloc(count * columns * sizeof(float));
    size_t bytes = count * columns * sizeof(float);
    for (size_t i = 0; i < count; i++)
        divisor[i] += divisor[i] < 0.0f ? -0.5f : 0.5f;
    device_rows rows = {.rows = count,
                        .columns = columns,
                        .factor = 0.7f,
                        .from = from,
                        .divisor = divides ? divisor : NULL,
                        .add = divides,
                        .to = to},
                on_gpu = rows;
    on_gpu.from = to_gpu(pair, from, bytes);
    on_gpu.divisor = divides ? to_gpu(pair, divisor, count * sizeof(float)) : NULL;
    on_gpu.to = to_gpu(pair, to, bytes);
    pair->cuda->table->scale_rows(pair->cuda, &on_gpu);
    pair->cpu->table->scale_rows(pair->cpu, &rows);
    from_gpu(pair, found, on_gpu.to, bytes);
    double error = largest_error(count * columns, found, to, 1.0);
    expect(error <= 4e-7, "scaling %zu rows of %zu is off by %g", count, columns, error);
    free(from);
    free(to);
    free(divisor);
    free(found);
    forget_gpu(pair);
}

static void test_checks(const device_pair *pair)
{
    for (size_t c = 0; c < COUNTS; c++) {
        size_t count = counts[c];
        float *values = random_array(3, count, 3e38f);
        expect(checked(pair, count, values, 1) == 1, "%zu finite values", count);
        expect(checked(pair, count, values, 0) == 0, "a flag that is 0 stays");
        values[count - 1] = -INFINITY;
        expect(checked(pair, count, values, 1) == 0, "the last of %zu is infinite", count);
        values[count - 1] = 1.0f;
        values[count / 3] = NAN;
        expect(checked(pair, count, values, 1) == 0, "one of %zu is NaN", count);
        free(values);
    }
    double figures[] = {1e300, -1e-310, 0.0, 5.0};
    for (int bad = 0; bad < 3; bad++) {
        int32_t go = 1, *flag = to_gpu(pair, &go, sizeof go);
        figures[2] = bad == 0 ? 2.0 : bad == 1 ? NAN : INFINITY;
        pair->cuda->table->check_figures(pair->cuda, 4, to_gpu(pair, figures, sizeof figures), flag);
        from_gpu(pair, &go, flag, sizeof go);
        expect(go == (bad == 0), "check of figures, %d", bad);
        forget_gpu(pair);
    }
}

void test_flat(const device_pair *pair)
{
    for (size_t c = 0; c < COUNTS; c++)
        test_sums(pair, counts[c]);
    for (size_t count = 1; count <= 5000; count = count * 7 + 1) {
        test_add(pair, count, 1.0f);
        test_add(pair, count, 0.75f);
        test_rows(pair, count, 1 + count % 40, false);
        test_rows(pair, count, 3, true);
        test_loss(pair, COULOMB_LOSS_L2, count, 1.0f);
        test_loss(pair, COULOMB_LOSS_L1, count, -1.0f / (float)count);
    }
    test_noise(pair);
    test_checks(pair);
}

/* --- optimizers --- */

enum { ARRAYS = 5, GRADIENT = 0, MOMENT1, MOMENT2, PARAMETER, AVERAGE };

static void move(device *on, device_move *move, float *const arrays[ARRAYS], bool adam)
{
    move->gradient = arrays[GRADIENT];
    move->moment1 = arrays[MOMENT1];
    move->moment2 = arrays[MOMENT2];
    move->parameter = arrays[PARAMETER];
    if (adam)
        on->table->adam(on, move);
    else
        on->table->sgd(on, move);
}

static void test_move(const device_pair *pair, size_t stretches, bool adam, int32_t go)
{
    device_stretch *stretch = malloc(stretches * sizeof *stretch);
    size_t count = 0;
    for (size_t i = 0; i < stretches; i++) {
        stretch[i] = (device_stretch){.first = count + i % 3, .count = i * 37 % 5000, .l2 = i % 2 == 0 ? 0.0f : 0.01f};
        count = stretch[i].first + stretch[i].count;
    }
    count += 5; /* behind the last stretch, too, nothing may move */
    adam_factors factors = {.beta1 = 0.9f,
                            .gain1 = 0.1f,
                            .beta2 = 0.999f,
                            .gain2 = 0.001f,
                            .rate = 1e-3f,
                            .correction = 1.7f,
                            .epsilon = 1e-8f};
    float *host[ARRAYS], *gpu[ARRAYS], decay = 0.9f, *found = malloc(count * sizeof(float));
    for (size_t i = 0; i < ARRAYS; i++)
        host[i] = random_array((unsigned)i, count, i == GRADIENT ? 10.0f : 1.0f);
    for (size_t i = 0; i < count; i++)
        host[MOMENT2][i] = fabsf(host[MOMENT2][i]);
    for (size_t i = 3; i < count; i += 11) {
        host[MOMENT2][i] = host[GRADIENT][i] = host[MOMENT1][i] = 0.0f;
        host[GRADIENT][i - 1] = i % 2 == 0 ? 1e-25f : 2e25f;
    }
    for (size_t i = 0; i < ARRAYS; i++)
        gpu[i] = to_gpu(pair, host[i], count * sizeof(float));
    device_move on_cpu = {.stretch = stretch, .stretches = stretches, .factors = &factors, .go = &go};
    device_move on_gpu_too = on_cpu;
    on_gpu_too.factors = to_gpu(pair, &factors, sizeof factors);
    on_gpu_too.go = to_gpu(pair, &go, sizeof go);
    move(pair->cpu, &on_cpu, host, adam);
    move(pair->cuda, &on_gpu_too, gpu, adam);
    pair->cpu->table->average(pair->cpu, count, &decay, host[PARAMETER], host[AVERAGE], &go);
    pair->cuda->table->average(pair->cuda, count, to_gpu(pair, &decay, sizeof decay), gpu[PARAMETER], gpu[AVERAGE],
                               on_gpu_too.go);
    for (size_t i = 0; i < ARRAYS; i++) {
        from_gpu(pair, found, gpu[i], count * sizeof(float));
        double error = largest_error(count, found, host[i], i == MOMENT2 ? 1e-30 : 1.0);
        expect(error <= (go == 0 ? 0.0 : 2e-6), "%s of %zu stretches, array %zu, go %d: off by %g",
               adam ? "adam" : "sgd", stretches, i, go, error);
        free(host[i]);
    }
    free(found);
    free(stretch);
    forget_gpu(pair);
}

void test_moves(const device_pair *pair)
{
    static const size_t stretches[] = {1, 2, 12, 100, 101, 250};
    for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++)
        for (int32_t kind = 0; kind < 4; kind++)
            test_move(pair, stretches[i], kind / 2 == 0, kind % 2);
}

/* What goes wrong on a GPU one cannot ask a real one for: memory that runs out at each allocation in turn, libraries
 * and engines that fail, errors of the caller's own calls. Prints "N passed, N failed" last. */
#include "cuda/cuda_device.h"
#include "cuda/layers.h"
#include "emulation.h"

#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t passed, failed;

static void expect(bool ok, const char *format, ...)
{
    va_list arguments;
    passed += ok;
    failed += !ok;
    if (ok)
        return;
    va_start(arguments, format);
    printf("FAILED ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

enum { SIDE = 6, CHANNELS = 16, SAMPLE = SIDE * SIDE * CHANNELS, COUNT = 16 };
static const size_t plenty = (size_t)1 << 40;

static coulomb_context *new_context_on(int32_t number)
{
    coulomb_context *context = NULL;
    if (coulomb_context_new_cuda(number, &context) != COULOMB_OK) {
        printf("%s\n", coulomb_cuda_error());
        exit(2);
    }
    return context;
}

static coulomb_context *new_context(void)
{
    return new_context_on(0);
}

/* Channels such that cuDNN serves it. */
static coulomb_status new_network(coulomb_context *context, coulomb_network **made)
{
    const size_t image[] = {SIDE, SIDE, CHANNELS}, kernel[] = {5, 5}, stride[] = {2, 2};
    int32_t node = 0;
    coulomb_status status = coulomb_network_new(context, made);
    if (status == COULOMB_OK)
        status = coulomb_network_input(*made, image, 3, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d(*made, node, 8, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(*made, node, 3);
    return status;
}

static void fill(size_t count, float *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)((i * 37 + 11) % 101) / 50.0f - 1.0f;
}

static void test_start(void)
{
    coulomb_context *context = NULL;
    emulated_pinned = 1000;
    coulomb_status status = coulomb_context_new_cuda(0, &context);
    expect(status == COULOMB_ERROR_MEMORY && context == NULL, "pinned memory ran out: %s", coulomb_status_name(status));
    emulated_pinned = plenty;
    context = new_context();
    cuda_device *cuda = (cuda_device *)context_device(context);
    const char *scratch = cuda->scratch;
    expect(cuda_finish(&cuda->base) == COULOMB_OK, "waiting: %s", coulomb_context_error(context));
    size_t set = 0;
    for (size_t i = 0; i < CUDA_SCRATCH_BYTES; i++)
        set += scratch[i] != 0;
    expect(set == 0, "counters of reductions are not 0 when the stream's first work begins");
    coulomb_context_free(context);
}

/* One that shrinks an image by cuDNN, and one that grows it again. */
static coulomb_status new_pair(coulomb_context *context, coulomb_network **made)
{
    const size_t image[] = {SIDE, SIDE, CHANNELS}, kernel[] = {5, 5}, stride[] = {2, 2};
    int32_t node = 0;
    coulomb_status status = coulomb_network_new(context, made);
    if (status == COULOMB_OK)
        status = coulomb_network_input(*made, image, 3, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d(*made, node, 8, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d_transposed(*made, node, CHANNELS, kernel, stride, COULOMB_PADDING_SAME, NULL,
                                                   NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(*made, node, 3);
    return status;
}

/* What passes make, forward and back, and what an evaluation does. */
typedef struct results {
    float y[2 * COUNT * SAMPLE], dx[2 * COUNT * SAMPLE], evaluated[COUNT * SAMPLE];
} results;

static void find_results(coulomb_network *network, size_t count, bool evaluates, results *made)
{
    static float x[2 * COUNT * SAMPLE];
    fill(2 * COUNT * SAMPLE, x);
    coulomb_status status = coulomb_network_forward(network, count, x, made->y);
    if (status == COULOMB_OK)
        status = coulomb_network_backward(network, made->y, made->dx, COULOMB_GRADIENT_NONE);
    if (status == COULOMB_OK && evaluates)
        status = coulomb_network_evaluate(network, COUNT, x, made->evaluated);
    expect(status == COULOMB_OK, "passes: %s", coulomb_status_name(status));
}

typedef struct reserve_case {
    const char *name;
    int32_t precision;
    coulomb_status (*reserve)(coulomb_network *network, size_t count);
    bool evaluates; /* before; otherwise the reserve also gets memory for latents, and keeps what it got before */
} reserve_case;

/* Reserves for twice COUNT samples until it succeeds, with one allocation after the other failing. */
static size_t reserve_with_failures(const reserve_case *of, coulomb_network *network, const results *before)
{
    static results after;
    size_t memory = emulated_memory_in_use(), engines = emulated_engines;
    expect(engines > 0, "%s: cuDNN serves nothing", of->name);
    for (size_t refused = 0;; refused++) {
        emulated_failing_allocation = refused + 1;
        coulomb_status status = of->reserve(network, (size_t)2 * COUNT);
        emulated_failing_allocation = 0;
        if (status == COULOMB_OK)
            return refused;
        expect(status == COULOMB_ERROR_MEMORY, "%s, allocation %zu: %s", of->name, refused + 1,
               coulomb_status_name(status));
        expect(!of->evaluates || (emulated_memory_in_use() == memory && emulated_engines == engines),
               "%s, allocation %zu: %zu bytes and %zu engines instead of %zu and %zu", of->name, refused + 1,
               emulated_memory_in_use(), emulated_engines, memory, engines);
        find_results(network, COUNT, of->evaluates, &after);
        expect(memcmp(before, &after, sizeof after) == 0, "%s, allocation %zu: other bits", of->name, refused + 1);
        if (failed > 0)
            return refused;
    }
}

/* Whichever allocation fails, of memory or of an engine, a reserve changes nothing: neither bits, nor memory, nor what
 * engines there are. The next one is as if there had been none. */
static void test_reserve(const reserve_case *of)
{
    static results before, after, larger[2];
    coulomb_context *context = new_context();
    coulomb_network *network = NULL, *other = NULL;
    coulomb_status status = coulomb_context_set_precision(context, of->precision);
    if (status == COULOMB_OK)
        status = new_pair(context, &network);
    expect(status == COULOMB_OK, "%s: a network: %s", of->name, coulomb_context_error(context));
    find_results(network, COUNT, of->evaluates, &before);
    size_t refused = reserve_with_failures(of, network, &before);
    expect(refused > 4, "%s: %zu allocations only", of->name, refused);
    find_results(network, COUNT, of->evaluates, &after);
    expect(memcmp(&before, &after, sizeof before) == 0, "%s: the number reserved before has other bits", of->name);
    status = new_pair(context, &other);
    if (status == COULOMB_OK)
        status = of->reserve(other, (size_t)2 * COUNT);
    expect(status == COULOMB_OK, "%s: another network: %s", of->name, coulomb_context_error(context));
    find_results(network, (size_t)2 * COUNT, true, &larger[0]);
    find_results(other, (size_t)2 * COUNT, true, &larger[1]);
    expect(memcmp(&larger[0], &larger[1], sizeof larger[0]) == 0, "%s: failures show in later bits", of->name);
    coulomb_network_free(network);
    coulomb_network_free(other);
    expect(emulated_engines == 0, "%s: %zu engines are left", of->name, emulated_engines);
    coulomb_context_free(context);
}

static void test_reserves(void)
{
    static const reserve_case cases[] = {
        {"TF32", COULOMB_PRECISION_TF32, coulomb_network_reserve, true},
        {"bfloat16", COULOMB_PRECISION_BF16, coulomb_network_reserve, true},
        {"inference", COULOMB_PRECISION_TF32, coulomb_network_reserve_inference, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_reserve(&cases[i]);
}

/* Nor does another precision for which there is no memory. */
static void test_precision(void)
{
    static results before, after;
    coulomb_context *context = new_context();
    coulomb_network *network = NULL;
    size_t refused = 0;
    expect(new_pair(context, &network) == COULOMB_OK, "a network: %s", coulomb_context_error(context));
    find_results(network, COUNT, true, &before);
    expect(coulomb_network_reserve(network, (size_t)2 * COUNT) == COULOMB_OK, "more memory: %s",
           coulomb_context_error(context));
    for (;; refused++) {
        emulated_failing_allocation = refused + 1;
        coulomb_status status = coulomb_context_set_precision(context, COULOMB_PRECISION_BF16);
        emulated_failing_allocation = 0;
        if (status == COULOMB_OK)
            break;
        expect(status == COULOMB_ERROR_MEMORY, "another precision, allocation %zu: %s", refused + 1,
               coulomb_status_name(status));
        find_results(network, COUNT, true, &after);
        expect(memcmp(&before, &after, sizeof after) == 0, "another precision, allocation %zu: other bits",
               refused + 1);
        if (failed > 0)
            break;
    }
    expect(refused > 20, "another precision needs %zu allocations only", refused);
    coulomb_network_free(network);
    coulomb_context_free(context);
}

enum { LATENT = 8, PARAMETERS_MOST = 20000 };

/* From a latent to an image, or from an image to a value. */
static coulomb_status new_player(coulomb_context *context, bool generates, coulomb_network **made)
{
    const size_t latent[] = {LATENT}, small[] = {SIDE / 2, SIDE / 2, 8}, image[] = {SIDE, SIDE, CHANNELS};
    const size_t flat[] = {SIDE / 2 * SIDE / 2 * 8};
    const size_t kernel[] = {5, 5}, stride[] = {2, 2};
    int32_t node = 0;
    coulomb_status status = coulomb_network_new(context, made);
    if (status == COULOMB_OK)
        status = coulomb_network_input(*made, generates ? latent : image, generates ? 1 : 3, &node);
    if (status == COULOMB_OK && generates)
        status = coulomb_network_dense(*made, node, flat[0], NULL, &node);
    if (status == COULOMB_OK && generates)
        status = coulomb_network_reshape(*made, node, small, 3, &node);
    if (status == COULOMB_OK)
        status = generates
                     ? coulomb_network_conv2d_transposed(*made, node, CHANNELS, kernel, stride, COULOMB_PADDING_SAME,
                                                         NULL, NULL, &node)
                     : coulomb_network_conv2d(*made, node, 8, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node);
    if (status == COULOMB_OK && !generates)
        status = coulomb_network_reshape(*made, node, flat, 1, &node);
    if (status == COULOMB_OK && !generates)
        status = coulomb_network_dense(*made, node, 1, NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(*made, node, 3);
    return status;
}

typedef struct training {
    coulomb_network *player[2];
    coulomb_trainer *trainer;
} training;

static training new_training(coulomb_context *context)
{
    static float samples[4 * COUNT * SAMPLE];
    training made = {.trainer = NULL};
    fill(4 * COUNT * SAMPLE, samples);
    coulomb_status status = new_player(context, true, &made.player[0]);
    if (status == COULOMB_OK)
        status = new_player(context, false, &made.player[1]);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(context, made.player[0], made.player[1], &made.trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data_array(made.trainer, samples, 4 * COUNT, 1);
    expect(status == COULOMB_OK, "a trainer: %s", coulomb_context_error(context));
    return made;
}

static void free_training(training *freed)
{
    coulomb_trainer_free(freed->trainer);
    coulomb_network_free(freed->player[0]);
    coulomb_network_free(freed->player[1]);
}

static coulomb_status update(training *of, size_t batch)
{
    coulomb_status status = coulomb_trainer_set_batch(of->trainer, batch);
    return status == COULOMB_OK ? coulomb_trainer_step(of->trainer) : status;
}

static size_t read_players(const training *of, float *values)
{
    size_t read = 0;
    for (size_t player = 0; player < 2; player++) {
        coulomb_network *network = of->player[player];
        for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
            const char *name = coulomb_network_parameter_name(network, i);
            size_t rank = 0, shape[COULOMB_RANK_MAX], count = 1;
            (void)coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &rank);
            for (size_t j = 0; j < rank; j++)
                count *= shape[j];
            if (read + count <= PARAMETERS_MOST)
                (void)coulomb_network_read_parameter(network, name, values + read, count);
            read += count;
        }
    }
    return read;
}

/* An update of a larger batch that lacks memory, whichever allocation it is, leaves training as it was: the next one of
 * the former batch has the same bits as without it. */
static void test_training(void)
{
    static float values[2][PARAMETERS_MOST];
    coulomb_context *context = new_context();
    training tried = new_training(context), left = new_training(context);
    size_t refused = 0;
    coulomb_status status = COULOMB_ERROR_MEMORY;
    expect(update(&tried, COUNT) == COULOMB_OK && update(&left, COUNT) == COULOMB_OK, "updates: %s",
           coulomb_context_error(context));
    for (; status == COULOMB_ERROR_MEMORY && failed == 0; refused++) {
        emulated_failing_allocation = refused + 1;
        status = update(&tried, (size_t)2 * COUNT);
        emulated_failing_allocation = 0;
        if (status == COULOMB_OK)
            break;
        expect(update(&tried, COUNT) == COULOMB_OK && update(&left, COUNT) == COULOMB_OK, "updates: %s",
               coulomb_context_error(context));
        size_t count = read_players(&tried, values[0]);
        expect(count <= PARAMETERS_MOST && read_players(&left, values[1]) == count &&
                   memcmp(values[0], values[1], count * sizeof(float)) == 0,
               "allocation %zu of a larger batch: other bits", refused + 1);
    }
    expect(status == COULOMB_OK && refused > 20, "a larger batch after %zu refusals: %s", refused,
           coulomb_context_error(context));
    free_training(&tried);
    free_training(&left);
    coulomb_context_free(context);
}

static void test_libraries(void)
{
    coulomb_context *context = new_context();
    coulomb_network *network = NULL;
    emulated_libraries_lack_memory = true;
    coulomb_status status = new_network(context, &network);
    expect(status == COULOMB_ERROR_MEMORY, "cuBLAS lacked memory: %s", coulomb_status_name(status));
    coulomb_network_free(network);
    emulated_libraries_lack_memory = false;
    expect(new_network(context, &network) == COULOMB_OK, "a network afterwards: %s", coulomb_context_error(context));
    emulated_libraries_lack_memory = true;
    status = coulomb_network_reserve(network, COUNT);
    expect(status == COULOMB_ERROR_MEMORY, "cuDNN lacked memory: %s", coulomb_status_name(status));
    emulated_libraries_lack_memory = false;
    emulated_engine_fails = true; /* the first that is tried */
    expect(coulomb_network_reserve(network, COUNT) == COULOMB_OK && !emulated_engine_fails,
           "an engine that does not run: %s", coulomb_context_error(context));
    coulomb_network_free(network);
    coulomb_context_free(context);
}

static void test_errors_of_others(void)
{
    coulomb_context *context = new_context();
    device *on = context_device(context);
    void *memory = NULL;
    float *array = on->table->get(on, 400);
    cudaMalloc(&memory, plenty + 1);
    on->table->fill(on, 100, 1.0f, array);
    expect(on->table->finish(on) == COULOMB_OK, "an error of the caller's own: %s", coulomb_context_error(context));
    on->table->release(on, array);
    coulomb_context_free(context);
}

typedef struct releasing {
    device *on;
    float *array;
    void **released;
    size_t calls;
} releasing;

static void release_one(void *work_)
{
    releasing *work = work_;
    work->calls++;
    work->on->table->fill(work->on, 10, 2.0f, work->array);
    work->on->table->release(work->on, *work->released);
    *work->released = work->on->table->get(work->on, 100);
}

/* What names memory that went while it was recorded is not repeated. */
static void test_release_in_recording(void)
{
    coulomb_context *context = new_context();
    device *on = context_device(context);
    void *recording = NULL, *memory = on->table->get(on, 100);
    releasing work = {.on = on, .array = on->table->get(on, 40), .released = &memory};
    float value = 0.0f;
    for (int i = 0; i < 4; i++) {
        on->table->clear(on, work.array, 40);
        on->table->run_recorded(on, &recording, 1, release_one, &work);
        expect(on->table->copy_out(on, &value, work.array, sizeof value) == COULOMB_OK && value == 2.0f,
               "work that releases memory, run %d", i);
    }
    expect(work.calls > 4, "work that releases memory was asked for %zu times in 4 runs: it was recorded", work.calls);
    on->table->free_recording(on, recording);
    on->table->release(on, memory);
    on->table->release(on, work.array);
    coulomb_context_free(context);
}

/* Parameters written between the passes count in the second, as on the CPU. */
static void test_parameters_between_passes(void)
{
    static float x[COUNT * SAMPLE], slope[COUNT * 72], dx[2][COUNT * SAMPLE], weights[25 * CHANNELS * 8];
    coulomb_context *contexts[2] = {new_context(), NULL};
    expect(coulomb_context_new(&contexts[1]) == COULOMB_OK, "the CPU's context");
    fill(COUNT * SAMPLE, x);
    fill(COUNT * 72, slope);
    fill(25 * CHANNELS * 8, weights);
    double most = 0.0;
    for (size_t i = 0; i < 2; i++) {
        coulomb_network *network = NULL;
        coulomb_status status = new_network(contexts[i], &network);
        if (status == COULOMB_OK)
            status = coulomb_network_forward(network, COUNT, x, NULL);
        for (size_t j = 0; j < coulomb_network_parameter_count(network) && status == COULOMB_OK; j++)
            if (strstr(coulomb_network_parameter_name(network, j), "bias") == NULL)
                status = coulomb_network_write_parameter(network, coulomb_network_parameter_name(network, j), weights,
                                                         25 * CHANNELS * 8);
        if (status == COULOMB_OK)
            status = coulomb_network_backward(network, slope, dx[i], COULOMB_GRADIENT_NONE);
        expect(status == COULOMB_OK, "passes: %s", coulomb_context_error(contexts[i]));
        coulomb_network_free(network);
        coulomb_context_free(contexts[i]);
    }
    for (size_t i = 0; i < COUNT * SAMPLE; i++) {
        double off = (double)dx[0][i] - (double)dx[1][i];
        most = off * off > most ? off * off : most;
    }
    expect(most < 1e-6, "gradients after parameters were written are off by the root of %g", most);
}

/* Kernels for few channels need more shared memory than a block has here: others must take over. */
static void test_shared_memory(void)
{
    const size_t image[] = {4, 128, 256}, kernel[] = {5, 5}, stride[] = {2, 2};
    coulomb_context *context = new_context();
    coulomb_network *network = NULL;
    int32_t node = 0;
    static float x[4 * 128 * 256], y[8 * 256 * 3];
    coulomb_status status = coulomb_network_new(context, &network);
    if (status == COULOMB_OK)
        status = coulomb_network_input(network, image, 3, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d_transposed(network, node, 3, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL,
                                                   &node);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(network, node, 3);
    if (status == COULOMB_OK)
        status = coulomb_network_forward(network, 1, x, y);
    expect(status == COULOMB_OK, "a wide image of many channels: %s", coulomb_context_error(context));
    coulomb_network_free(network);
    coulomb_context_free(context);
}

/* What a thread does with the contexts of two GPUs. */
typedef struct two_gpus {
    coulomb_context *context[2];
    training of[2];
} two_gpus;

/* Each call after one for the other GPU. */
static void use_both(two_gpus *both)
{
    static float x[2][COUNT * SAMPLE], values[2][PARAMETERS_MOST];
    coulomb_status status = COULOMB_OK;
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 2 && status == COULOMB_OK; i++)
            status = update(&both->of[i], COUNT);
        for (size_t i = 0; i < 2 && status == COULOMB_OK; i++)
            status = coulomb_network_generate(both->of[i].player[0], COUNT, x[i]);
        for (size_t i = 0; i < 2 && status == COULOMB_OK; i++)
            status = coulomb_network_forward(both->of[i].player[1], COUNT, x[i], NULL);
        for (size_t i = 0; i < 2 && status == COULOMB_OK; i++)
            status = coulomb_network_backward(both->of[i].player[1], x[i], NULL, COULOMB_GRADIENT_WRITE);
        for (size_t i = 0; i < 2 && status == COULOMB_OK; i++)
            status = coulomb_context_set_precision(both->context[i],
                                                   round % 2 == 0 ? COULOMB_PRECISION_BF16 : COULOMB_PRECISION_TF32);
        expect(status == COULOMB_OK, "two GPUs: %s", coulomb_status_name(status));
    }
    size_t count = read_players(&both->of[0], values[0]);
    expect(read_players(&both->of[1], values[1]) == count && memcmp(values[0], values[1], count * sizeof(float)) == 0 &&
               memcmp(x[0], x[1], sizeof x[0]) == 0,
           "two GPUs differ");
}

static void *use_in_thread(void *both)
{
    use_both(both);
    return NULL;
}

/* Their work in turn, in one thread and another, and released by the one that did not use them last. */
static void test_two_gpus(void)
{
    two_gpus both;
    pthread_t thread;
    for (int32_t i = 0; i < 2; i++) {
        both.context[i] = new_context_on(i);
        both.of[i] = new_training(both.context[i]);
    }
    use_both(&both);
    if (pthread_create(&thread, NULL, use_in_thread, &both) != 0 || pthread_join(thread, NULL) != 0)
        exit(2);
    for (size_t i = 0; i < 2; i++)
        coulomb_trainer_free(both.of[i].trainer);
    for (size_t i = 0; i < 4; i++)
        coulomb_network_free(both.of[i % 2].player[i / 2]);
    for (size_t i = 0; i < 2; i++)
        coulomb_context_free(both.context[i]);
}

/* So many rows that a grid has no room for them side by side: gradients as on the CPU, the activation between the
 * layers included. */
static void test_many_rows(void)
{
    enum { ROWS = 65552, SAMPLES = 8 };
    static float x[SAMPLES * ROWS], slope[SAMPLES * ROWS], dx[2][SAMPLES * ROWS];
    const size_t shape[] = {ROWS, 1};
    coulomb_context *contexts[2] = {new_context(), NULL};
    expect(coulomb_context_new(&contexts[1]) == COULOMB_OK, "the CPU's context");
    fill((size_t)SAMPLES * ROWS, x);
    fill((size_t)SAMPLES * ROWS, slope);
    double most = 0.0;
    for (size_t i = 0; i < 2; i++) {
        coulomb_network *network = NULL;
        int32_t node = 0;
        coulomb_status status = coulomb_network_new(contexts[i], &network);
        if (status == COULOMB_OK)
            status = coulomb_network_input(network, shape, 2, &node);
        if (status == COULOMB_OK)
            status = coulomb_network_dense(network, node, 1, NULL, &node);
        if (status == COULOMB_OK)
            status = coulomb_network_tanh(network, node, &node);
        if (status == COULOMB_OK)
            status = coulomb_network_dense(network, node, 1, NULL, &node);
        if (status == COULOMB_OK)
            status = coulomb_network_finish(network, node, 3);
        if (status == COULOMB_OK)
            status = coulomb_network_forward(network, SAMPLES, x, NULL);
        if (status == COULOMB_OK)
            status = coulomb_network_backward(network, slope, dx[i], COULOMB_GRADIENT_NONE);
        expect(status == COULOMB_OK, "many rows: %s", coulomb_context_error(contexts[i]));
        coulomb_network_free(network);
        coulomb_context_free(contexts[i]);
    }
    for (size_t i = 0; i < (size_t)SAMPLES * ROWS; i++)
        most = fmax(most, fabs((double)dx[0][i] - (double)dx[1][i]));
    expect(most < 1e-5, "gradients of many rows are off by %g", most);
}

static void test_tall_transpose(void)
{
    enum { ROWS = (1 << 21) + 40, COLUMNS = 3 };
    coulomb_context *context = new_context();
    cuda_device *cuda = (cuda_device *)context_device(context);
    float *x = cuda_get(cuda, (size_t)ROWS * COLUMNS * sizeof *x),
          *y = cuda_get(cuda, (size_t)ROWS * COLUMNS * sizeof *y);
    size_t wrong = 0;
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++)
        x[i] = (float)i;
    launch_transpose(cuda->stream, ROWS, COLUMNS, COLUMNS, ROWS, (stored){.at = x}, (stored){.at = y}, false);
    expect(cuda_finish(&cuda->base) == COULOMB_OK, "a tall matrix: %s", coulomb_context_error(context));
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            wrong += y[j * ROWS + i] != x[i * COLUMNS + j];
    expect(wrong == 0, "%zu values of a tall matrix are in wrong places", wrong);
    cuda_release(cuda, x);
    cuda_release(cuda, y);
    coulomb_context_free(context);
}

int main(void)
{
    test_start();
    test_errors_of_others();
    test_release_in_recording();
    test_libraries();
    test_reserves();
    test_precision();
    test_training();
    test_parameters_between_passes();
    test_shared_memory();
    test_two_gpus();
    test_many_rows();
    test_tall_transpose();
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}

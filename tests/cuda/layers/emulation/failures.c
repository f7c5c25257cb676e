/* What goes wrong on a GPU one cannot ask a real one for: memory that runs out at each allocation in turn, libraries
 * and engines that fail, errors of the caller's own calls. Prints "N passed, N failed" last. */
#include "cuda/cuda_device.h"
#include "emulation.h"

#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>
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

static coulomb_context *new_context(void)
{
    coulomb_context *context = NULL;
    if (coulomb_context_new_cuda(0, &context) != COULOMB_OK) {
        printf("%s\n", coulomb_cuda_error());
        exit(2);
    }
    return context;
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
    const cuda_device *cuda = (const cuda_device *)context_device(context);
    const char *scratch = cuda->scratch;
    size_t set = 0;
    for (size_t i = 0; i < CUDA_SCRATCH_BYTES; i++)
        set += scratch[i] != 0;
    expect(set == 0, "counters of reductions are not 0 when the stream's first work begins");
    coulomb_context_free(context);
}

/* A reserve that lacks memory, whichever allocation it is, changes nothing; the next one is as if there had been none.
 */
static void test_memory(void)
{
    coulomb_context *context = new_context();
    coulomb_network *network = NULL;
    static float x[2 * COUNT * SAMPLE], y[COUNT * 72], again[COUNT * 72];
    fill(2 * COUNT * SAMPLE, x);
    expect(new_network(context, &network) == COULOMB_OK, "a network: %s", coulomb_context_error(context));
    expect(coulomb_network_forward(network, COUNT, x, y) == COULOMB_OK, "a pass: %s", coulomb_context_error(context));
    size_t before = emulated_memory_in_use(), refused = 0;
    coulomb_status status = COULOMB_ERROR_MEMORY;
    for (size_t more = 0; status == COULOMB_ERROR_MEMORY; more += 30000) {
        emulated_memory = before + more;
        status = coulomb_network_reserve(network, (size_t)2 * COUNT);
        emulated_memory = plenty;
        if (status == COULOMB_OK)
            break;
        refused++;
        expect(status == COULOMB_ERROR_MEMORY, "%zu bytes more: %s", more, coulomb_context_error(context));
        expect(coulomb_network_forward(network, COUNT, x, again) == COULOMB_OK && memcmp(y, again, sizeof y) == 0,
               "a pass after %zu bytes more were too few has other bits", more);
    }
    expect(refused > 3, "memory ran out %zu times only", refused);
    coulomb_network_free(network);
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

int main(void)
{
    test_start();
    test_errors_of_others();
    test_release_in_recording();
    test_libraries();
    test_memory();
    test_parameters_between_passes();
    test_shared_memory();
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}

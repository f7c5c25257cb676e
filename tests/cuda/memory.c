/* Memory, copies and recording. */
#include "cases.h"

#include <coulomb/layers.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small copies wait for one another and are made together, but in the order in which they were asked for. */
static void test_order(const device_pair *pair)
{
    const device_table *table = pair->cuda->table;
    enum { VALUES = 64, ROUNDS = 50 };
    float from[VALUES], to[VALUES];
    float *array = on_gpu(pair, sizeof from);
    size_t wrong = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < VALUES; i++)
            from[i] = (float)(round * VALUES + i);
        table->copy_in(pair->cuda, array, from, sizeof from);
        from[VALUES - 1] = -1.0f;
        table->copy_in(pair->cuda, array + VALUES - 1, from + VALUES - 1, sizeof *from);
        from[0] = -2.0f;
        table->copy_in(pair->cuda, array, from, sizeof *from);
        from_gpu(pair, to, array, sizeof to);
        wrong += memcmp(from, to, sizeof to) != 0;
    }
    expect(wrong == 0, "copies to the same place came out of order %zu times of %d", wrong, ROUNDS);
    forget_gpu(pair);
}

/* 40 nodes of 2^57 values, all of which are needed at once: their bytes are more than a size_t counts. */
static void test_sizes(coulomb_context *context)
{
    const size_t one = 1;
    coulomb_network *network;
    int32_t node, sum;
    coulomb_status status = coulomb_network_new(context, &network);
    if (status == COULOMB_OK)
        status = coulomb_network_input(network, &one, 1, &node);
    for (size_t i = 0; i < 57 && status == COULOMB_OK; i++)
        status = coulomb_network_concatenate(network, node, node, &node);
    sum = node;
    for (size_t i = 0; i < 40 && status == COULOMB_OK; i++) {
        int32_t made;
        status = coulomb_network_elu(network, node, &made);
        if (status == COULOMB_OK)
            status = coulomb_network_add(network, sum, made, &sum);
    }
    expect(status == COULOMB_OK, "a network of large samples: %s", coulomb_context_error(context));
    status = coulomb_network_finish(network, sum, 1);
    expect(status == COULOMB_ERROR_SHAPE && strstr(coulomb_context_error(context), "do not fit") != NULL,
           "a sample whose bytes cannot be counted: %d", (int)status);
    coulomb_network_free(network);
}

/* Copies from memory that the device reads by itself. */
static void test_pinned(const device_pair *pair)
{
    const device_table *table = pair->cuda->table;
    size_t bytes = 8000000;
    unsigned char *pinned = table->get_host(pair->cuda, bytes), *back = malloc(bytes);
    expect(pinned != NULL, "pinned memory: %s", coulomb_context_error(pair->cuda_context));
    if (pinned != NULL) {
        for (size_t j = 0; j < bytes; j++)
            pinned[j] = (unsigned char)(j * 11);
        void *a = to_gpu(pair, pinned, bytes);
        unsigned char first = pinned[0];
        pinned[0] ^= 0xff;
        from_gpu(pair, back, a, bytes);
        pinned[0] = first;
        expect(memcmp(pinned, back, bytes) == 0, "copy in from pinned memory");
        table->release_host(pair->cuda, pinned);
    }
    free(back);
}

void test_memory(const device_pair *pair)
{
    const device_table *table = pair->cuda->table;
    test_order(pair);
    test_sizes(pair->cpu_context);
    test_sizes(pair->cuda_context);
    static const size_t sizes[] = {1, 3, 4, 1000, 65536, 65537, 1 << 20, (1 << 20) + 1, 20000001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t bytes = sizes[i];
        unsigned char *from = malloc(bytes), *to = malloc(bytes);
        for (size_t j = 0; j < bytes; j++)
            from[j] = (unsigned char)(j * 7 + j / 251);
        unsigned char *a = on_gpu(pair, bytes + 64), *b = on_gpu(pair, bytes + 64);
        memset(to, 1, bytes);
        table->copy_in(pair->cuda, a, from, bytes);
        from[0] ^= 0xff; /* it may change afterwards */
        from_gpu(pair, to, a, bytes);
        from[0] ^= 0xff;
        expect(memcmp(from, to, bytes) == 0, "copy in and out of %zu bytes", bytes);
        int32_t flags[2] = {0, 1};
        int32_t *go = to_gpu(pair, flags, sizeof flags);
        table->clear(pair->cuda, b, bytes + 64);
        table->copy(pair->cuda, b + 3, a, bytes, &go[0]);
        from_gpu(pair, to, b + 3, bytes);
        expect(to[0] == 0 && to[bytes - 1] == 0, "a copy that is stopped, %zu bytes", bytes);
        for (size_t shift = 0; shift < 17; shift += 4) {
            table->clear(pair->cuda, b, bytes + 64);
            table->copy(pair->cuda, b + shift, a, bytes, &go[1]);
            from_gpu(pair, to, b + shift, bytes);
            expect(memcmp(from, to, bytes) == 0, "a copy that goes, %zu bytes shifted by %zu", bytes, shift);
        }
        table->copy(pair->cuda, b + 1, a, bytes, NULL);
        from_gpu(pair, to, b + 1, bytes);
        expect(memcmp(from, to, bytes) == 0, "a copy without a flag, %zu bytes", bytes);
        free(from);
        free(to);
        forget_gpu(pair);
    }
    test_pinned(pair);
}

/* Doubles an array in steps of the table: y = y + y by an average of 0 weight would not do, so values are filled. */
typedef struct filled_work {
    const device_pair *pair;
    float *array;
    size_t count, calls;
    float value;
    bool copies;
} filled_work;

static void enqueue(void *work_)
{
    filled_work *work = work_;
    device *on = work->pair->cuda;
    work->calls++;
    if (work->copies)
        on->table->copy_in(on, work->array, &work->value, sizeof work->value);
    else
        on->table->fill(on, work->count, work->value, work->array);
}

static float first_of(const filled_work *work)
{
    float value;
    from_gpu(work->pair, &value, work->array + work->count - 1, sizeof value);
    return value;
}

void test_recording(const device_pair *pair)
{
    const device_table *table = pair->cuda->table;
    filled_work work = {.pair = pair, .count = 1000, .value = 5.0f};
    work.array = on_gpu(pair, work.count * sizeof(float));
    void *recording = NULL;
    for (int i = 0; i < 5; i++) {
        table->clear(pair->cuda, work.array, work.count * sizeof(float));
        table->run_recorded(pair->cuda, &recording, 17, enqueue, &work);
        expect(first_of(&work) == 5.0f, "recorded work, run %d", i);
    }
    expect(work.calls == 2, "recorded work was asked for %zu times; expected once to run and once to record",
           work.calls);
    for (uint64_t signature = 1; signature <= 9; signature++) {
        work.value = (float)signature;
        for (int i = 0; i < 3; i++) {
            table->clear(pair->cuda, work.array, work.count * sizeof(float));
            table->run_recorded(pair->cuda, &recording, signature, enqueue, &work);
            expect(first_of(&work) == (float)signature, "recorded work of signature %d, run %d", (int)signature, i);
        }
    }
    void *other = table->get(pair->cuda, 100);
    table->release(pair->cuda, other);
    size_t before = work.calls;
    table->run_recorded(pair->cuda, &recording, 9, enqueue, &work);
    expect(work.calls > before, "memory was released, and old recordings still run");
    expect(first_of(&work) == 9.0f, "work after memory was released");
    table->free_recording(pair->cuda, recording);

    recording = NULL;
    work.copies = true;
    work.count = 1;
    for (int i = 0; i < 4; i++) {
        work.value = (float)i + 0.5f;
        table->run_recorded(pair->cuda, &recording, 3, enqueue, &work);
        expect(first_of(&work) == work.value, "work with a copy from the host, run %d", i);
    }
    table->free_recording(pair->cuda, recording);
    table->free_recording(pair->cuda, NULL);
}

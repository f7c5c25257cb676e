/* The first GPU. */
#include "device.h"

#include <coulomb/context.h>
#include <coulomb/cuda.h>
#include <stdio.h>
#include <stdlib.h>

static coulomb_context *context;

void test_start(void)
{
    if (coulomb_context_new_cuda(0, &context) == COULOMB_OK)
        return;
    fprintf(stderr, "failed: %s\n", coulomb_cuda_error());
    exit(2);
}

void test_end(void)
{
    coulomb_context_free(context);
}

device *test_device(void)
{
    return context_device(context);
}

const device_table *test_table(void)
{
    return test_device()->table;
}

void test_ok(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "failed: %s\n", coulomb_context_error(context));
    exit(2);
}

void test_precision(int32_t precision)
{
    test_ok(test_table()->set_precision(test_device(), precision));
}

void *test_get(size_t bytes)
{
    void *memory = test_table()->get(test_device(), bytes);
    if (memory == NULL)
        test_ok(COULOMB_ERROR_MEMORY);
    return memory;
}

void test_release(void *memory)
{
    test_table()->release(test_device(), memory);
}

void test_copy_in(void *to, const void *from, size_t bytes)
{
    test_table()->copy_in(test_device(), to, from, bytes);
}

void test_copy_out(void *to, const void *from, size_t bytes)
{
    test_ok(test_table()->copy_out(test_device(), to, from, bytes));
}

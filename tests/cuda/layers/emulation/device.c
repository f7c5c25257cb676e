/* A device without a GPU: the plan's host code with emulated kernels. */
#include "../device.h"

#include "cuda/flat.h"
#include "cuda/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static coulomb_context *context;
static cuda_device emulated;

static const device_services services = {
    .fail = fail, .log_line = log_line, .memory_get = memory_get, .memory_release = memory_release};

static const device_table table = {.plan_new = cuda_plan_new,
                                   .plan_free = cuda_plan_free,
                                   .plan_values = cuda_plan_values,
                                   .plan_bytes = cuda_plan_bytes,
                                   .plan_reserve = cuda_plan_reserve,
                                   .plan_reserve_inference = cuda_plan_reserve_inference,
                                   .plan_block = cuda_plan_block,
                                   .plan_forward = cuda_plan_forward,
                                   .plan_infer = cuda_plan_infer,
                                   .plan_backward = cuda_plan_backward};

cublasHandle_t cuda_blas(cuda_device *cuda)
{
    return (cublasHandle_t)cuda;
}

void test_start(void)
{
    if (coulomb_context_new(&context) != COULOMB_OK)
        abort();
    emulated = (cuda_device){.base = {.table = &table, .context = context}, .services = &services, .precision = 1};
}

void test_end(void)
{
    coulomb_context_free(context);
}

void test_precision(int32_t precision)
{
    test_ok(cuda_set_precision(&emulated.base, precision));
}

const device_table *test_table(void)
{
    return &table;
}

device *test_device(void)
{
    return &emulated.base;
}

void test_ok(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "failed: %s\n", coulomb_context_error(context));
    exit(2);
}

void *test_get(size_t bytes)
{
    return cuda_get(&emulated, bytes);
}

void test_release(void *memory)
{
    cuda_release(&emulated, memory);
}

void test_copy_in(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}

void test_copy_out(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}

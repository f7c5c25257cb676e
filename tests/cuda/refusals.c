/* What cannot be had is refused, and changes nothing. */
#include "cases.h"

#include <coulomb/cuda.h>
#include <string.h>

static bool says(const char *message, const char *part)
{
    return strstr(message, part) != NULL;
}

void test_refusals(const device_pair *pair)
{
    const device_table *table = pair->cuda->table;
    void *memory = table->get(pair->cuda, (size_t)1 << 50);
    const char *message = coulomb_context_error(pair->cuda_context);
    expect(memory == NULL && says(message, "1125899906842624 bytes of device memory") && says(message, "are free"),
           "out of memory: %s", message);
    expect(table->finish(pair->cuda) == COULOMB_OK, "the device after a lack of memory: %s",
           coulomb_context_error(pair->cuda_context));
    memory = table->get(pair->cuda, 1000);
    expect(memory != NULL, "memory after a lack of memory");
    table->release(pair->cuda, memory);
    table->release(pair->cuda, NULL);

    int32_t count = -1;
    expect(coulomb_cuda_device_count(&count) == COULOMB_OK && count >= 1, "%d devices: %s", count,
           coulomb_cuda_error());
    expect(coulomb_cuda_device_name(0) != NULL && coulomb_cuda_device_name(0)[0] != '\0', "the device has no name");
    expect(coulomb_cuda_device_name(count) == NULL && says(coulomb_cuda_error(), "; expected 0 to"), "%s",
           coulomb_cuda_error());
    size_t bytes = 0;
    expect(coulomb_cuda_device_memory(0, &bytes) == COULOMB_OK && bytes > 1 << 30, "%zu bytes of memory", bytes);
    coulomb_context *context = pair->cuda_context;
    expect(coulomb_context_new_cuda(-1, &context) == COULOMB_ERROR_ARGUMENT && context == NULL &&
               says(coulomb_cuda_error(), "device is -1"),
           "device -1: %s", coulomb_cuda_error());
    expect(coulomb_context_new_cuda(count, &context) == COULOMB_ERROR_ARGUMENT && context == NULL, "device %d", count);
    expect(coulomb_context_new_cuda(0, NULL) == COULOMB_ERROR_ARGUMENT, "a context that is NULL");

    int32_t precision = 0;
    expect(coulomb_context_get_precision(pair->cuda_context, &precision) == COULOMB_OK &&
               precision == COULOMB_PRECISION_TF32,
           "the precision is %d", precision);
    expect(coulomb_context_set_precision(pair->cuda_context, COULOMB_PRECISION_BF16) == COULOMB_OK &&
               coulomb_context_get_precision(pair->cuda_context, &precision) == COULOMB_OK &&
               precision == COULOMB_PRECISION_BF16,
           "the precision was set to bf16 and is %d", precision);
    coulomb_context_set_precision(pair->cuda_context, COULOMB_PRECISION_TF32);
}

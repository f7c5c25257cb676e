#include "context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef BENCH_CUDA
#include <coulomb/cuda.h>

static int32_t precision_of(const char *word)
{
    return strcmp(word, "float32") == 0 ? COULOMB_PRECISION_FLOAT32
           : strcmp(word, "tf32") == 0  ? COULOMB_PRECISION_TF32
           : strcmp(word, "bf16") == 0  ? COULOMB_PRECISION_BF16
                                        : 0;
}

static coulomb_context *gpu_context(const char *argument)
{
    coulomb_context *context;
    if (coulomb_context_new_cuda(0, &context) != COULOMB_OK) {
        fprintf(stderr, "%s\n", coulomb_cuda_error());
        return NULL;
    }
    if (coulomb_context_set_precision(context, precision_of(argument)) == COULOMB_OK)
        return context;
    fprintf(stderr, "%s\n", coulomb_context_error(context));
    coulomb_context_free(context);
    return NULL;
}

void bench_describe(const coulomb_context *context, const char *argument, size_t size, char *text)
{
    (void)context;
    const char *name = coulomb_cuda_device_name(0);
    snprintf(text, size, "%s, %s", name == NULL ? "unknown" : name, argument);
}
#else
static coulomb_context *gpu_context(const char *argument)
{
    fprintf(stderr, "'%s' is no number of threads\n", argument);
    return NULL;
}

void bench_describe(const coulomb_context *context, const char *argument, size_t size, char *text)
{
    (void)argument;
    size_t threads = 1;
    coulomb_context_get_threads(context, &threads);
    snprintf(text, size, "%s kernels, %zu threads", coulomb_context_kernels(context), threads);
}
#endif

coulomb_context *bench_context(const char *argument)
{
    coulomb_context *context;
    char *end;
    unsigned long threads = strtoul(argument, &end, 10);
    if (*end != '\0')
        return gpu_context(argument);
    if (coulomb_context_new(&context) != COULOMB_OK)
        return NULL;
    if (coulomb_context_set_threads(context, threads) == COULOMB_OK)
        return context;
    fprintf(stderr, "%s\n", coulomb_context_error(context));
    coulomb_context_free(context);
    return NULL;
}

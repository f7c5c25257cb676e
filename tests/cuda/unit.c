/* The unit tests that run on several devices, on the last GPU, in float32 so that their bounds hold. In one process:
 * set CK_FORK=no. Arguments: suites, NAME_cuda. With EMULATED on the emulation of two GPUs, where tests may fork. */
#include "cuda/cuda_device.h"
#include "device/entry.h"
#include "unit/contexts.h"
#include "unit/run_suites.h"
#include "unit/suites.h"

#include <coulomb/cuda.h>
#include <stdbool.h>
#include <stdio.h>

#ifdef EMULATED
static const bool emulated = true;
#else
static const bool emulated = false;
#endif
static int32_t devices;

static coulomb_status make_context(const context_memory *memory, coulomb_context **context)
{
    int32_t last = devices - 1;
    coulomb_status status = coulomb_private_context_new(&cuda_table, &last, memory, context);
    if (status == COULOMB_OK)
        status = coulomb_context_set_precision(*context, COULOMB_PRECISION_FLOAT32);
    return status;
}

static void contexts_on_cuda(void)
{
    contexts_of(make_context, true, emulated);
}

int main(int count, char **arguments)
{
    const named_suite suites[] = {
#define SUITE(name) {#name "_cuda", suite_##name, contexts_on_cuda},
#include "unit/mirrored.list"
#undef SUITE
    };
    if (coulomb_cuda_device_count(&devices) != COULOMB_OK) {
        printf("no CUDA device: %s\n", coulomb_cuda_error());
        return 77;
    }
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

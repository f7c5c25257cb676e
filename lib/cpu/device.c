/* The CPU's table. Its memory is the host's, and all work is done when a function returns. */
#include "cpu/cpu.h"

#include <string.h>

static coulomb_status start(coulomb_context *context, const device_services *services, const void *arguments,
                            device **started)
{
    (void)services;
    (void)arguments;
    cpu_device *made = memory_get_zeroed(context, 1, sizeof *made);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->seam = (device){.table = &cpu_table, .context = context};
    *started = &made->seam;
    return COULOMB_OK;
}

static void end(device *on)
{
    memory_release(on->context, on);
}

static void *get(device *on, size_t bytes)
{
    return memory_get(on->context, bytes, 1);
}

static void release(device *on, void *memory)
{
    memory_release(on->context, memory);
}

static void copy_in(device *on, void *to, const void *from, size_t bytes)
{
    (void)on;
    memcpy(to, from, bytes);
}

static coulomb_status copy_out(device *on, void *to, const void *from, size_t bytes)
{
    (void)on;
    memcpy(to, from, bytes);
    return COULOMB_OK;
}

static void copy(device *on, void *to, const void *from, size_t bytes, const int32_t *go)
{
    (void)on;
    if (go == NULL || *go != 0)
        memcpy(to, from, bytes);
}

static void clear(device *on, void *memory, size_t bytes)
{
    (void)on;
    memset(memory, 0, bytes);
}

static coulomb_status finish(device *on)
{
    (void)on;
    return COULOMB_OK;
}

/* There is nothing to gain by recording. */
static void run_recorded(device *on, void **recording, uint64_t signature, void (*enqueue)(void *work), void *work)
{
    (void)on;
    (void)recording;
    (void)signature;
    enqueue(work);
}

static void free_recording(device *on, void *recording)
{
    (void)on;
    (void)recording;
}

static coulomb_status set_precision(device *on, int32_t precision)
{
    if (precision == COULOMB_PRECISION_FLOAT32)
        return COULOMB_OK;
    return fail(on->context, COULOMB_ERROR_ARGUMENT,
                "precision is %s; a CPU computes in COULOMB_PRECISION_FLOAT32 alone",
                precision == COULOMB_PRECISION_TF32 ? "COULOMB_PRECISION_TF32" : "COULOMB_PRECISION_BF16");
}

static int32_t get_precision(const device *on)
{
    (void)on;
    return COULOMB_PRECISION_FLOAT32;
}

const device_table cpu_table = {
    .table = DEVICE_TABLE,
    .size = sizeof(device_table),
    .name = "cpu",
    .host_memory = true,
    .start = start,
    .free = end,
    .get = get,
    .release = release,
    .get_host = get,
    .release_host = release,
    .copy_in = copy_in,
    .copy_out = copy_out,
    .copy = copy,
    .clear = clear,
    .finish = finish,
    .run_recorded = run_recorded,
    .free_recording = free_recording,
    .set_precision = set_precision,
    .get_precision = get_precision,
    .plan_new = cpu_plan_new,
    .plan_free = cpu_plan_free,
    .plan_values = cpu_plan_values,
    .plan_bytes = cpu_plan_bytes,
    .plan_reserve = cpu_plan_reserve,
    .plan_reserve_inference = cpu_plan_reserve_inference,
    .plan_block = cpu_plan_block,
    .plan_forward = cpu_plan_forward,
    .plan_infer = cpu_plan_infer,
    .plan_backward = cpu_plan_backward,
    .fill = cpu_fill,
    .mean = cpu_mean,
    .loss = cpu_loss,
    .sum_squares = cpu_sum_squares,
    .add_noise = cpu_add_noise,
    .check_values = cpu_check_values,
    .check_figures = cpu_check_figures,
    .adam = cpu_adam,
    .sgd = cpu_sgd,
    .average = cpu_average,
    .add = cpu_add,
    .scale_rows = cpu_scale_rows,
    .pairs_new = cpu_pairs_new,
    .pairs_free = cpu_pairs_free,
    .pairs_bytes = cpu_pairs_bytes,
    .potentials = cpu_potentials,
    .potentials_at = cpu_potentials_at,
};

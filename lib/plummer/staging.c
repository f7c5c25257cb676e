/* Arrays of the caller's on their way to the device and back. */
#include "plummer/staging.h"

#include "plummer/handle.h"

#include <math.h>
#include <string.h>

static device *device_of(const device_call *call)
{
    return context_device(call->plummer->context);
}

static const void *borrow(device_call *call, device_array *room, const void *host, size_t count, size_t size)
{
    if (call->status != COULOMB_OK || count == 0)
        return NULL;
    const void *borrowed = device_borrow(device_of(call), room, host, count, size);
    if (borrowed == NULL)
        call->status = device_refusal(device_of(call));
    return borrowed;
}

void call_begin(device_call *call, struct coulomb_plummer *plummer)
{
    *call = (device_call){.plummer = plummer};
    const double *epsilon = borrow(call, &plummer->call_memory.epsilon, plummer->kernel.epsilon,
                                   plummer->kernel.epsilons, sizeof *plummer->kernel.epsilon);
    call->kernel = plummer_device_kernel(plummer, epsilon);
}

const float *call_set(device_call *call, const float *points, size_t count, size_t dimension)
{
    device_array *room = &call->plummer->call_memory.sets[call->sets++];
    return borrow(call, room, points, count, dimension * sizeof *points);
}

void *call_result_for(device_call *call, call_result result)
{
    device *on = device_of(call);
    device_array *room = &call->plummer->call_memory.results[call->results];
    if (call->status != COULOMB_OK || result.host == NULL)
        return NULL;
    result.device = device_lend(on, room, result.host, result.count, result.size);
    if (result.device == NULL)
        call->status = device_refusal(on);
    call->result[call->results++] = result;
    return result.device;
}

static bool finite_at(const call_result *result, const void *values, size_t i)
{
    return result->size == sizeof(float) ? isfinite(((const float *)values)[i]) : isfinite(((const double *)values)[i]);
}

static coulomb_status check_finite(const device_call *call, const call_result *result, const void *values)
{
    for (size_t i = 0; i < result->count; i++)
        if (!finite_at(result, values, i))
            return fail(call->plummer->context, COULOMB_ERROR_NOT_FINITE,
                        "%s value %zu exceeds the range of float%zu (%s)", result->name, i, 8 * result->size,
                        plummer_print(call->plummer).text);
    return COULOMB_OK;
}

coulomb_status call_end(device_call *call)
{
    device *on = device_of(call);
    const void *values[CALL_RESULTS];
    if (on->table->host_memory)
        return call->status;
    for (size_t i = 0; i < call->results && call->status == COULOMB_OK; i++) {
        const call_result *result = &call->result[i];
        values[i] = device_view(on, &call->plummer->call_memory.fetched[i], result->device, result->count, result->size,
                                &call->status);
        if (call->status == COULOMB_OK)
            call->status = check_finite(call, result, values[i]);
    }
    for (size_t i = 0; i < call->results && call->status == COULOMB_OK; i++)
        memcpy(call->result[i].host, values[i], call->result[i].count * call->result[i].size);
    return call->status;
}

void call_memory_release(device *on, call_memory *memory)
{
    device_release(on, &memory->epsilon);
    for (size_t i = 0; i < CALL_SETS; i++)
        device_release(on, &memory->sets[i]);
    for (size_t i = 0; i < CALL_RESULTS; i++) {
        device_release(on, &memory->results[i]);
        buffer_release(on->context, &memory->fetched[i]);
    }
}

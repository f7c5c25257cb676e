/* One call's arrays: the caller's, and where the device finds them. On the CPU they are the same. Only for files of
 * this folder. */
#ifndef PLUMMER_STAGING_H
#define PLUMMER_STAGING_H

#include "device/arrays.h"

struct coulomb_plummer;

enum { CALL_SETS = 3, CALL_RESULTS = 3 };

/* Memory for them, kept between calls. */
typedef struct call_memory {
    device_array epsilon, sets[CALL_SETS], results[CALL_RESULTS];
    buffer fetched[CALL_RESULTS]; /* results on their way to the caller */
} call_memory;

typedef struct call_result {
    const char *name;   /* for error messages */
    void *host;         /* [count]; NULL: not wanted */
    size_t count, size; /* size: of float or of double */
    void *device;
} call_result;

typedef struct device_call {
    struct coulomb_plummer *plummer;
    coulomb_status status; /* the first failure's: after it, nothing happens */
    size_t sets, results;
    call_result result[CALL_RESULTS];
    device_kernel kernel;
} device_call;

void call_begin(device_call *call, struct coulomb_plummer *plummer);

/* The device's address of a set that the host has found finite. */
const float *call_set(device_call *call, const float *points, size_t count, size_t dimension);

/* Where the device puts a result. */
void *call_result_for(device_call *call, call_result result);

/* All results to the caller, or, if one is not finite, none. */
coulomb_status call_end(device_call *call);

void call_memory_release(device *on, call_memory *memory);

#endif

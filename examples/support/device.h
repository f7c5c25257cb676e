/* The device that a program computes on: the options that choose it, and the context on it. */
#ifndef SUPPORT_DEVICE_H
#define SUPPORT_DEVICE_H

#include "json.h"
#include "options.h"

#include <coulomb/context.h>

typedef struct device_settings {
    uint64_t threads;
    const char *device; /* NULL: cpu */
    int32_t precision;  /* COULOMB_PRECISION_*; 0: the device's own */
} device_settings;

/* What a program computes: a run, which several processes may share; networks; or potentials alone, whose precision is
 * not chosen. */
enum device_use { DEVICE_OF_RUN, DEVICE_OF_NETWORKS, DEVICE_OF_POTENTIALS };

/* Add --threads, --device and, where there are networks, --precision. They belong to an invocation: a run may go on
 * with others. */
void device_options(option_table *table, const char *group, device_settings *chosen, enum device_use use);

/* False with a complaint if --device is no device's word. */
bool device_check(const device_settings *chosen);

/* A context as chosen; NULL with a complaint. */
coulomb_context *device_context(const device_settings *chosen);

/* "cpu", or "cuda:0" and the like. */
enum { DEVICE_WORD_SIZE = 16 };
void device_word(const device_settings *chosen, char word[DEVICE_WORD_SIZE]);

/* What was computed with, for a program's record: the device, its precision, the threads, the CPU's kernels and BLAS,
 * and how many processes. */
void device_record(const device_settings *chosen, const coulomb_context *context, json_t **record);

#endif

/* The mirror's memory and recordings. */
#include "unit/mirror.h"

#include "unit/mirror_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uintptr_t distance = (uintptr_t)1 << 62;

void mirror_refuse(const char *what)
{
    fprintf(stderr, "mirror: %s\n", what);
    abort();
}

void *mirror_above(const void *address)
{
    return address == NULL ? NULL : (void *)((uintptr_t)address + distance);
}

void *mirror_below(const void *address)
{
    if (address == NULL)
        return NULL;
    if ((uintptr_t)address < distance)
        mirror_refuse("an address of the host stands where one of the device belongs");
    return (void *)((uintptr_t)address - distance);
}

mirror *mirror_of(device *on)
{
    return (mirror *)(void *)on;
}

/* --- recordings: an equal signature must ask for the same calls --- */

typedef struct recording {
    uint64_t signature, heard;
} recording;

static void digest(uint64_t *into, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *into = (*into ^ ((const unsigned char *)bytes)[i]) * 1099511628211u; /* FNV-1a */
}

uint64_t float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

device *mirror_hear(mirror *m, const char *call, int count, ...)
{
    if (m->heard == NULL)
        return m->cpu;
    va_list arguments;
    va_start(arguments, count);
    digest(m->heard, call, strlen(call));
    for (int i = 0; i < count; i++) {
        uint64_t argument = va_arg(arguments, uint64_t);
        digest(m->heard, &argument, sizeof argument);
    }
    va_end(arguments);
    return m->cpu;
}

static void run_recorded(device *on, void **kept, uint64_t signature, void (*enqueue)(void *work), void *work)
{
    mirror *m = mirror_of(on);
    recording *before = mirror_below(*kept), now = {.signature = signature, .heard = 14695981039346656037u};
    if (m->heard != NULL)
        mirror_refuse("a recording within a recording");
    m->heard = &now.heard;
    enqueue(work);
    m->heard = NULL;
    if (before != NULL && before->signature == signature && before->heard != now.heard)
        mirror_refuse("an equal signature asked for other calls");
    if (before == NULL) {
        before = malloc(sizeof *before);
        *kept = mirror_above(before);
    }
    if (before != NULL)
        *before = now;
}

static void free_recording(device *on, void *kept)
{
    (void)on;
    free(mirror_below(kept));
}

/* --- memory --- */

/* What cannot be recorded and repeated. */
static mirror *at_once(device *on)
{
    if (mirror_of(on)->heard != NULL)
        mirror_refuse("memory is got, released or copied out in a recording");
    return mirror_of(on);
}

static void *get(device *on, size_t bytes)
{
    mirror *m = at_once(on);
    if (m->arrays == ARRAYS_MOST)
        mirror_refuse("too many arrays");
    void *memory = cpu_table.get(m->cpu, bytes);
    if (memory != NULL)
        m->array[m->arrays++] = memory;
    return mirror_above(memory);
}

static void release(device *on, void *memory)
{
    mirror *m = at_once(on);
    void *below = mirror_below(memory);
    size_t i = 0;
    while (i < m->arrays && m->array[i] != below)
        i++;
    if (i == m->arrays)
        mirror_refuse("what is released was not got, or is released twice");
    m->array[i] = m->array[--m->arrays];
    cpu_table.release(m->cpu, below);
}

static void *get_host(device *on, size_t bytes)
{
    return cpu_table.get_host(at_once(on)->cpu, bytes);
}

static void release_host(device *on, void *memory)
{
    cpu_table.release_host(at_once(on)->cpu, memory);
}

/* In a recording, the same host memory is read again. */
static void copy_in(device *on, void *to, const void *from, size_t bytes)
{
    device *cpu = mirror_hear(mirror_of(on), "copy_in", 3, address(to), address(from), (uint64_t)bytes);
    cpu_table.copy_in(cpu, mirror_below(to), from, bytes);
}

static coulomb_status copy_out(device *on, void *to, const void *from, size_t bytes)
{
    return cpu_table.copy_out(at_once(on)->cpu, to, mirror_below(from), bytes);
}

static void copy(device *on, void *to, const void *from, size_t bytes, const int32_t *go)
{
    device *cpu = mirror_hear(mirror_of(on), "copy", 4, address(to), address(from), (uint64_t)bytes, address(go));
    cpu_table.copy(cpu, mirror_below(to), mirror_below(from), bytes, mirror_below(go));
}

static void clear(device *on, void *memory, size_t bytes)
{
    device *cpu = mirror_hear(mirror_of(on), "clear", 2, address(memory), (uint64_t)bytes);
    cpu_table.clear(cpu, mirror_below(memory), bytes);
}

static coulomb_status finish(device *on)
{
    return cpu_table.finish(at_once(on)->cpu);
}

/* --- the device --- */

static device_table mirror_table;

static void end(device *on)
{
    mirror *m = mirror_of(on);
    if (m->arrays > 0)
        mirror_refuse("arrays were not released");
    cpu_table.free(m->cpu);
    memory_release(on->context, m);
}

static coulomb_status start(coulomb_context *context, const device_services *services, const void *arguments,
                            device **started)
{
    mirror *m = memory_get_zeroed(context, 1, sizeof *m);
    if (m == NULL)
        return COULOMB_ERROR_MEMORY;
    m->seam = (device){.table = &mirror_table, .context = context};
    coulomb_status status = cpu_table.start(context, services, arguments, &m->cpu);
    if (status == COULOMB_OK)
        *started = &m->seam;
    else
        memory_release(context, m);
    return status;
}

static coulomb_status set_precision(device *on, int32_t precision)
{
    return cpu_table.set_precision(at_once(on)->cpu, precision);
}

static int32_t get_precision(const device *on)
{
    return cpu_table.get_precision(((const mirror *)(const void *)on)->cpu);
}

coulomb_status mirror_context_new(const context_memory *memory, coulomb_context **context)
{
    mirror_table = (device_table){
        .table = DEVICE_TABLE,
        .size = sizeof(device_table),
        .name = "mirror",
        .start = start,
        .free = end,
        .get = get,
        .release = release,
        .get_host = get_host,
        .release_host = release_host,
        .copy_in = copy_in,
        .copy_out = copy_out,
        .copy = copy,
        .clear = clear,
        .finish = finish,
        .run_recorded = run_recorded,
        .free_recording = free_recording,
        .set_precision = set_precision,
        .get_precision = get_precision,
    };
    mirror_add_plans(&mirror_table);
    mirror_add_flat(&mirror_table);
    mirror_add_potentials(&mirror_table);
    return device_context_new(&mirror_table, NULL, memory, context);
}

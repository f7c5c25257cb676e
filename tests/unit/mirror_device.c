/* The mirror's memory, and its table. */
#include "unit/mirror_inside.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uintptr_t distance = (uintptr_t)1 << 62;

void mirror_refuse(const char *what)
{
    fprintf(stderr, "mirror: %s\n", what);
    abort();
}

static void *pointer_to(uintptr_t address)
{
    void *pointer;
    memcpy(&pointer, &address, sizeof pointer);
    return pointer;
}

void *mirror_above(const void *address)
{
    return address == NULL ? NULL : pointer_to((uintptr_t)address + distance);
}

void *mirror_below(const void *address)
{
    if (address == NULL)
        return NULL;
    if ((uintptr_t)address < distance)
        mirror_refuse("an address of the host stands where one of the device belongs");
    return pointer_to((uintptr_t)address - distance);
}

mirror *mirror_of(device *on)
{
    return (mirror *)(void *)on;
}

/* --- memory --- */

mirror *mirror_at_once(mirror *m)
{
    if (m->recording != NULL)
        mirror_refuse("a recording has something that cannot be repeated");
    return m;
}

static mirror *at_once(device *on)
{
    return mirror_at_once(mirror_of(on));
}

static void *get_array(device *on, size_t bytes, bool host)
{
    mirror *m = at_once(on);
    if (m->arrays == ARRAYS_MOST)
        mirror_refuse("too many arrays");
    void *memory = cpu_table.get(m->cpu, bytes);
    if (memory != NULL)
        m->array[m->arrays++] = (mirror_array){memory, bytes, host};
    return memory;
}

static void release_array(device *on, void *memory, bool host)
{
    mirror *m = at_once(on);
    size_t i = 0;
    while (i < m->arrays && (m->array[i].memory != memory || m->array[i].host != host))
        i++;
    if (i == m->arrays)
        mirror_refuse("what is released was not got, or is released twice");
    m->array[i] = m->array[--m->arrays];
    cpu_table.release(m->cpu, memory);
}

static void *get(device *on, size_t bytes)
{
    return mirror_above(get_array(on, bytes, false));
}

static void release(device *on, void *memory)
{
    release_array(on, mirror_below(memory), false);
}

static void *get_host(device *on, size_t bytes)
{
    return get_array(on, bytes, true);
}

static void release_host(device *on, void *memory)
{
    release_array(on, memory, true);
}

/* The host may change what was given, so it is not read again. */
static void copy_in(device *on, void *to, const void *from, size_t bytes)
{
    cpu_table.copy_in(at_once(on)->cpu, mirror_below(to), from, bytes);
}

static coulomb_status copy_out(device *on, void *to, const void *from, size_t bytes)
{
    return cpu_table.copy_out(at_once(on)->cpu, to, mirror_below(from), bytes);
}

static coulomb_status do_copy(mirror *m, mirror_call *call)
{
    cpu_table.copy(m->cpu, call->copy.to, call->copy.from, call->copy.bytes, call->copy.go);
    return COULOMB_OK;
}

static void copy(device *on, void *to, const void *from, size_t bytes, const int32_t *go)
{
    mirror *m = mirror_of(on);
    mirror_call *call = mirror_call_new(m, do_copy);
    call->copy.to = mirror_below(to);
    call->copy.from = mirror_below(from);
    call->copy.bytes = bytes;
    call->copy.go = mirror_below(go);
    mirror_do(m, call);
}

static coulomb_status do_clear(mirror *m, mirror_call *call)
{
    cpu_table.clear(m->cpu, call->copy.to, call->copy.bytes);
    return COULOMB_OK;
}

static void clear(device *on, void *memory, size_t bytes)
{
    mirror *m = mirror_of(on);
    mirror_call *call = mirror_call_new(m, do_clear);
    call->copy.to = mirror_below(memory);
    call->copy.bytes = bytes;
    mirror_do(m, call);
}

static coulomb_status finish(device *on)
{
    return cpu_table.finish(at_once(on)->cpu);
}

/* --- the device --- */

static device_table mirror_table;

size_t mirror_host_bytes(const coulomb_context *context)
{
    device *on = context_device(context);
    size_t bytes = 0;
    for (size_t i = 0; on->table == &mirror_table && i < mirror_of(on)->arrays; i++)
        bytes += mirror_of(on)->array[i].host ? mirror_of(on)->array[i].bytes : 0;
    return bytes;
}

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

static void make_table(void)
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
        .run_recorded = mirror_run_recorded,
        .free_recording = mirror_free_recording,
        .set_precision = set_precision,
        .get_precision = get_precision,
    };
    mirror_add_plans(&mirror_table);
    mirror_add_flat(&mirror_table);
    mirror_add_potentials(&mirror_table);
}

coulomb_status mirror_context_new(const context_memory *memory, coulomb_context **context)
{
    static pthread_once_t made = PTHREAD_ONCE_INIT; /* contexts may be made on several threads */
    pthread_once(&made, make_table);
    return device_context_new(&mirror_table, NULL, memory, context);
}

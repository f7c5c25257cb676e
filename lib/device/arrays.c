/* Arrays on a device. */
#include "device/arrays.h"

static void *device_get(device *on, size_t count, size_t size)
{
    size_t bytes;
    if (size_product(count, size, &bytes))
        return on->table->get(on, bytes);
    fail(on->context, COULOMB_ERROR_MEMORY, "the size of %zu values of %zu bytes does not fit into size_t", count,
         size);
    return NULL;
}

void *device_get_zeroed(device *on, size_t count, size_t size)
{
    void *memory = device_get(on, count, size);
    if (memory != NULL)
        on->table->clear(on, memory, count * size);
    return memory;
}

coulomb_status device_refusal(device *on)
{
    coulomb_status failure = on->table->finish(on);
    return failure == COULOMB_OK ? COULOMB_ERROR_MEMORY : failure;
}

void device_put_back(device *on, void *memory)
{
    if (memory != NULL)
        on->table->release(on, memory);
}

coulomb_status device_reserve(device *on, device_array *grown, size_t count, size_t size)
{
    size_t bytes;
    if (size_product(count, size, &bytes) && bytes <= grown->bytes)
        return COULOMB_OK;
    void *data = device_get(on, count, size);
    if (data == NULL)
        return device_refusal(on);
    device_release(on, grown);
    *grown = (device_array){.data = data, .bytes = count * size};
    return COULOMB_OK;
}

void device_release(device *on, device_array *array)
{
    device_put_back(on, array->data);
    *array = (device_array){0};
}

static void release_host(device *on, const staged_array *staged)
{
    if (staged->host != NULL && !on->table->host_memory)
        on->table->release_host(on, staged->host);
}

coulomb_status staged_reserve(device *on, staged_array *grown, size_t count, size_t size)
{
    size_t bytes;
    if (size_product(count, size, &bytes) && bytes <= grown->array.bytes)
        return COULOMB_OK;
    staged_array larger = {.array.data = device_get(on, count, size), .array.bytes = count * size};
    if (larger.array.data == NULL)
        return device_refusal(on);
    larger.host = on->table->host_memory ? larger.array.data : on->table->get_host(on, larger.array.bytes);
    if (larger.host == NULL) {
        device_release(on, &larger.array);
        return device_refusal(on);
    }
    staged_release(on, grown);
    *grown = larger;
    return COULOMB_OK;
}

void staged_send(device *on, const staged_array *staged, size_t bytes)
{
    if (!on->table->host_memory)
        on->table->copy_in(on, staged->array.data, staged->host, bytes);
}

coulomb_status staged_fetch(device *on, const staged_array *staged, size_t bytes)
{
    if (on->table->host_memory)
        return on->table->finish(on);
    return on->table->copy_out(on, staged->host, staged->array.data, bytes);
}

void staged_release(device *on, staged_array *staged)
{
    release_host(on, staged);
    device_release(on, &staged->array);
    staged->host = NULL;
}

/* An array of no values has an address too: NULL would be a failure. */
static size_t some(size_t count)
{
    return count == 0 ? 1 : count;
}

const void *device_borrow(device *on, device_array *room, const void *host, size_t count, size_t size)
{
    if (on->table->host_memory)
        return host;
    if (device_reserve(on, room, some(count), size) != COULOMB_OK)
        return NULL;
    on->table->copy_in(on, room->data, host, count * size);
    return room->data;
}

const void *device_view(device *on, buffer *room, const void *array, size_t count, size_t size, coulomb_status *status)
{
    *status = COULOMB_OK;
    if (on->table->host_memory)
        return array;
    *status = buffer_reserve(on->context, room, some(count), size);
    if (*status == COULOMB_OK)
        *status = on->table->copy_out(on, room->data, array, count * size);
    return *status == COULOMB_OK ? room->data : NULL;
}

void *device_lend(device *on, device_array *room, void *host, size_t count, size_t size)
{
    if (on->table->host_memory)
        return host;
    return device_reserve(on, room, some(count), size) == COULOMB_OK ? room->data : NULL;
}

coulomb_status device_return(device *on, const void *lent, void *host, size_t bytes)
{
    return on->table->host_memory ? COULOMB_OK : on->table->copy_out(on, host, lent, bytes);
}

void *device_open(device *on, buffer *room, void *array, size_t count, size_t size)
{
    if (on->table->host_memory)
        return array;
    return buffer_reserve(on->context, room, some(count), size) == COULOMB_OK ? room->data : NULL;
}

void device_close(device *on, const void *opened, void *array, size_t bytes)
{
    if (!on->table->host_memory)
        on->table->copy_in(on, array, opened, bytes);
}

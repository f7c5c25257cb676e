/* Memory through the caller's allocator, aligned for the widest vectors. */
#include "base/context.h"

#include <string.h>

/* Two cache lines: they come and go in pairs, so that results written two lines at a time must not straddle two pairs.
 */
enum { ALIGNMENT = 128 };

bool size_product(size_t a, size_t b, size_t *product)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *product = a * b;
    return true;
}

/* In front of the aligned block stands what the allocator returned. */
void *memory_get(coulomb_context *context, size_t count, size_t size)
{
    size_t bytes;
    if (!size_product(count, size, &bytes) || bytes > SIZE_MAX - 2 * ALIGNMENT) {
        fail(context, COULOMB_ERROR_MEMORY, "the size of %zu values of %zu bytes does not fit into size_t", count,
             size);
        return NULL;
    }
    char *block = context->allocate(context->allocator_user, bytes + ALIGNMENT + sizeof(void *));
    if (block == NULL) {
        fail(context, COULOMB_ERROR_MEMORY, "the allocator returned NULL for %zu bytes", bytes);
        return NULL;
    }
    uintptr_t start = (uintptr_t)(block + sizeof(void *));
    char *aligned = block + sizeof(void *) + (ALIGNMENT - start % ALIGNMENT) % ALIGNMENT;
    memcpy(aligned - sizeof(void *), &block, sizeof(void *));
    return aligned;
}

void *memory_get_zeroed(coulomb_context *context, size_t count, size_t size)
{
    void *memory = memory_get(context, count, size);
    if (memory != NULL && count * size > 0)
        memset(memory, 0, count * size);
    return memory;
}

void memory_release(coulomb_context *context, void *memory)
{
    if (memory == NULL)
        return;
    void *block;
    memcpy(&block, (char *)memory - sizeof(void *), sizeof(void *));
    context->release(context->allocator_user, block);
}

char *memory_copy_string(coulomb_context *context, const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = memory_get(context, size, 1);
    if (copy != NULL)
        memcpy(copy, string, size);
    return copy;
}

coulomb_status buffer_reserve(coulomb_context *context, buffer *grown, size_t count, size_t size)
{
    size_t bytes;
    if (size_product(count, size, &bytes) && bytes <= grown->bytes)
        return COULOMB_OK;
    void *data = memory_get(context, count, size);
    if (data == NULL)
        return COULOMB_ERROR_MEMORY;
    memory_release(context, grown->data);
    grown->data = data;
    grown->bytes = count * size;
    return COULOMB_OK;
}

void buffer_release(coulomb_context *context, buffer *grown)
{
    memory_release(context, grown->data);
    grown->data = NULL;
    grown->bytes = 0;
}

/* The life of handles, and of what handles share: counted, and over with the last holder. */
#include "base/base.h"

#include <string.h>

/* Stands in front of the object, which stays as aligned as memory is. */
typedef struct life {
    coulomb_context *context;
    size_t holders;
    object_end *end;
} life;

enum { FRONT = 64 };
_Static_assert(sizeof(life) <= FRONT, "a life fits in front of its object");

static life *life_of(void *object)
{
    return (life *)(void *)((char *)object - FRONT);
}

void *object_new(coulomb_context *context, size_t size, object_end *end)
{
    char *memory = memory_get_zeroed(context, 1, FRONT + size);
    if (memory == NULL)
        return NULL;
    void *object = memory + FRONT;
    *life_of(object) = (life){.context = context_hold(context), .holders = 1, .end = end};
    return object;
}

void *object_hold(void *object)
{
    if (object != NULL)
        life_of(object)->holders++;
    return object;
}

void object_release(void *object)
{
    if (object == NULL || --life_of(object)->holders > 0)
        return;
    coulomb_context *context = life_of(object)->context;
    life_of(object)->end(object);
    memory_release(context, life_of(object));
    coulomb_context_free(context);
}

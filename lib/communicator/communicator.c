/* A communicator's life, and its callbacks. */
#include "communicator/communicator.h"
#include "communicator/entry.h"

static void end(void *object)
{
    coulomb_communicator *communicator = object;
    if (communicator->destroy != NULL)
        communicator->destroy(communicator->user);
    memory_release(communicator->context, communicator->notes);
}

coulomb_status coulomb_communicator_new(coulomb_context *context, size_t rank, size_t size,
                                        coulomb_allgather_callback *allgather, coulomb_alltoall_callback *alltoall,
                                        void *user, coulomb_destroy_callback *destroy,
                                        coulomb_communicator **communicator)
{
    if (communicator != NULL)
        *communicator = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (communicator == NULL || allgather == NULL || alltoall == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL",
                    communicator == NULL ? "communicator"
                    : allgather == NULL  ? "allgather"
                                         : "alltoall");
    if (size < 1 || size > COULOMB_PROCESSES_MAX || rank >= size)
        return fail(context, COULOMB_ERROR_ARGUMENT,
                    "rank is %zu and size is %zu; expected a size of 1 to %d and a rank below it", rank, size,
                    COULOMB_PROCESSES_MAX);
    coulomb_communicator *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    void *notes = memory_get(context, size + 1, COMMUNICATOR_NOTE);
    *made = (coulomb_communicator){.context = context,
                                   .notes = notes,
                                   .rank = rank,
                                   .size = size,
                                   .allgather = allgather,
                                   .alltoall = alltoall,
                                   .user = user,
                                   .destroy = notes == NULL ? NULL : destroy};
    if (notes == NULL) {
        object_release(made);
        return COULOMB_ERROR_MEMORY;
    }
    *communicator = made;
    return COULOMB_OK;
}

void coulomb_communicator_free(coulomb_communicator *communicator)
{
    object_release(communicator);
}

static coulomb_status get_number(const coulomb_communicator *communicator, const char *name, size_t value,
                                 size_t *place)
{
    if (place == NULL)
        return fail(communicator->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
    *place = value;
    return COULOMB_OK;
}

coulomb_status coulomb_communicator_rank(const coulomb_communicator *communicator, size_t *rank)
{
    return communicator == NULL ? COULOMB_ERROR_ARGUMENT : get_number(communicator, "rank", communicator->rank, rank);
}

coulomb_status coulomb_communicator_size(const coulomb_communicator *communicator, size_t *size)
{
    return communicator == NULL ? COULOMB_ERROR_ARGUMENT : get_number(communicator, "size", communicator->size, size);
}

static coulomb_status transport_status(coulomb_context *context, coulomb_status returned, const char *name)
{
    if (returned == COULOMB_ERROR_PROCESS)
        return fail(context, returned, "the communicator's %s failed: another rank is gone", name);
    return callback_status(context, returned, name);
}

coulomb_status communicator_allgather(coulomb_communicator *communicator, const void *send, size_t bytes, void *receive)
{
    context_enter(communicator->context);
    coulomb_status returned = communicator->allgather(communicator->user, send, bytes, receive);
    context_leave(communicator->context);
    return transport_status(communicator->context, returned, "allgather");
}

coulomb_status communicator_alltoall(coulomb_communicator *communicator, const void *send, size_t bytes_each,
                                     void *receive)
{
    context_enter(communicator->context);
    coulomb_status returned = communicator->alltoall(communicator->user, send, bytes_each, receive);
    context_leave(communicator->context);
    return transport_status(communicator->context, returned, "alltoall");
}

coulomb_status coulomb_communicator_allgather(coulomb_communicator *communicator, const void *send, size_t bytes,
                                              void *receive)
{
    if (communicator == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (send == NULL || receive == NULL)
        return fail(communicator->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", send == NULL ? "send" : "receive");
    if (bytes == 0)
        return fail(communicator->context, COULOMB_ERROR_ARGUMENT, "bytes is 0; expected at least 1");
    return communicator_allgather(communicator, send, bytes, receive);
}

coulomb_status coulomb_private_fail(coulomb_context *context, coulomb_status code, const char *message)
{
    return fail(context, code, "%s", message);
}

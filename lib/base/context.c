/* The context's life, its error message and its log. */
#include "base/context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate_default(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void release_default(void *user, void *memory)
{
    (void)user;
    free(memory);
}

coulomb_context *context_new(coulomb_allocate_callback *allocate, coulomb_release_callback *release, void *user)
{
    if (allocate == NULL) {
        allocate = allocate_default;
        release = release_default;
    }
    coulomb_context *made = allocate(user, sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (coulomb_context){
        .holders = 1, .allocate = allocate, .release = release, .allocator_user = user, .kernels = kernels_best()};
    made->workspace = memory_get(made, WORKER_WORKSPACE, sizeof *made->workspace);
    if (made->workspace == NULL) {
        release(user, made);
        return NULL;
    }
    blas_start(made->blas);
    return made;
}

void context_set_device(coulomb_context *context, struct device *device, context_end_device *end)
{
    context->device = device;
    context->end_device = end;
}

struct device *context_device(const coulomb_context *context)
{
    return context->device;
}

coulomb_context *context_hold(coulomb_context *context)
{
    context->holders++;
    return context;
}

void context_enter(coulomb_context *context)
{
    context->busy++;
}

void context_leave(coulomb_context *context)
{
    context->busy--;
}

bool context_busy(const coulomb_context *context)
{
    return context->busy > 0;
}

void coulomb_context_free(coulomb_context *context)
{
    if (context == NULL || --context->holders > 0)
        return;
    thread_pool_free(context, context->pool);
    memory_release(context, context->workspace);
    if (context->log_destroy != NULL)
        context->log_destroy(context->log_user);
    if (context->device != NULL)
        context->end_device(context->device);
    context->release(context->allocator_user, context);
}

const char *coulomb_context_error(const coulomb_context *context)
{
    return context == NULL ? "the context is NULL" : context->message;
}

static void print(char message[MESSAGE_SIZE], const char *format, va_list arguments) PRINTF_LIKE(2, 0);

static void print(char message[MESSAGE_SIZE], const char *format, va_list arguments)
{
    host_modes host;
    bool left = host_modes_leave(&host);
    vsnprintf(message, MESSAGE_SIZE, format, arguments);
    if (left)
        host_modes_return(&host);
}

coulomb_status fail(coulomb_context *context, coulomb_status code, const char *format, ...)
{
    /* The arguments may point into the old message. */
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    print(message, format, arguments);
    va_end(arguments);
    memcpy(context->message, message, sizeof message);
    return code;
}

void log_line(coulomb_context *context, int32_t level, const char *format, ...)
{
    if (context->log == NULL)
        return;
    char line[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    print(line, format, arguments);
    va_end(arguments);
    context->log(context->log_user, level, line);
}

coulomb_status coulomb_context_set_log(coulomb_context *context, coulomb_log_callback *log, void *user,
                                       coulomb_destroy_callback *destroy)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (context->log_destroy != NULL)
        context->log_destroy(context->log_user);
    context->log = log;
    context->log_user = log == NULL ? NULL : user;
    context->log_destroy = log == NULL ? NULL : destroy;
    if (log == NULL && destroy != NULL) /* nobody will need it */
        destroy(user);
    log_line(context, COULOMB_LOG_INFO, "kernels: %s; BLAS for float64: %s", coulomb_context_kernels(context),
             context->blas);
    return COULOMB_OK;
}

coulomb_status coulomb_context_set_threads(coulomb_context *context, size_t threads)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (context->busy)
        return fail(context, COULOMB_ERROR_STATE, "the number of threads cannot be set in a callback");
    if (threads > THREADS_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "threads is %zu; expected 0 to %d", threads, THREADS_MOST);
    if (threads == 0)
        threads = processors_allowed();
    if (threads == context_threads(context))
        return COULOMB_OK;
    thread_pool *pool = NULL;
    if (threads > 1) {
        coulomb_status status = thread_pool_new(context, threads, &pool);
        if (status != COULOMB_OK)
            return status;
    }
    thread_pool_free(context, context->pool);
    context->pool = pool;
    return COULOMB_OK;
}

size_t context_threads(const coulomb_context *context)
{
    return context->pool == NULL ? 1 : thread_pool_size(context->pool);
}

float *worker_workspace(const coulomb_context *context, size_t worker)
{
    return worker == 0 ? context->workspace : thread_pool_workspace(context->pool, worker);
}

/* Reading a context changes nothing but the message of a failure. */
static coulomb_status check_result(const coulomb_context *context, const char *name, const void *result)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    return result != NULL ? COULOMB_OK : fail((coulomb_context *)context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
}

coulomb_status coulomb_context_get_threads(const coulomb_context *context, size_t *threads)
{
    coulomb_status status = check_result(context, "threads", threads);
    if (status == COULOMB_OK)
        *threads = context_threads(context);
    return status;
}

coulomb_status coulomb_context_get_log(const coulomb_context *context, coulomb_log_callback **log, void **user)
{
    coulomb_status status = check_result(context, "log", log);
    if (status == COULOMB_OK)
        status = check_result(context, "user", user);
    if (status != COULOMB_OK)
        return status;
    *log = context->log;
    *user = context->log_user;
    return COULOMB_OK;
}

const kernels *context_kernels(const coulomb_context *context)
{
    return context->kernels;
}

const char *coulomb_context_kernels(const coulomb_context *context)
{
    return context == NULL ? "" : context->kernels->name;
}

const char *coulomb_context_blas(const coulomb_context *context)
{
    return context == NULL ? "" : context->blas;
}

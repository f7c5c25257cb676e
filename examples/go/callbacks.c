/* The library's callbacks call the functions that Go exports. A handle of 0 stands for no callback. */
#include "callbacks.h"
#include "_cgo_export.h"

static void *user_of(uintptr_t handle)
{
    return (void *)handle;
}

static void destroy(void *user)
{
    coulombGoRelease((uintptr_t)user);
}

/* --- contexts --- */

static void *allocate(void *user, size_t size)
{
    return coulombGoAllocate((uintptr_t)user, size);
}

static void release(void *user, void *memory)
{
    coulombGoFree((uintptr_t)user, memory);
}

static void log_line(void *user, int32_t level, const char *line)
{
    coulombGoLog((uintptr_t)user, level, (char *)line);
}

coulomb_status go_context_new_with_allocator(uintptr_t allocator, coulomb_context **context)
{
    return coulomb_context_new_with_allocator(allocate, release, user_of(allocator), context);
}

coulomb_status go_context_set_log(coulomb_context *context, uintptr_t log)
{
    return coulomb_context_set_log(context, log != 0 ? log_line : NULL, user_of(log), log != 0 ? destroy : NULL);
}

coulomb_status go_context_get_log(const coulomb_context *context, uintptr_t *log)
{
    coulomb_log_callback *callback;
    void *user;
    const coulomb_status status = coulomb_context_get_log(context, &callback, &user);
    if (status == COULOMB_OK)
        *log = (uintptr_t)user;
    return status;
}

/* --- schedules --- */

static coulomb_status factor_of(void *user, uint64_t update, double *factor)
{
    return coulombGoFactor((uintptr_t)user, update, factor);
}

coulomb_status go_schedule_new_callback(coulomb_context *context, uintptr_t factor, coulomb_schedule **schedule)
{
    return coulomb_schedule_new_callback(context, factor != 0 ? factor_of : NULL, user_of(factor), destroy, schedule);
}

coulomb_status go_schedule_get_callback(const coulomb_schedule *schedule, uintptr_t *factor)
{
    coulomb_schedule_callback *callback;
    void *user;
    const coulomb_status status = coulomb_schedule_get_callback(schedule, &callback, &user);
    if (status == COULOMB_OK)
        *factor = (uintptr_t)user;
    return status;
}

/* --- latents --- */

static coulomb_status latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count, float *latent)
{
    return coulombGoLatents((uintptr_t)user, seed, update, first, count, latent);
}

coulomb_status go_network_set_latent_callback(coulomb_network *network, uintptr_t latent)
{
    return coulomb_network_set_latent_callback(network, latent != 0 ? latents : NULL, user_of(latent),
                                               latent != 0 ? destroy : NULL);
}

coulomb_status go_network_get_latent_callback(const coulomb_network *network, uintptr_t *latent)
{
    coulomb_latent_callback *callback;
    void *user = NULL;
    const coulomb_status status = coulomb_network_get_latent_callback(network, &callback, &user);
    if (status == COULOMB_OK)
        *latent = callback != NULL ? (uintptr_t)user : 0;
    return status;
}

/* --- trainers --- */

static coulomb_status batch_of(void *user, uint64_t update, size_t count, float *batch)
{
    return coulombGoData((uintptr_t)user, update, count, batch);
}

static coulomb_status slice_of(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    return coulombGoDataSlice((uintptr_t)user, update, total, first, count, batch);
}

static coulomb_status progress_of(void *user, uint64_t update)
{
    return coulombGoProgress((uintptr_t)user, update);
}

coulomb_status go_trainer_set_data(coulomb_trainer *trainer, uintptr_t data)
{
    return coulomb_trainer_set_data(trainer, data != 0 ? batch_of : NULL, user_of(data), data != 0 ? destroy : NULL);
}

coulomb_status go_trainer_get_data(const coulomb_trainer *trainer, uintptr_t *data)
{
    coulomb_batch_callback *callback;
    void *user;
    const coulomb_status status = coulomb_trainer_get_data(trainer, &callback, &user);
    if (status == COULOMB_OK)
        *data = (uintptr_t)user;
    return status;
}

coulomb_status go_trainer_set_data_slice(coulomb_trainer *trainer, uintptr_t data)
{
    return coulomb_trainer_set_data_slice(trainer, data != 0 ? slice_of : NULL, user_of(data),
                                          data != 0 ? destroy : NULL);
}

coulomb_status go_trainer_get_data_slice(const coulomb_trainer *trainer, uintptr_t *data)
{
    coulomb_slice_callback *callback;
    void *user;
    const coulomb_status status = coulomb_trainer_get_data_slice(trainer, &callback, &user);
    if (status == COULOMB_OK)
        *data = (uintptr_t)user;
    return status;
}

coulomb_status go_trainer_run(coulomb_trainer *trainer, uint64_t last, uintptr_t progress)
{
    return coulomb_trainer_run(trainer, last, progress != 0 ? progress_of : NULL, user_of(progress));
}

/* --- communicators --- */

static coulomb_status allgather(void *user, const void *send, size_t bytes, void *receive)
{
    return coulombGoAllgather((uintptr_t)user, (void *)send, bytes, receive);
}

static coulomb_status alltoall(void *user, const void *send, size_t bytes_each, void *receive)
{
    return coulombGoAlltoall((uintptr_t)user, (void *)send, bytes_each, receive);
}

coulomb_status go_communicator_new(coulomb_context *context, size_t rank, size_t size, uintptr_t transport,
                                   coulomb_communicator **communicator)
{
    return coulomb_communicator_new(context, rank, size, transport != 0 ? allgather : NULL,
                                    transport != 0 ? alltoall : NULL, user_of(transport), destroy, communicator);
}

/* --- sets of points larger than memory --- */

static coulomb_status points(void *user, size_t first, size_t count, float *values)
{
    return coulombGoPoints((uintptr_t)user, first, count, values);
}

static coulomb_points_callback *points_of(uintptr_t handle)
{
    return handle != 0 ? points : NULL;
}

coulomb_status go_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at, size_t n_at,
                                         uintptr_t model, size_t n_model, uintptr_t target, size_t n_target,
                                         float *field, float *potential)
{
    return coulomb_plummer_field_streamed(plummer, dimension, at, n_at, points_of(model), user_of(model), n_model,
                                          points_of(target), user_of(target), n_target, field, potential);
}

coulomb_status go_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension, uintptr_t model, size_t n_model,
                                          uintptr_t target, size_t n_target, double *energy)
{
    return coulomb_plummer_energy_streamed(plummer, dimension, points_of(model), user_of(model), n_model,
                                           points_of(target), user_of(target), n_target, energy);
}

coulomb_status go_moments_add_streamed(coulomb_moments *moments, uintptr_t features, size_t count)
{
    return coulomb_moments_add_streamed(moments, points_of(features), user_of(features), count);
}

coulomb_status go_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                      size_t n_queries, uintptr_t targets, size_t n_targets, size_t neighbours,
                                      size_t *indices, double *distances)
{
    return coulomb_neighbours_streamed(context, dimension, queries, n_queries, points_of(targets), user_of(targets),
                                       n_targets, neighbours, indices, distances);
}

/* Functions of the library that take callbacks, and those that return their `user`, for Go: what stands for a function
 * of Go is a cgo.Handle, a small number that must never be in a variable of a pointer's type on Go's side. */
#ifndef COULOMB_GO_CALLBACKS_H
#define COULOMB_GO_CALLBACKS_H

#include <coulomb/coulomb.h>

coulomb_status go_context_new_with_allocator(uintptr_t allocator, coulomb_context **context);
coulomb_status go_context_set_log(coulomb_context *context, uintptr_t log);
coulomb_status go_context_get_log(const coulomb_context *context, uintptr_t *log);

coulomb_status go_schedule_new_callback(coulomb_context *context, uintptr_t factor, coulomb_schedule **schedule);
coulomb_status go_schedule_get_callback(const coulomb_schedule *schedule, uintptr_t *factor);

coulomb_status go_network_set_latent_callback(coulomb_network *network, uintptr_t latent);
coulomb_status go_network_get_latent_callback(const coulomb_network *network, uintptr_t *latent);

coulomb_status go_trainer_set_data(coulomb_trainer *trainer, uintptr_t data);
coulomb_status go_trainer_get_data(const coulomb_trainer *trainer, uintptr_t *data);
coulomb_status go_trainer_set_data_slice(coulomb_trainer *trainer, uintptr_t data);
coulomb_status go_trainer_get_data_slice(const coulomb_trainer *trainer, uintptr_t *data);
coulomb_status go_trainer_run(coulomb_trainer *trainer, uint64_t last, uintptr_t progress);

coulomb_status go_communicator_new(coulomb_context *context, size_t rank, size_t size, uintptr_t transport,
                                   coulomb_communicator **communicator);

coulomb_status go_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at, size_t n_at,
                                         uintptr_t model, size_t n_model, uintptr_t target, size_t n_target,
                                         float *field, float *potential);
coulomb_status go_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension, uintptr_t model, size_t n_model,
                                          uintptr_t target, size_t n_target, double *energy);
coulomb_status go_moments_add_streamed(coulomb_moments *moments, uintptr_t features, size_t count);
coulomb_status go_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                      size_t n_queries, uintptr_t targets, size_t n_targets, size_t neighbours,
                                      size_t *indices, double *distances);

#endif

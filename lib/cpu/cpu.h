/* The CPU as a device: the first one, and the one that contexts compute on unless they were made on another. */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include "device/device.h"

extern const device_table cpu_table;

/* Memory for what plans that repeat keep of their parameters: that of the one that ran last. */
typedef struct cpu_device {
    device seam;
    buffer shared;
    size_t sharers;
    const device_plan *owner; /* NULL: none */
} cpu_device;

/* --- rows of the table, by file --- */

/* plan.c, arenas.c, run.c: as device.h says, as all that follows. */
coulomb_status cpu_plan_new(device *on, const graph *of, device_plan **plan);
void cpu_plan_free(device_plan *plan);
void cpu_plan_bytes(const device_plan *plan, size_t count, bool alone, device_bytes *bytes);
size_t cpu_plan_values(const device_plan *plan);
coulomb_status cpu_plan_reserve(device_plan *plan, size_t count);
coulomb_status cpu_plan_reserve_inference(device_plan *plan, size_t count, bool alone);
size_t cpu_plan_block(const device_plan *plan, size_t count);
const float *cpu_plan_forward(device_plan *plan, const device_pass *pass);
const float *cpu_plan_infer(device_plan *plan, const device_pass *pass);
void cpu_plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients);

/* flat.c */
void cpu_fill(device *on, size_t count, float value, float *array);
void cpu_mean(device *on, size_t count, const float *array, double *result);
void cpu_add(device *on, size_t count, float factor, const float *from, float *to);
void cpu_scale_rows(device *on, const device_rows *rows);
void cpu_loss(device *on, const device_loss *loss);
void cpu_sum_squares(device *on, size_t count, const float *array, double *result);
void cpu_add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                   float deviation, const float *samples, float *noisy);
void cpu_check_values(device *on, size_t count, const float *array, int32_t *go);
void cpu_check_figures(device *on, size_t count, const double *figures, int32_t *go);

/* moves.c */
void cpu_adam(device *on, const device_move *move);
void cpu_sgd(device *on, const device_move *move);
void cpu_average(device *on, size_t count, const float *decay, const float *parameter, float *average,
                 const int32_t *go);

/* potentials.c */
device_pairs *cpu_pairs_new(device *on);
void cpu_pairs_free(device_pairs *pairs);
coulomb_status cpu_pairs_bytes(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                               size_t at, bool field, size_t *bytes);
coulomb_status cpu_potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                              float *potential_model, float *potential_target, double *energy);
coulomb_status cpu_potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                 const float *at, size_t n_at, float *field, float *potential);

#endif

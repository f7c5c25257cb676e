/* Functions of flat arrays: what an update computes beside networks and potentials. */
#include "cpu/cpu.h"

#include <coulomb/trainer.h>
#include <math.h>

void cpu_fill(device *on, size_t count, float value, float *array)
{
    (void)on;
    for (size_t i = 0; i < count; i++)
        array[i] = value;
}

void cpu_mean(device *on, size_t count, const float *array, double *result)
{
    (void)on;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)array[i];
    *result = sum / (double)count;
}

/* (D - potential)^2 or |D - potential|, averaged. */
void cpu_loss(device *on, const device_loss *loss)
{
    (void)on;
    size_t count = loss->count;
    float total = (float)loss->total;
    float *gradient = loss->gradient;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        float difference = loss->output[i] - loss->scale * loss->potential[i];
        if (loss->kind == COULOMB_LOSS_L2) {
            sum += (double)difference * (double)difference;
            gradient[i] = 2.0f * difference / total;
        } else {
            sum += fabs((double)difference);
            gradient[i] = (difference > 0.0f ? 1.0f : difference < 0.0f ? -1.0f : 0.0f) / total;
        }
    }
    *loss->sum += sum / (double)loss->total;
    for (size_t i = 0; i < count && loss->divisor != 1.0f; i++)
        gradient[i] /= loss->divisor;
}

void cpu_sum_squares(device *on, size_t count, const float *array, double *result)
{
    *result = context_kernels(on->context)->sum_squares(count, array);
}

void cpu_add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                   float deviation, const float *samples, float *noisy)
{
    random_key of_update = *key;
    of_update.update = *update;
    random_normal(of_update, first, count, deviation, noisy);
    context_kernels(on->context)->add(count, noisy, samples, noisy);
}

void cpu_scale_rows(device *on, const device_rows *rows)
{
    (void)on;
    for (size_t row = 0; row < rows->rows; row++) {
        const float *from = rows->from + row * rows->columns;
        float *to = rows->to + row * rows->columns, divisor = rows->divisor == NULL ? 1.0f : rows->divisor[row];
        for (size_t i = 0; i < rows->columns; i++) {
            float value = rows->factor * (from[i] / divisor);
            to[i] = rows->add ? to[i] + value : value;
        }
    }
}

void cpu_check_values(device *on, size_t count, const float *array, int32_t *go)
{
    if (find_not_finite(on->context, array, count, NULL) < count)
        *go = 0;
}

void cpu_check_figures(device *on, size_t count, const double *figures, int32_t *go)
{
    (void)on;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(figures[i]))
            *go = 0;
}

/* Rows of the table that work on flat arrays: arguments for the kernels of flat.cu. */
#include "cuda/flat.h"

#include "cuda/cuda_device.h"
#include <coulomb/trainer.h>

/* False where nothing is to be done: for no values, or after a failure. */
static bool begin(device *on, size_t count, cuda_device **cuda)
{
    *cuda = cuda_enter(on);
    return (*cuda)->failure == COULOMB_OK && count > 0;
}

void cuda_fill(device *on, size_t count, float value, float *array)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_fill(cuda->stream, count, value, array);
    cuda_launched(cuda, "filling");
}

void cuda_mean(device *on, size_t count, const float *array, double *result)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_mean(cuda->stream, cuda->scratch, count, array, result);
    cuda_launched(cuda, "a mean");
}

void cuda_sum_squares(device *on, size_t count, const float *array, double *result)
{
    cuda_device *cuda;
    if (!begin(on, 1, &cuda))
        return;
    launch_sum_squares(cuda->stream, cuda->scratch, count, array, result);
    cuda_launched(cuda, "a sum of squares");
}

void cuda_loss(device *on, const device_loss *loss)
{
    cuda_device *cuda;
    if (!begin(on, loss->count, &cuda))
        return;
    loss_arguments arguments = {.squared = loss->kind == COULOMB_LOSS_L2,
                                .count = loss->count,
                                .total = loss->total,
                                .scale = loss->scale,
                                .divisor = loss->divisor,
                                .output = loss->output,
                                .potential = loss->potential,
                                .gradient = loss->gradient,
                                .sum = loss->sum};
    launch_loss(cuda->stream, &arguments);
    cuda_launched(cuda, "a loss");
}

void cuda_add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                    float deviation, const float *samples, float *noisy)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    noise_arguments arguments = {.seed = key->seed,
                                 .first = first,
                                 .count = count,
                                 .stream = key->stream,
                                 .deviation = deviation,
                                 .update = update,
                                 .samples = samples,
                                 .noisy = noisy};
    launch_noise(cuda->stream, &arguments);
    cuda_launched(cuda, "adding noise");
}

void cuda_check_values(device *on, size_t count, const float *array, int32_t *go)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_check_values(cuda->stream, count, array, go);
    cuda_launched(cuda, "a check");
}

void cuda_check_figures(device *on, size_t count, const double *figures, int32_t *go)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_check_figures(cuda->stream, count, figures, go);
    cuda_launched(cuda, "a check");
}

/* As many launches as the parts need. */
static void run_move(device *on, const device_move *move, bool adam)
{
    cuda_device *cuda;
    if (!begin(on, move->stretches, &cuda))
        return;
    move_arguments arguments = {.factors = move->factors,
                                .gradient = move->gradient,
                                .moment1 = adam ? move->moment1 : NULL,
                                .moment2 = adam ? move->moment2 : NULL,
                                .parameter = move->parameter,
                                .go = move->go};
    for (size_t i = 0; i < move->stretches; i++) {
        const device_stretch *stretch = &move->stretch[i];
        if (stretch->count > 0) {
            arguments.part[arguments.parts++] = (moved_part){
                .first = stretch->first, .count = stretch->count, .l2 = stretch->l2, .block = arguments.blocks};
            arguments.blocks += (uint32_t)((stretch->count + MOVED_BY_BLOCK - 1) / MOVED_BY_BLOCK);
        }
        if (arguments.parts == MOVED_PARTS || (i + 1 == move->stretches && arguments.parts > 0)) {
            launch_move(cuda->stream, &arguments);
            arguments.parts = arguments.blocks = 0;
        }
    }
    cuda_launched(cuda, "moving parameters");
}

void cuda_adam(device *on, const device_move *move)
{
    run_move(on, move, true);
}

void cuda_sgd(device *on, const device_move *move)
{
    run_move(on, move, false);
}

void cuda_average(device *on, size_t count, const float *decay, const float *parameter, float *average,
                  const int32_t *go)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_average(cuda->stream, count, decay, parameter, average, go);
    cuda_launched(cuda, "averaging");
}

void cuda_add(device *on, size_t count, float factor, const float *from, float *to)
{
    cuda_device *cuda;
    if (!begin(on, count, &cuda))
        return;
    launch_add_scaled(cuda->stream, count, factor, from, to);
    cuda_launched(cuda, "adding");
}

void cuda_scale_rows(device *on, const device_rows *rows)
{
    cuda_device *cuda;
    if (!begin(on, rows->rows * rows->columns, &cuda))
        return;
    row_arguments arguments = {.rows = rows->rows,
                               .columns = rows->columns,
                               .factor = rows->factor,
                               .add = rows->add,
                               .from = rows->from,
                               .divisor = rows->divisor,
                               .to = rows->to};
    launch_scale_rows(cuda->stream, &arguments);
    cuda_launched(cuda, "scaling rows");
}

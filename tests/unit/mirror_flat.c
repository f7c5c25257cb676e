/* The mirror's functions of flat arrays. */
#include "unit/mirror_inside.h"

static void fill(device *on, size_t count, float value, float *array)
{
    device *cpu = mirror_hear(mirror_of(on), "fill", 3, (uint64_t)count, float_bits(value), address(array));
    cpu_table.fill(cpu, count, value, mirror_below(array));
}

static void mean(device *on, size_t count, const float *array, double *result)
{
    device *cpu = mirror_hear(mirror_of(on), "mean", 3, (uint64_t)count, address(array), address(result));
    cpu_table.mean(cpu, count, mirror_below(array), mirror_below(result));
}

static void sum_squares(device *on, size_t count, const float *array, double *result)
{
    device *cpu = mirror_hear(mirror_of(on), "sum_squares", 3, (uint64_t)count, address(array), address(result));
    cpu_table.sum_squares(cpu, count, mirror_below(array), mirror_below(result));
}

static void loss(device *on, const device_loss *asked)
{
    device_loss below = *asked;
    device *cpu = mirror_hear(mirror_of(on), "loss", 8, (uint64_t)below.kind, (uint64_t)below.count,
                              float_bits(below.scale), address(below.output), address(below.potential),
                              float_bits(below.divisor), address(below.gradient), address(below.sum));
    below.output = mirror_below(below.output);
    below.potential = mirror_below(below.potential);
    below.gradient = mirror_below(below.gradient);
    below.sum = mirror_below(below.sum);
    cpu_table.loss(cpu, &below);
}

static void add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                      float deviation, const float *samples, float *noisy)
{
    device *cpu = mirror_hear(mirror_of(on), "add_noise", 8, key->seed, (uint64_t)key->stream, address(update), first,
                              (uint64_t)count, float_bits(deviation), address(samples), address(noisy));
    cpu_table.add_noise(cpu, key, mirror_below(update), first, count, deviation, mirror_below(samples),
                        mirror_below(noisy));
}

static void check_values(device *on, size_t count, const float *array, int32_t *go)
{
    device *cpu = mirror_hear(mirror_of(on), "check_values", 3, (uint64_t)count, address(array), address(go));
    cpu_table.check_values(cpu, count, mirror_below(array), mirror_below(go));
}

static void check_figures(device *on, size_t count, const double *figures, int32_t *go)
{
    device *cpu = mirror_hear(mirror_of(on), "check_figures", 3, (uint64_t)count, address(figures), address(go));
    cpu_table.check_figures(cpu, count, mirror_below(figures), mirror_below(go));
}

/* The stretches are read now: the host may change them. */
static device_move move_below(device *on, const device_move *asked)
{
    device_move below = *asked;
    for (size_t i = 0; i < below.stretches; i++)
        mirror_hear(mirror_of(on), "stretch", 3, (uint64_t)below.stretch[i].first, (uint64_t)below.stretch[i].count,
                    float_bits(below.stretch[i].l2));
    mirror_hear(mirror_of(on), "move", 6, address(below.factors), address(below.gradient), address(below.moment1),
                address(below.moment2), address(below.parameter), address(below.go));
    below.factors = mirror_below(below.factors);
    below.gradient = mirror_below(below.gradient);
    below.moment1 = mirror_below(below.moment1);
    below.moment2 = mirror_below(below.moment2);
    below.parameter = mirror_below(below.parameter);
    below.go = mirror_below(below.go);
    return below;
}

static void adam(device *on, const device_move *asked)
{
    device_move below = move_below(on, asked);
    cpu_table.adam(mirror_hear(mirror_of(on), "adam", 0), &below);
}

static void sgd(device *on, const device_move *asked)
{
    device_move below = move_below(on, asked);
    cpu_table.sgd(mirror_hear(mirror_of(on), "sgd", 0), &below);
}

static void average(device *on, size_t count, const float *decay, const float *parameter, float *averaged,
                    const int32_t *go)
{
    device *cpu = mirror_hear(mirror_of(on), "average", 5, (uint64_t)count, address(decay), address(parameter),
                              address(averaged), address(go));
    cpu_table.average(cpu, count, mirror_below(decay), mirror_below(parameter), mirror_below(averaged),
                      mirror_below(go));
}

void mirror_add_flat(device_table *table)
{
    table->fill = fill;
    table->mean = mean;
    table->loss = loss;
    table->sum_squares = sum_squares;
    table->add_noise = add_noise;
    table->check_values = check_values;
    table->check_figures = check_figures;
    table->adam = adam;
    table->sgd = sgd;
    table->average = average;
}

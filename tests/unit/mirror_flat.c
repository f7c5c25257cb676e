/* The mirror's functions of flat arrays. */
#include "unit/mirror_inside.h"

#include <stdlib.h>

static coulomb_status do_fill(mirror *m, mirror_call *call)
{
    cpu_table.fill(m->cpu, call->fill.count, call->fill.value, call->fill.array);
    return COULOMB_OK;
}

static void fill(device *on, size_t count, float value, float *array)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_fill);
    call->fill.count = count;
    call->fill.value = value;
    call->fill.array = mirror_below(array);
    mirror_do(mirror_of(on), call);
}

/* --- functions that look at one array --- */

static void look(device *on, coulomb_status (*perform)(mirror *m, mirror_call *call), size_t count, const void *array,
                 void *result)
{
    mirror_call *call = mirror_call_new(mirror_of(on), perform);
    call->look.count = count;
    call->look.array = mirror_below(array);
    call->look.result = mirror_below(result);
    mirror_do(mirror_of(on), call);
}

static coulomb_status do_mean(mirror *m, mirror_call *call)
{
    cpu_table.mean(m->cpu, call->look.count, call->look.array, call->look.result);
    return COULOMB_OK;
}

static void mean(device *on, size_t count, const float *array, double *result)
{
    look(on, do_mean, count, array, result);
}

static coulomb_status do_sum_squares(mirror *m, mirror_call *call)
{
    cpu_table.sum_squares(m->cpu, call->look.count, call->look.array, call->look.result);
    return COULOMB_OK;
}

static void sum_squares(device *on, size_t count, const float *array, double *result)
{
    look(on, do_sum_squares, count, array, result);
}

static coulomb_status do_check_values(mirror *m, mirror_call *call)
{
    cpu_table.check_values(m->cpu, call->look.count, call->look.array, call->look.result);
    return COULOMB_OK;
}

static void check_values(device *on, size_t count, const float *array, int32_t *go)
{
    look(on, do_check_values, count, array, go);
}

static coulomb_status do_check_figures(mirror *m, mirror_call *call)
{
    cpu_table.check_figures(m->cpu, call->look.count, call->look.array, call->look.result);
    return COULOMB_OK;
}

static void check_figures(device *on, size_t count, const double *figures, int32_t *go)
{
    look(on, do_check_figures, count, figures, go);
}

/* --- others --- */

static coulomb_status do_loss(mirror *m, mirror_call *call)
{
    cpu_table.loss(m->cpu, &call->loss);
    return COULOMB_OK;
}

static void loss(device *on, const device_loss *asked)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_loss);
    call->loss.kind = asked->kind;
    call->loss.count = asked->count;
    call->loss.total = asked->total;
    call->loss.scale = asked->scale;
    call->loss.output = mirror_below(asked->output);
    call->loss.potential = mirror_below(asked->potential);
    call->loss.divisor = asked->divisor;
    call->loss.gradient = mirror_below(asked->gradient);
    call->loss.sum = mirror_below(asked->sum);
    mirror_do(mirror_of(on), call);
}

static coulomb_status do_noise(mirror *m, mirror_call *call)
{
    cpu_table.add_noise(m->cpu, &call->noise.key, call->noise.update, call->noise.first, call->noise.count,
                        call->noise.deviation, call->noise.samples, call->noise.noisy);
    return COULOMB_OK;
}

static void add_noise(device *on, const random_key *key, const uint64_t *update, uint64_t first, size_t count,
                      float deviation, const float *samples, float *noisy)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_noise);
    call->noise.key.seed = key->seed;
    call->noise.key.stream = key->stream;
    call->noise.update = mirror_below(update);
    call->noise.first = first;
    call->noise.count = count;
    call->noise.deviation = deviation;
    call->noise.samples = mirror_below(samples);
    call->noise.noisy = mirror_below(noisy);
    mirror_do(mirror_of(on), call);
}

static void move(device *on, coulomb_status (*perform)(mirror *m, mirror_call *call), const device_move *asked)
{
    mirror_call *call = mirror_call_new(mirror_of(on), perform);
    call->stretch = calloc(asked->stretches + 1, sizeof *call->stretch);
    if (call->stretch == NULL)
        mirror_refuse("out of memory");
    for (size_t i = 0; i < asked->stretches; i++) {
        call->stretch[i].first = asked->stretch[i].first;
        call->stretch[i].count = asked->stretch[i].count;
        call->stretch[i].l2 = asked->stretch[i].l2;
    }
    call->move.stretches = asked->stretches;
    call->move.factors = mirror_below(asked->factors);
    call->move.gradient = mirror_below(asked->gradient);
    call->move.moment1 = mirror_below(asked->moment1);
    call->move.moment2 = mirror_below(asked->moment2);
    call->move.parameter = mirror_below(asked->parameter);
    call->move.go = mirror_below(asked->go);
    mirror_do(mirror_of(on), call);
}

static coulomb_status do_adam(mirror *m, mirror_call *call)
{
    device_move own = call->move;
    own.stretch = call->stretch;
    cpu_table.adam(m->cpu, &own);
    return COULOMB_OK;
}

static void adam(device *on, const device_move *asked)
{
    move(on, do_adam, asked);
}

static coulomb_status do_sgd(mirror *m, mirror_call *call)
{
    device_move own = call->move;
    own.stretch = call->stretch;
    cpu_table.sgd(m->cpu, &own);
    return COULOMB_OK;
}

static void sgd(device *on, const device_move *asked)
{
    move(on, do_sgd, asked);
}

static coulomb_status do_average(mirror *m, mirror_call *call)
{
    cpu_table.average(m->cpu, call->average.count, call->average.decay, call->average.parameter, call->average.averaged,
                      call->average.go);
    return COULOMB_OK;
}

static void average(device *on, size_t count, const float *decay, const float *parameter, float *averaged,
                    const int32_t *go)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_average);
    call->average.count = count;
    call->average.decay = mirror_below(decay);
    call->average.parameter = mirror_below(parameter);
    call->average.averaged = mirror_below(averaged);
    call->average.go = mirror_below(go);
    mirror_do(mirror_of(on), call);
}

static coulomb_status do_add(mirror *m, mirror_call *call)
{
    cpu_table.add(m->cpu, call->add.count, call->add.factor, call->add.from, call->add.to);
    return COULOMB_OK;
}

static void add(device *on, size_t count, float factor, const float *from, float *to)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_add);
    call->add.count = count;
    call->add.factor = factor;
    call->add.from = mirror_below(from);
    call->add.to = mirror_below(to);
    mirror_do(mirror_of(on), call);
}

static coulomb_status do_rows(mirror *m, mirror_call *call)
{
    cpu_table.scale_rows(m->cpu, &call->rows);
    return COULOMB_OK;
}

static void scale_rows(device *on, const device_rows *asked)
{
    mirror_call *call = mirror_call_new(mirror_of(on), do_rows);
    call->rows.rows = asked->rows;
    call->rows.columns = asked->columns;
    call->rows.factor = asked->factor;
    call->rows.from = mirror_below(asked->from);
    call->rows.divisor = mirror_below(asked->divisor);
    call->rows.add = asked->add;
    call->rows.to = mirror_below(asked->to);
    mirror_do(mirror_of(on), call);
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
    table->add = add;
    table->scale_rows = scale_rows;
}

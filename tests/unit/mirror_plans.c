/* The mirror's plans and sums over pairs: the CPU's, known above the seam by addresses that nobody can follow either.
 */
#include "unit/mirror_inside.h"

#include <math.h>
#include <stdlib.h>

struct device_plan {
    mirror *on;
    device_plan *cpu;
};

struct device_pairs {
    mirror *on;
    device_pairs *cpu;
};

/* --- plans --- */

static const device_plan *below(const device_plan *plan)
{
    return mirror_below(plan);
}

static coulomb_status plan_new(device *on, const graph *planned, device_plan **plan)
{
    mirror *m = mirror_of(on);
    device_plan *made = memory_get(on->context, 1, sizeof *made);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    *made = (device_plan){.on = m};
    coulomb_status status = cpu_table.plan_new(m->cpu, planned, &made->cpu);
    if (status == COULOMB_OK)
        *plan = mirror_above(made);
    else
        memory_release(on->context, made);
    return status;
}

static void plan_free(device_plan *plan)
{
    device_plan *freed = mirror_below(plan);
    cpu_table.plan_free(freed->cpu);
    memory_release(freed->on->seam.context, freed);
}

static size_t plan_values(const device_plan *plan)
{
    return cpu_table.plan_values(below(plan)->cpu);
}

static void plan_bytes(const device_plan *plan, size_t count, bool alone, device_bytes *bytes)
{
    cpu_table.plan_bytes(below(plan)->cpu, count, alone, bytes);
}

static coulomb_status plan_reserve(device_plan *plan, size_t count)
{
    if (below(plan)->on->heard != NULL)
        mirror_refuse("a plan is resized in a recording");
    return cpu_table.plan_reserve(below(plan)->cpu, count);
}

static coulomb_status plan_reserve_inference(device_plan *plan, size_t count, bool alone)
{
    if (below(plan)->on->heard != NULL)
        mirror_refuse("a plan is resized in a recording");
    return cpu_table.plan_reserve_inference(below(plan)->cpu, count, alone);
}

static size_t plan_block(const device_plan *plan)
{
    return cpu_table.plan_block(below(plan)->cpu);
}

/* The revision is what a recording must not depend on: parameters move between its runs. */
static device_pass pass_below(const device_plan *plan, const device_pass *pass)
{
    device_pass shifted = *pass;
    mirror_hear(below(plan)->on, "pass", 6, (uint64_t)pass->count, address(pass->input), address(pass->parameters),
                address(pass->staged), (uint64_t)pass->running, (uint64_t)pass->alone);
    shifted.input = mirror_below(pass->input);
    shifted.parameters = mirror_below(pass->parameters);
    shifted.staged = mirror_below(pass->staged);
    return shifted;
}

static const float *plan_forward(device_plan *plan, const device_pass *pass)
{
    device_pass shifted = pass_below(plan, pass);
    mirror_hear(below(plan)->on, "forward", 1, address(plan));
    return mirror_above(cpu_table.plan_forward(below(plan)->cpu, &shifted));
}

static const float *plan_infer(device_plan *plan, const device_pass *pass)
{
    device_pass shifted = pass_below(plan, pass);
    mirror_hear(below(plan)->on, "infer", 1, address(plan));
    return mirror_above(cpu_table.plan_infer(below(plan)->cpu, &shifted));
}

static void plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients)
{
    device_pass shifted = pass_below(plan, pass);
    device_gradients g = *gradients;
    mirror_hear(below(plan)->on, "backward", 7, address(plan), (uint64_t)g.count, address(g.output_gradient),
                address(g.weight), address(g.input_gradient), address(g.parameter_gradients), (uint64_t)g.add);
    g.output_gradient = mirror_below(g.output_gradient);
    g.weight = mirror_below(g.weight);
    g.input_gradient = mirror_below(g.input_gradient);
    g.parameter_gradients = mirror_below(g.parameter_gradients);
    cpu_table.plan_backward(below(plan)->cpu, &shifted, &g);
}

void mirror_add_plans(device_table *table)
{
    table->plan_new = plan_new;
    table->plan_free = plan_free;
    table->plan_values = plan_values;
    table->plan_bytes = plan_bytes;
    table->plan_reserve = plan_reserve;
    table->plan_reserve_inference = plan_reserve_inference;
    table->plan_block = plan_block;
    table->plan_forward = plan_forward;
    table->plan_infer = plan_infer;
    table->plan_backward = plan_backward;
}

/* --- potentials --- */

static device_pairs *pairs_new(device *on)
{
    mirror *m = mirror_of(on);
    device_pairs *made = memory_get(on->context, 1, sizeof *made);
    if (made == NULL)
        return NULL;
    *made = (device_pairs){.on = m, .cpu = cpu_table.pairs_new(m->cpu)};
    if (made->cpu != NULL)
        return mirror_above(made);
    memory_release(on->context, made);
    return NULL;
}

static void pairs_free(device_pairs *pairs)
{
    device_pairs *freed = mirror_below(pairs);
    cpu_table.pairs_free(freed->cpu);
    memory_release(freed->on->seam.context, freed);
}

static coulomb_status pairs_bytes(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                  size_t at, size_t *bytes)
{
    const device_pairs *asked = mirror_below(pairs);
    device_kernel unread = {.exponent = kernel->exponent, .self_terms = kernel->self_terms};
    return cpu_table.pairs_bytes(asked->cpu, &unread, batch, at, bytes);
}

static device_kernel kernel_below(const device_pairs *asked, const device_kernel *kernel)
{
    mirror_hear(asked->on, "kernel", 3, float_bits((float)kernel->exponent), (uint64_t)kernel->self_terms,
                address(kernel->epsilon));
    return (device_kernel){
        .exponent = kernel->exponent, .self_terms = kernel->self_terms, .epsilon = mirror_below(kernel->epsilon)};
}

static charge_batch batch_below(const device_pairs *asked, const charge_batch *batch)
{
    charge_batch shifted = *batch;
    mirror_hear(asked->on, "batch", 11, (uint64_t)batch->dimension, address(batch->model), address(batch->target),
                (uint64_t)batch->n_model, (uint64_t)batch->n_target, (uint64_t)batch->at_model,
                (uint64_t)batch->at_target, (uint64_t)batch->displaced, address(batch->near_model),
                address(batch->near_target), (uint64_t)batch->bounded);
    shifted.model = mirror_below(batch->model);
    shifted.target = mirror_below(batch->target);
    shifted.near_model = mirror_below(batch->near_model);
    shifted.near_target = mirror_below(batch->near_target);
    return shifted;
}

static void spoil(float *result, size_t count)
{
    for (size_t i = 0; result != NULL && i < count; i++)
        result[i] = NAN;
}

/* As a device that works later: what is not finite shows in the results. */
static coulomb_status potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                 float *potential_model, float *potential_target, double *energy)
{
    device_pairs *asked = mirror_below(pairs);
    device_kernel below_kernel = kernel_below(asked, kernel);
    charge_batch below_batch = batch_below(asked, batch);
    float *model = mirror_below(potential_model), *target = mirror_below(potential_target);
    double *found = mirror_below(energy);
    mirror_hear(asked->on, "potentials", 4, address(pairs), address(potential_model), address(potential_target),
                address(energy));
    coulomb_status status = cpu_table.potentials(asked->cpu, &below_kernel, &below_batch, model, target, found);
    if (status != COULOMB_ERROR_NOT_FINITE)
        return status;
    spoil(model, batch->at_model);
    spoil(target, batch->at_target);
    if (found != NULL)
        *found = (double)NAN;
    return COULOMB_OK;
}

static coulomb_status potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                    const float *at, size_t n_at, float *field, float *potential)
{
    device_pairs *asked = mirror_below(pairs);
    device_kernel below_kernel = kernel_below(asked, kernel);
    charge_batch below_batch = batch_below(asked, batch);
    float *below_field = mirror_below(field), *below_potential = mirror_below(potential);
    mirror_hear(asked->on, "potentials_at", 5, address(pairs), address(at), (uint64_t)n_at, address(field),
                address(potential));
    coulomb_status status = cpu_table.potentials_at(asked->cpu, &below_kernel, &below_batch, mirror_below(at), n_at,
                                                    below_field, below_potential);
    if (status != COULOMB_ERROR_NOT_FINITE)
        return status;
    spoil(below_field, n_at * batch->dimension);
    spoil(below_potential, n_at);
    return COULOMB_OK;
}

void mirror_add_potentials(device_table *table)
{
    table->pairs_new = pairs_new;
    table->pairs_free = pairs_free;
    table->pairs_bytes = pairs_bytes;
    table->potentials = potentials;
    table->potentials_at = potentials_at;
}

/* The mirror's plans and sums over pairs: the CPU's, known above the seam by addresses that nobody can follow either.
 */
#include "unit/mirror_inside.h"

#include <math.h>

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
    mirror_at_once(below(plan)->on);
    return cpu_table.plan_reserve(below(plan)->cpu, count);
}

static coulomb_status plan_reserve_inference(device_plan *plan, size_t count, bool alone)
{
    mirror_at_once(below(plan)->on);
    return cpu_table.plan_reserve_inference(below(plan)->cpu, count, alone);
}

static size_t plan_block(const device_plan *plan, size_t count)
{
    return cpu_table.plan_block(below(plan)->cpu, count);
}

static mirror_call *pass_call(const device_plan *plan, const device_pass *asked,
                              coulomb_status (*perform)(mirror *m, mirror_call *call))
{
    mirror_call *call = mirror_call_new(below(plan)->on, perform);
    call->revision = asked->revision;
    call->pass.plan = below(plan)->cpu;
    call->pass.pass.count = asked->count;
    call->pass.pass.input = mirror_below(asked->input);
    call->pass.pass.parameters = mirror_below(asked->parameters);
    call->pass.pass.staged = mirror_below(asked->staged);
    call->pass.pass.running = asked->running;
    call->pass.pass.alone = asked->alone;
    call->pass.pass.shards.shard = asked->shards.shard;
    call->pass.pass.shards.samples = asked->shards.samples;
    call->pass.pass.shards.sums = asked->shards.sums;
    call->pass.pass.shards.add = asked->shards.add;
    call->pass.pass.shards.user = asked->shards.user;
    return call;
}

static device_pass pass_of(const mirror_call *call)
{
    device_pass pass = call->pass.pass;
    pass.revision = call->revision;
    return pass;
}

static coulomb_status do_forward(mirror *m, mirror_call *call)
{
    (void)m;
    device_pass pass = pass_of(call);
    call->pass.output = cpu_table.plan_forward(call->pass.plan, &pass);
    return COULOMB_OK;
}

static const float *plan_forward(device_plan *plan, const device_pass *pass)
{
    mirror_call *call = pass_call(plan, pass, do_forward);
    mirror_do(below(plan)->on, call);
    return mirror_above(call->pass.output);
}

static coulomb_status do_infer(mirror *m, mirror_call *call)
{
    (void)m;
    device_pass pass = pass_of(call);
    call->pass.output = cpu_table.plan_infer(call->pass.plan, &pass);
    return COULOMB_OK;
}

static const float *plan_infer(device_plan *plan, const device_pass *pass)
{
    mirror_call *call = pass_call(plan, pass, do_infer);
    mirror_do(below(plan)->on, call);
    return mirror_above(call->pass.output);
}

static coulomb_status do_backward(mirror *m, mirror_call *call)
{
    (void)m;
    device_pass pass = pass_of(call);
    cpu_table.plan_backward(call->pass.plan, &pass, &call->pass.gradients);
    return COULOMB_OK;
}

static void plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *asked)
{
    mirror_call *call = pass_call(plan, pass, do_backward);
    device_gradients *gradients = &call->pass.gradients;
    gradients->count = asked->count;
    gradients->output_gradient = mirror_below(asked->output_gradient);
    gradients->weight = mirror_below(asked->weight);
    gradients->input_gradient = mirror_below(asked->input_gradient);
    gradients->parameter_gradients = mirror_below(asked->parameter_gradients);
    gradients->add = asked->add;
    mirror_do(below(plan)->on, call);
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
                                  size_t at, bool field, size_t *bytes)
{
    const device_pairs *asked = mirror_below(pairs);
    device_kernel unread = *kernel;
    unread.epsilon = NULL;
    return cpu_table.pairs_bytes(asked->cpu, &unread, batch, at, field, bytes);
}

static mirror_call *sums_call(const device_pairs *asked, const device_kernel *kernel, const charge_batch *batch,
                              coulomb_status (*perform)(mirror *m, mirror_call *call))
{
    mirror_call *call = mirror_call_new(asked->on, perform);
    call->sums.pairs = asked->cpu;
    call->sums.kernel.kind = kernel->kind; /* one by one: calls are compared with what is between their fields */
    call->sums.kernel.exponent = kernel->exponent;
    call->sums.kernel.self_terms = kernel->self_terms;
    call->sums.kernel.epsilons = kernel->epsilons;
    call->sums.kernel.epsilon = mirror_below(kernel->epsilon);
    charge_batch *own = &call->sums.batch;
    own->dimension = batch->dimension;
    own->model = mirror_below(batch->model);
    own->target = mirror_below(batch->target);
    own->n_model = batch->n_model;
    own->n_target = batch->n_target;
    own->at_model = batch->at_model;
    own->at_target = batch->at_target;
    own->displaced = batch->displaced;
    own->near_model = mirror_below(batch->near_model);
    own->near_target = mirror_below(batch->near_target);
    own->bounded = batch->bounded;
    own->largest = batch->largest;
    return call;
}

static void spoil(float *result, size_t count)
{
    for (size_t i = 0; result != NULL && i < count; i++)
        result[i] = NAN;
}

/* As a device that works later: what is not finite shows in the results. */
static coulomb_status do_potentials(mirror *m, mirror_call *call)
{
    (void)m;
    float *model = call->sums.potential_model, *target = call->sums.potential_target;
    const charge_batch *batch = &call->sums.batch;
    coulomb_status status =
        cpu_table.potentials(call->sums.pairs, &call->sums.kernel, batch, model, target, call->sums.energy);
    if (status != COULOMB_ERROR_NOT_FINITE)
        return status;
    spoil(model, batch->at_model);
    spoil(target, batch->at_target);
    if (call->sums.energy != NULL)
        *call->sums.energy = (double)NAN;
    return COULOMB_OK;
}

static coulomb_status potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                 float *potential_model, float *potential_target, double *energy)
{
    const device_pairs *asked = mirror_below(pairs);
    mirror_call *call = sums_call(asked, kernel, batch, do_potentials);
    call->sums.potential_model = mirror_below(potential_model);
    call->sums.potential_target = mirror_below(potential_target);
    call->sums.energy = mirror_below(energy);
    return mirror_do(asked->on, call);
}

static coulomb_status do_potentials_at(mirror *m, mirror_call *call)
{
    (void)m;
    float *field = call->sums.field, *potential = call->sums.potential;
    const charge_batch *batch = &call->sums.batch;
    coulomb_status status = cpu_table.potentials_at(call->sums.pairs, &call->sums.kernel, batch, call->sums.at,
                                                    call->sums.n_at, field, potential);
    if (status != COULOMB_ERROR_NOT_FINITE)
        return status;
    spoil(field, call->sums.n_at * batch->dimension);
    spoil(potential, call->sums.n_at);
    return COULOMB_OK;
}

static coulomb_status potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                    const float *at, size_t n_at, float *field, float *potential)
{
    const device_pairs *asked = mirror_below(pairs);
    mirror_call *call = sums_call(asked, kernel, batch, do_potentials_at);
    call->sums.at = mirror_below(at);
    call->sums.n_at = n_at;
    call->sums.field = mirror_below(field);
    call->sums.potential = mirror_below(potential);
    return mirror_do(asked->on, call);
}

void mirror_add_potentials(device_table *table)
{
    table->pairs_new = pairs_new;
    table->pairs_free = pairs_free;
    table->pairs_bytes = pairs_bytes;
    table->potentials = potentials;
    table->potentials_at = potentials_at;
}

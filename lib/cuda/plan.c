/* Plans of graphs: what there is of a plan, whatever the number of samples; for that see reserve.c. */
#include "cuda/plan.h"
#include "cuda/convolution.h"

#include <string.h>

enum {
    BLOCK_BYTES = 1 << 28, /* of the inference arena */
    BLOCK_LEAST = 16,
    BLOCK_MOST = 1024,
    /* Of blocks that are always whole, so that few samples cost as much as many: for each multiprocessor the least that
     * keeps it busy. */
    WHOLE_BLOCK_BYTES = 1 << 19
};

/* Once for each precision. */
static coulomb_status lay_out(device_plan *plan)
{
    const graph *of = plan->graph;
    coulomb_status status = cuda_plan_places(plan);
    plan->notes_values = plan->packed_bytes = 0;
    plan->by_library = false;
    for (size_t i = 1; i < of->nodes && status == COULOMB_OK; i++) {
        const cuda_layer *layer = cuda_layer_of(&of->node[i]);
        node_run run = cuda_plan_outline(plan, i, 1), block = cuda_plan_outline(plan, i, BLOCK_MOST);
        plan_node *planned = &plan->node[i];
        plan->by_library = plan->by_library || (layer->by_library != NULL && layer->by_library(&block));
        planned->packed_bytes = layer->packed_bytes == NULL ? 0 : layer->packed_bytes(&run);
        planned->packed = plan->packed_bytes;
        plan->packed_bytes += size_aligned(planned->packed_bytes, PACKED_ALIGNMENT);
        if (of->node[i].op->number == OP_BATCH_NORM) {
            planned->notes = plan->notes_values;
            plan->notes_values += size_aligned(3 * columns_of(&of->node[i].shape), PLACE_ALIGNMENT);
        }
    }
    return status;
}

coulomb_status cuda_plan_new(device *on, const graph *of, device_plan **made)
{
    cuda_device *cuda = cuda_enter(on);
    *made = NULL;
    device_plan *plan = cuda->services->memory_get(on->context, 1, sizeof *plan);
    plan_node *nodes = plan == NULL ? NULL : cuda->services->memory_get(on->context, of->nodes, sizeof *nodes);
    if (nodes == NULL) {
        if (plan != NULL)
            cuda->services->memory_release(on->context, plan);
        return COULOMB_ERROR_MEMORY;
    }
    memset(nodes, 0, of->nodes * sizeof *nodes);
    *plan = (device_plan){.cuda = cuda, .graph = of, .precision = cuda->precision, .node = nodes};
    plan->next = cuda->plans;
    cuda->plans = plan;
    coulomb_status status = lay_out(plan);
    if (status == COULOMB_OK)
        *made = plan;
    else
        cuda_plan_free(plan);
    return status;
}

static void free_convolutions(device_plan *plan)
{
    for (size_t i = 0; i < plan->graph->nodes; i++) {
        cuda_convolution_free(plan, plan->node[i].convolution);
        plan->node[i].convolution = NULL;
    }
}

static void release_memory(device_plan *plan)
{
    cuda_device *cuda = plan->cuda;
    memset(plan->engines_for, 0, sizeof plan->engines_for);
    void *const memory[] = {plan->kept, plan->temporary, plan->inference, plan->notes, plan->packed, plan->scratch};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        cuda_release(cuda, memory[i]);
    free_convolutions(plan);
    plan->kept = plan->temporary = plan->inference = plan->packed = plan->scratch = NULL;
    plan->notes = NULL;
    plan->capacity = plan->inference_capacity = plan->scratch_bytes = 0;
    plan->packed_revision = 0;
}

void cuda_plan_free(device_plan *plan)
{
    if (plan == NULL)
        return;
    cuda_device *cuda = cuda_enter(&plan->cuda->base);
    release_memory(plan);
    for (device_plan **place = &cuda->plans; *place != NULL; place = &(*place)->next)
        if (*place == plan) {
            *place = plan->next;
            break;
        }
    cuda->services->memory_release(cuda->base.context, plan->node);
    cuda->services->memory_release(cuda->base.context, plan);
}

size_t cuda_plan_scratch(device_plan *plan, size_t count)
{
    size_t most = PACKED_ALIGNMENT;
    for (size_t i = 1; i < plan->graph->nodes; i++) {
        const cuda_layer *layer = cuda_layer_of(&plan->graph->node[i]);
        node_run run = cuda_plan_outline(plan, i, count);
        if (layer->scratch != NULL)
            most = size_most(most, layer->scratch(&run));
    }
    return most;
}

size_t cuda_plan_values(const device_plan *plan)
{
    return (plan->kept_bytes + plan->temporary_bytes + plan->inference_bytes) / value_bytes(true);
}

void cuda_plan_bytes(const device_plan *plan, size_t count, bool alone, device_bytes *bytes)
{
    device_plan *outlined = (device_plan *)plan; /* which is only read */
    size_t scratch = cuda_plan_scratch(outlined, count);
    (void)alone;
    *bytes = (device_bytes){.fixed = 2 * plan->notes_values * sizeof(float) + plan->packed_bytes,
                            .kept = plan->kept_bytes * count,
                            .temporary = plan->temporary_bytes * count + scratch,
                            .inference = plan->inference_bytes * count + scratch};
}

/* Kernels of our own take a sample's sums in the same order whatever comes along. For others all blocks are equal, and
 * so are their products. */
size_t cuda_plan_block(const device_plan *plan, size_t count)
{
    size_t whole = (size_t)plan->cuda->properties.multiProcessorCount * WHOLE_BLOCK_BYTES;
    size_t bytes = plan->by_library ? whole : (size_t)BLOCK_BYTES;
    size_t block = bytes / (plan->inference_bytes + 1) / BLOCK_LEAST * BLOCK_LEAST;
    block = block < BLOCK_LEAST ? BLOCK_LEAST : block > BLOCK_MOST ? BLOCK_MOST : block;
    return plan->by_library || count > block ? block : count;
}

/* --- precision --- */

static void note_sizes(device_plan *plan)
{
    plan->before = (plan_sizes){.prepared = plan->notes != NULL,
                                .former = plan->engines_for[ENGINES_TO_LEARN][1],
                                .capacity = plan->capacity,
                                .inference = plan->inference_capacity};
}

static coulomb_status plan_again(device_plan *plan, int32_t precision)
{
    const plan_sizes *sizes = &plan->before;
    release_memory(plan);
    plan->precision = precision;
    coulomb_status status = lay_out(plan);
    if (status == COULOMB_OK && sizes->former > 0)
        status = cuda_plan_reserve(plan, sizes->former);
    if (status == COULOMB_OK && sizes->prepared)
        status = cuda_plan_reserve(plan, sizes->capacity);
    if (status == COULOMB_OK && sizes->inference > 0)
        status = cuda_plan_reserve_inference(plan, sizes->inference, false);
    return status;
}

/* Plans go back to the precision before: to the memory that all of them have released. */
static void go_back(cuda_device *cuda, int32_t before)
{
    cuda->precision = before;
    for (device_plan *plan = cuda->plans; plan != NULL; plan = plan->next)
        if (plan->precision != before)
            release_memory(plan);
    for (device_plan *plan = cuda->plans; plan != NULL; plan = plan->next)
        if (plan->precision != before && plan_again(plan, before) != COULOMB_OK)
            cuda_note_text(cuda, "going back to the precision before", "another process took the memory");
}

coulomb_status cuda_set_precision(device *on, int32_t precision)
{
    cuda_device *cuda = cuda_enter(on);
    int32_t before = cuda->precision;
    coulomb_status status = cuda_status(cuda);
    cuda->precision = precision;
    for (device_plan *plan = cuda->plans; plan != NULL; plan = plan->next)
        note_sizes(plan);
    for (device_plan *plan = cuda->plans; plan != NULL && status == COULOMB_OK; plan = plan->next)
        if (plan->precision != precision)
            status = plan_again(plan, precision);
    if (status != COULOMB_OK)
        go_back(cuda, before);
    return status;
}

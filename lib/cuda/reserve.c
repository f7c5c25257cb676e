/* Memory of plans for a number of samples: everything that passes need is got here. All of it, engines included, is
 * there before anything takes the place of what was, so that a call that fails leaves the plan as it was. */
#include "cuda/convolution.h"
#include "cuda/plan.h"

enum { PIXELS_MOST = 1 << 30 /* rows and pixels that kernels count */ };

static coulomb_status check_size(device_plan *plan, size_t count)
{
    cuda_device *cuda = plan->cuda;
    for (size_t i = 0; i < plan->graph->nodes && count > 0; i++) {
        const tensor_shape *shape = &plan->graph->node[i].shape;
        if (plan->graph->node[i].size / columns_of(shape) > PIXELS_MOST / count)
            return cuda->services->fail(cuda->base.context, COULOMB_ERROR_MEMORY,
                                        "%zu samples at once are more than a CUDA device takes", count);
    }
    return COULOMB_OK;
}

/* --- engines --- */

static bool has_engines(const device_plan *plan, size_t count, enum engine_use use)
{
    for (size_t i = 0; i < ENGINE_COUNTS; i++)
        if (plan->engines_for[use][i] == count)
            return true;
    return false;
}

static coulomb_status find_engines(device_plan *plan, size_t count, enum engine_use use)
{
    coulomb_status status = COULOMB_OK;
    for (size_t i = 1; i < plan->graph->nodes && status == COULOMB_OK; i++) {
        enum op_number number = plan->graph->node[i].op->number;
        if (number == OP_CONV || number == OP_CONV_TRANSPOSED)
            status = cuda_convolution_find(plan, i, count, use);
    }
    return status;
}

/* The engines found come to the front, or go from there again. */
static void move_engines(device_plan *plan, enum engine_use use, void (*move)(convolution *c, enum engine_use use))
{
    for (size_t i = 1; i < plan->graph->nodes; i++)
        if (plan->node[i].convolution != NULL)
            move(plan->node[i].convolution, use);
}

static void drop_engines(device_plan *plan)
{
    for (size_t i = 1; i < plan->graph->nodes; i++)
        if (plan->node[i].convolution != NULL)
            cuda_convolution_drop_spare(plan, plan->node[i].convolution);
}

static void count_engines(device_plan *plan, size_t count, enum engine_use use)
{
    for (size_t i = ENGINE_COUNTS - 1; i > 0; i--)
        plan->engines_for[use][i] = plan->engines_for[use][i - 1];
    plan->engines_for[use][0] = count;
}

/* --- memory --- */

/* What takes the place of a plan's arrays; NULL where they are large enough. */
typedef struct growth {
    char *scratch, *packed, *notes, *kept, *temporary, *inference;
    size_t scratch_bytes;
} growth;

/* Unless there was a failure. */
static void get(device_plan *plan, coulomb_status *status, size_t bytes, char **made)
{
    if (*status != COULOMB_OK)
        return;
    *made = cuda_get(plan->cuda, bytes);
    if (*made == NULL)
        *status = plan->cuda->failure != COULOMB_OK ? plan->cuda->failure : COULOMB_ERROR_MEMORY;
}

static void give_back(device_plan *plan, const growth *g)
{
    char *const memory[] = {g->scratch, g->packed, g->notes, g->kept, g->temporary, g->inference};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        cuda_release(plan->cuda, memory[i]);
}

static coulomb_status get_growth(device_plan *plan, size_t count, bool learns, growth *g)
{
    coulomb_status status = COULOMB_OK;
    *g = (growth){.scratch_bytes = cuda_plan_scratch(plan, count)};
    if (g->scratch_bytes > plan->scratch_bytes)
        get(plan, &status, g->scratch_bytes, &g->scratch);
    if (plan->packed == NULL)
        get(plan, &status, plan->packed_bytes, &g->packed);
    if (plan->notes == NULL)
        get(plan, &status, 2 * plan->notes_values * sizeof(float), &g->notes);
    if (learns && count > plan->capacity) {
        get(plan, &status, plan->kept_bytes * count, &g->kept);
        get(plan, &status, plan->temporary_bytes * count, &g->temporary);
    }
    if (!learns && count > plan->inference_capacity)
        get(plan, &status, plan->inference_bytes * count, &g->inference);
    if (status != COULOMB_OK)
        give_back(plan, g);
    return status;
}

static void take(device_plan *plan, char **array, char *made)
{
    if (made == NULL)
        return;
    cuda_release(plan->cuda, *array);
    *array = made;
}

static void take_growth(device_plan *plan, size_t count, const growth *g)
{
    if (g->scratch != NULL)
        plan->scratch_bytes = g->scratch_bytes;
    if (g->notes != NULL) /* there were none */
        plan->notes = (float *)(void *)g->notes;
    if (g->kept != NULL)
        plan->capacity = count;
    if (g->inference != NULL)
        plan->inference_capacity = count;
    take(plan, &plan->scratch, g->scratch);
    take(plan, &plan->packed, g->packed);
    take(plan, &plan->kept, g->kept);
    take(plan, &plan->temporary, g->temporary);
    take(plan, &plan->inference, g->inference);
}

/* How much scratch memory is needed depends on the engines, which therefore take their places first. */
static coulomb_status reserve_with_engines(device_plan *plan, size_t count, enum engine_use use)
{
    coulomb_status status = find_engines(plan, count, use);
    if (status == COULOMB_OK) {
        growth g;
        move_engines(plan, use, cuda_convolution_push);
        status = get_growth(plan, count, use == ENGINES_TO_LEARN, &g);
        if (status == COULOMB_OK) {
            take_growth(plan, count, &g);
            count_engines(plan, count, use);
        } else {
            move_engines(plan, use, cuda_convolution_pull);
        }
    }
    drop_engines(plan);
    return status;
}

static coulomb_status reserve(device_plan *plan, size_t count, enum engine_use use)
{
    cuda_device *cuda = cuda_enter(&plan->cuda->base);
    coulomb_status status = cuda_status(cuda);
    bool learns = use == ENGINES_TO_LEARN;
    if (status == COULOMB_OK)
        status = check_size(plan, count);
    if (status == COULOMB_OK)
        status = cuda_start_blas(cuda);
    if (status != COULOMB_OK)
        return status;
    if (count > (learns ? plan->capacity : 0) && !has_engines(plan, count, use)) {
        status = reserve_with_engines(plan, count, use);
    } else {
        growth g;
        status = get_growth(plan, count, learns, &g);
        if (status == COULOMB_OK)
            take_growth(plan, count, &g);
    }
    return status == COULOMB_OK ? cuda_status(cuda) : status;
}

coulomb_status cuda_plan_reserve(device_plan *plan, size_t count)
{
    return reserve(plan, count, ENGINES_TO_LEARN);
}

coulomb_status cuda_plan_reserve_inference(device_plan *plan, size_t count, bool alone)
{
    return reserve(plan, count, alone ? ENGINES_OF_BLOCKS : ENGINES_OF_BATCHES);
}

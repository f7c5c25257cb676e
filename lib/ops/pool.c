/* Pooling over windows of images and sequences. What lies outside the image takes no part: it is not counted in
 * averages and never the largest. */
#include "ops/window.h"

static coulomb_status pool_build(op_build *build)
{
    window w;
    coulomb_status status = window_check(build, "pooling", false, &w);
    const op_settings *settings = build->settings;
    size_t first = build->input[0]->rank == 3 ? 0 : 2; /* sequences have no pads of rows */
    for (size_t i = first; i < 4 && status == COULOMB_OK; i++)
        if (settings->pads[i] >= settings->kernel[i / 2])
            status = fail(build->context, COULOMB_ERROR_SHAPE,
                          "pooling: pads[%zu] is %zu; expected less than the kernel's %zu", i - first,
                          settings->pads[i], settings->kernel[i / 2]);
    return status != COULOMB_OK ? status : window_shape(build, w.small, w.channels, &build->shape);
}

const op op_average_pool = {
    .name = "average_pool", .number = OP_AVERAGE_POOL, .inputs = 1, .options = window_options, .build = pool_build};

const op op_max_pool = {
    .name = "max_pool", .number = OP_MAX_POOL, .inputs = 1, .options = window_options, .build = pool_build};

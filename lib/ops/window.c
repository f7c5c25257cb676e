/* Checks and texts of sliding windows. */
#include "ops/window.h"

void window_options(option_text *text, op_settings *settings)
{
    option_pair(text, NULL, settings->kernel);
    option_pair(text, "stride", settings->stride);
    option_padding(text, settings);
}

enum { EXTENT_MOST = 65536 };

static coulomb_status check_extent(const op_build *build, const char *name, size_t index, size_t value, size_t least)
{
    if (value >= least && value <= EXTENT_MOST)
        return COULOMB_OK;
    return fail(build->context, COULOMB_ERROR_ARGUMENT, "%s[%zu] is %zu; expected %zu to %d", name, index, value, least,
                EXTENT_MOST);
}

coulomb_status window_check_pair(const op_build *build, const char *name, const size_t value[2])
{
    size_t rank = build->input[0]->rank, first = rank == 3 ? 0 : 1;
    if (rank != 2 && rank != 3)
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "the input's shape is %s; expected an image, [height, width, channels], or a sequence, [length, "
                    "channels]",
                    shape_print(build->input[0]).text);
    if (first == 1 && value[0] != 1)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "%s is %zu x %zu; expected 1 row for a sequence", name,
                    value[0], value[1]);
    coulomb_status status = COULOMB_OK;
    for (size_t axis = first; axis < 2 && status == COULOMB_OK; axis++)
        status = check_extent(build, name, axis - first, value[axis], 1);
    return status;
}

static coulomb_status check_padding(const op_build *build)
{
    const op_settings *settings = build->settings;
    if (settings->padding < COULOMB_PADDING_SAME || settings->padding > COULOMB_PADDING_EXPLICIT)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "padding is %d; expected COULOMB_PADDING_* (1 to 3)",
                    (int)settings->padding);
    size_t first = build->input[0]->rank == 3 ? 0 : 2;
    if (first == 2 && (settings->pads[0] > 0 || settings->pads[1] > 0))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "a sequence is padded by %zu and %zu rows; expected none",
                    settings->pads[0], settings->pads[1]);
    coulomb_status status = COULOMB_OK;
    for (size_t i = first; i < 4 && status == COULOMB_OK; i++)
        status = check_extent(build, "pads", i - first, settings->pads[i], 0);
    return status;
}

coulomb_status window_check(const op_build *build, const char *name, bool transposed, window *made)
{
    const tensor_shape *input = build->input[0];
    const op_settings *settings = build->settings;
    coulomb_status status = window_check_pair(build, "kernel", settings->kernel);
    if (status == COULOMB_OK)
        status = window_check_pair(build, "stride", settings->stride);
    if (status == COULOMB_OK)
        status = check_padding(build);
    if (status != COULOMB_OK)
        return status;
    *made = window_find(settings, input, transposed);
    if (window_area(made->big) == 0 || window_area(made->small) == 0)
        return fail(build->context, COULOMB_ERROR_SHAPE, "%s: a %zu x %zu kernel does not fit into an input of %s",
                    name, settings->kernel[0], settings->kernel[1], shape_print(input).text);
    return COULOMB_OK;
}

coulomb_status window_shape(const op_build *build, const size_t extent[2], size_t channels, tensor_shape *shape)
{
    size_t rank = build->input[0]->rank;
    const size_t image[] = {extent[0], extent[1], channels}, sequence[] = {extent[1], channels};
    return shape_make(build->context, rank, rank == 3 ? image : sequence, shape);
}

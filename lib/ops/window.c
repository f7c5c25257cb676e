/* Geometry of sliding windows: sizes and padding. */
#include "ops/window.h"

/* Big to small along one axis; 0 if the window does not fit. "Same" pads as TensorFlow does: the smaller half before.
 */
static size_t shrink(const op_settings *settings, size_t axis, size_t in, size_t *before)
{
    size_t kernel = settings->kernel[axis], stride = settings->stride[axis];
    if (settings->padding == COULOMB_PADDING_SAME) {
        size_t out = (in - 1) / stride + 1, reach = (out - 1) * stride + kernel;
        *before = reach > in ? (reach - in) / 2 : 0;
        return out;
    }
    *before = settings->pads[2 * axis];
    size_t padded = in + settings->pads[2 * axis] + settings->pads[2 * axis + 1];
    return padded < kernel ? 0 : (padded - kernel) / stride + 1;
}

/* Small to big; explicit padding is cut off. */
static size_t stretch(const op_settings *settings, size_t axis, size_t in, size_t *before)
{
    size_t kernel = settings->kernel[axis], stride = settings->stride[axis];
    size_t overhang = kernel > stride ? kernel - stride : 0, out;
    if (!size_product(in, stride, &out) || out > SIZE_MAX / 64)
        return 0;
    *before = settings->padding == COULOMB_PADDING_SAME ? overhang / 2 : settings->pads[2 * axis];
    if (settings->padding == COULOMB_PADDING_SAME)
        return out;
    if (settings->padding == COULOMB_PADDING_VALID)
        return out + overhang;
    size_t full = out - stride + kernel, cut = settings->pads[2 * axis] + settings->pads[2 * axis + 1];
    return full > cut ? full - cut : 0;
}

window window_find(const op_settings *settings, const tensor_shape *input, bool transposed)
{
    window w = {.channels = transposed ? settings->units : input->extent[input->rank - 1]};
    for (size_t axis = 0; axis < 2; axis++) {
        size_t in = input->rank == 3 ? input->extent[axis] : axis == 0 ? 1 : input->extent[0];
        w.kernel[axis] = settings->kernel[axis];
        w.stride[axis] = settings->stride[axis];
        size_t out =
            transposed ? stretch(settings, axis, in, &w.before[axis]) : shrink(settings, axis, in, &w.before[axis]);
        w.big[axis] = transposed ? out : in;
        w.small[axis] = transposed ? in : out;
    }
    return w;
}

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

bool window_is_plain(const window *w)
{
    for (size_t axis = 0; axis < 2; axis++)
        if (w->kernel[axis] != 1 || w->stride[axis] != 1 || w->before[axis] != 0 || w->big[axis] != w->small[axis])
            return false;
    return true;
}

/* Geometry of sliding windows: sizes and padding. Needs nothing else of the library, since devices in libraries of
 * their own are built with it too. */
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
    size_t overhang = kernel > stride ? kernel - stride : 0, out = in * stride;
    if (in > SIZE_MAX / 64 / stride)
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

bool window_is_plain(const window *w)
{
    for (size_t axis = 0; axis < 2; axis++)
        if (w->kernel[axis] != 1 || w->stride[axis] != 1 || w->before[axis] != 0 || w->big[axis] != w->small[axis])
            return false;
    return true;
}

/* Pooling and upsampling. */
#include "cuda/layer_rows.h"

layer_window cuda_window_of(const node_run *run, bool transposed)
{
    window w = window_find(&run->node->settings, run->input_shape[0], transposed);
    layer_window made = {.count = (unsigned)run->count, .channels = (unsigned)w.channels};
    for (size_t axis = 0; axis < 2; axis++) {
        made.big[axis] = (unsigned)w.big[axis];
        made.small[axis] = (unsigned)w.small[axis];
        made.kernel[axis] = (unsigned)w.kernel[axis];
        made.stride[axis] = (unsigned)w.stride[axis];
        made.before[axis] = (unsigned)w.before[axis];
    }
    return made;
}

static void average_forward(const node_run *run)
{
    layer_window w = cuda_window_of(run, false);
    launch_average_pool(run->stream, &w, run->input[0], run->output);
}

static void average_backward(const node_run *run)
{
    layer_window w = cuda_window_of(run, false);
    launch_average_pool_gradient(run->stream, &w, run->output_gradient, run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_average_pool = {.forward = average_forward, .backward = average_backward};

static void max_forward(const node_run *run)
{
    layer_window w = cuda_window_of(run, false);
    launch_max_pool(run->stream, &w, run->input[0], run->output);
}

static void max_backward(const node_run *run)
{
    layer_window w = cuda_window_of(run, false);
    launch_max_pool_gradient(run->stream, &w, run->input[0], run->output_gradient, run->input_gradient[0],
                             run->add_input[0]);
}

const cuda_layer cuda_layer_max_pool = {.keeps_input = true, .forward = max_forward, .backward = max_backward};

/* A sequence is an image of one row. */
static layer_window upsampling(const node_run *run)
{
    const size_t *in = run->input_shape[0]->extent, *factor = run->node->settings.kernel;
    bool image = run->input_shape[0]->rank == 3;
    layer_window made = {.count = (unsigned)run->count,
                         .small = {image ? (unsigned)in[0] : 1, image ? (unsigned)in[1] : (unsigned)in[0]},
                         .kernel = {(unsigned)factor[0], (unsigned)factor[1]},
                         .channels = (unsigned)columns_of(run->input_shape[0])};
    made.big[0] = made.small[0] * made.kernel[0];
    made.big[1] = made.small[1] * made.kernel[1];
    return made;
}

static void upsample_forward(const node_run *run)
{
    layer_window w = upsampling(run);
    launch_upsample(run->stream, &w, run->input[0], run->output);
}

static void upsample_backward(const node_run *run)
{
    layer_window w = upsampling(run);
    launch_upsample_gradient(run->stream, &w, run->output_gradient, run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_upsample = {.forward = upsample_forward, .backward = upsample_backward};

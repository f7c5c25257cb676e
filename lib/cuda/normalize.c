/* Batch normalisation: parameters are shift, then scale if it is learned, then the running mean and variance. */
#include "cuda/layer_rows.h"

/* What forward and backward have in common. */
static layer_norm start(const node_run *run)
{
    const op_settings *settings = &run->node->settings;
    size_t channels = columns_of(&run->node->shape), mean = settings->learned_scale ? 2 : 1;
    return (layer_norm){.rows = run->count * run->node->size / channels,
                        .channels = channels,
                        .epsilon = settings->epsilon,
                        .momentum = settings->momentum,
                        .shift = run->parameter[0],
                        .scale = settings->learned_scale ? run->parameter[1] : NULL,
                        .running_mean = run->running ? run->parameter[mean] : NULL,
                        .running_variance = run->running ? run->parameter[mean + 1] : NULL,
                        .bias = run->bias,
                        .staged_mean = run->staged[mean],
                        .staged_variance = run->staged[mean + 1],
                        .notes = run->notes,
                        .sums = run->scratch,
                        .act = run->act,
                        .x = run->input[0],
                        .y = run->output};
}

static void forward(const node_run *run)
{
    layer_norm norm = start(run);
    if (run->shards == NULL || run->running)
        launch_norm_forward(run->stream, &norm);
    else
        cuda_norm_shards_forward(run, &norm);
}

static void backward(const node_run *run)
{
    layer_norm norm = start(run);
    norm.dy = run->output_gradient;
    norm.dx = run->input_gradient[0];
    norm.shift_gradient = run->parameter_gradient[0];
    norm.scale_gradient = run->node->settings.learned_scale ? run->parameter_gradient[1] : NULL;
    norm.bias_gradient = run->bias_gradient;
    norm.add = run->add_input[0];
    norm.add_parameters = run->add_parameters;
    if (run->shards == NULL)
        launch_norm_backward(run->stream, &norm);
    else
        cuda_norm_shards_backward(run, &norm);
}

static size_t scratch(const node_run *run)
{
    return cuda_norm_room(columns_of(&run->node->shape)) + cuda_norm_shards_bytes(columns_of(&run->node->shape));
}

const cuda_layer cuda_layer_batch_norm = {
    .keeps_input = true, .activates = true, .forward = forward, .backward = backward, .scratch = scratch};

/* Batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, with the batch's own statistics, or with running averages of them. Parameters: shift, then scale if
 * it is learned, then the running mean and variance. */
#include "ops/options.h"

static void batch_norm_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->epsilon);
    option_number(text, &settings->momentum);
    option_flag(text, "scale", &settings->learned_scale);
}

static coulomb_status batch_norm_build(op_build *build)
{
    double momentum = build->settings->momentum;
    coulomb_status status = check_positive(build->context, "batch norm's epsilon", build->settings->epsilon);
    if (status != COULOMB_OK)
        return status;
    if (!(momentum >= 0.0 && momentum <= 1.0))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "momentum is %g; expected 0 to 1", momentum);
    size_t channels = build->input[0]->extent[build->input[0]->rank - 1];
    op_parameter array = {
        .shape = {.rank = 1, .extent = {channels}}, .fan_in = channels, .fan_out = channels, .suffix = "shift"};
    build->parameter[build->parameters++] = array;
    array.suffix = "scale";
    array.start = 1.0;
    if (build->settings->learned_scale)
        build->parameter[build->parameters++] = array;
    array.moving = true;
    array.suffix = "mean";
    array.start = 0.0;
    build->parameter[build->parameters++] = array;
    array.suffix = "variance";
    array.start = 1.0;
    build->parameter[build->parameters++] = array;
    return build_same_shape(build);
}

const op op_batch_norm = {.name = "batch_norm",
                          .number = OP_BATCH_NORM,
                          .prefix = "norm",
                          .inputs = 1,
                          .mixes = true,
                          .options = batch_norm_options,
                          .build = batch_norm_build};

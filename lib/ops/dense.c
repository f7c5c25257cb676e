/* Dense layer over the last dimension: y = x w + b, w [in, units]. */
#include "ops/options.h"

static void dense_options(option_text *text, op_settings *settings)
{
    option_size(text, &settings->units);
}

static coulomb_status dense_build(op_build *build)
{
    size_t units = build->settings->units;
    const tensor_shape *input = build->input[0];
    size_t in = input->extent[input->rank - 1], weights;
    if (units == 0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "units is 0; expected at least 1");
    if (!size_product(in, units, &weights) || weights > SIZE_MAX / 64)
        return fail(build->context, COULOMB_ERROR_SHAPE, "a dense layer from %zu to %zu units does not fit into memory",
                    in, units);
    size_t extents[COULOMB_RANK_MAX];
    for (size_t i = 0; i + 1 < input->rank; i++)
        extents[i] = input->extent[i];
    extents[input->rank - 1] = units;
    build->parameters = 2;
    build->parameter[0] = (op_parameter){.suffix = "weight",
                                         .shape = {.rank = 2, .extent = {in, units}},
                                         .fan_in = in,
                                         .fan_out = units,
                                         .weight = true};
    build->parameter[1] =
        (op_parameter){.suffix = "bias", .shape = {.rank = 1, .extent = {units}}, .fan_in = in, .fan_out = units};
    return shape_make(build->context, input->rank, extents, &build->shape);
}

const op op_dense = {.name = "dense",
                     .number = OP_DENSE,
                     .prefix = "dense",
                     .inputs = 1,
                     .options = dense_options,
                     .build = dense_build};

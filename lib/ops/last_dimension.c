/* Joining, cutting and rearranging the last dimension: concatenate makes [..., a + b] of [..., a] and [..., b], slice
 * [..., units] of [..., a], select values of any order. */
#include "ops/options.h"

static size_t inner(const tensor_shape *shape)
{
    return shape->extent[shape->rank - 1];
}

static coulomb_status concatenate_build(op_build *build)
{
    const tensor_shape *a = build->input[0], *b = build->input[1];
    tensor_shape joined = *a;
    if (a->rank == b->rank)
        joined.extent[a->rank - 1] = inner(b);
    if (!shape_equal(&joined, b))
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "concatenate: the shapes %s and %s differ before the last dimension", shape_print(a).text,
                    shape_print(b).text);
    joined.extent[a->rank - 1] = inner(a) + inner(b);
    return shape_make(build->context, joined.rank, joined.extent, &build->shape);
}

const op op_concatenate = {.name = "concatenate", .number = OP_CONCATENATE, .inputs = 2, .build = concatenate_build};

static void slice_options(option_text *text, op_settings *settings)
{
    option_size(text, &settings->first);
    option_size(text, &settings->units);
}

static coulomb_status slice_build(op_build *build)
{
    const op_settings *settings = build->settings;
    if (settings->units == 0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "count is 0; expected at least 1");
    build->shape = *build->input[0];
    size_t width = inner(&build->shape);
    if (settings->first >= width || settings->units > width - settings->first)
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "slice: %zu values from index %zu exceed the last dimension of %s", settings->units,
                    settings->first, shape_print(build->input[0]).text);
    build->shape.extent[build->shape.rank - 1] = settings->units;
    return COULOMB_OK;
}

const op op_slice = {.name = "slice", .number = OP_SLICE, .inputs = 1, .options = slice_options, .build = slice_build};

static void select_options(option_text *text, op_settings *settings)
{
    option_ranges(text, &settings->list);
}

static coulomb_status select_build(op_build *build)
{
    const size_list *list = &build->settings->list;
    coulomb_status status = list_check(build->context, "select", list);
    if (status != COULOMB_OK)
        return status;
    size_t width = inner(build->input[0]);
    for (size_t i = 0; i < list->count; i++)
        if (list->value[i] >= width)
            return fail(build->context, COULOMB_ERROR_SHAPE, "select: index %zu exceeds the last dimension of %s",
                        list->value[i], shape_print(build->input[0]).text);
    tensor_shape made = *build->input[0];
    made.extent[made.rank - 1] = list->count;
    return shape_make(build->context, made.rank, made.extent, &build->shape);
}

const op op_select = {
    .name = "select", .number = OP_SELECT, .inputs = 1, .options = select_options, .build = select_build};

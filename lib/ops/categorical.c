/* Samples of categories over groups of the last dimension, from logits and noise. */
#include "ops/options.h"

#include <math.h>

/* Below it, float32 gradients of the soft sample overflow; above, it is flat. */
static const double temperature_least = 1e-3, temperature_most = 1e3;

static void categorical_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->temperature);
    option_list(text, &settings->list);
}

/* The groups make up the last dimension. */
static coulomb_status check_groups(const op_build *build)
{
    const size_list *list = &build->settings->list;
    coulomb_status status = list_check(build->context, "categorical", list);
    if (status != COULOMB_OK)
        return status;
    const tensor_shape *shape = build->input[0];
    size_t width = shape->extent[shape->rank - 1], left = width;
    for (size_t i = 0; i < list->count; i++) {
        if (list->value[i] == 0)
            return fail(build->context, COULOMB_ERROR_ARGUMENT, "categorical: group %zu has size 0", i);
        if (list->value[i] > left)
            return fail(build->context, COULOMB_ERROR_SHAPE, "categorical: the groups exceed the last dimension of %s",
                        shape_print(shape).text);
        left -= list->value[i];
    }
    return left == 0 ? COULOMB_OK
                     : fail(build->context, COULOMB_ERROR_SHAPE,
                            "categorical: the groups have %zu values, the last dimension of %s has %zu", width - left,
                            shape_print(shape).text, width);
}

static coulomb_status categorical_build(op_build *build)
{
    double temperature = build->settings->temperature;
    if (!(temperature >= temperature_least && temperature <= temperature_most))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "temperature is %g; expected %g to %g", temperature,
                    temperature_least, temperature_most);
    if (!shape_equal(build->input[0], build->input[1]))
        return fail(build->context, COULOMB_ERROR_SHAPE, "categorical: the shapes %s of logits and %s of noise differ",
                    shape_print(build->input[0]).text, shape_print(build->input[1]).text);
    coulomb_status status = check_groups(build);
    return status != COULOMB_OK ? status : build_same_shape(build);
}

const op op_categorical = {.name = "categorical",
                           .number = OP_CATEGORICAL,
                           .inputs = 2,
                           .options = categorical_options,
                           .build = categorical_build};

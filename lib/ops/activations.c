/* Activation functions, value by value. */
#include "ops/options.h"

/* Exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016). */
const op op_elu = {.name = "elu", .number = OP_ELU, .inputs = 1, .build = build_same_shape};

/* Rectified linear unit: y = max(x, 0). */
const op op_relu = {.name = "relu", .number = OP_RELU, .inputs = 1, .build = build_same_shape};

/* Leaky rectified linear unit: y = x for x > 0, slope x otherwise. */
static void leaky_relu_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->slope);
}

static coulomb_status leaky_relu_build(op_build *build)
{
    double slope = build->settings->slope;
    if (!(slope >= 0.0 && slope < 1.0))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "slope is %g; expected at least 0 and below 1", slope);
    return build_same_shape(build);
}

const op op_leaky_relu = {.name = "leaky_relu",
                          .number = OP_LEAKY_RELU,
                          .inputs = 1,
                          .options = leaky_relu_options,
                          .build = leaky_relu_build};

/* Hyperbolic tangent. */
const op op_tanh = {.name = "tanh", .number = OP_TANH, .inputs = 1, .build = build_same_shape};

/* 1.7159 tanh(2x/3) keeps the variance of normalised inputs near 1 (LeCun et al. 1998). */
const op op_lecun_tanh = {.name = "lecun_tanh", .number = OP_LECUN_TANH, .inputs = 1, .build = build_same_shape};

/* Logistic sigmoid: y = 1 / (1 + exp(-x)). */
const op op_sigmoid = {.name = "sigmoid", .number = OP_SIGMOID, .inputs = 1, .build = build_same_shape};

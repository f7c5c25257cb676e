/* How parameters are drawn. */
#include "network/network.h"

#include <math.h>

/* Standard deviation of a standard normal truncated at two deviations. */
static const double truncated_deviation = 0.87962566103423978;

draw_rule initializer_glorot_uniform(void)
{
    return (draw_rule){
        .kind = DRAW_VARIANCE, .value = 1.0, .distribution = COULOMB_DISTRIBUTION_UNIFORM, .fan = COULOMB_FAN_AVERAGE};
}

static bool is_distribution(int32_t distribution)
{
    return distribution >= COULOMB_DISTRIBUTION_NORMAL && distribution <= COULOMB_DISTRIBUTION_UNIFORM;
}

/* Give the initialiser to a parameter, or to all weights if no name is given. */
static coulomb_status assign(coulomb_network *network, const char *name, draw_rule initializer)
{
    if (name != NULL) {
        ptrdiff_t index = network_find_parameter(network, name);
        if (index < 0)
            return COULOMB_ERROR_NOT_FOUND;
        network->parameter[index].initializer = initializer;
        return COULOMB_OK;
    }
    for (size_t i = 0; i < network->parameters; i++)
        if (network->parameter[i].weight)
            network->parameter[i].initializer = initializer;
    return COULOMB_OK;
}

coulomb_status coulomb_network_set_initializer(coulomb_network *network, const char *parameter, int32_t kind)
{
    switch (kind) {
    case COULOMB_INITIALIZER_GLOROT_UNIFORM:
        return coulomb_network_set_initializer_variance_scaling(network, parameter, 1.0, COULOMB_FAN_AVERAGE,
                                                                COULOMB_DISTRIBUTION_UNIFORM);
    case COULOMB_INITIALIZER_GLOROT_NORMAL:
        return coulomb_network_set_initializer_variance_scaling(network, parameter, 1.0, COULOMB_FAN_AVERAGE,
                                                                COULOMB_DISTRIBUTION_TRUNCATED_NORMAL);
    case COULOMB_INITIALIZER_HE_UNIFORM:
        return coulomb_network_set_initializer_variance_scaling(network, parameter, 2.0, COULOMB_FAN_IN,
                                                                COULOMB_DISTRIBUTION_UNIFORM);
    case COULOMB_INITIALIZER_HE_NORMAL:
        return coulomb_network_set_initializer_variance_scaling(network, parameter, 2.0, COULOMB_FAN_IN,
                                                                COULOMB_DISTRIBUTION_TRUNCATED_NORMAL);
    default:
        return network == NULL ? COULOMB_ERROR_ARGUMENT
                               : fail(network->context, COULOMB_ERROR_ARGUMENT,
                                      "initializer is %d; expected COULOMB_INITIALIZER_* (1 to 4)", (int)kind);
    }
}

coulomb_status coulomb_network_set_initializer_constant(coulomb_network *network, const char *parameter, double value)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!isfinite((float)value))
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "the initial value is %g; expected a finite number",
                    value);
    return assign(network, parameter, (draw_rule){.kind = DRAW_CONSTANT, .value = value});
}

coulomb_status coulomb_network_set_initializer_variance_scaling(coulomb_network *network, const char *parameter,
                                                                double scale, int32_t fan, int32_t distribution)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_status status = check_positive(network->context, "scale", scale);
    if (status != COULOMB_OK)
        return status;
    if (fan < COULOMB_FAN_IN || fan > COULOMB_FAN_AVERAGE)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "fan is %d; expected COULOMB_FAN_* (1 to 3)", (int)fan);
    if (!is_distribution(distribution))
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "distribution is %d; expected COULOMB_DISTRIBUTION_* (1 to 3)", (int)distribution);
    return assign(network, parameter,
                  (draw_rule){.kind = DRAW_VARIANCE, .value = scale, .distribution = distribution, .fan = fan});
}

coulomb_status coulomb_network_set_initializer_random(coulomb_network *network, const char *parameter,
                                                      int32_t distribution, double spread)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!is_distribution(distribution))
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "distribution is %d; expected COULOMB_DISTRIBUTION_* (1 to 3)", (int)distribution);
    coulomb_status status = check_positive(network->context, "spread", spread);
    if (status != COULOMB_OK)
        return status;
    return assign(network, parameter, (draw_rule){.kind = DRAW_SPREAD, .value = spread, .distribution = distribution});
}

/* Standard deviation or half width of a draw with variance scale/fan. */
static double spread_of(const parameter_array *parameter)
{
    const draw_rule *initializer = &parameter->initializer;
    if (initializer->kind == DRAW_SPREAD)
        return initializer->value;
    double in = (double)parameter->fan_in, out = (double)parameter->fan_out;
    double fan = initializer->fan == COULOMB_FAN_IN ? in : initializer->fan == COULOMB_FAN_OUT ? out : 0.5 * (in + out);
    double deviation = sqrt(initializer->value / fan);
    switch (initializer->distribution) {
    case COULOMB_DISTRIBUTION_UNIFORM:
        return sqrt(3.0) * deviation;
    case COULOMB_DISTRIBUTION_TRUNCATED_NORMAL:
        return deviation / truncated_deviation;
    default:
        return deviation;
    }
}

static void draw(const parameter_array *parameter, random_key key, float *values)
{
    const draw_rule *initializer = &parameter->initializer;
    if (initializer->kind == DRAW_CONSTANT) {
        for (size_t i = 0; i < parameter->size; i++)
            values[i] = (float)initializer->value;
        return;
    }
    float spread = (float)spread_of(parameter);
    if (initializer->distribution == COULOMB_DISTRIBUTION_UNIFORM)
        random_uniform(key, 0, parameter->size, -spread, spread, values);
    else if (initializer->distribution == COULOMB_DISTRIBUTION_NORMAL)
        random_normal(key, 0, parameter->size, spread, values);
    else
        random_truncated_normal(key, 0, parameter->size, spread, values);
}

void network_draw_parameters(coulomb_network *network, uint64_t seed)
{
    for (size_t i = 0; i < network->parameters; i++)
        draw(&network->parameter[i], (random_key){.seed = seed, .stream = STREAM_PARAMETER, .update = i},
             network->values + network->parameter[i].offset);
    network_forget_averages(network);
}

coulomb_status coulomb_network_initialize(coulomb_network *network, uint64_t seed)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        network_draw_parameters(network, seed);
    return status;
}

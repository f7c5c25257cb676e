/* Parameters drawn by their initialisers. */
#include "network/network.h"

#include <math.h>

/* Standard deviation of a standard normal truncated at two deviations. */
static const double truncated_deviation = 0.87962566103423978;

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

coulomb_status network_draw_parameters(coulomb_network *network, uint64_t seed)
{
    device *on = context_device(network->context);
    buffer room = {0};
    const graph *of = &network->graph;
    float *drawn = device_open(on, &room, network->values, of->parameter_values, sizeof *drawn);
    if (drawn == NULL)
        return device_refusal(on);
    for (size_t i = 0; i < of->parameters; i++)
        draw(&of->parameter[i], (random_key){.seed = seed, .stream = STREAM_PARAMETER, .update = i},
             drawn + of->parameter[i].offset);
    device_close(on, drawn, network->values, of->parameter_values * sizeof *drawn);
    buffer_release(network->context, &room);
    network_count_revision(network);
    network_forget_averages(network);
    return COULOMB_OK;
}

coulomb_status coulomb_network_initialize(coulomb_network *network, uint64_t seed)
{
    coulomb_status status = network_check(network);
    return status == COULOMB_OK ? network_draw_parameters(network, seed) : status;
}

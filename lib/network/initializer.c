/* How parameters are to be drawn: initialisers, set and read. */
#include "network/network.h"

#include <math.h>

/* The kinds that are cases of variance scaling, in the order of COULOMB_INITIALIZER_*. */
static const draw_rule named[] = {
    {.kind = DRAW_VARIANCE, .value = 1.0, .distribution = COULOMB_DISTRIBUTION_UNIFORM, .fan = COULOMB_FAN_AVERAGE},
    {.kind = DRAW_VARIANCE,
     .value = 1.0,
     .distribution = COULOMB_DISTRIBUTION_TRUNCATED_NORMAL,
     .fan = COULOMB_FAN_AVERAGE},
    {.kind = DRAW_VARIANCE, .value = 2.0, .distribution = COULOMB_DISTRIBUTION_UNIFORM, .fan = COULOMB_FAN_IN},
    {.kind = DRAW_VARIANCE, .value = 2.0, .distribution = COULOMB_DISTRIBUTION_TRUNCATED_NORMAL, .fan = COULOMB_FAN_IN},
};
enum { NAMED = sizeof named / sizeof named[0] };

draw_rule initializer_glorot_uniform(void)
{
    return named[COULOMB_INITIALIZER_GLOROT_UNIFORM - 1];
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
        network->graph.parameter[index].initializer = initializer;
        return COULOMB_OK;
    }
    for (size_t i = 0; i < network->graph.parameters; i++)
        if (network->graph.parameter[i].weight)
            network->graph.parameter[i].initializer = initializer;
    return COULOMB_OK;
}

coulomb_status coulomb_network_set_initializer(coulomb_network *network, const char *parameter, int32_t kind)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    if (kind < 1 || kind > NAMED)
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "initializer is %d; expected COULOMB_INITIALIZER_* (1 to 4)", (int)kind);
    return assign(network, parameter, named[kind - 1]);
}

/* The rule of a parameter, if none of the places for it is NULL. */
static coulomb_status find_rule(const coulomb_network *network, const char *name, bool places, draw_rule *found)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (name == NULL || !places)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name == NULL ? "parameter" : "a result");
    ptrdiff_t index = network_find_parameter(network, name);
    if (index < 0)
        return COULOMB_ERROR_NOT_FOUND;
    *found = network->graph.parameter[index].initializer;
    return COULOMB_OK;
}

static int32_t kind_of(const draw_rule *rule)
{
    for (int32_t i = 0; i < NAMED && rule->kind == DRAW_VARIANCE; i++)
        if (rule->value == named[i].value && rule->distribution == named[i].distribution && rule->fan == named[i].fan)
            return i + 1;
    return rule->kind == DRAW_CONSTANT ? COULOMB_INITIALIZER_CONSTANT
           : rule->kind == DRAW_SPREAD ? COULOMB_INITIALIZER_RANDOM
                                       : COULOMB_INITIALIZER_VARIANCE_SCALING;
}

/* The same for a rule that must be of a kind; `expected` is that kind's number in a message. */
static coulomb_status find_rule_of(const coulomb_network *network, const char *name, bool places, int32_t expected,
                                   draw_rule *found)
{
    coulomb_status status = find_rule(network, name, places, found);
    if (status != COULOMB_OK)
        return status;
    int32_t kind = kind_of(found);
    if (kind == expected || (kind <= NAMED && expected == COULOMB_INITIALIZER_VARIANCE_SCALING))
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_ARGUMENT, "the initialiser of parameter '%s' has kind %d; expected %d",
                name, (int)kind, (int)expected);
}

coulomb_status coulomb_network_get_initializer(const coulomb_network *network, const char *parameter,
                                               int32_t *initializer)
{
    draw_rule rule = {0};
    coulomb_status status = find_rule(network, parameter, initializer != NULL, &rule);
    if (status == COULOMB_OK)
        *initializer = kind_of(&rule);
    return status;
}

coulomb_status coulomb_network_get_initializer_constant(const coulomb_network *network, const char *parameter,
                                                        double *value)
{
    draw_rule rule = {0};
    coulomb_status status = find_rule_of(network, parameter, value != NULL, COULOMB_INITIALIZER_CONSTANT, &rule);
    if (status == COULOMB_OK)
        *value = rule.value;
    return status;
}

coulomb_status coulomb_network_get_initializer_variance_scaling(const coulomb_network *network, const char *parameter,
                                                                double *scale, int32_t *fan, int32_t *distribution)
{
    draw_rule rule = {0};
    coulomb_status status = find_rule_of(network, parameter, scale != NULL && fan != NULL && distribution != NULL,
                                         COULOMB_INITIALIZER_VARIANCE_SCALING, &rule);
    if (status != COULOMB_OK)
        return status;
    *scale = rule.value;
    *fan = rule.fan;
    *distribution = rule.distribution;
    return COULOMB_OK;
}

coulomb_status coulomb_network_get_initializer_random(const coulomb_network *network, const char *parameter,
                                                      int32_t *distribution, double *spread)
{
    draw_rule rule = {0};
    coulomb_status status =
        find_rule_of(network, parameter, distribution != NULL && spread != NULL, COULOMB_INITIALIZER_RANDOM, &rule);
    if (status != COULOMB_OK)
        return status;
    *distribution = rule.distribution;
    *spread = rule.value;
    return COULOMB_OK;
}

coulomb_status coulomb_network_set_initializer_constant(coulomb_network *network, const char *parameter, double value)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    if (!isfinite((float)value))
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "the initial value is %g; expected a finite number",
                    value);
    return assign(network, parameter, (draw_rule){.kind = DRAW_CONSTANT, .value = value});
}

coulomb_status coulomb_network_set_initializer_variance_scaling(coulomb_network *network, const char *parameter,
                                                                double scale, int32_t fan, int32_t distribution)
{
    coulomb_status status = network_check_idle(network);
    if (status == COULOMB_OK)
        status = check_positive(network->context, "scale", scale);
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
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    if (!is_distribution(distribution))
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "distribution is %d; expected COULOMB_DISTRIBUTION_* (1 to 3)", (int)distribution);
    status = check_positive(network->context, "spread", spread);
    if (status != COULOMB_OK)
        return status;
    return assign(network, parameter, (draw_rule){.kind = DRAW_SPREAD, .value = spread, .distribution = distribution});
}

#include "networks.h"

#include "support/console.h"
#include "support/random.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <math.h>
#include <stdlib.h>

enum { STREAM_HINGES = 104 };

/* One hidden stack: how many layers of how many units. */
typedef struct stack {
    uint64_t layers, units;
    int32_t activation, initializer;
    double output_gain;
} stack;

static coulomb_status add_activation(coulomb_network *network, int32_t activation, int32_t *node)
{
    switch (activation) {
    case ACTIVATION_RELU:
        return coulomb_network_relu(network, *node, node);
    case ACTIVATION_ELU:
        return coulomb_network_elu(network, *node, node);
    case ACTIVATION_LEAKY_RELU:
        return coulomb_network_leaky_relu(network, *node, 0.2, node);
    default:
        return coulomb_network_tanh(network, *node, node);
    }
}

/* Hidden layers and one of `outputs` units named "output". */
static coulomb_status add_layers(coulomb_network *network, const stack *shape, size_t outputs, int32_t *node)
{
    coulomb_status status = COULOMB_OK;
    for (uint64_t i = 0; i < shape->layers && status == COULOMB_OK; i++) {
        status = coulomb_network_dense(network, *node, (size_t)shape->units, NULL, node);
        if (status == COULOMB_OK)
            status = add_activation(network, shape->activation, node);
    }
    return status == COULOMB_OK ? coulomb_network_dense(network, *node, outputs, "output", node) : status;
}

static coulomb_status choose_initializers(coulomb_network *network, const stack *shape)
{
    coulomb_status status;
    if (shape->initializer == INITIALIZER_LECUN_NORMAL)
        status = coulomb_network_set_initializer_variance_scaling(network, NULL, 1, COULOMB_FAN_IN,
                                                                  COULOMB_DISTRIBUTION_NORMAL);
    else
        status = coulomb_network_set_initializer(network, NULL, shape->initializer);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer_variance_scaling(network, "output.weight",
                                                                  shape->output_gain * shape->output_gain,
                                                                  COULOMB_FAN_IN, COULOMB_DISTRIBUTION_NORMAL);
    return status;
}

/* The latent values that are no signs, mapped linearly and added to the output: every mode has the same spread. */
static coulomb_status add_spread(coulomb_network *network, const network_settings *chosen, int32_t input, int32_t *node)
{
    int32_t spread;
    size_t signs = (size_t)chosen->latent_signs, others = (size_t)chosen->latent - signs;
    coulomb_status status = coulomb_network_slice(network, input, signs, others, &spread);
    if (status == COULOMB_OK)
        status = coulomb_network_dense(network, spread, 2, "spread", &spread);
    return status == COULOMB_OK ? coulomb_network_add(network, *node, spread, node) : status;
}

static coulomb_status build_generator(coulomb_network *network, const network_settings *chosen, uint64_t seed)
{
    const stack shape = {chosen->generator_layers, chosen->generator_units, chosen->generator_activation,
                         chosen->generator_initializer, chosen->generator_output_gain};
    size_t latent = (size_t)chosen->latent;
    bool added = chosen->generator_spread == SPREAD_ADDED;
    int32_t input, node;
    coulomb_status status = coulomb_network_input(network, &latent, 1, &input);
    node = input;
    if (status == COULOMB_OK && added)
        status = coulomb_network_slice(network, input, 0, (size_t)chosen->latent_signs, &node);
    if (status == COULOMB_OK)
        status = add_layers(network, &shape, 2, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_scale(network, node, chosen->data_scale, &node);
    if (status == COULOMB_OK && added)
        status = add_spread(network, chosen, input, &node);
    if (status == COULOMB_OK)
        status = choose_initializers(network, &shape);
    if (status == COULOMB_OK && added)
        status = coulomb_network_set_initializer_variance_scaling(network, "spread.weight", 1, COULOMB_FAN_IN,
                                                                  COULOMB_DISTRIBUTION_NORMAL);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(network, node, seed);
    if (status == COULOMB_OK)
        status = coulomb_network_set_latent(network, chosen->latent_distribution, chosen->latent_spread);
    if (status == COULOMB_OK)
        status = coulomb_network_set_latent_signs(network, (size_t)chosen->latent_signs);
    return status;
}

/*
 * A unit's activation bends along the line w x + b = 0. With b = 0 all lines meet in the origin, and it takes the
 * optimizer long to spread them over the data; here each passes through a point c of its own: b = -w c.
 */
static coulomb_status spread_hinges(coulomb_network *network, size_t units, double range, uint64_t seed)
{
    float *weight = malloc(2 * units * sizeof *weight), *bias = malloc(units * sizeof *bias);
    coulomb_status status = weight && bias ? COULOMB_OK : COULOMB_ERROR_MEMORY;
    if (status == COULOMB_OK)
        status = coulomb_network_read_parameter(network, "dense1.weight", weight, 2 * units);
    for (size_t i = 0; i < units && status == COULOMB_OK; i++) {
        uint32_t words[4];
        random_words((random_stream){.seed = seed, .stream = STREAM_HINGES}, (uint32_t)i, words);
        double x = range * (2 * random_unit(words[0]) - 1), y = range * (2 * random_unit(words[1]) - 1);
        bias[i] = (float)-((double)weight[i] * x + (double)weight[units + i] * y);
    }
    if (status == COULOMB_OK)
        status = coulomb_network_write_parameter(network, "dense1.bias", bias, units);
    free(weight);
    free(bias);
    return status;
}

static coulomb_status build_discriminator(coulomb_network *network, const network_settings *chosen, uint64_t seed)
{
    const stack shape = {chosen->discriminator_layers, chosen->discriminator_units, chosen->discriminator_activation,
                         chosen->discriminator_initializer, chosen->discriminator_output_gain};
    const size_t sample = 2;
    double range = chosen->hinge_range / chosen->data_scale;
    int32_t node;
    coulomb_status status = coulomb_network_input(network, &sample, 1, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_scale(network, node, 1 / chosen->data_scale, &node);
    if (status == COULOMB_OK)
        status = add_layers(network, &shape, 1, &node);
    if (status == COULOMB_OK)
        status = choose_initializers(network, &shape);
    if (status == COULOMB_OK && chosen->discriminator_first_spread > 0)
        status = coulomb_network_set_initializer_random(network, "dense1.weight", COULOMB_DISTRIBUTION_NORMAL,
                                                        chosen->discriminator_first_spread);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(network, node, seed);
    if (status == COULOMB_OK && range > 0)
        status = spread_hinges(network, (size_t)chosen->discriminator_units, range, seed);
    return status;
}

bool networks_make(coulomb_context *context, const network_settings *chosen, uint64_t seed, coulomb_network **generator,
                   coulomb_network **discriminator)
{
    /* two seeds, so that the networks' equal shapes do not start with equal numbers */
    *generator = *discriminator = NULL;
    coulomb_status status = coulomb_network_new(context, generator);
    if (status == COULOMB_OK)
        status = build_generator(*generator, chosen, 2 * seed);
    bool learned = chosen->discriminator != DISCRIMINATOR_NONE;
    if (status == COULOMB_OK && learned)
        status = coulomb_network_new(context, discriminator);
    if (status == COULOMB_OK && learned)
        status = build_discriminator(*discriminator, chosen, 2 * seed + 1);
    if (succeeded(context, status, "building the networks"))
        return true;
    coulomb_network_free(*generator);
    coulomb_network_free(*discriminator);
    *generator = *discriminator = NULL;
    return false;
}

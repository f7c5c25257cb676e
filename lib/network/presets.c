/* Published networks by name: one row and one function each. */
#include "network/presets.h"

#include <stdio.h>
#include <string.h>

enum { HIDDEN = 128 };

/* Two hidden layers and a linear one. */
static coulomb_status mlp(coulomb_network *network, int32_t node, activation_function *activation, size_t outputs,
                          int32_t *output)
{
    coulomb_status status = COULOMB_OK;
    for (size_t layer = 0; layer < 2 && status == COULOMB_OK; layer++) {
        status = coulomb_network_dense(network, node, HIDDEN, NULL, &node);
        if (status == COULOMB_OK)
            status = activation(network, node, &node);
    }
    return status != COULOMB_OK ? status : coulomb_network_dense(network, node, outputs, NULL, output);
}

static coulomb_status mlp_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                    int32_t *output)
{
    int32_t node;
    coulomb_status status = coulomb_network_input(network, &latent, 1, &node);
    if (status == COULOMB_OK)
        status = mlp(network, node, coulomb_network_relu, shape_size(sample), &node);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer(network, NULL, COULOMB_INITIALIZER_HE_NORMAL);
    *output = node;
    return status != COULOMB_OK || sample->rank == 1
               ? status
               : coulomb_network_reshape(network, node, sample->extent, sample->rank, output);
}

static coulomb_status mlp_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                        int32_t *output)
{
    (void)latent;
    int32_t node;
    size_t values = shape_size(sample);
    coulomb_status status = coulomb_network_input(network, sample->extent, sample->rank, &node);
    if (status == COULOMB_OK && sample->rank > 1)
        status = coulomb_network_reshape(network, node, &values, 1, &node);
    return status != COULOMB_OK ? status : mlp(network, node, coulomb_network_elu, 1, output);
}

static const struct preset {
    const char *name;
    bool generator;
    preset_build *build;
} presets[] = {
    {"mlp-generator", true, mlp_generator},
    {"mlp-discriminator", false, mlp_discriminator},
    {"coulomb-generator", true, preset_coulomb_generator},
    {"coulomb-tanh-generator", true, preset_coulomb_tanh_generator},
    {"coulomb-64-discriminator", false, preset_coulomb_64_discriminator},
    {"coulomb-128-discriminator", false, preset_coulomb_128_discriminator},
    {"coulomb-256-discriminator", false, preset_coulomb_256_discriminator},
    {"dcgan-generator", true, preset_dcgan_generator},
    {"dcgan-discriminator", false, preset_dcgan_discriminator},
    {"began-generator", true, preset_began_generator},
    {"began-discriminator", false, preset_began_discriminator},
    {"resnet-generator", true, preset_resnet_generator},
    {"resnet-discriminator", false, preset_resnet_discriminator},
    {"billion-word-generator", true, preset_billion_word_generator},
    {"billion-word-discriminator", false, preset_billion_word_discriminator},
};

enum { PRESETS = sizeof presets / sizeof presets[0] };

size_t coulomb_preset_count(void)
{
    return PRESETS;
}

const char *coulomb_preset_name(size_t index)
{
    return index < PRESETS ? presets[index].name : NULL;
}

static coulomb_status find_preset(coulomb_context *context, const char *name, const struct preset **found)
{
    char list[512] = "";
    for (size_t i = 0; i < PRESETS; i++) {
        if (strcmp(presets[i].name, name) == 0) {
            *found = &presets[i];
            return COULOMB_OK;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", presets[i].name);
    }
    return fail(context, COULOMB_ERROR_NOT_FOUND, "there is no preset '%s'; there are: %s", name, list);
}

static coulomb_status build_preset(coulomb_network *network, const struct preset *preset, const tensor_shape *sample,
                                   size_t latent, uint64_t seed)
{
    int32_t output;
    coulomb_status status = preset->build(network, sample, latent, &output);
    return status != COULOMB_OK ? status : coulomb_network_finish(network, output, seed);
}

coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, const size_t *extents,
                                          size_t rank, size_t latent, uint64_t seed, coulomb_network **network)
{
    if (network != NULL)
        *network = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (name == NULL || network == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name == NULL ? "name" : "network");
    const struct preset *preset = NULL;
    tensor_shape sample;
    coulomb_status status = find_preset(context, name, &preset);
    if (status == COULOMB_OK)
        status = shape_make(context, rank, extents, &sample);
    if (status != COULOMB_OK)
        return status;
    if (preset->generator != (latent > 0))
        return fail(context, COULOMB_ERROR_ARGUMENT, "latent is %zu; the preset '%s' expects %s", latent, name,
                    preset->generator ? "at least 1" : "0");
    coulomb_network *made;
    status = coulomb_network_new(context, &made);
    if (status != COULOMB_OK)
        return status;
    status = build_preset(made, preset, &sample, latent, seed);
    if (status != COULOMB_OK) {
        coulomb_network_free(made);
        return status;
    }
    *network = made;
    return COULOMB_OK;
}

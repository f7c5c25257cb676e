/* Published networks by name: one row and one function each. */
#include "network/presets.h"

#include <stdio.h>
#include <string.h>

enum { HIDDEN = 128 };

/* Two hidden layers and a linear one. */
static void mlp(layer_chain *chain, activation_function *activation, size_t outputs)
{
    for (size_t layer = 0; layer < 2; layer++) {
        chain_dense(chain, HIDDEN);
        chain_activate(chain, activation);
    }
    chain_dense(chain, outputs);
}

static void mlp_generator(layer_chain *chain, const preset_request *request)
{
    const tensor_shape *sample = &request->sample;
    chain_input(chain, 1, &request->latent);
    mlp(chain, coulomb_network_relu, shape_size(sample));
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_set_initializer(chain->network, NULL, COULOMB_INITIALIZER_HE_NORMAL);
    if (sample->rank > 1)
        chain_reshape(chain, sample->rank, sample->extent);
}

static void mlp_discriminator(layer_chain *chain, const preset_request *request)
{
    const tensor_shape *sample = &request->sample;
    chain_input(chain, sample->rank, sample->extent);
    if (sample->rank > 1)
        chain_activate(chain, coulomb_network_flatten);
    mlp(chain, coulomb_network_elu, 1);
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
    return fail(context, COULOMB_ERROR_NOT_FOUND, "there is no preset '%s'; the presets are %s", name, list);
}

static coulomb_status build_preset(coulomb_network *network, const struct preset *preset, const preset_request *request,
                                   uint64_t seed)
{
    layer_chain chain = {.network = network};
    preset->build(&chain, request);
    return chain.status != COULOMB_OK ? chain.status : coulomb_network_finish(network, chain.node, seed);
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
    preset_request request = {.latent = latent};
    coulomb_status status = find_preset(context, name, &preset);
    if (status == COULOMB_OK)
        status = shape_make(context, rank, extents, &request.sample);
    if (status != COULOMB_OK)
        return status;
    if (preset->generator != (latent > 0))
        return fail(context, COULOMB_ERROR_ARGUMENT, "latent is %zu; preset '%s' expects %s", latent, name,
                    preset->generator ? "at least 1" : "0");
    coulomb_network *made;
    status = coulomb_network_new(context, &made);
    if (status != COULOMB_OK)
        return status;
    status = build_preset(made, preset, &request, seed);
    if (status != COULOMB_OK) {
        coulomb_network_free(made);
        return status;
    }
    *network = made;
    return COULOMB_OK;
}

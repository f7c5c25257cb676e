#include "networks.h"

#include "support/console.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdlib.h>

/* What tanh() is multiplied with, so that the range's ends are reached. */
static const double number_range = 1.02;

/* Hidden layers and one with a value for each category and number. */
static coulomb_status add_layers(coulomb_network *network, const generator_settings *chosen, size_t outputs,
                                 int32_t *node)
{
    coulomb_status status = coulomb_network_slice(network, *node, 0, (size_t)chosen->latent, node);
    for (uint64_t i = 0; i < chosen->layers && status == COULOMB_OK; i++) {
        status = coulomb_network_dense(network, *node, (size_t)chosen->units, NULL, node);
        if (status == COULOMB_OK)
            status = coulomb_network_relu(network, *node, node);
    }
    return status == COULOMB_OK ? coulomb_network_dense(network, *node, outputs, "output", node) : status;
}

/* Categories drawn from the first values of `outputs`, with noise from the latent's last ones. */
static coulomb_status add_categories(coulomb_network *network, const generator_settings *chosen, const encoding *of,
                                     int32_t latent, int32_t outputs, int32_t *drawn)
{
    int32_t logits, noise;
    size_t *sizes = malloc(of->groups_count * sizeof *sizes);
    if (!sizes)
        return COULOMB_ERROR_MEMORY;
    for (size_t i = 0; i < of->groups_count; i++)
        sizes[i] = of->groups[i].count;
    coulomb_status status = coulomb_network_slice(network, latent, (size_t)chosen->latent, of->categories, &noise);
    if (status == COULOMB_OK)
        status = coulomb_network_slice(network, outputs, 0, of->categories, &logits);
    if (status == COULOMB_OK)
        status =
            coulomb_network_categorical(network, logits, noise, sizes, of->groups_count, chosen->temperature, drawn);
    free(sizes);
    return status;
}

/* Which numbers are present always, and which where a category says so; and their order one after the other. */
typedef struct number_split {
    size_t *gated, *gate, gated_count;
    size_t *always, always_count;
    size_t *place; /* of each number, when the gated ones are followed by the others */
} number_split;

static void split_free(number_split *of)
{
    free(of->gated);
    free(of->gate);
    free(of->always);
    free(of->place);
}

static bool split_numbers(const encoding *of, number_split *made)
{
    size_t bytes = of->numbers * sizeof(size_t);
    *made =
        (number_split){.gated = malloc(bytes), .gate = malloc(bytes), .always = malloc(bytes), .place = malloc(bytes)};
    if (!made->gated || !made->gate || !made->always || !made->place)
        return false;
    for (size_t i = 0; i < of->numbers; i++) {
        const encoding_number *number = &of->number_list[i];
        if (number->group == ENCODING_NONE) {
            made->always[made->always_count++] = i;
            continue;
        }
        made->gate[made->gated_count] = of->groups[number->group].first + number->category;
        made->gated[made->gated_count++] = i;
    }
    for (size_t i = 0; i < made->gated_count; i++)
        made->place[made->gated[i]] = i;
    for (size_t i = 0; i < made->always_count; i++)
        made->place[made->always[i]] = made->gated_count + i;
    return true;
}

/* numbers *= the categories that say that they are present, where there are such categories */
static coulomb_status add_gates(coulomb_network *network, const number_split *split, int32_t drawn, int32_t *numbers)
{
    int32_t gates, gated = *numbers, always;
    if (split->gated_count == 0)
        return COULOMB_OK;
    coulomb_status status = coulomb_network_select(network, drawn, split->gate, split->gated_count, &gates);
    if (status == COULOMB_OK && split->always_count > 0)
        status = coulomb_network_select(network, *numbers, split->gated, split->gated_count, &gated);
    if (status == COULOMB_OK)
        status = coulomb_network_multiply(network, gated, gates, &gated);
    if (status != COULOMB_OK || split->always_count == 0) {
        *numbers = gated;
        return status;
    }
    status = coulomb_network_select(network, *numbers, split->always, split->always_count, &always);
    if (status == COULOMB_OK)
        status = coulomb_network_concatenate(network, gated, always, &gated);
    return status == COULOMB_OK
               ? coulomb_network_select(network, gated, split->place, split->gated_count + split->always_count, numbers)
               : status;
}

static coulomb_status add_numbers(coulomb_network *network, const encoding *of, int32_t outputs, int32_t drawn,
                                  int32_t *numbers)
{
    number_split split;
    coulomb_status status = split_numbers(of, &split) ? COULOMB_OK : COULOMB_ERROR_MEMORY;
    *numbers = outputs;
    if (status == COULOMB_OK && of->categories > 0)
        status = coulomb_network_slice(network, outputs, of->categories, of->numbers, numbers);
    if (status == COULOMB_OK)
        status = coulomb_network_tanh(network, *numbers, numbers);
    if (status == COULOMB_OK)
        status = coulomb_network_scale(network, *numbers, number_range, numbers);
    if (status == COULOMB_OK)
        status = add_gates(network, &split, drawn, numbers);
    split_free(&split);
    return status;
}

static coulomb_status build(coulomb_network *network, const generator_settings *chosen, const encoding *of,
                            uint64_t seed)
{
    const size_t latent = (size_t)chosen->latent + of->categories;
    int32_t input, outputs, drawn = 0, numbers, node = 0;
    coulomb_status status = coulomb_network_input(network, &latent, 1, &input);
    outputs = input;
    if (status == COULOMB_OK)
        status = add_layers(network, chosen, of->width, &outputs);
    if (status == COULOMB_OK && of->categories > 0) {
        status = add_categories(network, chosen, of, input, outputs, &drawn);
        node = drawn;
    }
    if (status == COULOMB_OK && of->numbers > 0) {
        status = add_numbers(network, of, outputs, drawn, &numbers);
        node = numbers;
    }
    if (status == COULOMB_OK && of->categories > 0 && of->numbers > 0)
        status = coulomb_network_concatenate(network, drawn, numbers, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer(network, NULL, COULOMB_INITIALIZER_HE_NORMAL);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer(network, "output.weight", COULOMB_INITIALIZER_GLOROT_UNIFORM);
    if (status == COULOMB_OK)
        status = coulomb_network_finish(network, node, seed);
    return status == COULOMB_OK ? coulomb_network_set_latent_signs(network, (size_t)chosen->latent_signs) : status;
}

bool networks_make(coulomb_context *context, const generator_settings *chosen, const encoding *of, uint64_t seed,
                   coulomb_network **generator)
{
    coulomb_status status = coulomb_network_new(context, generator);
    if (status == COULOMB_OK)
        status = build(*generator, chosen, of, seed);
    if (status == COULOMB_OK)
        return true;
    coulomb_network_free(*generator);
    *generator = NULL;
    return succeeded(context, status, "creating the generator");
}

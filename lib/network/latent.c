/* Latents, and generating from them. */
#include "network/network.h"

#include <inttypes.h>
#include <string.h>

coulomb_status coulomb_network_set_latent(coulomb_network *network, int32_t distribution, double spread)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    if (distribution < COULOMB_DISTRIBUTION_NORMAL || distribution > COULOMB_DISTRIBUTION_UNIFORM)
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "distribution is %d; expected COULOMB_DISTRIBUTION_* (1 to 3)", (int)distribution);
    status = check_positive(network->context, "spread", spread);
    if (status != COULOMB_OK)
        return status;
    network->latent.distribution = distribution;
    network->latent.spread = spread;
    return COULOMB_OK;
}

coulomb_status coulomb_network_set_latent_signs(coulomb_network *network, size_t signs)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    if (network->graph.nodes == 0)
        return fail(network->context, COULOMB_ERROR_STATE, "the network has no input");
    if (signs > network_input_size(network))
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "signs is %zu; expected at most %zu, the values of a latent", signs, network_input_size(network));
    network->latent.signs = signs;
    return COULOMB_OK;
}

static void end_callback(void *object)
{
    latent_callback *callback = object;
    if (callback->destroy != NULL)
        callback->destroy(callback->user);
}

coulomb_status coulomb_network_set_latent_callback(coulomb_network *network, coulomb_latent_callback *latent,
                                                   void *user, coulomb_destroy_callback *destroy)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    latent_callback *made = NULL;
    if (latent != NULL) {
        made = object_new(network->context, sizeof *made, end_callback);
        if (made == NULL)
            return COULOMB_ERROR_MEMORY;
        *made = (latent_callback){.draw = latent, .user = user, .destroy = destroy};
    }
    object_release(network->latent.callback);
    network->latent.callback = made;
    if (latent == NULL && destroy != NULL) /* nobody will need it */
        destroy(user);
    return COULOMB_OK;
}

coulomb_status network_miss_latent_callback(coulomb_network *network)
{
    latent_callback *missing = object_new(network->context, sizeof *missing, end_callback);
    if (missing == NULL)
        return COULOMB_ERROR_MEMORY;
    *missing = (latent_callback){0};
    object_release(network->latent.callback);
    network->latent.callback = missing;
    return COULOMB_OK;
}

void network_share_latent(coulomb_network *network, const coulomb_network *from)
{
    object_hold(from->latent.callback);
    object_release(network->latent.callback);
    network->latent = from->latent;
}

coulomb_status coulomb_network_set_running_averages(coulomb_network *network, int32_t averages)
{
    coulomb_status status = network_check_idle(network);
    if (status == COULOMB_OK)
        status = check_flag(network->context, "averages", averages);
    if (status == COULOMB_OK)
        network->running_averages = averages != 0;
    return status;
}

coulomb_status coulomb_network_set_generation_seed(coulomb_network *network, uint64_t seed)
{
    coulomb_status status = network_check_idle(network);
    if (status != COULOMB_OK)
        return status;
    network->generation_seed = seed;
    network->generated = 0;
    return COULOMB_OK;
}

static coulomb_status from_callback(coulomb_network *network, uint64_t seed, uint64_t update, uint64_t first,
                                    size_t count, float *latents)
{
    if (network->latent.callback->draw == NULL)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network was saved with a latent callback, which files do not contain; call "
                    "coulomb_network_set_latent_callback()");
    latent_callback *source = object_hold(network->latent.callback);
    memset(latents, 0xff, count * network_input_size(network) * sizeof *latents); /* NaN: what is left out is found */
    network->busy = true;
    context_enter(network->context);
    coulomb_status returned = source->draw(source->user, seed, update, first, count, latents);
    context_leave(network->context);
    network->busy = false;
    object_release(source);
    coulomb_status status = callback_status(network->context, returned, "latent");
    if (status != COULOMB_OK)
        return status;
    size_t values = count * network_input_size(network);
    size_t bad = find_not_finite(network->context, latents, values, NULL);
    if (bad < values)
        return fail(network->context, COULOMB_ERROR_NOT_FINITE, "latent value %zu is %g; expected finite numbers", bad,
                    (double)latents[bad]);
    return COULOMB_OK;
}

/* A sample's latent is `signs` signs, then the rest; each kind is a sequence of its own, drawn for all samples at once
 * and spread out. */
static void spread_rows(float *latents, size_t count, size_t size, size_t offset, size_t part)
{
    /* From the back, so that nothing is overwritten before it has moved. */
    for (size_t i = count; i-- > 0;)
        for (size_t j = part; j-- > 0;)
            latents[i * size + offset + j] = latents[i * part + j];
}

static void draw_rest(const latent_source *source, random_key key, uint64_t first, size_t count, float *values)
{
    float spread = (float)source->spread;
    if (source->distribution == COULOMB_DISTRIBUTION_UNIFORM)
        random_uniform(key, first, count, -spread, spread, values);
    else if (source->distribution == COULOMB_DISTRIBUTION_NORMAL)
        random_normal(key, first, count, spread, values);
    else
        random_truncated_normal(key, first, count, spread, values);
}

static void draw_builtin(const coulomb_network *network, random_key key, random_key signs_key, uint64_t first,
                         size_t count, float *latents)
{
    size_t size = network_input_size(network), signs = network->latent.signs, rest = size - signs;
    draw_rest(&network->latent, key, first * rest, count * rest, latents);
    if (signs == 0)
        return;
    spread_rows(latents, count, size, signs, rest);
    for (size_t i = 0; i < count; i++)
        random_signs(signs_key, (first + i) * signs, signs, latents + i * size);
}

coulomb_status network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update, uint64_t first,
                                    size_t count, float *latents)
{
    if (network->latent.callback != NULL)
        return from_callback(network, seed, update, first, count, latents);
    bool trains = update > 0;
    random_key key = {.seed = seed, .stream = trains ? STREAM_LATENT : STREAM_GENERATION, .update = update};
    random_key signs_key = key;
    signs_key.stream = trains ? STREAM_LATENT_SIGNS : STREAM_GENERATION_SIGNS;
    draw_builtin(network, key, signs_key, first, count, latents);
    return COULOMB_OK;
}

coulomb_status network_reserve_latents(coulomb_network *network, size_t count)
{
    device *on = context_device(network->context);
    return staged_reserve(on, &network->latents, count * network_input_size(network), sizeof(float));
}

/* Normalised with their own statistics, samples depend on one another: then the sequence is made of fixed blocks, each
 * as large as the usual batch, which are always made as a whole. Where a sample's bits depend on how many there are,
 * blocks are fixed as well, and each sample has its place there; the others need not be made. */
typedef struct generation {
    bool whole, fixed;
    size_t block;
} generation;

/* Parameters that are finite can make samples that are not. */
static coulomb_status check_samples(const coulomb_network *network, uint64_t first, size_t count, const float *samples)
{
    size_t size = network_output_size(network), bad = find_not_finite(network->context, samples, count * size, NULL);
    if (bad == count * size)
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_NOT_FINITE,
                "sample %" PRIu64 " of the sequence contains %g: the generator has diverged", first + bad / size,
                (double)samples[bad]);
}

/* The next samples of the sequence, at most `most` and at most what is left of a block: their number in `made`. */
static coulomb_status generate_block(coulomb_network *network, const generation *how, uint64_t first, size_t most,
                                     float *samples, size_t *made)
{
    size_t size = network_output_size(network), skipped = how->fixed ? (size_t)(first % how->block) : 0;
    size_t left = how->block - skipped;
    *made = most < left ? most : left;
    size_t count = how->fixed ? how->block : *made, in = network_input_size(network);
    size_t drawn = how->whole ? count : *made, place = how->whole ? 0 : skipped;
    device *on = context_device(network->context);
    float *latents = network->latents.host;
    if (drawn < count)
        memset(latents, 0, count * in * sizeof *latents);
    coulomb_status status = network_draw_latents(network, network->generation_seed, 0, first - skipped + place, drawn,
                                                 latents + place * in);
    if (status != COULOMB_OK)
        return status;
    staged_send(on, &network->latents, count * in * sizeof *latents);
    const float *output = network_infer(network, count, network->latents.array.data);
    status = on->table->copy_out(on, samples, output + skipped * size, *made * size * sizeof *samples);
    return status == COULOMB_OK ? check_samples(network, first, *made, samples) : status;
}

static coulomb_status generate(coulomb_network *network, size_t count, float *samples)
{
    size_t size = network_output_size(network), made = 0;
    generation how = {.whole = network_normalizes_batches(network), .block = network_inference_block(network, count)};
    how.fixed = how.whole || network_inference_block(network, 1) > 1;
    if (how.whole)
        how.block = GENERATION_BLOCK;
    coulomb_status status = network_reserve_inference(network, how.block, !network_normalizes_batches(network));
    if (status == COULOMB_OK)
        status = network_reserve_latents(network, how.block);
    for (size_t done = 0; status == COULOMB_OK && done < count; done += made)
        status = generate_block(network, &how, network->generated + done, count - done, samples + done * size, &made);
    if (status == COULOMB_OK)
        network->generated += count;
    return status;
}

coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = network_check_count(network, "count", count, 0);
    if (status != COULOMB_OK || count == 0)
        return status;
    if (samples == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "samples is NULL");
    object_hold(network); /* a callback may let go of it */
    status = generate(network, count, samples);
    coulomb_network_free(network);
    return status;
}

coulomb_status coulomb_network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update, uint64_t first,
                                            size_t count, float *latents)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = network_check_count(network, "count", count, 0);
    if (status != COULOMB_OK || count == 0)
        return status;
    if (first > UINT64_MAX / network_input_size(network) - count)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "first is %" PRIu64 "; expected at most %" PRIu64, first,
                    UINT64_MAX / network_input_size(network) - count);
    if (latents == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "latents is NULL");
    object_hold(network); /* a callback may let go of it */
    status = network_draw_latents(network, seed, update, first, count, latents);
    coulomb_network_free(network);
    return status;
}

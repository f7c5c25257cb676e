#include "memory.h"

#include "held_out.h"
#include "samples.h"

#include "support/console.h"
#include "support/succeed.h"

#include <stdio.h>

/* Samples of a block when a network with batch norm generates, see coulomb_network_set_running_averages(); of other
 * networks a block is usually smaller, and this is a bound. */
enum { BLOCK = 128 };

static coulomb_status add_arena(const coulomb_network *network, int32_t arena, size_t batch, size_t *sum)
{
    size_t bytes = 0;
    coulomb_status status = coulomb_network_memory(network, arena, batch, &bytes);
    *sum += bytes;
    return status;
}

/* Parameters with gradients, and with the two moments of each; and what passes over a batch take. */
static coulomb_status add_network(const coulomb_network *network, bool learns, size_t batch, size_t *parameters,
                                  size_t *passes)
{
    coulomb_status status = add_arena(network, COULOMB_MEMORY_PARAMETERS, 1, parameters);
    if (status == COULOMB_OK && learns)
        status = add_arena(network, COULOMB_MEMORY_PARAMETERS, 1, parameters);
    if (status == COULOMB_OK)
        status = add_arena(network, COULOMB_MEMORY_KEPT, batch, passes);
    return status == COULOMB_OK ? add_arena(network, COULOMB_MEMORY_TEMPORARY, batch, passes) : status;
}

/* Samples the trainer holds: model, target, slope, and those of replay and smoothing; and what is measured. */
static size_t images_memory(const settings *chosen)
{
    const training_settings *t = &chosen->training;
    uint64_t model = t->charges_model > 0 ? t->charges_model : t->batch;
    uint64_t target = t->charges_target > 0 ? t->charges_target : t->batch;
    uint64_t held = model + target + t->batch + (t->replay ? t->batch : 0) + (t->smoothing > 0 ? 3 * t->batch : 0);
    return (size_t)held * sample_values(chosen) * sizeof(float) + held_out_memory(chosen);
}

bool memory_tell(coulomb_context *context, const coulomb_network *generator, const coulomb_network *discriminator,
                 const coulomb_network *average, const settings *chosen)
{
    const double mebibyte = 1048576;
    size_t batch = (size_t)chosen->training.batch, block = batch > BLOCK ? batch : BLOCK;
    size_t parameters = 0, passes = 0, images = images_memory(chosen);
    coulomb_status status = add_network(generator, true, average ? batch : block, &parameters, &passes);
    if (status == COULOMB_OK)
        status = add_network(discriminator, true, batch, &parameters, &passes);
    if (status == COULOMB_OK && average)
        status = add_network(average, false, BLOCK, &parameters, &passes);
    if (!succeeded(context, status, "planning memory"))
        return false;
    say("Memory: %.0f MiB for parameters, gradients and moments, %.0f MiB for passes over a batch of %zu%s, %.0f MiB "
        "for images; %.0f MiB in total.",
        (double)parameters / mebibyte, (double)passes / mebibyte, batch,
        batch < BLOCK ? " and over 128 samples for pictures" : "", (double)images / mebibyte,
        (double)(parameters + passes + images) / mebibyte);
    return true;
}

#include "memory.h"

#include "held_out.h"

#include "support/console.h"
#include "support/ranks.h"
#include "support/succeed.h"

/* Samples that are generated together when batch norm normalises by their own statistics, see
 * coulomb_network_set_running_averages(); a bound otherwise. */
enum { BLOCK = 128 };

/* Samples that go through a network at once. */
static size_t samples_at_once(const settings *chosen)
{
    size_t batch = (size_t)chosen->training.batch, shards = (size_t)chosen->training.shards;
    size_t parts = chosen->synchronised_norm ? ranks_count() : shards;
    return parts == 0 || batch < parts ? 1 : batch / parts;
}

/* The plan is printed even where there is not so much. */
static bool reserve(coulomb_context *context, coulomb_network *generator, coulomb_network *discriminator,
                    const settings *chosen)
{
    coulomb_status status = coulomb_network_reserve(generator, samples_at_once(chosen));
    if (status == COULOMB_OK && discriminator)
        status = coulomb_network_reserve(discriminator, samples_at_once(chosen));
    return succeeded(context, status, "reserving memory");
}

bool memory_tell(coulomb_context *context, const coulomb_trainer *trainer, coulomb_network *generator,
                 coulomb_network *discriminator, const coulomb_network *sampled, const settings *chosen)
{
    bool reserved = reserve(context, generator, discriminator, chosen);
    const double mebibyte = 1048576;
    size_t training = 0, generating = 0, images = held_out_memory(chosen);
    coulomb_status status = coulomb_trainer_memory(trainer, &training);
    if (status == COULOMB_OK)
        status = coulomb_network_memory(sampled, COULOMB_MEMORY_INFERENCE, BLOCK, &generating);
    if (!succeeded(context, status, "planning memory"))
        return false;
    char word[DEVICE_WORD_SIZE];
    device_word(&chosen->run.device, word);
    say("Memory on %s: %.0f MiB for training, %.0f MiB for generating pictures; %.0f MiB in total. Of the host's: %.0f "
        "MiB for held-out images.",
        word, (double)training / mebibyte, (double)generating / mebibyte, (double)(training + generating) / mebibyte,
        (double)images / mebibyte);
    return reserved;
}

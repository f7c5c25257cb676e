#include "memory.h"

#include "held_out.h"

#include "support/console.h"
#include "support/succeed.h"

/* Samples that are generated together when batch norm normalises by their own statistics, see
 * coulomb_network_set_running_averages(); a bound otherwise. */
enum { BLOCK = 128 };

bool memory_tell(coulomb_context *context, const coulomb_trainer *trainer, const coulomb_network *sampled,
                 const settings *chosen)
{
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
    return true;
}

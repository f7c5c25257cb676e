#include "generating_run.h"

#include "networks.h"
#include "samples.h"

#include "support/console.h"
#include "support/files.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <stdlib.h>

/* Generate from a trainer's checkpoint: from the average if the run has one. */
static bool from_checkpoint(const run *of, coulomb_context *context, coulomb_network *generator, const char *path,
                            const settings *chosen)
{
    coulomb_trainer *trainer = NULL;
    coulomb_network *sampled = generator, *discriminator = networks_discriminator(context, chosen);
    bool done =
        discriminator &&
        succeeded(context, coulomb_trainer_new(context, generator, discriminator, &trainer), "creating the trainer") &&
        training_apply(context, trainer, &chosen->training) &&
        rate_drops_apply(context, trainer, &chosen->training, &chosen->drops) &&
        succeeded(context, coulomb_trainer_load(trainer, path), path);
    if (done && chosen->training.averaging > 0) {
        coulomb_status status = coulomb_trainer_average(trainer, &sampled);
        if (status == COULOMB_OK)
            status = coulomb_network_set_running_averages(sampled, chosen->results.norm_averages);
        done = succeeded(context, status, "averaging the generator");
    }
    done = done && samples_generate(of, context, sampled, chosen);
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    return done;
}

int generating_run(const run *of, coulomb_context *context, const settings *chosen)
{
    char newest[RUN_PATH_SIZE];
    const char *path = chosen->results.from;
    if (!path && run_path(of, "checkpoint.safetensors", newest))
        path = newest;
    if (!path)
        return EXIT_FAILURE;
    if (!file_exists(path)) {
        complain("--generate: %s does not exist", path);
        return EXIT_FAILURE;
    }
    coulomb_network *generator = networks_generator(context, chosen);
    if (!generator)
        return EXIT_FAILURE;
    /* a generator's own file needs no trainer, and so a third of the memory; of anything else the checkpoint's reader
     * says what is wrong with it */
    bool done = coulomb_network_load(generator, path) == COULOMB_OK
                    ? samples_generate(of, context, generator, chosen)
                    : from_checkpoint(of, context, generator, path, chosen);
    coulomb_network_free(generator);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

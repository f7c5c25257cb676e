#include "generating_run.h"

#include "networks.h"
#include "samples.h"

#include "support/console.h"
#include "support/files.h"
#include "support/succeed.h"

#include <coulomb/checkpoint.h>
#include <stdlib.h>

/* False with a complaint if that cannot be told. A file without a generator's description may still hold a network's
 * parameters. */
static bool is_checkpoint(coulomb_context *context, const char *path, bool *answer)
{
    coulomb_network *part = NULL;
    coulomb_status status = coulomb_network_open(context, path, COULOMB_PART_GENERATOR, &part);
    coulomb_network_free(part);
    *answer = status == COULOMB_OK;
    return status == COULOMB_ERROR_MISMATCH || status == COULOMB_ERROR_FORMAT ||
           succeeded(context, status, "loading the generator");
}

/* From a checkpoint, from the average if the run has one; or from a generator's own file. */
static bool load(coulomb_context *context, coulomb_network *generator, const char *path, const settings *chosen)
{
    int32_t of_checkpoint = chosen->training.averaging > 0 ? COULOMB_PART_AVERAGE : COULOMB_PART_GENERATOR;
    bool has_parts;
    if (!is_checkpoint(context, path, &has_parts))
        return false;
    int32_t part = has_parts ? of_checkpoint : COULOMB_PART_ONLY;
    return succeeded(context, coulomb_network_load_parameters(generator, path, part), "loading the generator");
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
    bool done = generator &&
                succeeded(context, coulomb_network_set_inference_only(generator, 1), "setting up the generator") &&
                load(context, generator, path, chosen) && samples_generate(of, context, generator, chosen);
    coulomb_network_free(generator);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

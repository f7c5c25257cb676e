/* What a callback costs in C, which the languages' layers are compared with: cost MODE UPDATES, where MODE is callback
 * or array. Prints seconds per update of the 25-Gaussian setting on one thread, after 200 updates to warm up. */
#include "timing.h"

#include <coulomb/coulomb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_UP = 200, BATCH = 128, BATCHES = 32 };

static float samples[2 * BATCH * BATCHES];

static uint64_t mix(uint64_t word)
{
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return word ^ (word >> 31);
}

/* As the layers' examples: one of 25 means, and a normal number as the sum of twelve uniform ones. */
static void make_samples(void)
{
    for (uint64_t i = 0; i < BATCH * BATCHES; i++) {
        uint64_t key = mix(0x9e3779b97f4a7c15u + i), mode = key % 25, line[] = {mode % 5, mode / 5};
        for (uint64_t axis = 0; axis < 2; axis++) {
            double normal = 0.0;
            for (uint64_t term = 0; term < 12; term++)
                normal += (double)(mix(key + 1 + 12 * axis + term) >> 11) * 0x1p-53;
            samples[2 * i + axis] = (float)(10.5 * ((double)line[axis] - 2.0) + (normal - 6.0));
        }
    }
}

static coulomb_status copy_batch(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    memcpy(batch, samples + update % BATCHES * 2 * count, 2 * count * sizeof *batch);
    return COULOMB_OK;
}

static coulomb_status measure(coulomb_context *context, coulomb_trainer *trainer, const char *mode, uint64_t updates)
{
    coulomb_status status = coulomb_context_set_threads(context, 1);
    if (status == COULOMB_OK && strcmp(mode, "array") == 0)
        status = coulomb_trainer_set_data_array(trainer, samples, BATCH * BATCHES, 1);
    else if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(trainer, copy_batch, NULL, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(trainer, WARM_UP, NULL, NULL);
    double start = now();
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(trainer, WARM_UP + updates, NULL, NULL);
    if (status == COULOMB_OK)
        printf("%.9f\n", (now() - start) / (double)updates);
    return status;
}

int main(int argc, char **argv)
{
    const size_t two = 2;
    if (argc != 3 || (strcmp(argv[1], "callback") != 0 && strcmp(argv[1], "array") != 0)) {
        fprintf(stderr, "usage: cost callback|array UPDATES\n");
        return 2;
    }
    make_samples();
    coulomb_context *context = NULL;
    coulomb_network *generator = NULL, *discriminator = NULL;
    coulomb_trainer *trainer = NULL;
    coulomb_status status = coulomb_context_new(&context);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-generator", &two, 1, 8, 1, &generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(context, generator, discriminator, &trainer);
    if (status == COULOMB_OK)
        status = measure(context, trainer, argv[1], strtoull(argv[2], NULL, 10));
    if (status != COULOMB_OK)
        fprintf(stderr, "%s\n", coulomb_context_error(context));
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

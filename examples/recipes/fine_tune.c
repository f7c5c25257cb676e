/*
 * Fine-tuning with frozen layers: a generator learns the corners of a square and is saved. Another one takes its
 * parameters, keeps the hidden layers as they are, and learns the square turned by 45 degrees with its last layer
 * alone.
 *
 * Usage: fine_tune FILE, where the first generator is saved
 */
#include <coulomb/coulomb.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINT = 2, LATENT = 8, CORNERS = 4, UPDATES = 10000, SAMPLES = 10000 };

static const float square[CORNERS * POINT] = {-2, -2, 2, -2, -2, 2, 2, 2};
static const float diamond[CORNERS * POINT] = {-2.83f, 0, 2.83f, 0, 0, -2.83f, 0, 2.83f};

static coulomb_context *context;

static void must(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "%s\n", coulomb_context_error(context));
    exit(EXIT_FAILURE);
}

static coulomb_network *new_generator(uint64_t seed)
{
    const size_t point[] = {POINT};
    coulomb_network *generator;
    must(coulomb_network_new_preset(context, "mlp-generator", point, 1, LATENT, seed, &generator));
    must(coulomb_network_set_latent_signs(generator, 6));
    return generator;
}

/* `rates`: of generator and discriminator. */
static void train(coulomb_network *generator, const float corners[CORNERS * POINT], const double rates[2])
{
    const size_t point[] = {POINT};
    coulomb_network *discriminator;
    coulomb_trainer *trainer;
    must(coulomb_network_new_preset(context, "mlp-discriminator", point, 1, 0, 2, &discriminator));
    must(coulomb_trainer_new(context, generator, discriminator, &trainer));
    must(coulomb_trainer_set_data_array(trainer, corners, CORNERS, 3));
    for (int32_t network = COULOMB_GENERATOR; network <= COULOMB_DISCRIMINATOR; network++) {
        coulomb_optimizer *optimizer;
        must(coulomb_trainer_optimizer(trainer, network, &optimizer));
        must(coulomb_optimizer_set_learning_rate(optimizer, rates[network == COULOMB_DISCRIMINATOR]));
    }
    must(coulomb_trainer_run(trainer, UPDATES, NULL, NULL));
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
}

/* Percentage of the samples that are within 0.5 of a corner. */
static double share(coulomb_network *generator, const float corners[CORNERS * POINT])
{
    static float samples[SAMPLES * POINT];
    size_t near = 0;
    must(coulomb_network_generate(generator, SAMPLES, samples));
    for (const float *x = samples; x < samples + SAMPLES * POINT; x += POINT)
        for (const float *at = corners; at < corners + CORNERS * POINT; at += POINT)
            near += hypotf(x[0] - at[0], x[1] - at[1]) < 0.5f;
    return 100.0 * (double)near / SAMPLES;
}

/* The values of a parameter array of `count` values. */
static float *copy_of(coulomb_network *network, const char *parameter, size_t count)
{
    float *values = malloc(count * sizeof *values);
    if (!values) {
        perror(parameter);
        exit(EXIT_FAILURE);
    }
    must(coulomb_network_read_parameter(network, parameter, values, count));
    return values;
}

int main(int count, char **arguments)
{
    enum { HIDDEN = 128, WEIGHTS = HIDDEN * HIDDEN };
    if (count != 2) {
        fprintf(stderr, "usage: fine_tune FILE\n");
        return 2;
    }
    must(coulomb_context_new(&context));
    coulomb_network *first = new_generator(1);
    train(first, square, (const double[]){1e-4, 1e-4});
    must(coulomb_network_save(first, arguments[1]));
    printf("first generator: %.1f %% of the samples near a corner of the square\n", share(first, square));

    coulomb_network *second = new_generator(4);
    must(coulomb_network_load_parameters(second, arguments[1], COULOMB_PART_ONLY));
    must(coulomb_network_set_frozen(second, "dense1", 1));
    must(coulomb_network_set_frozen(second, "dense2", 1));
    printf("second generator: %.1f %% near a corner of the turned square before training", share(second, diamond));
    train(second, diamond, (const double[]){1e-3, 2e-4}); /* one layer has to do it all */
    printf(", %.1f %% after\n", share(second, diamond));

    float *before = copy_of(first, "dense2.weight", WEIGHTS), *after = copy_of(second, "dense2.weight", WEIGHTS);
    printf("frozen weights are %s\n", memcmp(before, after, WEIGHTS * sizeof *after) == 0 ? "unchanged" : "changed");
    free(before);
    free(after);
    coulomb_network_free(second);
    coulomb_network_free(first);
    coulomb_context_free(context);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE; /* a full disk, or a closed pipe */
}

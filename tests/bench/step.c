/* Time of one update of the 25-Gaussian setting: batch 128, both networks with two hidden layers of 128. Prints the
 * median and the least of many short windows: the machine may have other work; and of single steps. Arguments: the
 * number of threads, or a GPU's precision (context.h); "again", see runs.h. */
#include "context.h"
#include "runs.h"
#include "timing.h"

#include <coulomb/coulomb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS = 101, UPDATES = 50, SINGLE = 201, POINTS = 100000, WARM_UP = 200 };

static float points[2 * POINTS];

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    uint64_t state = update * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t point = (size_t)(state >> 33) % POINTS;
        batch[2 * i] = points[2 * point];
        batch[2 * i + 1] = points[2 * point + 1];
    }
    return COULOMB_OK;
}

static void make_points(void)
{
    srand(1);
    for (size_t i = 0; i < 2 * POINTS; i++) {
        double sum = 0.0;
        for (int j = 0; j < 12; j++)
            sum += rand() / (double)RAND_MAX;
        points[i] = (float)((rand() % 5 - 2) * 10.5 + sum - 6.0);
    }
}

static coulomb_status measure(coulomb_context *context, const char *where, coulomb_trainer *trainer)
{
    double window[WINDOWS], single[SINGLE];
    char text[128];
    coulomb_status status = time_runs(trainer, UPDATES, WINDOWS, window);
    if (status == COULOMB_OK)
        status = time_runs(trainer, 1, SINGLE, single);
    if (status != COULOMB_OK)
        return status;
    double median = median_of(window, WINDOWS);
    bench_describe(context, where, sizeof text, text);
    printf("libcoulomb %s, %s: %.4f ms an update (median), %.4f (least); %.4f of single steps\n",
           coulomb_version_string(), text, 1e3 * median, 1e3 * window[0], 1e3 * median_of(single, SINGLE));
    return COULOMB_OK;
}

int main(int argc, char **argv)
{
    const size_t two = 2;
    const char *where = argc > 1 ? argv[1] : "1";
    coulomb_context *context = bench_context(where);
    coulomb_network *generator = NULL, *discriminator = NULL;
    coulomb_trainer *trainer = NULL;
    make_points();
    if (context == NULL)
        return EXIT_FAILURE;
    coulomb_status status = coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 1, &discriminator);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(context, generator, discriminator, &trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(trainer, draw, NULL, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(trainer, WARM_UP, NULL, NULL);
    do {
        if (status == COULOMB_OK)
            status = measure(context, where, trainer);
    } while (status == COULOMB_OK && asked_again(argc > 2 ? argv[2] : ""));
    if (status != COULOMB_OK)
        fprintf(stderr, "%s\n", coulomb_context_error(context));
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

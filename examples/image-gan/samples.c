#include "samples.h"

#include "destination.h"
#include "grid.h"

#include "support/console.h"
#include "support/finite.h"
#include "support/memory.h"
#include "support/random.h"
#include "support/sequence.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_SEED = 1, STREAM_ENDS = 301, INTERPOLATIONS = 8, STEPS = 10, GENERATED_AT_ONCE = 128 };

size_t sample_values(const settings *chosen)
{
    size_t side = (size_t)chosen->data.size;
    return side * side * (size_t)chosen->data.channels;
}

static images images_of(const settings *chosen, const float *values)
{
    return (images){(size_t)chosen->data.size, (size_t)chosen->data.channels, values};
}

static float *make_room(const settings *chosen, size_t count)
{
    float *values = malloc(count * sample_values(chosen) * sizeof *values);
    if (!values)
        complain("no memory for %zu samples", count);
    return values;
}

bool samples_picture(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen)
{
    size_t side = (size_t)chosen->results.grid;
    char name[64], numbered[RUN_PATH_SIZE], latest[RUN_PATH_SIZE];
    snprintf(name, sizeof name, "samples-%07" PRIu64 ".png", of->done);
    if (!run_path(of, name, numbered) || !run_path(of, "samples-latest.png", latest))
        return false;
    float *values = make_room(chosen, side * side);
    if (!values)
        return false;
    const char *const paths[] = {numbered, latest};
    const images drawn = images_of(chosen, values);
    bool done =
        succeeded(context, sequence_generate(generator, PICTURE_SEED, side * side, values), "generating samples") &&
        grid_write(&drawn, side, side, paths, 2);
    free(values);
    return done;
}

/* --- interpolation --- */

/* Value `at` of an end of a row: 2 row and 2 row + 1. */
static double end_value(size_t end, size_t at)
{
    uint32_t words[4];
    double normals[2];
    const random_stream stream = {.seed = PICTURE_SEED, .stream = STREAM_ENDS, .update = end};
    random_words(stream, (uint32_t)at, words);
    random_normals(words[0], words[1], normals);
    return normals[0];
}

/* Latents of all rows. On a quarter of an arc from one end to the other all latents are as normal as the ends; those on
 * the straight line between them would not be. */
static void interpolate(size_t size, float *latents)
{
    for (size_t sample = 0; sample < INTERPOLATIONS * STEPS; sample++) {
        size_t row = sample / STEPS;
        double angle = (double)(sample % STEPS) / (STEPS - 1) * 1.5707963267948966;
        for (size_t j = 0; j < size; j++)
            *latents++ = (float)(cos(angle) * end_value(2 * row, j) + sin(angle) * end_value(2 * row + 1, j));
    }
}

bool samples_interpolation(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen)
{
    char path[RUN_PATH_SIZE];
    size_t count = INTERPOLATIONS * STEPS, latent = (size_t)chosen->latent;
    if (!run_path(of, "interpolation-latest.png", path))
        return false;
    const char *const paths[] = {path};
    float *latents = malloc(count * latent * sizeof *latents), *values = make_room(chosen, count);
    const images drawn = images_of(chosen, values);
    bool done = latents && values;
    if (done) {
        interpolate(latent, latents);
        done = succeeded(context, coulomb_network_evaluate(generator, count, latents, values),
                         "interpolating between latents") &&
               samples_finite(values, count, sample_values(chosen)) &&
               grid_write(&drawn, STEPS, INTERPOLATIONS, paths, 1);
    } else if (!latents) {
        complain("no memory for %zu latents", count);
    }
    free(latents);
    free(values);
    return done;
}

/* --- generating --- */

static bool generate_all(destination *to, coulomb_context *context, coulomb_network *generator, const settings *chosen,
                         float *values)
{
    uint64_t wanted = chosen->results.generate;
    bool done = succeeded(context, coulomb_network_set_generation_seed(generator, chosen->results.generate_seed),
                          "choosing latents");
    for (uint64_t first = 0; done && first < wanted; first += GENERATED_AT_ONCE) {
        size_t count = wanted - first < GENERATED_AT_ONCE ? (size_t)(wanted - first) : GENERATED_AT_ONCE;
        done = succeeded(context, coulomb_network_generate(generator, count, values), "generating samples") &&
               destination_write(to, chosen, first, count, values);
    }
    return done;
}

static bool plan_memory(coulomb_context *context, coulomb_network *generator, const settings *chosen)
{
    uint64_t wanted = chosen->results.generate;
    memory_plan plan = memory_begin(context, &chosen->run.device);
    memory_add_evaluated(&plan, "for generating", generator,
                         wanted < GENERATED_AT_ONCE ? (size_t)wanted : GENERATED_AT_ONCE);
    return memory_tell(&plan);
}

bool samples_generate(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen)
{
    char usual[RUN_PATH_SIZE];
    const char *path = chosen->results.to;
    if (!path && run_path(of, "generated", usual))
        path = usual;
    destination to;
    float *values = path ? make_room(chosen, GENERATED_AT_ONCE) : NULL;
    bool done = values && plan_memory(context, generator, chosen) && destination_open(&to, path, chosen);
    if (done) {
        bool whole = generate_all(&to, context, generator, chosen, values);
        done = destination_close(&to, whole) && whole;
    }
    free(values);
    if (done)
        printf("%" PRIu64 " sample%s in %s.\n", chosen->results.generate,
               chosen->results.generate == 1 ? " is" : "s are", path);
    return done;
}

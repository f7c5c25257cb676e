#include "shapes.h"

#include "support/console.h"
#include "support/npy.h"
#include "support/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum stream { STREAM_MODEL = 201, STREAM_TARGET = 202, STREAM_FRESH = 203 };

/* A density: from four random words to a point. */
typedef void density(const uint32_t words[4], float at[2]);

static void gaussian(const uint32_t words[4], double x, double y, double deviation, float at[2])
{
    double normals[2];
    random_normals(words[0], words[1], normals);
    at[0] = (float)(x + deviation * normals[0]);
    at[1] = (float)(y + deviation * normals[1]);
}

static void one_blob(const uint32_t words[4], float at[2])
{
    gaussian(words, 0, 0, 1.2, at);
}

static void small_ring(const uint32_t words[4], float at[2])
{
    double angle = 6.283185307179586 * random_unit(words[2]);
    gaussian(words, 4 * cos(angle), 4 * sin(angle), 0.35, at);
}

static void wide_ring(const uint32_t words[4], float at[2])
{
    double angle = 6.283185307179586 * random_unit(words[2]);
    gaussian(words, 7 * cos(angle), 7 * sin(angle), 0.6, at);
}

/* Of unequal weight and width: half, three tenths and a fifth of the mass. */
static void three_blobs(const uint32_t words[4], float at[2])
{
    double share = random_unit(words[2]);
    if (share < 0.5)
        gaussian(words, -6, -3.5, 1.5, at);
    else if (share < 0.8)
        gaussian(words, 6, -2.5, 1.1, at);
    else
        gaussian(words, 0.5, 6.5, 0.8, at);
}

static void grid_of_25(const uint32_t words[4], float at[2])
{
    uint32_t mode = random_below(words[2], 25);
    gaussian(words, 10.5 * ((double)(mode % 5) - 2), 10.5 * ((double)(mode / 5) - 2), 1, at);
}

static void wide_blob(const uint32_t words[4], float at[2])
{
    gaussian(words, 0, 0, 4, at);
}

static bool draw(density *from, random_stream stream, size_t count, points *made)
{
    made->at = malloc(2 * count * sizeof *made->at);
    if (!made->at)
        return complain("no memory for %zu points", count);
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        uint32_t words[4];
        random_words(stream, (uint32_t)i, words);
        from(words, made->at + 2 * i);
    }
    return true;
}

static bool copy(const float *at, size_t count, points *made)
{
    made->at = malloc(2 * count * sizeof *made->at);
    if (!made->at)
        return complain("no memory for %zu points", count);
    memcpy(made->at, at, 2 * count * sizeof *made->at);
    made->count = count;
    return true;
}

/* As in the paper's Figure 1: the model has lost the right-hand group, and crowds at the left. */
static bool few_charges(charges *made)
{
    static const float model[] = {-6.2f, 1.0f,  -4.9f, 2.6f, -3.6f, 0.9f, -4.6f, -0.6f,
                                  -5.6f, -1.9f, -2.9f, 3.0f, 0.4f,  4.4f, -2.3f, -1.6f};
    static const float target[] = {-5.2f, 0.9f,  -3.4f, -2.6f, -4.0f, 4.1f,  1.6f, 3.0f,
                                   4.6f,  -2.1f, 5.9f,  -0.4f, 3.3f,  -3.6f, 6.1f, 3.4f};
    return copy(model, 8, &made->model) && copy(target, 8, &made->target);
}

bool charges_example(enum example example, size_t samples, uint64_t seed, charges *made)
{
    density *model = one_blob, *target = wide_ring;
    memset(made, 0, sizeof *made);
    if (example == EXAMPLE_CHARGES)
        return few_charges(made);
    if (example == EXAMPLE_BLOBS) {
        model = small_ring;
        target = three_blobs;
    } else if (example == EXAMPLE_GAUSSIAN25) {
        model = wide_blob;
        target = grid_of_25;
    }
    return draw(model, (random_stream){.seed = seed, .stream = STREAM_MODEL}, samples, &made->model) &&
           draw(target, (random_stream){.seed = seed, .stream = STREAM_TARGET}, samples, &made->target) &&
           draw(target, (random_stream){.seed = seed, .stream = STREAM_FRESH}, samples, &made->fresh);
}

static bool read_points(const char *path, points *made)
{
    npy_array array;
    if (!npy_read(path, &array))
        return false;
    if (!npy_round(path, &array)) {
        npy_free(&array);
        return false;
    }
    if (array.rank != 2 || array.shape[1] != 2 || array.shape[0] == 0) {
        npy_free(&array);
        return complain("%s does not contain points of the plane; expected shape (N, 2)", path);
    }
    *made = (points){array.shape[0], array.values};
    return true;
}

bool charges_read(const char *model, const char *target, charges *made)
{
    memset(made, 0, sizeof *made);
    return read_points(model, &made->model) && read_points(target, &made->target);
}

void charges_free(charges *made)
{
    free(made->model.at);
    free(made->target.at);
    free(made->fresh.at);
    memset(made, 0, sizeof *made);
}

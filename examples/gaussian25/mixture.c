#include "mixture.h"

#include "support/console.h"
#include "support/random.h"

#include <stdlib.h>

static const double spacing = 10.5;

enum stream { STREAM_POINTS = 101, STREAM_FRESH = 102, STREAM_BATCH = 103 };

static double grid_line(uint32_t index)
{
    return spacing * ((double)index - (MIXTURE_SIDE - 1) / 2);
}

static void draw(random_stream stream, size_t count, float *points)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t words[4];
        double normals[2];
        random_words(stream, (uint32_t)i, words);
        random_normals(words[0], words[1], normals);
        uint32_t mode = random_below(words[2], MIXTURE_MODES);
        points[2 * i] = (float)(grid_line(mode % MIXTURE_SIDE) + normals[0]);
        points[2 * i + 1] = (float)(grid_line(mode / MIXTURE_SIDE) + normals[1]);
    }
}

bool mixture_begin(mixture *data, uint64_t seed)
{
    data->seed = seed;
    data->points = malloc(2 * MIXTURE_POINTS * sizeof *data->points);
    if (!data->points)
        return complain("no memory for the data");
    draw((random_stream){.seed = seed, .stream = STREAM_POINTS}, MIXTURE_POINTS, data->points);
    return true;
}

void mixture_end(mixture *data)
{
    free(data->points);
    data->points = NULL;
}

/* Drawn with replacement, four points to each block of random words. */
coulomb_status mixture_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    const mixture *data = user;
    (void)total;
    random_stream stream = {.seed = data->seed, .stream = STREAM_BATCH, .update = update};
    uint32_t words[4];
    for (size_t i = 0; i < count; i++) {
        size_t sample = first + i;
        if (i == 0 || sample % 4 == 0)
            random_words(stream, (uint32_t)(sample / 4), words);
        const float *point = data->points + 2 * random_below(words[sample % 4], MIXTURE_POINTS);
        batch[2 * i] = point[0];
        batch[2 * i + 1] = point[1];
    }
    return COULOMB_OK;
}

void mixture_fresh(const mixture *data, size_t count, float *points)
{
    draw((random_stream){.seed = data->seed, .stream = STREAM_FRESH}, count, points);
}

void mixture_means(float means[2 * MIXTURE_MODES])
{
    for (uint32_t mode = 0; mode < MIXTURE_MODES; mode++) {
        means[2 * mode] = (float)grid_line(mode % MIXTURE_SIDE);
        means[2 * mode + 1] = (float)grid_line(mode / MIXTURE_SIDE);
    }
}

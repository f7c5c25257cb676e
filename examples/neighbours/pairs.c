#include "pairs.h"

#include "support/console.h"
#include "support/succeed.h"

#include <coulomb/neighbours.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the two searches fill in. */
typedef struct search {
    size_t *samples;   /* [count, 2] */
    size_t *images;    /* [count, 2] */
    double *distances; /* [count], then [count, 2] of the images */
    float *queries;    /* [count, 2, dimension] */
} search;

static bool search_begin(search *s, size_t count, size_t dimension)
{
    s->samples = malloc(2 * count * sizeof *s->samples);
    s->images = malloc(2 * count * sizeof *s->images);
    s->distances = malloc(3 * count * sizeof *s->distances);
    s->queries = malloc(2 * count * dimension * sizeof *s->queries);
    return s->samples && s->images && s->distances && s->queries ? true : complain("no memory for %zu pairs", count);
}

static void search_end(search *s)
{
    free(s->samples);
    free(s->images);
    free(s->distances);
    free(s->queries);
}

static bool run(coulomb_context *context, const samples *of, training_images *training, size_t count, search *s)
{
    size_t d = of->dimension;
    if (!succeeded(context, coulomb_closest_pairs(context, d, of->values, of->count, count, s->samples, s->distances),
                   "searching similar pairs"))
        return false;
    for (size_t i = 0; i < 2 * count; i++)
        memcpy(s->queries + i * d, of->values + s->samples[i] * d, d * sizeof *s->queries);
    return succeeded(context,
                     coulomb_neighbours_streamed(context, d, s->queries, 2 * count, training_images_points, training,
                                                 (size_t)training->source.count, 1, s->images, s->distances + count),
                     "searching the nearest training images");
}

bool pairs_find(coulomb_context *context, const samples *of, training_images *training, size_t count, pair *pairs)
{
    search s = {0};
    bool done = search_begin(&s, count, of->dimension) && run(context, of, training, count, &s);
    for (size_t i = 0; done && i < count; i++) {
        pairs[i].distance = s.distances[i];
        for (size_t j = 0; j < 2; j++) {
            pairs[i].sample[j] = s.samples[2 * i + j];
            pairs[i].image[j] = s.images[2 * i + j];
            pairs[i].to_image[j] = s.distances[count + 2 * i + j];
        }
    }
    search_end(&s);
    return done;
}

double distance_in_levels(const samples *of, double distance)
{
    return 127.5 * distance / sqrt((double)of->dimension);
}

bool pairs_print(coulomb_context *context, const samples *of, size_t count, const pair *pairs)
{
    printf(
        "Differences are root mean squares in levels from 0 to 255. If the pairs of the picture down to some row are "
        "duplicates\nto the eye and those below are not, the support size is about the number in that row.\n\npair  "
        "samples        difference   nearest training images (difference)       support, 95 %% interval\n");
    for (size_t i = 0; i < count; i++) {
        const pair *p = &pairs[i];
        uint64_t duplicates = i + 1;
        double size, low, high;
        if (!succeeded(context, coulomb_support_size(context, 1, &of->count, &duplicates, &size, &low, &high),
                       "estimating the support size"))
            return false;
        printf("%4zu  %5zu, %5zu   %10.2f   %8zu (%6.2f), %8zu (%6.2f)   %10.0f, %.0f to %.0f\n", i + 1, p->sample[0],
               p->sample[1], distance_in_levels(of, p->distance), p->image[0], distance_in_levels(of, p->to_image[0]),
               p->image[1], distance_in_levels(of, p->to_image[1]), size, low, high);
    }
    return true;
}

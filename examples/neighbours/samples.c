#include "samples.h"

#include "support/console.h"

#include <stdlib.h>

static bool take(pictures *of, size_t index, samples *made)
{
    image next;
    if (!pictures_next(of, &next))
        return pictures_failed(of) ? false : complain("there are only %zu samples; %zu are needed", index, made->count);
    bool square = next.width == next.height;
    if (index == 0 && square) {
        made->side = next.width;
        made->dimension = 3 * made->side * made->side;
        made->values = malloc(made->count * made->dimension * sizeof *made->values);
    }
    bool done = square && made->values;
    for (size_t i = 0; done && i < made->dimension; i++)
        made->values[index * made->dimension + i] = (float)next.pixels[i] / 127.5f - 1.0f;
    if (!done)
        complain(square ? "no memory for %zu samples of %zu x %zu pixels"
                        : "%zu samples of %zu x %zu pixels; expected square images",
                 made->count, next.width, next.height);
    image_free(&next);
    return done;
}

static bool take_all(pictures *of, samples *made)
{
    for (size_t i = 0; i < made->count; i++)
        if (!take(of, i, made))
            return false;
    return true;
}

bool samples_make(coulomb_context *context, const settings *chosen, samples *made)
{
    const picture_form form = {.upright = chosen->upright != 0,
                               .scaled = chosen->scaled != 0,
                               .size = (size_t)chosen->size,
                               .channels = 3,
                               .filter = (enum image_filter)chosen->filter};
    *made = (samples){.count = (size_t)chosen->samples};
    pictures *of = settings_generator(chosen)
                       ? pictures_of_network(context, chosen->model, chosen->norm_averages, chosen->seed)
                       : pictures_open(chosen->model, form, chosen->seed);
    memory_plan plan = memory_begin(context, &chosen->device);
    if (of)
        pictures_plan(of, &plan);
    bool done = of && memory_tell(&plan) && take_all(of, made);
    pictures_close(of);
    return done;
}

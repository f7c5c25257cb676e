#include "training_images.h"

#include "support/console.h"

enum { FAILED = COULOMB_CALLER_FIRST + 310, NAMED_MOST = 5, FAR = 1000 };

bool training_images_open(const settings *chosen, size_t side, training_images *made)
{
    const image_set_options options = {.path = chosen->training,
                                       .size = side,
                                       .channels = 3,
                                       .crop = (size_t)chosen->crop,
                                       .upright = chosen->upright != 0,
                                       .scaled = chosen->scaled != 0,
                                       .seed = chosen->seed};
    *made = (training_images){.side = side, .filter = (enum image_filter)chosen->filter};
    if (!source_open(&options, &made->source))
        return false;
    progress_begin(&made->meter, "training images", 0, made->source.count);
    return true;
}

void training_images_close(training_images *of)
{
    if (of->damaged > NAMED_MOST)
        say("%zu damaged %s were skipped", of->damaged, of->source.entries);
    source_close(&of->source);
}

/* NULL, or what is wrong with the entry. */
static const char *read_entry(training_images *of, size_t index, float *values)
{
    image_crop crop;
    const char *reason = of->source.read(of->source.data, index, &crop);
    if (reason)
        return reason;
    bool done = image_resize(&crop.decoded, crop.part, of->side, 3, of->filter, values);
    image_free(&crop.decoded);
    return done ? NULL : "there is no memory to resize it";
}

bool training_images_read(training_images *of, size_t index, float *values)
{
    const char *reason = read_entry(of, index, values);
    return reason ? complain("training image %zu: %s", index, reason) : true;
}

/* What is damaged keeps its number, and is put far away, so that it is nobody's neighbour. */
static bool put_away(training_images *of, size_t index, const char *reason, float *values)
{
    char name[512];
    of->source.name(of->source.data, index, sizeof name, name);
    if (source_exhausted(reason))
        return complain("reading %s: %s", name, reason);
    if (++of->damaged <= NAMED_MOST)
        say("skipped %s: %s", name, reason);
    for (size_t i = 0; i < 3 * of->side * of->side; i++)
        values[i] = FAR;
    return of->damaged < of->source.count ? true : complain("all training images are damaged");
}

coulomb_status training_images_points(void *user, size_t first, size_t count, float *points)
{
    training_images *of = user;
    size_t dimension = 3 * of->side * of->side;
    for (size_t i = 0; i < count; i++) {
        const char *reason = read_entry(of, first + i, points + i * dimension);
        if (reason && !put_away(of, first + i, reason, points + i * dimension))
            return FAILED;
        if (progress_due(&of->meter, first + i + 1))
            progress_show(&of->meter, first + i + 1, NULL);
    }
    if (first + count == of->source.count)
        progress_end(&of->meter);
    return COULOMB_OK;
}

#include "images/sample.h"

#include "images/decode.h"

#include <stdbool.h>

/* Of images of which 1 % may be damaged, as many in a row are not by chance. */
enum { ATTEMPTS = 50 };

size_t sample_length(const sample_maker *maker)
{
    return maker->size * maker->size * maker->channels;
}

static const char *fill(const sample_maker *maker, uint64_t entry, float *values)
{
    image_crop crop;
    const char *wrong = maker->source->read(maker->source->data, entry, &crop);
    if (wrong)
        return wrong;
    bool done = image_resize(&crop.decoded, crop.part, maker->size, maker->channels, maker->filter, values);
    image_free(&crop.decoded);
    return done ? NULL : image_no_memory;
}

/* Whether an entry was found damaged by this sample before: decoding it again costs time and tells nothing. */
static bool was_met(const damage_list *met, uint64_t place, uint64_t entry)
{
    for (size_t i = met->count; i-- > 0 && met->found[i].place == place;)
        if (met->found[i].entry == entry)
            return true;
    return false;
}

typedef uint64_t choose_first(const image_order *order, uint64_t place);
typedef uint64_t choose_next(const image_order *order, uint64_t place, uint32_t attempt);

static const char *make(const sample_maker *maker, uint64_t place, choose_first *first, choose_next *next,
                        float *values, damage_list *met)
{
    uint64_t entry = first(&maker->order, place);
    for (uint32_t attempt = 0; attempt < ATTEMPTS; attempt++, entry = next(&maker->order, place, attempt - 1)) {
        if (was_met(met, place, entry))
            continue;
        const char *wrong = fill(maker, entry, values);
        if (!wrong || source_exhausted(wrong))
            return wrong;
        if (!damage_add(met, (damage){.place = place, .attempt = attempt, .entry = entry, .reason = wrong}))
            return "no memory is left to note a damaged image";
    }
    return "many images drawn one after another were all damaged";
}

const char *sample_make(const sample_maker *maker, uint64_t place, float *values, damage_list *met)
{
    return make(maker, place, order_image, order_replacement, values, met);
}

const char *sample_make_held_out(const sample_maker *maker, uint64_t index, float *values, damage_list *met)
{
    return make(maker, index, order_held_out, order_held_out_replacement, values, met);
}

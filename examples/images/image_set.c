#include "images/image_set.h"

#include "images/ahead.h"
#include "support/console.h"
#include "support/wording.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Damaged entries that are named; the rest is counted. */
enum { NAMED_MOST = 5 };

struct image_set {
    image_source source;
    sample_maker maker;
    ahead *decoding;
    damage_account damaged;
    damage_list met; /* by the call under way */
    damage last;
    size_t named;
    char path[512]; /* for messages */
    char error[1024];
};

static bool check(const image_set_options *options)
{
    if (options->size == 0 || options->size > 4096)
        return complain("the image size is %zu pixels; expected 1 to 4096", options->size);
    if (options->channels != 1 && options->channels != 3)
        return complain("the number of channels is %zu; expected 1 (grey) or 3 (colour)", options->channels);
    if (options->filter != IMAGE_AREA && options->filter != IMAGE_BICUBIC)
        return complain("the filter is number %d; expected area or bicubic", (int)options->filter);
    return true;
}

static bool check_held_out(const image_set *set, size_t held_out)
{
    if (held_out < set->source.count)
        return true;
    char counted[COUNTED_SIZE];
    format_counted(set->source.count, set->source.entries, counted);
    return complain("%s holds %s; --held-out %zu leaves none for training", set->path, counted, held_out);
}

static bool prepare(image_set *set, const image_set_options *options)
{
    snprintf(set->path, sizeof set->path, "%s", options->path);
    if (!source_open(options, &set->source) || !check_held_out(set, options->held_out))
        return false;
    set->maker = (sample_maker){.source = &set->source,
                                .order = {options->seed, set->source.count, options->held_out},
                                .size = options->size,
                                .channels = options->channels,
                                .crop = options->crop,
                                .filter = options->filter};
    sample_hint_at_crop(&set->maker, set->path);
    set->decoding = ahead_start(&set->maker, options->workers, options->workers > 0 ? options->workers_most : 0);
    return set->decoding != NULL;
}

bool image_set_open(const image_set_options *options, image_set **made)
{
    *made = NULL;
    if (!check(options))
        return false;
    image_set *set = calloc(1, sizeof *set);
    if (!set)
        return complain("no memory to read %s", options->path);
    if (!prepare(set, options)) {
        image_set_close(set);
        return false;
    }
    *made = set;
    return true;
}

void image_set_close(image_set *set)
{
    if (!set)
        return;
    ahead_stop(set->decoding);
    if (set->damaged.count > set->named)
        say_of_process("%zu %s of %s were damaged and skipped", set->damaged.count, set->source.entries, set->path);
    damage_account_free(&set->damaged);
    damage_free(&set->met);
    source_close(&set->source);
    free(set);
}

data_identity image_set_identity(const image_set *set)
{
    return (data_identity){set->source.count, set->source.hash};
}

size_t image_set_count(const image_set *set)
{
    return (size_t)(set->maker.order.count - set->maker.order.held_out);
}

size_t image_set_workers(const image_set *set)
{
    return ahead_workers(set->decoding);
}

size_t image_set_damaged(const image_set *set)
{
    return set->damaged.count;
}

const char *image_set_error(const image_set *set)
{
    return set->error;
}

__attribute__((format(printf, 2, 3))) static bool fail(image_set *set, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(set->error, sizeof set->error, format, arguments);
    va_end(arguments);
    return false;
}

static void name_entry(image_set *set, const damage *found, size_t size, char *text)
{
    set->source.name(set->source.data, found->entry, size, text);
}

static void tell(image_set *set, const damage *found)
{
    char name[512];
    if (set->named == NAMED_MOST)
        return;
    name_entry(set, found, sizeof name, name);
    say_of_process("skipped %s: %s", name, found->reason);
    if (++set->named == NAMED_MOST)
        say_of_process("further damaged %s of %s are counted but not listed", set->source.entries, set->path);
}

static bool complain_excess(image_set *set)
{
    char name[256], looked_at[COUNTED_SIZE];
    name_entry(set, &set->last, sizeof name, name);
    format_counted(set->damaged.looked_at, set->source.entries, looked_at);
    return fail(set,
                "%zu of %s of %s looked at %s damaged, more than 1 %% (the last is %s: %s); check that these are the "
                "images, and that they were copied whole",
                set->damaged.count, looked_at, set->path, set->damaged.count == 1 ? "is" : "are", name,
                set->last.reason);
}

/* Enter what was met into the account. Runs on the caller's thread in the order of the samples, so that neither the log
 * nor the end of a run depends on the workers' timing. */
static bool settle(image_set *set, size_t samples, const char *failed)
{
    uint64_t images = set->source.count;
    set->damaged.looked_at += samples + set->met.count;
    if (set->damaged.looked_at > images)
        set->damaged.looked_at = images;
    for (size_t i = 0; i < set->met.count; i++) {
        set->last = set->met.found[i];
        int news = damage_note(&set->damaged, set->last.entry);
        if (news < 0)
            return fail(set, "no memory is left to note damaged images");
        if (news > 0)
            tell(set, &set->last);
    }
    if (damage_excessive(&set->damaged, images))
        return complain_excess(set);
    return failed ? fail(set, "reading %s: %s", set->path, failed) : true;
}

static bool make_batch(image_set *set, uint64_t update, const batch_slice *slice, float *batch)
{
    set->met.count = 0;
    if (update == 0)
        return fail(set, "the images of update 0 were asked for; updates count from 1");
    const char *failed = ahead_batch(set->decoding, update, slice, batch, &set->met);
    return settle(set, slice->count, failed);
}

coulomb_status image_set_batch(void *user, uint64_t update, size_t count, float *batch)
{
    const batch_slice whole = {.total = count, .count = count};
    return make_batch(user, update, &whole, batch) ? COULOMB_OK : IMAGE_SET_FAILED;
}

coulomb_status image_set_slice(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    const batch_slice slice = {.total = total, .first = first, .count = count};
    return make_batch(user, update, &slice, batch) ? COULOMB_OK : IMAGE_SET_FAILED;
}

bool image_set_held_out(image_set *set, size_t count, float *values)
{
    size_t held_out = (size_t)set->maker.order.held_out, length = sample_length(&set->maker);
    if (count > held_out)
        return fail(set, "%zu images held out were asked for; there are %zu", count, held_out);
    const char *failed = NULL;
    set->met.count = 0;
    for (size_t i = 0; i < count && !failed; i++)
        failed = sample_make_held_out(&set->maker, i, values + i * length, &set->met);
    return settle(set, count, failed);
}

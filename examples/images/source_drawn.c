/* Pictures drawn on the spot in place of a data set: as many as anyone will ask for, each at the size it is used at. */
#include "images/source.h"

#include "images/decode.h"
#include "images/draw.h"
#include "support/console.h"
#include "support/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURES = 1000000 };

typedef struct drawn {
    picture which;
    image_part part;
    size_t size;
} drawn;

static const char *drawn_read(void *data, uint64_t entry, image *made)
{
    const drawn *of = data;
    picture which = of->which;
    which.number = entry;
    return picture_draw(which, of->part, of->size, of->size, made) ? NULL : image_no_memory;
}

static void drawn_name(void *data, uint64_t entry, size_t size, char *text)
{
    (void)data;
    snprintf(text, size, "picture %" PRIu64, entry);
}

bool source_open_drawn(const image_set_options *options, image_source *made)
{
    enum picture_kind kind;
    if (!options->drawn || !picture_kind_find(options->drawn, &kind))
        return complain("unknown synthetic data '%s'; expected faces, rooms or objects",
                        options->drawn ? options->drawn : "");
    drawn *of = malloc(sizeof *of);
    if (!of)
        return complain("no memory to draw %s", options->drawn);
    image whole = {0};
    picture_size(kind, &whole.width, &whole.height);
    *of = (drawn){.which = {.kind = kind, .seed = options->seed},
                  .part = image_centre(&whole, options->crop),
                  .size = options->size};
    *made = (image_source){.count = PICTURES,
                           .hash = hash_bytes(HASH_START, options->drawn, strlen(options->drawn)),
                           .entries = "pictures",
                           .data = of,
                           .read = drawn_read,
                           .name = drawn_name,
                           .close = free};
    return true;
}

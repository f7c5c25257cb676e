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
    image_request request;
} drawn;

static const char *drawn_read(void *data, uint64_t entry, image_crop *made)
{
    const drawn *of = data;
    picture which = of->which;
    which.number = entry;
    if (!picture_draw(which, of->part, of->request.size, of->request.size, &made->decoded))
        return image_no_memory;
    image_place_in_whole(&of->request, 1, made);
    return NULL;
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
    size_t width, height;
    picture_size(kind, &width, &height);
    *of = (drawn){.which = {.kind = kind, .seed = options->seed},
                  .part = image_centre(width, height, options->crop),
                  .request = {.size = options->size}}; /* the part is drawn alone: nothing to crop */
    *made = (image_source){.count = PICTURES,
                           .hash = hash_bytes(HASH_START, options->drawn, strlen(options->drawn)),
                           .entries = "pictures",
                           .data = of,
                           .read = drawn_read,
                           .name = drawn_name,
                           .close = free};
    return true;
}

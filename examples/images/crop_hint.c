/* A default crop or size that fits one data set can cut most of another one's pictures away, or enlarge them. */
#include "images/sample.h"

#include "support/console.h"

#include <stdint.h>

enum { LOOKED_AT = 8 };

/* Pictures of which less than this is used; of CelebA's, with its crop, it is three tenths. */
static const double share_least = 0.25;

void sample_hint_at_crop(const sample_maker *maker, const char *path)
{
    const image_source *source = maker->source;
    double least = 1;
    size_t cut = 0, enlarged = 0, seen = 0, width = 0, height = 0, side = SIZE_MAX;
    for (uint64_t i = 0; i < LOOKED_AT && i < source->count; i++) {
        image_crop found;
        /* damage is told of where the pictures are used */
        if (source->read(source->data, i * (source->count / LOOKED_AT + 1) % source->count, &found))
            continue;
        image_free(&found.decoded);
        image_part part = image_centre(found.whole_width, found.whole_height, maker->crop);
        double share = part.width * part.height / ((double)found.whole_width * (double)found.whole_height);
        seen++;
        cut += maker->crop > 0 && share < share_least;
        enlarged += part.width < (double)maker->size;
        side = part.width < (double)side ? (size_t)part.width : side;
        if (share < least) {
            least = share;
            width = found.whole_width;
            height = found.whole_height;
        }
    }
    if (2 * cut > seen)
        say("%s: of pictures such as %zu x %zu pixels --crop %zu uses only %.2g %%; --crop 0 uses the largest square",
            path, width, height, maker->crop, 100 * least);
    if (2 * enlarged > seen)
        say("%s: most pictures are enlarged to %zu pixels a side, some from %zu", path, maker->size, side);
}

/*
 * Reads an image set for the shell tests as a trainer would: read_set PATH SIZE CROP UPDATES [WORKERS]. Prints the
 * number of images, those found damaged, and a sum over all values that changes with any of them; the error otherwise.
 */
#include "images/image_set.h"
#include "support/console.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 16 };

/* Fowler, Noll and Vo's hash (1991). */
static uint64_t hash(uint64_t so_far, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        so_far = (so_far ^ bits) * 1099511628211u;
    }
    return so_far;
}

static bool read_batches(image_set *set, size_t length, uint64_t updates)
{
    float *batch = malloc(BATCH * length * sizeof *batch);
    uint64_t sum = 14695981039346656037u;
    bool done = batch != NULL;
    for (uint64_t update = 1; done && update <= updates; update++) {
        done = image_set_batch(set, update, BATCH, batch) == COULOMB_OK;
        sum = done ? hash(sum, batch, BATCH * length) : sum;
    }
    free(batch);
    if (!done)
        return complain("%s", image_set_error(set));
    printf("%zu %zu %016" PRIx64 "\n", image_set_count(set), image_set_damaged(set), sum);
    return true;
}

int main(int argument_count, char **arguments)
{
    console_name("read_set");
    if (argument_count < 5) {
        fputs("read_set PATH SIZE CROP UPDATES [WORKERS]\n", stderr);
        return 2;
    }
    image_set_options options = {.path = arguments[1],
                                 .drawn = "faces",
                                 .size = strtoul(arguments[2], NULL, 10),
                                 .channels = 3,
                                 .crop = strtoul(arguments[3], NULL, 10),
                                 .filter = IMAGE_AREA,
                                 .seed = 1,
                                 .workers = argument_count > 5 ? strtoul(arguments[5], NULL, 10) : 0};
    image_set *set;
    if (!image_set_open(&options, &set))
        return 1;
    bool done = read_batches(set, 3 * options.size * options.size, strtoull(arguments[4], NULL, 10));
    image_set_close(set);
    return done ? 0 : 1;
}

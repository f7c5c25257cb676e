/* 000001.jpg, 000002.jpg, ... as in CelebA's img_align_celeba. */
#include "writer.h"

#include "support/console.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tree_writer {
    const char *directory;
    const settings *chosen;
} tree_writer;

static uint64_t tree_total(const settings *chosen)
{
    return chosen->count;
}

static void *tree_begin(const char *directory, const settings *chosen)
{
    tree_writer *state = malloc(sizeof *state);
    if (!state) {
        complain("no memory to write %s", directory);
        return NULL;
    }
    *state = (tree_writer){directory, chosen};
    return state;
}

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return complain("cannot write %s: %s", path, strerror(errno));
    bool done = fwrite(bytes, 1, size, file) == size;
    int reason = errno;
    if (fclose(file) != 0 && done) {
        done = false;
        reason = errno;
    }
    return done || complain("cannot write %s: %s", path, strerror(reason));
}

static bool tree_add(void *state, uint64_t number, const image *drawn)
{
    static const char *const endings[] = {[IMAGE_JPEG] = "jpg", [IMAGE_PNG] = "png", [IMAGE_WEBP] = "webp"};
    const tree_writer *to = state;
    char path[4200];
    uint8_t *bytes;
    size_t size;
    const char *wrong =
        image_encode(drawn, (enum image_format)to->chosen->encoding, (int)to->chosen->quality, &bytes, &size);
    if (wrong)
        return complain("picture %" PRIu64 ": %s", number + 1, wrong);
    snprintf(path, sizeof path, "%s/%06" PRIu64 ".%s", to->directory, number + 1, endings[to->chosen->encoding]);
    bool done = write_file(path, bytes, size);
    free(bytes);
    return done;
}

static bool tree_end(void *state, bool whole)
{
    (void)whole;
    free(state);
    return true;
}

const dataset_writer writer_tree = {.total = tree_total, .begin = tree_begin, .add = tree_add, .end = tree_end};

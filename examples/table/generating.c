#include "generating.h"

#include "conditions.h"

#include "support/console.h"
#include "support/files.h"
#include "support/succeed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS_MOST = 5000000 /* without a row that fits */ };

typedef struct writing {
    const row_maker *with;
    conditions wanted;
    float *samples; /* [ROWS_AT_ONCE, width] */
    uint64_t written, draws_without;
    FILE *to;
} writing;

/* The rows of a block that fit come first, in their order; how many they are, or SIZE_MAX after a complaint. */
static size_t keep_fitting(writing *at, size_t count)
{
    const encoding *of = at->with->encoding;
    size_t kept = 0;
    table drawn;
    if (at->wanted.count == 0)
        return count;
    if (!encoding_decode(of, at->samples, count, at->with->beyond, &drawn))
        return SIZE_MAX;
    for (size_t row = 0; row < count; row++)
        if (conditions_hold(&at->wanted, &drawn, row))
            memmove(at->samples + kept++ * of->width, at->samples + row * of->width, of->width * sizeof(float));
    table_free(&drawn);
    at->draws_without = kept > 0 ? 0 : at->draws_without + count;
    return kept;
}

static bool write_block(writing *at, size_t count)
{
    table made;
    if (!encoding_decode(at->with->encoding, at->samples, count, at->with->beyond, &made))
        return false;
    table_write_rows(&made, at->written, at->to);
    at->written += count;
    table_free(&made);
    return true;
}

static bool write_rows(writing *at, uint64_t wanted)
{
    table_write_header(at->with->encoding->of, at->to);
    while (at->written < wanted && !ferror(at->to)) {
        uint64_t left = wanted - at->written;
        size_t draw = at->wanted.count > 0 || left > ROWS_AT_ONCE ? ROWS_AT_ONCE : (size_t)left;
        if (!succeeded(at->with->context, coulomb_network_generate(at->with->generator, draw, at->samples),
                       "generating rows"))
            return false;
        size_t fitting = keep_fitting(at, draw);
        if (fitting == SIZE_MAX)
            return false;
        if (at->draws_without >= DRAWS_MOST)
            return complain("--given: none of %" PRIu64 " rows drawn has these values together; %" PRIu64
                            " rows were written before",
                            at->draws_without, at->written);
        if (!write_block(at, fitting < left ? fitting : (size_t)left))
            return false;
    }
    return true;
}

/* A file is written whole or not at all. */
static bool write_file(writing *at, uint64_t count, const char *path)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    at->to = file.stream;
    if (write_rows(at, count))
        return file_commit(&file);
    file_abandon(&file);
    return false;
}

bool rows_write(const row_maker *with, uint64_t count, const char *path)
{
    writing at = {.with = with, .to = stdout};
    if (!conditions_read(with->encoding, with->given, &at.wanted))
        return false;
    at.samples = malloc((size_t)ROWS_AT_ONCE * with->encoding->width * sizeof *at.samples);
    bool done = at.samples || complain("no memory for %d rows", ROWS_AT_ONCE);
    done = done && (path ? write_file(&at, count, path) : write_rows(&at, count));
    free(at.samples);
    conditions_free(&at.wanted);
    return done;
}

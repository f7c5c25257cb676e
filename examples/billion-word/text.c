#include "text.h"

#include "support/console.h"
#include "support/files.h"
#include "support/packed.h"
#include "support/progress.h"
#include "support/wording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 16, BYTE_ORDER_MARK = 0xfeff };

static const double bytes_of_megabyte = 1e6;

/* --- bytes to lines --- */

static void begin_line(line_reader *reader)
{
    reader->length = 0;
    reader->started = false;
    reader->decoder = (utf8_decoder){0};
}

void line_reader_begin(line_reader *reader, corpus_builder *into, size_t most)
{
    reader->into = into;
    reader->most = most;
    reader->begun = false;
    begin_line(reader);
}

static bool line_reader_full(const line_reader *reader)
{
    return corpus_lines(reader->into) >= reader->most;
}

/* What the decoder gave; of two, the first is the one that was broken off. */
static void take(line_reader *reader, const uint32_t *points, size_t count)
{
    size_t kept = reader->length < LINE_LENGTH ? LINE_LENGTH - reader->length : 0;
    kept = count < kept ? count : kept;
    reader->replaced += reader->decoder.replaced < kept ? reader->decoder.replaced : kept;
    reader->decoder.replaced = 0;
    reader->characters += kept;
    for (size_t i = 0; i < count; i++) {
        reader->zeros += i < kept && points[i] == 0;
        if (reader->begun || points[i] != BYTE_ORDER_MARK)
            reader->points[reader->length++] = points[i];
        reader->begun = true;
    }
}

static bool end_line(line_reader *reader, bool line_feed)
{
    uint32_t points[1];
    take(reader, points, utf8_end(&reader->decoder, points));
    if (line_feed && reader->length > 0 && reader->points[reader->length - 1] == '\r')
        reader->length--;
    size_t length = reader->length < LINE_LENGTH ? reader->length : LINE_LENGTH;
    reader->lines++;
    reader->empties += length == 0;
    bool fine = corpus_add(reader->into, reader->points, length);
    begin_line(reader);
    return fine;
}

/* One character more than is kept is decoded, as it may be the carriage return that ends a line of full length; what
 * follows is skipped. */
bool line_reader_feed(line_reader *reader, const uint8_t *bytes, size_t size)
{
    const uint8_t *end = bytes + size;
    while (bytes < end && !line_reader_full(reader)) {
        if (reader->length > LINE_LENGTH)
            bytes = memchr(bytes, '\n', (size_t)(end - bytes));
        if (bytes == NULL)
            return true;
        uint8_t byte = *bytes++;
        if (byte == '\n') {
            if (!end_line(reader, true))
                return false;
            continue;
        }
        uint32_t points[2];
        reader->started = true;
        take(reader, points, utf8_decode(&reader->decoder, byte, points));
    }
    return true;
}

bool line_reader_end(line_reader *reader)
{
    return !reader->started || line_reader_full(reader) || end_line(reader, false);
}

/* --- files to lines --- */

typedef struct reading {
    line_reader reader;
    progress meter;
    uint64_t bytes, bytes_of_all;
} reading;

/* The end is where the bytes end, or where the lines so far say that there will be enough. */
static void show(reading *at)
{
    double lines = (double)corpus_lines(at->reader.into), share = lines / (double)at->reader.most;
    double all = (double)at->bytes_of_all, needed = share > 0 ? (double)at->bytes / share : all;
    char figures[64];
    snprintf(figures, sizeof figures, "%.0f lines", lines);
    at->meter.last = (uint64_t)((needed < all ? needed : all) / bytes_of_megabyte) + 1;
    progress_show(&at->meter, (uint64_t)((double)at->bytes / bytes_of_megabyte), figures);
}

/* UTF-16 and UTF-32 begin with one of these, which never stand in UTF-8. */
static bool is_utf16(const uint8_t *block, size_t size)
{
    return size >= 2 && ((block[0] == 0xff && block[1] == 0xfe) || (block[0] == 0xfe && block[1] == 0xff));
}

static bool read_stream(reading *at, const char *path, FILE *stream)
{
    uint8_t block[BLOCK];
    bool first = true;
    while (!line_reader_full(&at->reader)) {
        size_t size = fread(block, 1, sizeof block, stream);
        if (ferror(stream) != 0)
            return complain("cannot read %s: %s", path, strerror(errno));
        if (size == 0)
            return line_reader_end(&at->reader);
        if (first && is_utf16(block, size))
            return complain("%s is UTF-16 or UTF-32; expected UTF-8: convert it, as by iconv -f UTF-16 -t UTF-8", path);
        const char *packed = first ? packed_kind(block, size) : NULL;
        if (packed)
            return complain("%s is %s", path, packed);
        first = false;
        at->bytes += size;
        if (!line_reader_feed(&at->reader, block, size))
            return false;
        if (progress_due(&at->meter, (uint64_t)((double)at->bytes / bytes_of_megabyte)))
            show(at);
    }
    return true;
}

static bool read_file(reading *at, const char *path)
{
    FILE *stream = file_open(path);
    if (!stream)
        return false;
    line_reader_begin(&at->reader, at->reader.into, at->reader.most);
    bool fine = read_stream(at, path, stream);
    if (ferror(stream) != 0)
        fine = complain("cannot read %s: %s", path, strerror(errno));
    fclose(stream);
    return fine;
}

/* A few are usual in large texts; many are another encoding, whose bytes would be learned as if they were letters. */
static bool check_encoding(const line_reader *reader, const char *path)
{
    if (100 * reader->zeros > reader->characters)
        return complain("%s: %" PRIu64 " of %" PRIu64 " characters are U+0000, more than 1 %%, as in UTF-16; expected "
                        "UTF-8: convert it, as by iconv -f UTF-16LE -t UTF-8",
                        path, reader->zeros, reader->characters);
    if (100 * reader->replaced > reader->characters)
        return complain("%s: %" PRIu64 " of %" PRIu64 " characters are not UTF-8, more than 1 %%; convert it, as by "
                        "iconv -f ISO-8859-1 -t UTF-8",
                        path, reader->replaced, reader->characters);
    return true;
}

static void report(const reading *at, const text_files *found, size_t files)
{
    const line_reader *reader = &at->reader;
    char lines[COUNTED_SIZE], counted[COUNTED_SIZE];
    format_counted(corpus_lines(reader->into), "lines", lines);
    format_counted(files, "files", counted);
    say("Read %s from %s.", lines, counted);
    format_counted(found->count - files, "further files", counted);
    if (files < found->count)
        say("Left out %s: as many lines as --lines says are read.", counted);
    if (found->left_out > 0)
        say("Left out %zu hidden files, linked directories and others that are no files.", found->left_out);
    format_counted(reader->empties, "empty lines", counted);
    if (reader->empties > 0)
        say("Skipped %s.", counted);
    format_counted(reader->replaced, "invalid UTF-8 sequences", counted);
    if (reader->replaced > 0)
        say("%s became U+FFFD.", counted);
}

bool text_read(const char *path, size_t most, corpus_builder *into)
{
    text_files found;
    if (!text_files_find(path, &found))
        return false;
    reading at = {.bytes_of_all = found.bytes};
    line_reader_begin(&at.reader, into, most);
    progress_begin(&at.meter, "MB of text", 0, 1);
    size_t files = 0;
    bool fine = true;
    while (fine && files < found.count && !line_reader_full(&at.reader))
        fine = read_file(&at, found.paths[files++]);
    progress_end(&at.meter);
    fine = fine && check_encoding(&at.reader, path);
    if (fine)
        report(&at, &found, files);
    text_files_free(&found);
    return fine;
}

/* Reading archives. Everything is taken from the directory at the file's end, so that entries whose sizes were not
 * known when they were begun need no special care. */
#include "zip.h"

#include "console.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    END_SIZE = 22,
    COMMENT_MOST = 65535,
    LOCATOR_SIZE = 20,
    END_64_SIZE = 56,
    ENTRY_SIZE = 46,
    LOCAL_SIZE = 30,
    DIRECTORY_MOST = 1 << 24,
    STORED = 0,
    DEFLATED = 8,
    DEFLATE_MOST = 1032 /* bytes that one byte can become */
};

struct zip_archive {
    const char *path;
    FILE *stream;
    uint64_t size;
    unsigned char *directory;
    size_t directory_size;
};

/* What the directory says about an entry. */
typedef struct entry {
    const unsigned char *name;
    size_t name_length;
    unsigned flags, method;
    uint32_t checksum;
    uint64_t packed, size, offset;
} entry;

static uint64_t number(const unsigned char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint64_t)at[i] << 8 * i;
    return value;
}

static bool signature(const unsigned char *at, int a, int b)
{
    return at[0] == 'P' && at[1] == 'K' && at[2] == a && at[3] == b;
}

static bool read_at(const zip_archive *archive, uint64_t offset, void *bytes, size_t count)
{
    if (offset > archive->size || count > archive->size - offset)
        return complain("%s is damaged: it ends before byte %" PRIu64, archive->path, offset + count);
    if (fseeko(archive->stream, (off_t)offset, SEEK_SET) != 0 || fread(bytes, 1, count, archive->stream) != count)
        return complain("cannot read %s: %s", archive->path, strerror(errno));
    return true;
}

/* --- the directory --- */

static bool load_directory(zip_archive *archive, uint64_t offset, uint64_t size)
{
    if (size > DIRECTORY_MOST)
        return complain("%s claims a directory of %" PRIu64 " bytes; expected at most %d", archive->path, size,
                        DIRECTORY_MOST);
    archive->directory_size = (size_t)size;
    archive->directory = malloc(archive->directory_size + 1);
    if (!archive->directory)
        return complain("no memory for the directory of %s", archive->path);
    return read_at(archive, offset, archive->directory, archive->directory_size);
}

/* `at`: of the end record. Fields that are all ones stand in a record of 64 bits before it. */
static bool find_directory(zip_archive *archive, const unsigned char *end, uint64_t at)
{
    uint64_t size = number(end + 12, 4), offset = number(end + 16, 4);
    if (number(end + 4, 2) != 0 && number(end + 4, 2) != 0xffff)
        return complain("%s is one part of an archive of several files", archive->path);
    unsigned char locator[LOCATOR_SIZE], wide[END_64_SIZE];
    if (size == UINT32_MAX || offset == UINT32_MAX || number(end + 10, 2) == 0xffff) {
        if (at < LOCATOR_SIZE || !read_at(archive, at - LOCATOR_SIZE, locator, LOCATOR_SIZE))
            return false;
        if (!signature(locator, 6, 7) || !read_at(archive, number(locator + 8, 8), wide, END_64_SIZE) ||
            !signature(wide, 6, 6))
            return complain("%s is damaged: its directory is not where it says", archive->path);
        size = number(wide + 40, 8);
        offset = number(wide + 48, 8);
    }
    return load_directory(archive, offset, size);
}

static bool find_end(zip_archive *archive)
{
    if (archive->size < END_SIZE)
        return complain("%s is too short to be an npz file", archive->path);
    size_t most = END_SIZE + COMMENT_MOST;
    size_t tail = archive->size < most ? (size_t)archive->size : most;
    unsigned char *bytes = malloc(tail);
    if (!bytes)
        return complain("no memory to read %s", archive->path);
    bool found = false, done = read_at(archive, archive->size - tail, bytes, tail);
    for (size_t at = tail - END_SIZE + 1; done && !found && at-- > 0;)
        if (signature(bytes + at, 5, 6) && number(bytes + at + 20, 2) == tail - END_SIZE - at) {
            found = true;
            done = find_directory(archive, bytes + at, archive->size - tail + at);
        }
    free(bytes);
    return !done || found ? done
                          : complain("%s is not an npz file, or its end is missing: there is no archive's directory",
                                     archive->path);
}

zip_archive *zip_open(const char *path)
{
    zip_archive *archive = calloc(1, sizeof *archive);
    if (!archive) {
        complain("no memory to open %s", path);
        return NULL;
    }
    archive->path = path;
    archive->stream = fopen(path, "rb");
    if (archive->stream && fseeko(archive->stream, 0, SEEK_END) == 0 && ftello(archive->stream) >= 0) {
        archive->size = (uint64_t)ftello(archive->stream);
        if (find_end(archive))
            return archive;
    } else {
        complain("cannot open %s: %s", path, strerror(errno));
    }
    zip_close(archive);
    return NULL;
}

void zip_close(zip_archive *archive)
{
    if (!archive)
        return;
    if (archive->stream)
        fclose(archive->stream);
    free(archive->directory);
    free(archive);
}

/* --- entries --- */

/* Numbers of 64 bits replace, in this order, those of the three that are all ones. */
static bool widen(const unsigned char *extra, size_t length, entry *found)
{
    uint64_t *wide[] = {&found->size, &found->packed, &found->offset};
    while (length >= 4) {
        size_t part = (size_t)number(extra + 2, 2);
        if (part > length - 4)
            return false;
        const unsigned char *at = extra + 4, *end = at + part;
        for (size_t i = 0; number(extra, 2) == 1 && i < 3; i++)
            if (*wide[i] == UINT32_MAX) {
                if (end - at < 8)
                    return false;
                *wide[i] = number(at, 8);
                at += 8;
            }
        extra += 4 + part;
        length -= 4 + part;
    }
    return true;
}

/* The directory's entry at a place; returns the next one's place, or 0 if it is damaged. */
static size_t parse_entry(const zip_archive *archive, size_t at, entry *found)
{
    const unsigned char *e = archive->directory + at;
    size_t left = archive->directory_size - at;
    if (left < ENTRY_SIZE || !signature(e, 1, 2))
        return 0;
    size_t name = (size_t)number(e + 28, 2), extra = (size_t)number(e + 30, 2), comment = (size_t)number(e + 32, 2);
    if (name + extra + comment > left - ENTRY_SIZE)
        return 0;
    *found = (entry){.name = e + ENTRY_SIZE,
                     .name_length = name,
                     .flags = (unsigned)number(e + 8, 2),
                     .method = (unsigned)number(e + 10, 2),
                     .checksum = (uint32_t)number(e + 16, 4),
                     .packed = number(e + 20, 4),
                     .size = number(e + 24, 4),
                     .offset = number(e + 42, 4)};
    return widen(e + ENTRY_SIZE + name, extra, found) ? at + ENTRY_SIZE + name + extra + comment : 0;
}

static bool find_entry(const zip_archive *archive, const char *name, entry *found)
{
    for (size_t at = 0; at < archive->directory_size;) {
        at = parse_entry(archive, at, found);
        if (at == 0)
            return complain("%s is damaged: its directory is not sound", archive->path);
        if (found->name_length == strlen(name) && memcmp(found->name, name, found->name_length) == 0)
            return true;
    }
    return complain("%s has no entry '%s'", archive->path, name);
}

/* Where the entry's bytes begin: behind a header of their own. */
static bool find_bytes(const zip_archive *archive, const char *name, const entry *e, uint64_t *begin)
{
    unsigned char local[LOCAL_SIZE];
    if (!read_at(archive, e->offset, local, LOCAL_SIZE))
        return false;
    if (!signature(local, 3, 4) || number(local + 8, 2) != e->method)
        return complain("%s is damaged: entry '%s' is not where the directory says", archive->path, name);
    *begin = e->offset + LOCAL_SIZE + number(local + 26, 2) + number(local + 28, 2);
    if (*begin > archive->size || e->packed > archive->size - *begin)
        return complain("%s is damaged: it ends within entry '%s'", archive->path, name);
    return true;
}

static bool inflate_all(const unsigned char *packed, size_t packed_size, unsigned char *bytes, size_t size)
{
    z_stream stream = {0};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    /* zlib counts in unsigned int */
    int result = Z_OK;
    size_t taken = 0, given = 0;
    while (result == Z_OK) {
        uInt in = packed_size - taken < 1 << 30 ? (uInt)(packed_size - taken) : 1 << 30;
        uInt out = size - given < 1 << 30 ? (uInt)(size - given) : 1 << 30;
        stream.next_in = (z_const Bytef *)(uintptr_t)(packed + taken);
        stream.next_out = bytes + given;
        stream.avail_in = in;
        stream.avail_out = out;
        result = inflate(&stream, Z_NO_FLUSH);
        taken += in - stream.avail_in;
        given += out - stream.avail_out;
        if (result == Z_OK && in == stream.avail_in && out == stream.avail_out)
            result = Z_DATA_ERROR;
    }
    inflateEnd(&stream);
    return result == Z_STREAM_END && given == size && taken == packed_size;
}

static bool unpack(const zip_archive *archive, const char *name, const entry *e, uint64_t begin, unsigned char *bytes)
{
    if (e->method == STORED)
        return read_at(archive, begin, bytes, (size_t)e->size);
    unsigned char *packed = malloc((size_t)e->packed + 1);
    if (!packed)
        return complain("no memory for entry '%s' of %s", name, archive->path);
    bool done = read_at(archive, begin, packed, (size_t)e->packed);
    if (done && !inflate_all(packed, (size_t)e->packed, bytes, (size_t)e->size))
        done = complain("%s is damaged: entry '%s' cannot be unpacked", archive->path, name);
    free(packed);
    return done;
}

/* A directory can claim anything: what can be there at all is known before memory is asked for. */
static bool check_claims(const zip_archive *archive, const char *name, const entry *e)
{
    if ((e->flags & 1) != 0)
        return complain("%s: entry '%s' is encrypted", archive->path, name);
    if (e->method != STORED && e->method != DEFLATED)
        return complain("%s: entry '%s' is packed by method %u; expected 0 (stored) or 8 (deflated)", archive->path,
                        name, e->method);
    uint64_t most = e->method == STORED                   ? e->packed
                    : e->packed > SIZE_MAX / DEFLATE_MOST ? SIZE_MAX - 1
                                                          : e->packed * DEFLATE_MOST;
    if (e->size > most || e->size >= SIZE_MAX || (e->method == STORED && e->size != e->packed))
        return complain("%s is damaged: entry '%s' cannot have %" PRIu64 " bytes", archive->path, name, e->size);
    return true;
}

unsigned char *zip_read(zip_archive *archive, const char *name, size_t *size)
{
    entry e = {0};
    uint64_t begin = 0;
    if (!find_entry(archive, name, &e) || !check_claims(archive, name, &e) || !find_bytes(archive, name, &e, &begin))
        return NULL;
    *size = (size_t)e.size;
    unsigned char *bytes = malloc(*size + 1);
    if (!bytes)
        complain("no memory for entry '%s' of %s", name, archive->path);
    bool done = bytes && unpack(archive, name, &e, begin, bytes);
    if (done && crc32_z(0, bytes, *size) != e.checksum)
        done = complain("%s is damaged: the checksum of entry '%s' does not fit", archive->path, name);
    if (done)
        return bytes;
    free(bytes);
    return NULL;
}

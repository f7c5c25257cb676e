#include "npz.h"

#include "console.h"
#include "files.h"
#include "npy_header.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

/* Bytes that one deflated byte can become; date of all entries. */
enum { DEFLATE_MOST = 1032, FIRST_OF_1980 = 0x21 };

static zip_t *complain_open(const char *path, zip_error_t *error)
{
    complain("cannot open %s: %s", path, zip_error_strerror(error));
    zip_error_fini(error);
    return NULL;
}

/* --- reading --- */

/* The archive closes the stream. */
static zip_t *open_archive(const char *path)
{
    zip_error_t error;
    FILE *stream = file_open(path);
    if (!stream)
        return NULL;
    zip_error_init(&error);
    zip_source_t *source = zip_source_filep_create(stream, 0, -1, &error);
    zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
    if (archive)
        return archive;
    if (source)
        zip_source_free(source);
    else
        fclose(stream);
    return complain_open(path, &error);
}

/* Read all bytes; libzip compares the checksum when there are no more. */
static bool read_bytes(zip_file_t *file, unsigned char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        zip_int64_t got = zip_fread(file, bytes + done, size - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return zip_fread(file, bytes + size, 1) == 0;
}

static unsigned char *read_entry(zip_t *archive, const char *path, const char *name, size_t size)
{
    zip_file_t *file = zip_fopen(archive, name, 0);
    if (!file) {
        complain("cannot read entry '%s' of %s: %s", name, path, zip_strerror(archive));
        return NULL;
    }
    unsigned char *bytes = malloc(size + 1);
    if (!bytes)
        complain("no memory for entry '%s' of %s", name, path);
    if (bytes && !read_bytes(file, bytes, size)) {
        complain("entry '%s' of %s is damaged: %s", name, path, zip_file_strerror(file));
        free(bytes);
        bytes = NULL;
    }
    zip_fclose(file);
    return bytes;
}

/* A directory can claim any size: it is compared with what the file can hold and with what is wanted before memory is
 * asked for. */
static bool find_size(zip_t *archive, const char *path, const char *name, size_t most, size_t *size)
{
    zip_stat_t entry;
    struct stat status;
    if (zip_stat(archive, name, 0, &entry) != 0)
        return complain("%s has no entry '%s'", path, name);
    *size = (size_t)entry.size;
    if (stat(path, &status) != 0)
        return complain("cannot look at %s: %s", path, strerror(errno));
    if (entry.size / DEFLATE_MOST > (uint64_t)status.st_size)
        return complain("%s is damaged: entry '%s' cannot have %" PRIu64 " bytes", path, name, entry.size);
    return entry.size <= most ||
           complain("entry '%s' of %s has %" PRIu64 " bytes; expected at most %zu", name, path, entry.size, most);
}

unsigned char *npz_read(const char *path, const char *name, size_t most, size_t *size)
{
    zip_t *archive = open_archive(path);
    if (!archive)
        return NULL;
    unsigned char *bytes = find_size(archive, path, name, most, size) ? read_entry(archive, path, name, *size) : NULL;
    zip_discard(archive);
    return bytes;
}

/* --- writing --- */

/* What an entry is put together from; it must live until the archive is closed. */
typedef struct entry_parts {
    const char *name;
    zip_buffer_fragment_t part[2];
} entry_parts;

static bool add_entry(zip_t *archive, const entry_parts *of)
{
    zip_source_t *source = zip_source_buffer_fragment(archive, of->part, 2, 0);
    zip_int64_t entry = source ? zip_file_add(archive, of->name, source, 0) : -1;
    if (entry < 0)
        zip_source_free(source);
    return entry >= 0 && zip_set_file_compression(archive, (zip_uint64_t)entry, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(archive, (zip_uint64_t)entry, 0, FIRST_OF_1980, 0) == 0;
}

static bool add_entries(zip_t *archive, const entry_parts *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!add_entry(archive, &entries[i]))
            return false;
    return true;
}

/* Build the archive in memory, which `source` holds: libzip's own files would have temporary names of its own. */
static bool make_archive(const char *path, zip_source_t *source, const entry_parts *entries, size_t count)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_keep(source);
    zip_t *archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    if (!archive) {
        zip_source_free(source);
        return complain_open(path, &error);
    }
    if (add_entries(archive, entries, count) && zip_close(archive) == 0)
        return true;
    complain("cannot write %s: %s", path, zip_strerror(archive));
    zip_discard(archive);
    return false;
}

static bool copy_archive(zip_source_t *source, const char *path)
{
    unsigned char block[1 << 14];
    new_file file;
    if (!file_begin(&file, path))
        return false;
    zip_int64_t got = zip_source_open(source);
    while (got >= 0 && (got = zip_source_read(source, block, sizeof block)) > 0)
        fwrite(block, 1, (size_t)got, file.stream);
    zip_source_close(source);
    if (got == 0)
        return file_commit(&file);
    file_abandon(&file);
    return complain("cannot write %s: %s", path, zip_error_strerror(zip_source_error(source)));
}

static bool write_archive(const char *path, const entry_parts *entries, size_t count)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (!source)
        return complain_open(path, &error) != NULL;
    bool done = make_archive(path, source, entries, count) && copy_archive(source, path);
    zip_source_free(source);
    return done;
}

bool npz_write_entries(const char *path, const npz_entry *entries, size_t count)
{
    entry_parts made[NPZ_ENTRIES_MOST];
    for (size_t i = 0; i < count; i++)
        made[i] = (entry_parts){entries[i].name, {{(zip_uint8_t *)entries[i].bytes, entries[i].size}, {NULL, 0}}};
    return write_archive(path, made, count);
}

bool npz_write(const char *path, const npz_array *arrays, size_t count)
{
    unsigned char header[NPZ_ENTRIES_MOST][NPY_HEADER_MOST];
    entry_parts made[NPZ_ENTRIES_MOST];
    for (size_t i = 0; i < count; i++) {
        const npz_array *of = &arrays[i];
        size_t values = of->shape[0] * (of->rank == 2 ? of->shape[1] : 1);
        made[i] = (entry_parts){of->name,
                                {{header[i], npy_header_make("<f8", of->rank, of->shape, header[i])},
                                 {(zip_uint8_t *)of->values, values * sizeof *of->values}}};
    }
    return write_archive(path, made, count);
}

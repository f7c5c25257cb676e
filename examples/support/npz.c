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

static zip_t *open_archive(const char *path, int flags)
{
    int code;
    zip_error_t error;
    zip_t *archive = zip_open(path, flags, &code);
    if (!archive) {
        zip_error_init_with_code(&error, code);
        complain("cannot open %s: %s", path, zip_error_strerror(&error));
        zip_error_fini(&error);
    }
    return archive;
}

/* --- reading --- */

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

/* A directory can claim any size: what the file can hold at all is known before memory is asked for. */
static bool find_size(zip_t *archive, const char *path, const char *name, size_t *size)
{
    zip_stat_t entry;
    struct stat status;
    if (zip_stat(archive, name, 0, &entry) != 0)
        return complain("%s has no entry '%s'", path, name);
    *size = (size_t)entry.size;
    if (stat(path, &status) != 0 || entry.size / DEFLATE_MOST > (uint64_t)status.st_size)
        return complain("%s is damaged: entry '%s' cannot have %" PRIu64 " bytes", path, name, entry.size);
    return true;
}

unsigned char *npz_read(const char *path, const char *name, size_t *size)
{
    zip_t *archive = open_archive(path, ZIP_RDONLY);
    if (!archive)
        return NULL;
    unsigned char *bytes = find_size(archive, path, name, size) ? read_entry(archive, path, name, *size) : NULL;
    zip_discard(archive);
    return bytes;
}

/* --- writing --- */

/* Header and values must live until the archive is closed. */
static bool add_array(zip_t *archive, const npz_array *array, unsigned char header[NPY_HEADER_MOST])
{
    size_t count = array->shape[0] * (array->rank == 2 ? array->shape[1] : 1);
    zip_buffer_fragment_t parts[] = {{header, npy_header_make("<f8", array->rank, array->shape, header)},
                                     {(zip_uint8_t *)array->values, count * sizeof *array->values}};
    zip_source_t *source = zip_source_buffer_fragment(archive, parts, 2, 0);
    zip_int64_t entry = source ? zip_file_add(archive, array->name, source, 0) : -1;
    if (entry < 0)
        zip_source_free(source);
    return entry >= 0 && zip_set_file_compression(archive, (zip_uint64_t)entry, ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(archive, (zip_uint64_t)entry, 0, FIRST_OF_1980, 0) == 0;
}

static bool write_arrays(new_file *file, const npz_array *arrays, size_t count)
{
    unsigned char header[NPZ_ARRAYS_MOST][NPY_HEADER_MOST];
    zip_t *archive = open_archive(file->temporary, ZIP_TRUNCATE);
    bool done = archive;
    for (size_t i = 0; done && i < count; i++)
        done = add_array(archive, &arrays[i], header[i]);
    if (done && zip_close(archive) == 0)
        return true;
    if (archive) {
        complain("cannot write %s: %s", file->path, zip_strerror(archive));
        zip_discard(archive);
    }
    return false;
}

bool npz_write(const char *path, const npz_array *arrays, size_t count)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    if (!write_arrays(&file, arrays, count)) {
        file_abandon(&file);
        return false;
    }
    /* libzip has put a new file in the temporary one's place: that one is to be synced and renamed */
    file.stream = freopen(file.temporary, "ab", file.stream);
    if (file.stream)
        return file_commit(&file);
    remove(file.temporary);
    return complain("cannot write %s: %s", path, strerror(errno));
}

/* Archives as NumPy's .npz files are: entries stored or deflated, sizes of 32 or 64 bits, no encryption. */
#ifndef SUPPORT_ZIP_H
#define SUPPORT_ZIP_H

#include "files.h"

#include <stddef.h>
#include <stdint.h>

typedef struct zip_archive zip_archive;

/* Open an archive and find its directory. NULL with a complaint. */
zip_archive *zip_open(const char *path);

void zip_close(zip_archive *archive);

/* Read a whole entry, checksum included. The bytes are to be freed by the caller; NULL with a complaint. */
unsigned char *zip_read(zip_archive *archive, const char *name, size_t *size);

/* An archive that is being written. */
enum { ZIP_ENTRIES_MOST = 4 };

typedef struct zip_writing {
    new_file file;
    size_t entries;
    struct zip_written {
        const char *name;
        uint32_t checksum, size, offset;
    } entry[ZIP_ENTRIES_MOST];
    uint64_t at;
} zip_writing;

bool zip_begin(zip_writing *archive, const char *path);

/* Add a stored entry made of two parts, a header and what follows it. The name must live until zip_commit(). */
bool zip_add(zip_writing *archive, const char *name, const void *header, size_t header_size, const void *values,
             size_t values_size);

/* Write the directory and put the file in its place; or give up. */
bool zip_commit(zip_writing *archive);
void zip_abandon(zip_writing *archive);

#endif

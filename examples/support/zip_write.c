/* Writing archives of a few stored entries, sizes of 32 bits, with the date that archives begin with: the same content
 * gives the same bytes. */
#include "zip.h"

#include "console.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

enum { LOCAL_SIZE = 30, ENTRY_SIZE = 46, END_SIZE = 22, VERSION = 20, FIRST_OF_1980 = 0x21 };

static void put(unsigned char *at, int bytes, uint64_t value)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void put_signature(unsigned char *at, int a, int b)
{
    at[0] = 'P';
    at[1] = 'K';
    at[2] = (unsigned char)a;
    at[3] = (unsigned char)b;
}

/* The fields that both kinds of headers have, in the same order: version to the extra field's length. */
static void put_entry(unsigned char *at, const struct zip_written *entry)
{
    memset(at, 0, 26);
    put(at, 2, VERSION);
    put(at + 8, 2, FIRST_OF_1980);
    put(at + 10, 4, entry->checksum);
    put(at + 14, 4, entry->size);
    put(at + 18, 4, entry->size);
    put(at + 22, 2, strlen(entry->name));
}

/* A write that fails shows in the stream when the file is committed. */
static void append(zip_writing *archive, const void *bytes, size_t count)
{
    fwrite(bytes, 1, count, archive->file.stream);
    archive->at += count;
}

bool zip_begin(zip_writing *archive, const char *path)
{
    archive->entries = 0;
    archive->at = 0;
    return file_begin(&archive->file, path);
}

bool zip_add(zip_writing *archive, const char *name, const void *header, size_t header_size, const void *values,
             size_t values_size)
{
    if (archive->entries == ZIP_ENTRIES_MOST || values_size > UINT32_MAX / 2 || archive->at > UINT32_MAX / 2)
        return complain("%s: entry '%s' is too large for the archive: %zu bytes", archive->file.path, name,
                        values_size);
    struct zip_written *entry = &archive->entry[archive->entries++];
    uLong checksum = crc32_z(crc32_z(0, header, header_size), values, values_size);
    *entry = (struct zip_written){.name = name,
                                  .checksum = (uint32_t)checksum,
                                  .size = (uint32_t)(header_size + values_size),
                                  .offset = (uint32_t)archive->at};
    unsigned char local[LOCAL_SIZE];
    put_signature(local, 3, 4);
    put_entry(local + 4, entry);
    append(archive, local, sizeof local);
    append(archive, name, strlen(name));
    append(archive, header, header_size);
    append(archive, values, values_size);
    return true;
}

bool zip_commit(zip_writing *archive)
{
    uint64_t start = archive->at;
    for (size_t i = 0; i < archive->entries; i++) {
        unsigned char entry[ENTRY_SIZE] = {0};
        put_signature(entry, 1, 2);
        put(entry + 4, 2, VERSION);
        put_entry(entry + 6, &archive->entry[i]);
        put(entry + 42, 4, archive->entry[i].offset);
        append(archive, entry, sizeof entry);
        append(archive, archive->entry[i].name, strlen(archive->entry[i].name));
    }
    unsigned char end[END_SIZE] = {0};
    put_signature(end, 5, 6);
    put(end + 8, 2, archive->entries);
    put(end + 10, 2, archive->entries);
    put(end + 12, 4, archive->at - start);
    put(end + 16, 4, start);
    append(archive, end, sizeof end);
    return file_commit(&archive->file);
}

void zip_abandon(zip_writing *archive)
{
    file_abandon(&archive->file);
}

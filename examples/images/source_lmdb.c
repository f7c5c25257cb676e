/* LSUN's databases: an LMDB whose values are whole WebP or JPEG files. What is damaged is refused record by record. */
#include "images/source.h"

#include "images/left_out.h"
#include "images/lmdb_file.h"
#include "support/console.h"
#include "support/files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lmdb_source {
    lmdb_file file;
    image_request request;
} lmdb_source;

enum { VALUE_MOST = 1 << 28, PATH_SIZE = 4096 };

static const char data_name[] = "data.mdb", lock_name[] = "lock.mdb";

static bool data_path(const char *directory, char path[PATH_SIZE])
{
    return snprintf(path, PATH_SIZE, "%s/%s", directory, data_name) < PATH_SIZE;
}

bool source_is_lmdb(const char *path, bool *answer)
{
    char file[PATH_SIZE];
    *answer = false;
    return !data_path(path, file) || file_look(file, answer);
}

static const char *lmdb_read(void *data, uint64_t entry, image_crop *made)
{
    lmdb_source *of = data;
    lmdb_record found;
    const char *wrong = lmdb_file_find(&of->file, entry, &found);
    if (wrong)
        return wrong;
    if (found.size > VALUE_MOST)
        return "it is larger than 256 MiB";
    uint8_t *bytes = malloc(found.size + 1);
    if (!bytes)
        return source_refusal(ENOMEM);
    wrong = lmdb_file_read(&of->file, &found, bytes);
    if (!wrong)
        wrong = image_decode_crop(bytes, found.size, &of->request, made);
    free(bytes);
    return wrong;
}

static void lmdb_name(void *data, uint64_t entry, size_t size, char *text)
{
    lmdb_source *of = data;
    lmdb_record found = {0};
    if (lmdb_file_find(&of->file, entry, &found) != NULL && found.key_size == 0) {
        snprintf(text, size, "record %" PRIu64, entry);
        return;
    }
    int length = snprintf(text, size, "record %" PRIu64 ", key ", entry);
    for (size_t i = 0; i < found.key_size && length + 2 < (int)size; i++)
        text[length++] = (char)(found.key[i] > 32 && found.key[i] < 127 ? found.key[i] : '?');
    text[length] = '\0';
}

static void lmdb_close(void *data)
{
    lmdb_source *of = data;
    lmdb_file_close(&of->file);
    free(of);
}

static bool is_lmdb_file(const char *name)
{
    return strcmp(name, data_name) == 0 || strcmp(name, lock_name) == 0;
}

bool source_open_lmdb(const char *path, const image_request *request, image_source *made)
{
    char file[PATH_SIZE];
    if (!data_path(path, file))
        return complain("the directory name %.60s... is too long", path);
    lmdb_source *of = malloc(sizeof *of);
    if (!of)
        return complain("no memory to read %s", path);
    of->request = *request;
    if (!lmdb_file_open(file, &of->file)) {
        free(of);
        return false;
    }
    left_out others = {0};
    left_out_scan(&others, path, is_lmdb_file);
    *made = (image_source){.count = of->file.count,
                           .hash = of->file.hash,
                           .entries = "records",
                           .data = of,
                           .read = lmdb_read,
                           .name = lmdb_name,
                           .close = lmdb_close};
    left_out_print(&others, sizeof made->note, made->note);
    return true;
}

/*
 * LSUN's databases: an LMDB whose values are whole WebP or JPEG files. Opening walks once through the keys and keeps
 * every 64th; an entry is found from the kept key before it, a step or two of pages away. For 3,000,000 records that is
 * some 3 MB.
 *
 * The database is only read and not locked, so that it may lie on a read-only disk; nobody may write to it meanwhile.
 * LMDB keeps no checksums: where its own checks notice damage, the entry or the database is refused.
 */
#include "images/source.h"

#include "images/lmdb_guard.h"
#include "support/console.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STRIDE = 64, VALUE_MOST = 1 << 28, KEY_MOST = 511 };

typedef struct lmdb {
    MDB_env *environment;
    MDB_dbi database;
    uint64_t count;
    char *keys; /* the kept keys, each a length of two bytes and the key */
    size_t keys_used, keys_room;
    size_t *start; /* of each kept key */
    size_t kept;
} lmdb;

static bool data_path(const char *directory, char path[4096])
{
    return snprintf(path, 4096, "%s/data.mdb", directory) < 4096;
}

bool source_is_lmdb(const char *path)
{
    char file[4096];
    struct stat status;
    return data_path(path, file) && stat(file, &status) == 0;
}

static bool keep_key(lmdb *of, MDB_val key)
{
    size_t needed = of->keys_used + 2 + key.mv_size;
    if (needed > of->keys_room) {
        size_t room = 2 * needed + 4096;
        char *larger = realloc(of->keys, room);
        if (!larger)
            return false;
        of->keys = larger;
        of->keys_room = room;
    }
    char *at = of->keys + of->keys_used;
    at[0] = (char)(key.mv_size & 0xff);
    at[1] = (char)(key.mv_size >> 8);
    memcpy(at + 2, key.mv_data, key.mv_size);
    of->start[of->kept++] = of->keys_used;
    of->keys_used = needed;
    return true;
}

static MDB_val kept_key(const lmdb *of, size_t index)
{
    char *at = of->keys + of->start[index];
    return (MDB_val){(size_t)(uint8_t)at[0] | (size_t)(uint8_t)at[1] << 8, at + 2};
}

static int walk_keys(void *with, MDB_cursor *cursor)
{
    lmdb *of = with;
    MDB_val key;
    int code = mdb_cursor_get(cursor, &key, NULL, MDB_FIRST);
    for (uint64_t i = 0; i < of->count && code == 0; i++) {
        if (key.mv_size > KEY_MOST)
            return MDB_CORRUPTED;
        if (i % STRIDE == 0 && !keep_key(of, key))
            return MDB_PROBLEM_MEMORY;
        if (i + 1 < of->count)
            code = mdb_cursor_get(cursor, &key, NULL, MDB_NEXT);
    }
    /* fewer than the database says: its pages do not hang together */
    return code == MDB_NOTFOUND ? MDB_CORRUPTED : code;
}

static int find_entry(MDB_cursor *cursor, const lmdb *of, uint64_t entry, MDB_val *key)
{
    *key = kept_key(of, (size_t)(entry / STRIDE));
    int code = mdb_cursor_get(cursor, key, NULL, MDB_SET_KEY);
    for (uint64_t i = entry % STRIDE; i > 0 && code == 0; i--)
        code = mdb_cursor_get(cursor, key, NULL, MDB_NEXT);
    return code;
}

typedef struct reading {
    const lmdb *of;
    uint64_t entry;
    image *made;
    const char *wrong;
    size_t size; /* of text */
    char *text;
} reading;

static int read_value(void *with, MDB_cursor *cursor)
{
    reading *now = with;
    MDB_val key, value;
    int code = find_entry(cursor, now->of, now->entry, &key);
    if (code == 0)
        code = mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT);
    if (code != 0)
        return code;
    now->wrong = value.mv_size > VALUE_MOST ? "it is larger than 256 MiB"
                                            : image_decode(value.mv_data, value.mv_size, now->made);
    return 0;
}

static const char *lmdb_read(void *data, uint64_t entry, image *made)
{
    const lmdb *of = data;
    reading now = {.of = of, .entry = entry, .made = made};
    int code = lmdb_guarded(of->environment, of->database, read_value, &now);
    if (code == 0)
        return now.wrong;
    return code > 0 ? source_refusal(code) : "the database's pages are damaged around it";
}

static int read_name(void *with, MDB_cursor *cursor)
{
    reading *now = with;
    MDB_val key;
    int code = find_entry(cursor, now->of, now->entry, &key);
    if (code != 0)
        return code;
    int length = snprintf(now->text, now->size, "record %" PRIu64 ", key ", now->entry);
    for (size_t i = 0; i < key.mv_size && length + 2 < (int)now->size; i++) {
        unsigned char byte = ((unsigned char *)key.mv_data)[i];
        now->text[length++] = (char)(byte > 32 && byte < 127 ? byte : '?');
    }
    now->text[length] = '\0';
    return 0;
}

static void lmdb_name(void *data, uint64_t entry, size_t size, char *text)
{
    const lmdb *of = data;
    reading now = {.of = of, .entry = entry, .size = size, .text = text};
    if (lmdb_guarded(of->environment, of->database, read_name, &now) != 0)
        snprintf(text, size, "record %" PRIu64, entry);
}

static void lmdb_close(void *data)
{
    lmdb *of = data;
    mdb_env_close(of->environment);
    free(of->keys);
    free(of->start);
    free(of);
}

/* LMDB maps the file into memory, so that the first look at a page beyond its end would end the program. */
static bool is_whole(const lmdb *of, const char *path)
{
    char file[4096];
    struct stat status;
    MDB_envinfo info;
    MDB_stat shape;
    if (!data_path(path, file) || stat(file, &status) != 0 || mdb_env_info(of->environment, &info) != 0 ||
        mdb_env_stat(of->environment, &shape) != 0)
        return complain("cannot read %s/data.mdb", path);
    uint64_t expected = ((uint64_t)info.me_last_pgno + 1) * shape.ms_psize;
    if ((uint64_t)status.st_size >= expected)
        return true;
    return complain("%s has %jd bytes; expected %" PRIu64 ": it is truncated; copy it again", file,
                    (intmax_t)status.st_size, expected);
}

static bool complain_code(const char *path, int code)
{
    if (code == MDB_PROBLEM_MEMORY)
        return complain("no memory for the keys of %s", path);
    if (code == MDB_INVALID || code == MDB_VERSION_MISMATCH)
        return complain("%s/data.mdb is not an LMDB database; check that the archive was unpacked completely", path);
    if (code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND || code == MDB_PROBLEM_PAGES)
        return complain("the pages of %s/data.mdb are damaged; unpack it again", path);
    return complain("cannot read %s/data.mdb: %s", path, mdb_strerror(code));
}

static int count_records(void *with, MDB_cursor *cursor)
{
    lmdb *of = with;
    MDB_stat shape;
    int code = mdb_stat(mdb_cursor_txn(cursor), mdb_cursor_dbi(cursor), &shape);
    of->count = code == 0 ? shape.ms_entries : 0;
    return code;
}

/* Of a pipe LMDB would wait for data for ever. */
static bool is_regular(const char *path)
{
    char file[4096];
    struct stat status;
    return data_path(path, file) && stat(file, &status) == 0 && S_ISREG(status.st_mode)
               ? true
               : complain("%s/data.mdb is not a regular file", path);
}

static bool open_environment(lmdb *of, const char *path)
{
    if (!is_regular(path))
        return false;
    const unsigned flags = MDB_RDONLY | MDB_NOLOCK | MDB_NORDAHEAD;
    int code = mdb_env_create(&of->environment);
    if (code == 0)
        code = mdb_env_open(of->environment, path, flags, 0);
    if (code != 0)
        return complain_code(path, code);
    if (!is_whole(of, path))
        return false;
    code = lmdb_open_database(of->environment, &of->database);
    if (code == 0)
        code = lmdb_guarded(of->environment, of->database, count_records, of);
    if (code != 0)
        return complain_code(path, code);
    if (of->count == 0)
        return complain("the database %s is empty; check that the archive was unpacked completely", path);
    return true;
}

static bool index_keys(lmdb *of, const char *path)
{
    of->start = malloc((size_t)(of->count / STRIDE + 1) * sizeof *of->start);
    int code = of->start ? lmdb_guarded(of->environment, of->database, walk_keys, of) : MDB_PROBLEM_MEMORY;
    return code == 0 || complain_code(path, code);
}

bool source_open_lmdb(const char *path, image_source *made)
{
    lmdb *of = calloc(1, sizeof *of);
    if (!of)
        return complain("no memory to read %s", path);
    if (!open_environment(of, path) || !index_keys(of, path)) {
        lmdb_close(of);
        return false;
    }
    *made = (image_source){.count = of->count,
                           .entries = "records",
                           .data = of,
                           .read = lmdb_read,
                           .name = lmdb_name,
                           .close = lmdb_close};
    return true;
}

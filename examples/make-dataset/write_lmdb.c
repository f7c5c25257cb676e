/* An LMDB as LSUN's: keys of 40 hexadecimal digits in no order that means anything, values that are whole files. */
#include "writer.h"

#include "support/console.h"
#include "support/random.h"

#include <errno.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>

enum { STREAM_KEY = 321, KEY_SIZE = 40, RECORDS_PER_COMMIT = 1000 };

typedef struct lmdb_writer {
    const char *directory;
    const settings *chosen;
    MDB_env *environment;
    MDB_txn *transaction;
    MDB_dbi database;
    uint64_t uncommitted;
} lmdb_writer;

static uint64_t lmdb_total(const settings *chosen)
{
    return chosen->count;
}

static bool check(const lmdb_writer *to, int code)
{
    /* how LMDB tells that a write was cut short */
    const char *likely = code == EIO ? "; the device may be full" : "";
    return code == 0 || complain("cannot write the database in %s: %s%s", to->directory, mdb_strerror(code), likely);
}

/* Address space for pixels that do not compress at all; the file is as long as what is in it. */
static size_t address_space(const settings *chosen)
{
    return (size_t)chosen->count * (3 * (size_t)chosen->width * (size_t)chosen->height + 8192) + ((size_t)64 << 20);
}

static bool open_environment(lmdb_writer *to)
{
    return check(to, mdb_env_create(&to->environment)) &&
           check(to, mdb_env_set_mapsize(to->environment, address_space(to->chosen))) &&
           check(to, mdb_env_open(to->environment, to->directory, MDB_NOSYNC, 0666)) &&
           check(to, mdb_txn_begin(to->environment, NULL, 0, &to->transaction)) &&
           check(to, mdb_dbi_open(to->transaction, NULL, 0, &to->database));
}

static bool commit(lmdb_writer *to)
{
    MDB_txn *transaction = to->transaction;
    to->transaction = NULL;
    to->uncommitted = 0;
    return check(to, mdb_txn_commit(transaction));
}

static bool lmdb_end(void *state, bool whole)
{
    lmdb_writer *to = state;
    bool done = !whole || (commit(to) && check(to, mdb_env_sync(to->environment, 1)));
    if (to->transaction)
        mdb_txn_abort(to->transaction);
    if (to->environment)
        mdb_env_close(to->environment);
    free(to);
    return done;
}

static void *lmdb_begin(const char *directory, const settings *chosen)
{
    lmdb_writer *to = calloc(1, sizeof *to);
    if (!to) {
        complain("no memory to write %s", directory);
        return NULL;
    }
    to->directory = directory;
    to->chosen = chosen;
    if (open_environment(to))
        return to;
    lmdb_end(to, false);
    return NULL;
}

static void make_key(uint64_t seed, uint64_t number, char key[KEY_SIZE + 1])
{
    uint32_t words[8];
    random_stream stream = {.seed = seed, .stream = STREAM_KEY, .update = number};
    random_words(stream, 0, words);
    random_words(stream, 1, words + 4);
    for (size_t i = 0; i < KEY_SIZE / 8; i++)
        snprintf(key + 8 * i, 9, "%08" PRIx32, words[i]);
}

static bool put(lmdb_writer *to, uint64_t number, void *bytes, size_t size)
{
    char key[KEY_SIZE + 1];
    make_key(to->chosen->seed, number, key);
    MDB_val name = {KEY_SIZE, key}, value = {size, bytes};
    if (!to->transaction && !check(to, mdb_txn_begin(to->environment, NULL, 0, &to->transaction)))
        return false;
    if (!check(to, mdb_put(to->transaction, to->database, &name, &value, MDB_NOOVERWRITE)))
        return false;
    return ++to->uncommitted < RECORDS_PER_COMMIT || commit(to);
}

static bool lmdb_add(void *state, uint64_t number, const image *drawn)
{
    lmdb_writer *to = state;
    uint8_t *bytes;
    size_t size;
    const char *wrong =
        image_encode(drawn, (enum image_format)to->chosen->encoding, (int)to->chosen->quality, &bytes, &size);
    if (wrong)
        return complain("picture %" PRIu64 ": %s", number + 1, wrong);
    bool done = put(to, number, bytes, size);
    free(bytes);
    return done;
}

const dataset_writer writer_lmdb = {.total = lmdb_total, .begin = lmdb_begin, .add = lmdb_add, .end = lmdb_end};

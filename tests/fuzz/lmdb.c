/* Damaged LMDB databases: whatever the bytes are, the file is refused or some of its records are read, and nothing is
 * read outside of it.
 * Damage is mostly in heads of pages and nodes, where a change leads furthest. */
#include "driver.h"
#include "images/source.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void directory_of(const char *path, char directory[512])
{
    snprintf(directory, 512, "%.*s", (int)(strrchr(path, '/') - path), path);
}

/* Whether it is opened and has a record that can be read. */
static bool read_database(const char *path)
{
    const image_request whole = {.size = 0};
    image_source source;
    bool decoded = false;
    char directory[512];
    directory_of(path, directory);
    if (!source_open_lmdb(directory, &whole, &source))
        return false;
    for (uint64_t i = 0; i < source.count; i++) {
        char name[128];
        image_crop found;
        source.name(source.data, i, sizeof name, name);
        if (source.read(source.data, i, &found))
            continue;
        image_free(&found.decoded);
        decoded = true;
    }
    source.close(source.data);
    return decoded;
}

/* Records whose values stand beside the key, and on pages of their own. */
static void put(MDB_txn *transaction, MDB_dbi database, unsigned number)
{
    image drawn = {8 + number % 3 * 40, 8, NULL};
    uint8_t *bytes;
    size_t size;
    char key[41];
    drawn.pixels = malloc(3 * drawn.width * drawn.height);
    for (size_t i = 0; i < 3 * drawn.width * drawn.height; i++)
        drawn.pixels[i] = (uint8_t)fuzz_below(256);
    fuzz_require(image_encode(&drawn, IMAGE_PNG, 0, &bytes, &size) == NULL, "encoding");
    snprintf(key, sizeof key, "%08x%032u", number * 2654435761u, number);
    MDB_val name = {40, key}, value = {size, bytes};
    fuzz_require(mdb_put(transaction, database, &name, &value, 0) == 0, "mdb_put");
    free(bytes);
    image_free(&drawn);
}

static void write_database(size_t number, const char *path)
{
    static const unsigned records[] = {1, 30, 300};
    MDB_env *environment;
    MDB_txn *transaction;
    MDB_dbi database;
    char directory[512], lock[640];
    directory_of(path, directory);
    unlink(path);
    fuzz_require(mdb_env_create(&environment) == 0 && mdb_env_set_mapsize(environment, 1 << 24) == 0 &&
                     mdb_env_open(environment, directory, MDB_NOSYNC, 0666) == 0 &&
                     mdb_txn_begin(environment, NULL, 0, &transaction) == 0 &&
                     mdb_dbi_open(transaction, NULL, 0, &database) == 0,
                 "making a database");
    for (unsigned i = 0; i < records[number]; i++)
        put(transaction, database, i);
    fuzz_require(mdb_txn_commit(transaction) == 0, "mdb_txn_commit");
    mdb_env_close(environment);
    snprintf(lock, sizeof lock, "%s/lock.mdb", directory);
    unlink(lock);
}

/* One byte or one number of a page's first 128 bytes, of any byte, or of a node near the page's end; mostly behind the
 * two heads, which must stay sound in most rounds, or nothing else is reached. */
static size_t damage(uint8_t *bytes, size_t size)
{
    enum { PAGE = 4096, HEADS = 2 };
    static const uint8_t extremes[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
    if (size <= HEADS * PAGE)
        return size;
    size_t page = fuzz_below(size / PAGE), at;
    if (page < HEADS && fuzz_below(4))
        page = HEADS + fuzz_below(size / PAGE - HEADS);
    switch (fuzz_below(4)) {
    case 0:
        at = fuzz_below(32);
        break;
    case 1:
        at = fuzz_below(128);
        break;
    case 2:
        at = PAGE - 1 - fuzz_below(512);
        break;
    default:
        at = fuzz_below(PAGE);
        break;
    }
    bytes[page * PAGE + at] = fuzz_below(2) ? (uint8_t)fuzz_below(256) : extremes[fuzz_below(sizeof extremes)];
    return size;
}

void fuzz_end(void)
{
}

const fuzz_target fuzz_targets[] = {{.name = "lmdb",
                                     .read = read_database,
                                     .write = write_database,
                                     .seeds = 3,
                                     .file = "data.mdb",
                                     .damage = damage,
                                     .least = 0.02}};
const size_t fuzz_target_count = 1;

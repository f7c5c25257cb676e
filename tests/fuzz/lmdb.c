/* Damaged LMDB databases: whatever the bytes are, the file is refused or some of its records are read, and nothing is
 * read outside of it.
 *
 * With libFuzzer: compile with -DLIBFUZZER -fsanitize=fuzzer; databases of coulomb-make-dataset are a good beginning.
 * Otherwise a program that damages such databases, as often as its argument says, always
 * in the same ways: mostly in heads of pages and nodes, where a change leads furthest. */
#include "images/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char directory[] = "/tmp/fuzz-lmdb.XXXXXX", data[64];
static long opened, decoded;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    perror(what);
    abort();
}

/* What is said of each damage is of no interest. */
static void begin(void)
{
    if (data[0])
        return;
    require(mkdtemp(directory) != NULL, "mkdtemp");
    snprintf(data, sizeof data, "%s/data.mdb", directory);
    require(freopen("/dev/null", "w", stderr) != NULL, "/dev/null");
}

static void end(void)
{
    unlink(data);
    rmdir(directory);
}

static void store(const uint8_t *bytes, size_t size)
{
    /* in place: some file systems wait for the disk when a file is made anew */
    int descriptor = open(data, O_WRONLY | O_CREAT, 0600);
    require(descriptor >= 0 && write(descriptor, bytes, size) == (ssize_t)size, data);
    require(ftruncate(descriptor, (off_t)size) == 0, data);
    close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    image_source source;
    begin();
    store(bytes, size);
    if (!source_open_lmdb(directory, &source))
        return 0;
    opened++;
    for (uint64_t i = 0; i < source.count; i++) {
        char name[128];
        image found = {0};
        source.name(source.data, i, sizeof name, name);
        decoded += source.read(source.data, i, &found) == NULL;
        image_free(&found);
    }
    source.close(source.data);
    return 0;
}

#ifndef LIBFUZZER

#include <lmdb.h>

static uint32_t state = 1;

static uint32_t below(size_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)state * bound) >> 32);
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
        drawn.pixels[i] = (uint8_t)below(256);
    require(image_encode(&drawn, IMAGE_PNG, 0, &bytes, &size) == NULL, "encoding");
    snprintf(key, sizeof key, "%08x%032u", number * 2654435761u, number);
    MDB_val name = {40, key}, value = {size, bytes};
    require(mdb_put(transaction, database, &name, &value, 0) == 0, "mdb_put");
    free(bytes);
    image_free(&drawn);
}

static uint8_t *make_database(unsigned records, size_t *size)
{
    MDB_env *environment;
    MDB_txn *transaction;
    MDB_dbi database;
    char lock[80];
    unlink(data);
    require(mdb_env_create(&environment) == 0 && mdb_env_set_mapsize(environment, 1 << 24) == 0 &&
                mdb_env_open(environment, directory, MDB_NOSYNC, 0666) == 0 &&
                mdb_txn_begin(environment, NULL, 0, &transaction) == 0 &&
                mdb_dbi_open(transaction, NULL, 0, &database) == 0,
            "making a database");
    for (unsigned i = 0; i < records; i++)
        put(transaction, database, i);
    require(mdb_txn_commit(transaction) == 0, "mdb_txn_commit");
    mdb_env_close(environment);
    snprintf(lock, sizeof lock, "%s/lock.mdb", directory);
    unlink(lock);
    FILE *stream = fopen(data, "rb");
    uint8_t *bytes = malloc(1 << 24);
    require(stream && bytes, data);
    *size = fread(bytes, 1, 1 << 24, stream);
    fclose(stream);
    return bytes;
}

/* One byte or one number of a page's first 128 bytes, of any byte, or of a node near the page's end. */
static void damage(uint8_t *bytes, size_t size)
{
    size_t page = below(size / 4096) * 4096, at = page;
    switch (below(4)) {
    case 0:
        at += below(32);
        break;
    case 1:
        at += below(128);
        break;
    case 2:
        at += 4096 - 1 - below(512);
        break;
    default:
        at += below(4096);
        break;
    }
    static const uint8_t extremes[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
    bytes[at] = below(2) ? (uint8_t)below(256) : extremes[below(sizeof extremes)];
}

/* The heads must stay sound in most rounds, or nothing else is reached. */
static void round_of(const uint8_t *sound, size_t size, uint8_t *bytes)
{
    memcpy(bytes, sound, size);
    for (uint32_t wounds = 1 + below(8); wounds > 0; wounds--)
        damage(bytes, size);
    if (below(4))
        memcpy(bytes, sound, 8192);
    LLVMFuzzerTestOneInput(bytes, below(16) ? size : below(size));
}

int main(int count, char **arguments)
{
    static const unsigned records[] = {1, 30, 300};
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : 1000;
    begin();
    for (size_t kind = 0; kind < sizeof records / sizeof *records; kind++) {
        size_t size;
        uint8_t *sound = make_database(records[kind], &size), *bytes = malloc(size);
        for (long i = 0; i < rounds / 3; i++)
            round_of(sound, size, bytes);
        free(sound);
        free(bytes);
    }
    end();
    bool reached = opened > rounds / 50 && decoded > opened;
    printf(
        "1..1\n%sok - %ld damaged databases are read or refused\n# %ld of them were opened, with %ld sound records\n",
        reached ? "" : "not ", rounds / 3 * 3, opened, decoded);
    return reached ? 0 : 1;
}

#endif

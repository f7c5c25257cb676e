/*
 * The file of an LMDB database, read by pread() and never mapped: every number in it is checked before it leads
 * anywhere, so that no damaged file can end the process, and none costs more than a file of its size may. LMDB's own
 * library trusts the pages that it maps, keeps no checksums, and takes the writer's address space.
 *
 * The format is that of LMDB 0.9 with 64-bit words, little-endian, main database without duplicates. Nobody may write
 * to the file meanwhile.
 */
#ifndef IMAGES_LMDB_FILE_H
#define IMAGES_LMDB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A page of records, and the number of the first of them. */
typedef struct lmdb_leaf {
    uint64_t page, first;
} lmdb_leaf;

typedef struct lmdb_file {
    int descriptor;
    size_t page_size;
    uint64_t pages;   /* in the file */
    uint64_t entries; /* that the file says it has */
    uint64_t count;   /* that were found, in the order of their keys */
    uint64_t hash;    /* of keys and sizes */
    uint64_t damaged; /* pages that were left out */
    lmdb_leaf *leaves;
    size_t leaf_count, leaf_room;
} lmdb_file;

enum { LMDB_KEY_MOST = 511 };

typedef struct lmdb_record {
    size_t key_size;
    uint8_t key[LMDB_KEY_MOST];
    uint64_t at; /* of the value in the file */
    size_t size; /* of the value */
} lmdb_record;

/* Open a file and find its pages of records. False with a complaint, and then there is nothing to close. Pages that are
 * damaged are left out; `count` is then smaller than `entries`. */
bool lmdb_file_open(const char *path, lmdb_file *made);

void lmdb_file_close(lmdb_file *of);

/* Find a record, and read its value into `bytes`. Safe from several threads at once. NULL if it went well, otherwise a
 * constant message about "it". */
const char *lmdb_file_find(const lmdb_file *of, uint64_t entry, lmdb_record *found);
const char *lmdb_file_read(const lmdb_file *of, const lmdb_record *record, uint8_t *bytes);

#endif

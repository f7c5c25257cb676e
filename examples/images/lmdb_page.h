/* Pages of an LMDB file and the nodes in them: nothing leads outside. */
#ifndef IMAGES_LMDB_PAGE_H
#define IMAGES_LMDB_PAGE_H

#include "images/lmdb_file.h"

/* The format's numbers (LMDB 0.9, mdb.c: MDB_page, MDB_node). */
enum {
    LMDB_PAGE_LEAST = 512,
    LMDB_PAGE_MOST = 65536,
    LMDB_PAGE_HEADER = 16,
    LMDB_PAGE_FLAGS = 10, /* where they stand in the page */
    LMDB_PAGE_LOWER = 12, /* end of the places of its nodes; of an overflow page the number of pages */
    LMDB_FLAG_BRANCH = 1,
    LMDB_FLAG_LEAF = 2,
    LMDB_FLAG_OVERFLOW = 4,
    LMDB_FLAGS_KIND = 0x6f, /* all but the mark of a page that was being written */
    LMDB_NODE_HEADER = 8
};

extern const char lmdb_damaged_page[];

/* A number of up to 8 bytes, little-endian. */
uint64_t lmdb_number(const uint8_t *bytes, size_t size);

/* Bytes of the file; NULL or a message. */
const char *lmdb_read_at(int descriptor, uint64_t at, size_t count, uint8_t *bytes);

/* The head of a page, which must be of this kind and say that it is this page; NULL or a message. */
const char *lmdb_check_page(uint64_t page, uint64_t kind, const uint8_t *head);

/* A whole page that is checked so. */
const char *lmdb_read_page(const lmdb_file *of, uint64_t page, uint64_t kind, uint8_t *bytes);

/* Nodes of a page; 0 where it cannot be right. */
size_t lmdb_count_nodes(const lmdb_file *of, const uint8_t *page);

/* A node with its key inside the page, NULL where it is not; *room: bytes behind the key. */
const uint8_t *lmdb_find_node(const lmdb_file *of, const uint8_t *page, size_t index, size_t *room);

/* Parts of a node. */
size_t lmdb_key_size(const uint8_t *node);
const uint8_t *lmdb_key(const uint8_t *node);

/* Find the pages of records below a root; `depth`: levels of pages. Damaged pages are counted and left out. NULL, or a
 * message about something that is no damage. */
const char *lmdb_find_leaves(lmdb_file *of, uint64_t root, unsigned depth);

#endif

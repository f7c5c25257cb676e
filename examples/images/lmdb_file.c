/* The head of the file, and its records. */
#include "images/lmdb_page.h"

#include "support/console.h"
#include "support/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The format's numbers (LMDB 0.9, mdb.c: MDB_meta, MDB_db, MDB_node). */
enum {
    META_SIZE = LMDB_PAGE_HEADER + 136,
    META_MAGIC = LMDB_PAGE_HEADER,
    META_VERSION = LMDB_PAGE_HEADER + 4,
    META_PAGE_SIZE = LMDB_PAGE_HEADER + 24, /* first number of the database of free pages */
    META_MAIN = LMDB_PAGE_HEADER + 72,
    META_LAST_PAGE = LMDB_PAGE_HEADER + 120,
    META_TRANSACTION = LMDB_PAGE_HEADER + 128,
    MAIN_DEPTH = 6,
    MAIN_ENTRIES = 32,
    MAIN_ROOT = 40,
    NODE_BIG = 1, /* the value stands in overflow pages */
    DEPTH_MOST = 32
};

static const uint32_t magic = 0xBEEFC0DE, version = 1;
static const uint64_t no_page = UINT64_MAX;

/* A head of the file; of the two the one of the later transaction counts. */
typedef struct meta {
    size_t page_size;
    uint64_t last_page, transaction, entries, root;
    unsigned depth;
} meta;

static bool parse_meta(const uint8_t *bytes, meta *made)
{
    if (lmdb_number(bytes + META_MAGIC, 4) != magic || lmdb_number(bytes + META_VERSION, 4) != version)
        return false;
    *made = (meta){.page_size = (size_t)lmdb_number(bytes + META_PAGE_SIZE, 4),
                   .last_page = lmdb_number(bytes + META_LAST_PAGE, 8),
                   .transaction = lmdb_number(bytes + META_TRANSACTION, 8),
                   .entries = lmdb_number(bytes + META_MAIN + MAIN_ENTRIES, 8),
                   .root = lmdb_number(bytes + META_MAIN + MAIN_ROOT, 8),
                   .depth = (unsigned)lmdb_number(bytes + META_MAIN + MAIN_DEPTH, 2)};
    bool power = made->page_size > 0 && (made->page_size & (made->page_size - 1)) == 0;
    return power && made->page_size >= LMDB_PAGE_LEAST && made->page_size <= LMDB_PAGE_MOST;
}

/* The second head stands on the second page, whose place only the first one says; where that is damaged, sizes are
 * tried. */
static bool find_meta(int descriptor, meta *found)
{
    uint8_t bytes[META_SIZE];
    meta first = {0}, second = {0};
    bool has_first = !lmdb_read_at(descriptor, 0, sizeof bytes, bytes) && parse_meta(bytes, &first);
    bool has_second = false;
    for (size_t size = LMDB_PAGE_LEAST; size <= LMDB_PAGE_MOST && !has_second; size *= 2)
        has_second = (!has_first || size == first.page_size) && !lmdb_read_at(descriptor, size, sizeof bytes, bytes) &&
                     parse_meta(bytes, &second) && second.page_size == size;
    *found = has_first && (!has_second || first.transaction >= second.transaction) ? first : second;
    return has_first || has_second;
}

static bool check_meta(const char *path, const meta *found, uint64_t bytes)
{
    if (found->last_page >= UINT64_MAX / LMDB_PAGE_MOST - 1)
        return complain("the head of %s is damaged; unpack it again", path);
    uint64_t expected = (found->last_page + 1) * found->page_size;
    if (bytes < expected)
        return complain("%s has %" PRIu64 " bytes; expected %" PRIu64 ": it is truncated; copy it again", path, bytes,
                        expected);
    if (found->root == no_page || found->entries == 0)
        return complain("the database %s is empty; check that the archive was unpacked completely", path);
    if (found->depth == 0 || found->depth > DEPTH_MOST)
        return complain("the head of %s is damaged; unpack it again", path);
    return true;
}

/* As of image files: a few damaged ones are suffered. */
static bool check_found(const char *path, const lmdb_file *of)
{
    uint64_t lost = of->entries > of->count ? of->entries - of->count : 0;
    if (of->count > of->entries || of->count == 0 || lost * 100 > of->entries)
        return complain("the pages of %s are damaged: %" PRIu64 " of %" PRIu64 " records were found; unpack it again",
                        path, of->count, of->entries);
    if (of->damaged > 0)
        say("skipped %" PRIu64 " damaged pages of %s, with %" PRIu64 " of %" PRIu64 " records", of->damaged, path, lost,
            of->entries);
    return true;
}

static bool open_tree(const char *path, uint64_t bytes, lmdb_file *made)
{
    meta found;
    if (!find_meta(made->descriptor, &found))
        return complain("%s is not an LMDB database of 64-bit numbers; check that the archive was unpacked completely",
                        path);
    if (!check_meta(path, &found, bytes))
        return false;
    made->page_size = found.page_size;
    made->pages = found.last_page + 1;
    made->entries = found.entries;
    made->hash = HASH_START;
    const char *failed = lmdb_find_leaves(made, found.root, found.depth);
    return failed ? complain("cannot read %s: %s", path, failed) : check_found(path, made);
}

bool lmdb_file_open(const char *path, lmdb_file *made)
{
    struct stat status;
    *made = (lmdb_file){0};
    /* without waiting, should it be a pipe */
    made->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (made->descriptor < 0 || fstat(made->descriptor, &status) != 0) {
        complain("cannot read %s: %s", path, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        complain("%s is not a regular file", path);
    } else if (status.st_size == 0) {
        complain("%s has no bytes; check that the archive was unpacked completely", path);
    } else if (open_tree(path, (uint64_t)status.st_size, made)) {
        return true;
    }
    lmdb_file_close(made);
    return false;
}

void lmdb_file_close(lmdb_file *of)
{
    if (of->descriptor >= 0)
        close(of->descriptor);
    free(of->leaves);
    *of = (lmdb_file){.descriptor = -1};
}

static const lmdb_leaf *find_leaf(const lmdb_file *of, uint64_t entry)
{
    size_t low = 0, high = of->leaf_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (of->leaves[middle].first <= entry)
            low = middle;
        else
            high = middle;
    }
    return of->leaves + low;
}

/* A value on pages of its own: as many as it needs, all of them in the file. */
static const char *find_big(const lmdb_file *of, uint64_t page, lmdb_record *found)
{
    uint8_t header[LMDB_PAGE_HEADER];
    if (page < 2 || page >= of->pages)
        return lmdb_damaged_page;
    const char *wrong = lmdb_read_at(of->descriptor, page * of->page_size, sizeof header, header);
    if (wrong)
        return wrong;
    uint64_t pages = lmdb_number(header + LMDB_PAGE_LOWER, 4);
    if (lmdb_check_page(page, LMDB_FLAG_OVERFLOW, header) != NULL || pages > of->pages - page ||
        LMDB_PAGE_HEADER + (uint64_t)found->size > pages * of->page_size)
        return lmdb_damaged_page;
    found->at = page * of->page_size + LMDB_PAGE_HEADER;
    return NULL;
}

static const char *find_value(const lmdb_file *of, const lmdb_leaf *leaf, const uint8_t *page, const uint8_t *node,
                              size_t room, lmdb_record *found)
{
    unsigned flags = (unsigned)lmdb_number(node + 4, 2);
    const uint8_t *value = lmdb_key(node) + found->key_size;
    found->size = (size_t)lmdb_number(node, 4);
    if (flags & ~(unsigned)NODE_BIG)
        return "it is no single value but a database in the database";
    if (flags & NODE_BIG)
        return room >= 8 ? find_big(of, lmdb_number(value, 8), found) : lmdb_damaged_page;
    if (found->size > room)
        return lmdb_damaged_page;
    found->at = leaf->page * of->page_size + (uint64_t)(value - page);
    return NULL;
}

const char *lmdb_file_find(const lmdb_file *of, uint64_t entry, lmdb_record *found)
{
    uint8_t page[LMDB_PAGE_MOST];
    size_t room;
    const lmdb_leaf *leaf = find_leaf(of, entry);
    const char *wrong = lmdb_read_page(of, leaf->page, LMDB_FLAG_LEAF, page);
    if (wrong)
        return wrong;
    size_t index = (size_t)(entry - leaf->first);
    const uint8_t *node = index < lmdb_count_nodes(of, page) ? lmdb_find_node(of, page, index, &room) : NULL;
    if (!node)
        return lmdb_damaged_page;
    found->key_size = lmdb_key_size(node);
    memcpy(found->key, lmdb_key(node), found->key_size);
    return find_value(of, leaf, page, node, room, found);
}

const char *lmdb_file_read(const lmdb_file *of, const lmdb_record *record, uint8_t *bytes)
{
    return lmdb_read_at(of->descriptor, record->at, record->size, bytes);
}

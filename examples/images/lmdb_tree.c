/* The tree of pages, walked once. */
#include "images/lmdb_page.h"

#include "images/source.h"
#include "support/hash.h"

#include <errno.h>
#include <stdlib.h>

typedef struct walk {
    lmdb_file *of;
    uint8_t *seen;      /* a bit for each page: one that is met twice is part of a circle, or its records would be */
    const char *failed; /* something that is no damage */
} walk;

static bool add_leaf(walk *now, uint64_t page, size_t nodes)
{
    lmdb_file *of = now->of;
    if (of->leaf_count == of->leaf_room) {
        size_t room = 2 * of->leaf_room + 64;
        lmdb_leaf *larger = realloc(of->leaves, room * sizeof *larger);
        if (!larger) {
            now->failed = source_refusal(ENOMEM);
            return false;
        }
        of->leaves = larger;
        of->leaf_room = room;
    }
    of->leaves[of->leaf_count++] = (lmdb_leaf){page, of->count};
    of->count += nodes;
    return true;
}

static void hash_nodes(lmdb_file *of, const uint8_t *page, size_t nodes)
{
    for (size_t i = 0; i < nodes; i++) {
        size_t room;
        const uint8_t *node = lmdb_find_node(of, page, i, &room);
        if (!node)
            continue;
        of->hash = hash_bytes(of->hash, node, 4);
        of->hash = hash_bytes(of->hash, node + 6, 2 + lmdb_key_size(node));
    }
}

/* Damage is counted and left out; false where going on makes no sense. */
static bool take_damage(walk *now, const char *wrong)
{
    if (source_exhausted(wrong))
        now->failed = wrong;
    now->of->damaged++;
    return now->failed == NULL;
}

static bool visit(walk *now, uint64_t page, unsigned depth);

static bool visit_children(walk *now, const uint8_t *bytes, unsigned depth)
{
    size_t nodes = lmdb_count_nodes(now->of, bytes), room;
    if (nodes == 0)
        return take_damage(now, lmdb_damaged_page);
    bool done = true;
    for (size_t i = 0; done && i < nodes; i++) {
        const uint8_t *node = lmdb_find_node(now->of, bytes, i, &room);
        done = node ? visit(now, lmdb_number(node, 6), depth - 1) : take_damage(now, lmdb_damaged_page);
    }
    return done;
}

static bool visit_records(walk *now, uint64_t page, const uint8_t *bytes)
{
    size_t nodes = lmdb_count_nodes(now->of, bytes);
    if (nodes == 0)
        return take_damage(now, lmdb_damaged_page);
    hash_nodes(now->of, bytes, nodes);
    return add_leaf(now, page, nodes);
}

static bool is_new(const walk *now, uint64_t page)
{
    if (page >= now->of->pages)
        return false;
    uint8_t *byte = now->seen + page / 8, bit = (uint8_t)(1u << page % 8);
    bool new = !(*byte & bit);
    *byte |= bit;
    return new;
}

/* `depth`: levels from here on; at 1 stand the records. */
static bool visit(walk *now, uint64_t page, unsigned depth)
{
    if (!is_new(now, page))
        return take_damage(now, lmdb_damaged_page);
    uint8_t *bytes = malloc(now->of->page_size);
    if (!bytes) {
        now->failed = source_refusal(ENOMEM);
        return false;
    }
    const char *wrong = lmdb_read_page(now->of, page, depth == 1 ? LMDB_FLAG_LEAF : LMDB_FLAG_BRANCH, bytes);
    bool done = wrong ? take_damage(now, wrong)
                      : (depth == 1 ? visit_records(now, page, bytes) : visit_children(now, bytes, depth));
    free(bytes);
    return done;
}

const char *lmdb_find_leaves(lmdb_file *of, uint64_t root, unsigned depth)
{
    walk now = {.of = of, .seen = calloc((size_t)(of->pages / 8 + 1), 1)};
    if (!now.seen)
        return source_refusal(ENOMEM);
    visit(&now, root, depth);
    free(now.seen);
    return now.failed;
}

#include "images/lmdb_page.h"

#include "images/source.h"

#include <errno.h>
#include <unistd.h>

const char lmdb_damaged_page[] = "the database's pages are damaged around it";
static const char shorter[] = "the database became shorter";

uint64_t lmdb_number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

const char *lmdb_read_at(int descriptor, uint64_t at, size_t count, uint8_t *bytes)
{
    for (size_t done = 0; done < count;) {
        ssize_t got = pread(descriptor, bytes + done, count - done, (off_t)(at + done));
        if (got == 0)
            return shorter;
        if (got < 0 && errno != EINTR)
            return source_refusal(errno);
        done += got > 0 ? (size_t)got : 0;
    }
    return NULL;
}

const char *lmdb_check_page(uint64_t page, uint64_t kind, const uint8_t *head)
{
    return lmdb_number(head, 8) == page && (lmdb_number(head + LMDB_PAGE_FLAGS, 2) & LMDB_FLAGS_KIND) == kind
               ? NULL
               : lmdb_damaged_page;
}

const char *lmdb_read_page(const lmdb_file *of, uint64_t page, uint64_t kind, uint8_t *bytes)
{
    if (page < 2 || page >= of->pages)
        return lmdb_damaged_page;
    const char *wrong = lmdb_read_at(of->descriptor, page * of->page_size, of->page_size, bytes);
    return wrong ? wrong : lmdb_check_page(page, kind, bytes);
}

size_t lmdb_count_nodes(const lmdb_file *of, const uint8_t *page)
{
    size_t lower = (size_t)lmdb_number(page + LMDB_PAGE_LOWER, 2);
    return lower > LMDB_PAGE_HEADER && lower <= of->page_size && lower % 2 == 0 ? (lower - LMDB_PAGE_HEADER) / 2 : 0;
}

const uint8_t *lmdb_find_node(const lmdb_file *of, const uint8_t *page, size_t index, size_t *room)
{
    size_t at = (size_t)lmdb_number(page + LMDB_PAGE_HEADER + 2 * index, 2);
    if (at < LMDB_PAGE_HEADER || at + LMDB_NODE_HEADER > of->page_size)
        return NULL;
    size_t key = (size_t)lmdb_number(page + at + 6, 2);
    if (key > LMDB_KEY_MOST || at + LMDB_NODE_HEADER + key > of->page_size)
        return NULL;
    *room = of->page_size - at - LMDB_NODE_HEADER - key;
    return page + at;
}

size_t lmdb_key_size(const uint8_t *node)
{
    return (size_t)lmdb_number(node + 6, 2);
}

const uint8_t *lmdb_key(const uint8_t *node)
{
    return node + LMDB_NODE_HEADER;
}

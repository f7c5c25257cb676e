#include "unit/ledger.h"

#include "unit/contexts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* In front of a block stands its size. */
enum { FRONT = 64, ALIGNMENT_BYTES = 128 + sizeof(void *) };

static void *count_allocate(void *user, size_t size)
{
    ledger *book = user;
    char *block = malloc(size + FRONT);
    ck_assert_ptr_nonnull(block);
    memcpy(block, &size, sizeof size);
    book->calls++;
    book->blocks++;
    book->bytes += size;
    return block + FRONT;
}

static void count_release(void *user, void *memory)
{
    ledger *book = user;
    char *block = (char *)memory - FRONT;
    size_t size;
    memcpy(&size, block, sizeof size);
    book->blocks--;
    book->bytes -= size;
    free(block);
}

void context_with_ledger(ledger *book, coulomb_context **context)
{
    *book = (ledger){0};
    ck_assert_int_eq(new_context_with_allocator(count_allocate, count_release, book, context), COULOMB_OK);
}

size_t ledger_bytes(const ledger *book, const coulomb_context *context)
{
    return book->bytes - staging_bytes(context) - ALIGNMENT_BYTES * book->blocks;
}

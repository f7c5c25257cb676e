#include "unit/ledger.h"

#include "unit/contexts.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* In front of a block stands its size. */
enum { FRONT = 64, ALIGNMENT_BYTES = 128 + sizeof(void *) };

void *ledger_allocate(void *user, size_t size)
{
    ledger *book = user;
    if (++book->calls == book->fail_at)
        return NULL;
    char *block = malloc(size + FRONT);
    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof size);
    book->blocks++;
    book->bytes += size;
    book->largest = size > book->largest ? size : book->largest;
    return block + FRONT;
}

void ledger_release(void *user, void *memory)
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
    ck_assert_int_eq(new_context_with_allocator(ledger_allocate, ledger_release, book, context), COULOMB_OK);
}

size_t ledger_bytes(const ledger *book, const coulomb_context *context)
{
    return book->bytes - staging_bytes(context) - ALIGNMENT_BYTES * book->blocks;
}

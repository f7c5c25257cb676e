/* An allocator that counts what a context holds, to compare with the memory that trainers tell. */
#ifndef UNIT_LEDGER_H
#define UNIT_LEDGER_H

#include <coulomb/context.h>
#include <stddef.h>

typedef struct ledger {
    size_t calls, blocks, bytes;
} ledger;

/* A context on the suite's device with memory counted in `book`, which begins empty and must outlive it. */
void context_with_ledger(ledger *book, coulomb_context **context);

/* What is held now, without copies that a device's arrays have on the host, and without what alignment costs. */
size_t ledger_bytes(const ledger *book, const coulomb_context *context);

#endif

/* An allocator that counts what a context holds, and that can fail. */
#ifndef UNIT_LEDGER_H
#define UNIT_LEDGER_H

#include <coulomb/context.h>
#include <stddef.h>

typedef struct ledger {
    size_t calls, blocks, bytes, largest; /* calls so far; what is held; bytes of the largest call */
    size_t fail_at;                       /* the number of the call that gets no memory; 0: none */
} ledger;

/* For contexts that are made otherwise than below; `book` is the ledger. */
void *ledger_allocate(void *book, size_t size);
void ledger_release(void *book, void *memory);

/* A context on the suite's device with memory counted in `book`, which begins empty and must outlive it. */
void context_with_ledger(ledger *book, coulomb_context **context);

/* What is held now, without copies that a device's arrays have on the host, and without what alignment costs. */
size_t ledger_bytes(const ledger *book, const coulomb_context *context);

#endif

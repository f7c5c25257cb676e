/* Counts of n-grams in a hash table with open addressing. Keys are whole n-grams of 16 bits a symbol, so different ones
 * never share a count. Only for files of this folder. */
#ifndef METRICS_NGRAM_TABLE_H
#define METRICS_NGRAM_TABLE_H

#include "base/base.h"

enum { NGRAM_MOST = 6 };

/* Symbols 0 to 3 and 4 to 5, the first in the lowest bits. */
typedef struct ngram {
    uint64_t low;
    uint32_t high;
} ngram;

/* 16 bytes, so that four share a cache line. */
typedef struct ngram_slot {
    uint32_t low[2]; /* of ngram.low the low and the high half */
    uint32_t high;
    uint32_t count; /* 0: free */
} ngram_slot;

typedef struct ngram_table {
    ngram_slot *slots;
    size_t size; /* a power of two, or 0 */
    size_t used;
} ngram_table;

/* Room for that many more n-grams, all of them new; on failure the table is as before. */
coulomb_status ngram_table_reserve(coulomb_context *context, ngram_table *table, size_t more);
void ngram_table_release(coulomb_context *context, ngram_table *table);

/* Count n n-grams; room has been reserved. */
void ngram_table_add(ngram_table *table, const ngram *ngrams, size_t n);

/* 0 if it was never added */
uint32_t ngram_table_count(const ngram_table *table, const ngram_slot *key);

#endif

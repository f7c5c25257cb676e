/* See ngram_table.h. Slots follow each other (linear probing), at most three of four used. */
#include "metrics/ngram_table.h"

enum { SIZE_LEAST = 1 << 10, GROUP = 32 /* n-grams whose slots are fetched ahead */ };

static ngram_slot slot_of(const ngram *key)
{
    return (ngram_slot){.low = {(uint32_t)key->low, (uint32_t)(key->low >> 32)}, .high = key->high};
}

static bool same_ngram(const ngram_slot *a, const ngram_slot *b)
{
    return a->low[0] == b->low[0] && a->low[1] == b->low[1] && a->high == b->high;
}

/* SplitMix64's finisher (Steele et al. 2014), once for each word. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t hash(const ngram_slot *key)
{
    uint64_t low = (uint64_t)key->low[1] << 32 | key->low[0];
    return mix(mix(low) + 0x9e3779b97f4a7c15u * (1 + (uint64_t)key->high));
}

/* The key's slot, or the free one where it belongs. */
static ngram_slot *find(const ngram_table *table, const ngram_slot *key, uint64_t hashed)
{
    size_t mask = table->size - 1, place = (size_t)hashed & mask;
    while (table->slots[place].count > 0 && !same_ngram(&table->slots[place], key))
        place = (place + 1) & mask;
    return &table->slots[place];
}

static bool holds(size_t size, size_t used)
{
    return used <= size / 4 * 3;
}

coulomb_status ngram_table_reserve(coulomb_context *context, ngram_table *table, size_t more)
{
    size_t size = table->size > 0 ? table->size : SIZE_LEAST;
    while (!holds(size, table->used + more) && size <= SIZE_MAX / 2)
        size *= 2;
    if (size == table->size)
        return COULOMB_OK;
    ngram_table grown = {.slots = memory_get_zeroed(context, size, sizeof *grown.slots), .size = size};
    if (grown.slots == NULL)
        return COULOMB_ERROR_MEMORY;
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].count > 0)
            *find(&grown, &table->slots[i], hash(&table->slots[i])) = table->slots[i];
    grown.used = table->used;
    ngram_table_release(context, table);
    *table = grown;
    return COULOMB_OK;
}

void ngram_table_release(coulomb_context *context, ngram_table *table)
{
    memory_release(context, table->slots);
    *table = (ngram_table){0};
}

/* Large tables are nowhere near the processor: each group's slots are asked for before the first is needed. */
static void add_group(ngram_table *table, const ngram *ngrams, size_t n)
{
    uint64_t hashes[GROUP];
    ngram_slot keys[GROUP];
    for (size_t i = 0; i < n; i++) {
        keys[i] = slot_of(&ngrams[i]);
        hashes[i] = hash(&keys[i]);
        __builtin_prefetch(&table->slots[(size_t)hashes[i] & (table->size - 1)], 1);
    }
    for (size_t i = 0; i < n; i++) {
        ngram_slot *slot = find(table, &keys[i], hashes[i]);
        if (slot->count == 0) {
            *slot = keys[i];
            table->used++;
        }
        slot->count++;
    }
}

void ngram_table_add(ngram_table *table, const ngram *ngrams, size_t n)
{
    for (size_t i = 0; i < n; i += GROUP)
        add_group(table, ngrams + i, n - i < GROUP ? n - i : GROUP);
}

uint32_t ngram_table_count(const ngram_table *table, const ngram_slot *key)
{
    return table->size == 0 ? 0 : find(table, key, hash(key))->count;
}

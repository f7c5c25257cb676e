/* The different texts of a column, numbered as they come; then in the order of their bytes. */
#ifndef TABLE_DICTIONARY_H
#define TABLE_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dictionary {
    const char **texts; /* [count], lent */
    size_t count;
    uint32_t *slots; /* [size] 1 + number, or 0 */
    size_t size;
} dictionary;

/* The number of a text, which must live as long as the dictionary. False without memory. */
bool dictionary_add(dictionary *of, const char *text, uint32_t *number);

/* Copies of the texts in the order of their bytes, [count], and where each has gone, [count]. False without memory.
 * The caller frees both. */
bool dictionary_sort(const dictionary *of, char ***texts, uint32_t **place);

void dictionary_free(dictionary *of);

#endif

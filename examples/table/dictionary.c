#include "dictionary.h"

#include "support/hash.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

static uint32_t *find_slot(const dictionary *of, const char *text)
{
    size_t at = hash_bytes(HASH_START, text, strlen(text)) & (of->size - 1);
    while (of->slots[at] > 0 && strcmp(of->texts[of->slots[at] - 1], text) != 0)
        at = (at + 1) & (of->size - 1);
    return &of->slots[at];
}

/* Twice the slots; half of them stay free. */
static bool grow(dictionary *of)
{
    size_t size = of->size > 0 ? 2 * of->size : SLOTS_FIRST;
    const char **texts = realloc(of->texts, size / 2 * sizeof *texts);
    if (texts)
        of->texts = texts;
    uint32_t *slots = calloc(size, sizeof *slots);
    if (!texts || !slots) {
        free(slots);
        return false;
    }
    free(of->slots);
    of->slots = slots;
    of->size = size;
    for (size_t i = 0; i < of->count; i++)
        *find_slot(of, of->texts[i]) = (uint32_t)i + 1;
    return true;
}

bool dictionary_add(dictionary *of, const char *text, uint32_t *number)
{
    if (2 * of->count >= of->size && !grow(of))
        return false;
    uint32_t *slot = find_slot(of, text);
    if (*slot == 0) {
        of->texts[of->count++] = text;
        *slot = (uint32_t)of->count;
    }
    *number = *slot - 1;
    return true;
}

typedef struct entry {
    const char *text;
    uint32_t number;
} entry;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->text, ((const entry *)b)->text);
}

static bool copy_sorted(const entry *entries, size_t count, char **texts, uint32_t *place)
{
    for (size_t i = 0; i < count; i++) {
        place[entries[i].number] = (uint32_t)i;
        texts[i] = strdup(entries[i].text);
        if (!texts[i])
            return false;
    }
    return true;
}

bool dictionary_sort(const dictionary *of, char ***texts, uint32_t **place)
{
    entry *entries = malloc((of->count + 1) * sizeof *entries);
    *texts = calloc(of->count + 1, sizeof **texts);
    *place = malloc((of->count + 1) * sizeof **place);
    bool done = entries && *texts && *place;
    for (size_t i = 0; done && i < of->count; i++)
        entries[i] = (entry){of->texts[i], (uint32_t)i};
    if (done) {
        qsort(entries, of->count, sizeof *entries, by_text);
        done = copy_sorted(entries, of->count, *texts, *place);
    }
    free(entries);
    if (done)
        return true;
    for (size_t i = 0; *texts && i < of->count; i++)
        free((*texts)[i]);
    free(*texts);
    free(*place);
    *texts = NULL;
    *place = NULL;
    return false;
}

void dictionary_free(dictionary *of)
{
    free(of->texts);
    free(of->slots);
    *of = (dictionary){0};
}

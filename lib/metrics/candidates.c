/* See candidates.h. */
#include "metrics/candidates.h"

#include <string.h>

static bool before(const candidate *a, const candidate *b)
{
    if (a->square != b->square)
        return a->square < b->square;
    return a->row != b->row ? a->row < b->row : a->column < b->column;
}

bool candidates_want(const candidates *list, const candidate *pair)
{
    return list->count < list->most || before(pair, &list->held[list->most - 1]);
}

void candidates_add(candidates *list, const candidate *pair)
{
    if (!candidates_want(list, pair))
        return;
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (before(pair, &list->held[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    size_t moved = list->count < list->most ? list->count - low : list->most - 1 - low;
    memmove(&list->held[low + 1], &list->held[low], moved * sizeof *pair);
    list->held[low] = *pair;
    list->count += list->count < list->most;
}

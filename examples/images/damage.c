#include "images/damage.h"

#include <stdlib.h>
#include <string.h>

bool damage_add(damage_list *list, damage found)
{
    if (list->count == list->room) {
        size_t room = 2 * list->room + 16;
        damage *larger = realloc(list->found, room * sizeof *larger);
        if (!larger)
            return false;
        list->found = larger;
        list->room = room;
    }
    list->found[list->count++] = found;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const damage *first = a, *second = b;
    if (first->place != second->place)
        return first->place < second->place ? -1 : 1;
    return (first->attempt > second->attempt) - (first->attempt < second->attempt);
}

void damage_sort(damage_list *list)
{
    if (list->count > 1)
        qsort(list->found, list->count, sizeof *list->found, by_place);
}

bool damage_append(damage_list *list, const damage_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        if (!damage_add(list, from->found[i]))
            return false;
    return true;
}

void damage_free(damage_list *list)
{
    free(list->found);
    *list = (damage_list){0};
}

/* The place of a key in a table that is never full: its own, or the first free one. */
static uint64_t *find(uint64_t *table, size_t room, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (room - 1);
    while (table[at] != 0 && table[at] != key)
        at = (at + 1) & (room - 1);
    return table + at;
}

static bool enlarge(damage_account *account)
{
    size_t room = account->room > 0 ? 2 * account->room : 64;
    uint64_t *table = calloc(room, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < account->room; i++)
        if (account->entries[i] != 0)
            *find(table, room, account->entries[i]) = account->entries[i];
    free(account->entries);
    account->entries = table;
    account->room = room;
    return true;
}

int damage_note(damage_account *account, uint64_t entry)
{
    if (2 * account->count >= account->room && !enlarge(account))
        return -1;
    uint64_t *at = find(account->entries, account->room, entry + 1);
    if (*at != 0)
        return 0;
    *at = entry + 1;
    account->count++;
    return 1;
}

bool damage_excessive(const damage_account *account, uint64_t images)
{
    const uint64_t fewest = 1000;
    uint64_t of = account->looked_at > fewest ? account->looked_at : fewest;
    if (of > images)
        of = images;
    return (uint64_t)account->count * 100 > of;
}

void damage_account_free(damage_account *account)
{
    free(account->entries);
    *account = (damage_account){0};
}

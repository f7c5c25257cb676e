/*
 * Damaged entries: lists of those that samples met, and the account that a set keeps of them. The first few are named
 * in the log, the rest counted; more than one in a hundred ends the training.
 */
#ifndef IMAGES_DAMAGE_H
#define IMAGES_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct damage {
    uint64_t place; /* of the sample that met it */
    uint32_t attempt;
    uint64_t entry;
    const char *reason; /* a constant message */
} damage;

/* Starts as zeros. */
typedef struct damage_list {
    damage *found;
    size_t count, room;
} damage_list;

/* False without memory. */
bool damage_add(damage_list *list, damage found);

/* By place and attempt, whatever the order they were added in. */
void damage_sort(damage_list *list);

/* Append all of another list; false without memory. */
bool damage_append(damage_list *list, const damage_list *from);

void damage_free(damage_list *list);

/* Entries known to be damaged, each once, and how many images were looked at. Starts as zeros. */
typedef struct damage_account {
    uint64_t *entries; /* a table of `room` places, entry + 1 or 0 */
    size_t count, room;
    uint64_t looked_at;
} damage_account;

/* Note that an entry is damaged: 1 if that is new, 0 if it was known, -1 without memory. */
int damage_note(damage_account *account, uint64_t entry);

/* Whether more than 1 % of the images looked at are damaged, of `images` in all. Of fewer than 1,000 looked at, as many
 * are suffered as 1,000 may have, unless the set is smaller. */
bool damage_excessive(const damage_account *account, uint64_t images);

void damage_account_free(damage_account *account);

#endif

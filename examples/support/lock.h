/* What belongs to one process at a time. The lock dies with the process, however that ends. */
#ifndef SUPPORT_LOCK_H
#define SUPPORT_LOCK_H

#include <stdbool.h>

typedef struct owner_lock {
    int descriptor; /* below 0: not held */
    char path[4096];
} owner_lock;

/* Take something for this process: the file `path` is created and locked. False with a complaint that names the process
 * that has it. Where the file system knows no locks, the user is told, and it is taken to be free. */
bool lock_take(owner_lock *lock, const char *what, const char *path);

/* The same for a directory, by a file in it. */
bool directory_lock_take(owner_lock *lock, const char *directory);

/* Give it back and remove the file. Nothing to do for a lock of zeros or one that was not taken. */
void lock_release(owner_lock *lock);

/* Name of the file in a directory. */
extern const char directory_lock_name[];

#endif

/* A directory that belongs to one process at a time. The lock dies with the process, however that ends. */
#ifndef SUPPORT_LOCK_H
#define SUPPORT_LOCK_H

#include <stdbool.h>

typedef struct directory_lock {
    int descriptor; /* below 0: not held */
    char path[4096];
} directory_lock;

/* Take a directory for this process: `lock` in it is created and locked. False with a complaint that names the process
 * that has it. Where the file system knows no locks, the user is told, and the directory is taken for free. */
bool directory_lock_take(directory_lock *lock, const char *directory);

/* Give it back and remove the file. Nothing to do for a lock of zeros or one that was not taken. */
void directory_lock_release(directory_lock *lock);

/* Name of the file in the directory. */
extern const char directory_lock_name[];

#endif

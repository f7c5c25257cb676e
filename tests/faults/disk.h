/* A model of a file system that forgets: what processes did to files (journal.h), and what of it a loss of power may
 * leave. What was synchronised lasts: of a file its contents, of a directory its names. Of all else any part may be
 * missing, in any order; names change whole, contents may be torn or zeros. */
#ifndef FAULTS_DISK_H
#define FAULTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { NAME_MOST = 256, NOTHING = -1 };

enum operation { OP_WRITE, OP_TRUNCATE, OP_NAME, OP_UNNAME, OP_MOVE, OP_EXCHANGE, OP_SYNC, OP_SYNC_ALL };

/* Files and directories are numbers; 0 is the root. */
typedef struct disk_operation {
    enum operation kind;
    int file;             /* the one written, named or synchronised */
    int directory, other; /* where the names are */
    char name[NAME_MOST], other_name[NAME_MOST];
    int exchanged; /* the file that had the other name */
    size_t offset, length;
    unsigned char *bytes;
    size_t line; /* place in the journal */
} disk_operation;

typedef struct disk_name {
    int directory, file;
    char name[NAME_MOST];
} disk_name;

typedef struct disk_contents {
    bool directory;
    size_t size;
    unsigned char *bytes;
} disk_contents;

typedef struct disk {
    disk_contents *files;
    int file_count;
    disk_name *names;
    size_t name_count;
} disk;

/* What became of an operation: done, not done, done half, or only the size of it. */
enum fate { FATE_DONE, FATE_MISSING, FATE_TORN, FATE_ZEROS };

/* Ends the process where memory or files fail: this is a test. */
void disk_read(disk *to, const char *path);
disk disk_copy(const disk *from);
void disk_free(disk *of);
int disk_add_file(disk *to, bool directory);

/* NOTHING if there is none of that name. */
int disk_find(const disk *of, int directory, const char *name);

void disk_apply(disk *to, const disk_operation *operation, enum fate fate);

/* Of names and contents of everything below the root. */
uint64_t disk_hash(const disk *of);

/* Make a directory hold what the root holds, and nothing else. */
void disk_write(const disk *of, const char *path);

void *checked(void *memory);
void must(bool done, const char *what);

#endif

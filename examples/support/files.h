/* Files that are either wholly written or not at all, and directories for results. All failures are told to the user.
 */
#ifndef SUPPORT_FILES_H
#define SUPPORT_FILES_H

#include <stdbool.h>
#include <stdio.h>

/* A file on its way: written under another name in the same directory, renamed by file_commit(). The library's
 * temporary names have the same form: the file's name, a dot, 16 hexadecimal digits, ".tmp". */
typedef struct new_file {
    FILE *stream;
    char path[4096];
    char temporary[4128];
} new_file;

bool file_begin(new_file *file, const char *path);

/* Open a file to read it. Only regular files: of a pipe the end may never come, of a device neither. NULL with a
 * complaint. */
FILE *file_open(const char *path);

/* Remove the files of a directory whose names are chosen. False with a complaint. */
bool files_remove(const char *directory, bool (*chosen)(const char *name));

/* Remove temporary files that dead processes left in a directory; the caller is the only one that writes there. False
 * with a complaint. */
bool files_remove_temporary(const char *directory);

/* Flush, sync, rename, and sync the name. After a failed write, or if it fails before the renaming, the temporary file
 * is removed and the old file stays. */
bool file_commit(new_file *file);

/* Give up. */
void file_abandon(new_file *file);

/* Whether there is one; false with a complaint if that cannot be told. */
bool file_look(const char *path, bool *exists);

/* True also where that cannot be told: what follows will say why. */
bool file_exists(const char *path);

/* Make the directory and those above it where they do not exist; it must be writable. */
bool directory_prepare(const char *path);

/* DIRECTORY/NAME; false with a complaint if that is too long. */
bool path_join(const char *directory, const char *name, size_t size, char *path);

#endif

/* The names of all image files below a directory, sorted, in little memory. */
#ifndef IMAGES_TREE_H
#define IMAGES_TREE_H

#include "images/left_out.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_PATH_SIZE = 4096 };

/* A folder's files are those from `first` up to the next folder's. */
typedef struct tree_folder {
    char *path;
    size_t first;
} tree_folder;

typedef struct tree {
    size_t root_length; /* of the directory's own path */

    size_t count;  /* of image files */
    size_t *start; /* of each file's name in `names` */
    char *names;   /* each ends with a zero */
    tree_folder *folders;
    size_t folder_count;

    left_out others;                   /* files of other names */
    char other_format[TREE_PATH_SIZE]; /* a folder below that holds an LMDB or CIFAR-10's files; "" if none */

    size_t count_room, names_used, names_room, folder_room;
} tree;

/* A folder's own files come first, sorted by their bytes, then the folders in it, likewise: the same on every machine.
 * False with a complaint; free it in either case. */
bool tree_find(const char *path, tree *found);

/* Of all names, from the directory on, so that it may be moved. */
uint64_t tree_hash(const tree *of);

void tree_path(const tree *of, size_t file, char path[TREE_PATH_SIZE]);

void tree_free(tree *of);

#endif

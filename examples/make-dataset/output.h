/*
 * The directory of a data set on its way: written under another name beside its own, and put in its place when it is
 * whole and on the disk. What a process that died left is removed by the next one. A data set that is replaced must be
 * one of ours; nobody's photographs are deleted.
 */
#ifndef MAKE_DATASET_OUTPUT_H
#define MAKE_DATASET_OUTPUT_H

#include "support/lock.h"

#include <stdbool.h>

enum { OUTPUT_PATH_SIZE = 4096 };

typedef struct output {
    char path[OUTPUT_PATH_SIZE];
    char temporary[OUTPUT_PATH_SIZE]; /* where files go until output_commit() */
    char old[OUTPUT_PATH_SIZE];       /* what is replaced, for a moment, where directories cannot be exchanged */
    owner_lock lock;                  /* of all these names */
    bool overwrite;
} output;

/* Each false with a complaint. */
bool output_begin(output *made, const char *path, bool overwrite);

/* Leave a note of what the data set is, and give it its name. `note` is a line of text. */
bool output_commit(output *made, const char *note);

/* Remove what was written. */
void output_abandon(output *made);

#endif

/* The formats that data sets are written in; one file per format. */
#ifndef MAKE_DATASET_WRITER_H
#define MAKE_DATASET_WRITER_H

#include "images/image.h"
#include "settings.h"

typedef struct dataset_writer {
    /* Pictures to draw in all, or rows to write. */
    uint64_t (*total)(const settings *chosen);

    /* Begin in an empty directory; NULL with a complaint. */
    void *(*begin)(const char *directory, const settings *chosen);

    /* Add picture number 0, 1, ...; false with a complaint. NULL where there are none. */
    bool (*add)(void *state, uint64_t number, const image *drawn);

    /* Finish what is open if `whole`, and let go of it in any case; false with a complaint. */
    bool (*end)(void *state, bool whole);

    /* Add row number 0, 1, ... of a table; false with a complaint. NULL for pictures. */
    bool (*add_row)(void *state, uint64_t number);
} dataset_writer;

extern const dataset_writer writer_tree, writer_lmdb, writer_cifar, writer_csv;

#endif

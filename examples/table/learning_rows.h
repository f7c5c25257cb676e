/* A table on its way into training: which rows are learned, which are held out, and the former as target samples. */
#ifndef TABLE_LEARNING_ROWS_H
#define TABLE_LEARNING_ROWS_H

#include "encoding.h"

#include "support/data_identity.h"

#include <coulomb/trainer.h>

enum { ROWS_LEAST = 10 };

typedef struct learning_rows {
    columns columns;
    table table;
    encoding encoding;                /* of the rows that are learned */
    coded_rows coded;                 /* all rows */
    size_t *learned, learned_count;   /* indices, ascending */
    size_t *held_out, held_out_count; /* likewise */
    uint64_t seed;
    size_t *order; /* [learned_count] the rows of an epoch, counted from 0, in random order */
    uint64_t order_epoch;
    size_t *drawn; /* [charges] an update's rows */
    size_t drawn_room;
} learning_rows;

/* Read a CSV file, tell what its columns are, and hold `share` of the rows out. False with a complaint; free in any
 * case. */
bool learning_rows_read(const char *path, const table_options *options, double share, uint64_t seed,
                        learning_rows *read);

/* Rows, and a hash of what they hold and which are held out. */
data_identity learning_rows_identity(const learning_rows *of);

/* For coulomb_trainer_set_data_slice(), with the learning_rows: every row comes once in an epoch, in random order. */
coulomb_status learning_rows_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch);

/* Bytes of all this. */
size_t learning_rows_memory(const learning_rows *of);

void learning_rows_free(learning_rows *of);

#endif

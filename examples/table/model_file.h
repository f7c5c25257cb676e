/* Models: one file with the generator and all that is needed to write rows with it. */
#ifndef TABLE_MODEL_FILE_H
#define TABLE_MODEL_FILE_H

#include "encoding.h"

#include <coulomb/coulomb.h>

/* A model that was read. */
typedef struct model {
    columns columns;
    encoding encoding;
    coulomb_network *generator;
} model;

/*
 * Write or replace a model: a zip archive of the encoding (table.json) and of the generator, whose file `network` was
 * written by coulomb_network_save(). The same model gives the same bytes. False with a complaint.
 */
bool model_write(const char *path, const encoding *of, const char *network);

/* Read a model. Trusts nothing of the file. False with a complaint. */
bool model_read(coulomb_context *context, const char *path, model *read);

/* Also of one that was not read, if it is zeros. */
void model_free(model *of);

#endif

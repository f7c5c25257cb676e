/* How one column's cells become a category and a number, and back: the parts of an encoding. */
#ifndef TABLE_CODING_H
#define TABLE_CODING_H

#include "distribution.h"
#include "encoding.h"

#define NO_CATEGORY UINT32_MAX

typedef struct column_code {
    /* Categories: first texts, in the order of their codes, then numbers, in theirs. If there is a distribution, one
     * more says that its number is present. With one category in all there is no group. */
    size_t texts_count, spikes_count;
    uint32_t *texts; /* [texts_count] codes */
    double *spikes;  /* [spikes_count] */
    bool has_distribution;
    distribution numbers; /* of numbers, or of places in `rest` */
    size_t rest_count;
    uint32_t *rest; /* [rest_count] codes of text columns that share the last category */
    /* where each code is, [texts_count of the column] */
    uint32_t *category_of;
    uint32_t *rest_of;
} column_code;

/* A cell, encoded. */
typedef struct coded_cell {
    uint32_t category; /* NO_CATEGORY if the value did not occur */
    bool present;      /* the number */
    float number;
} coded_cell;

/* Find the code of a column from some rows. False with a complaint without memory. */
bool column_code_make(const column *of, const table_column *values, const size_t *rows, size_t count,
                      const encoding_options *options, column_code *made);

/* Categories, with the one that says that the number is present. */
size_t column_code_categories(const column_code *of);

coded_cell column_code_encode(const column_code *of, const column *like, uint32_t code, double number);

/* A category and a number become a code, which may be CODE_NUMBER, and a number. */
void column_code_decode(const column_code *of, const column *like, size_t category, double place, bool beyond,
                        uint32_t *code, double *number);

json_t *column_code_to_json(const column_code *of);
bool column_code_from_json(const json_t *from, const column *like, column_code *made);

void column_code_free(column_code *of);

/* Make `category_of` and `rest_of`. */
bool column_code_index(const column *of, column_code *code);

#endif

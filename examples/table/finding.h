/* What is found out of columns while the cells of a CSV file go by for the first time. Inside kinds.c. */
#ifndef TABLE_FINDING_H
#define TABLE_FINDING_H

#include "columns_file.h"
#include "csv.h"
#include "date.h"
#include "dictionary.h"
#include "number.h"

/* 2^53: doubles do not tell all larger whole numbers apart. */
static const double whole_most = 9007199254740992.0;

/* What is known of a column while its cells go by. */
typedef struct finding {
    column_wish wish;
    bool number, date; /* can be one as far as was seen */
    number_habits habits;
    double largest;   /* magnitude */
    double first;     /* number */
    bool counts;      /* from 0 or 1, the rows */
    bool bits;        /* 0 and 1 only */
    size_t too_large; /* row of a number that no double holds */
    const char *too_large_text;
    char dates[DATE_GUESSES][DATE_FORMAT_SIZE];
    size_t dates_count;
    size_t cells;   /* that are no words (words.h) */
    uint32_t words; /* a bit for each that occurs */
    size_t quoted, plain, plain_words;
    size_t odd; /* the row of the first cell that is no number, if there were numbers before; otherwise 0 */
    dictionary texts;
    double *numbers;
    uint32_t *codes;
} finding;

typedef struct reading {
    const csv *from;
    const char *path;
    size_t first, rows;
    columns *of;
    finding *found; /* [of->count] */
} reading;

/* Look at all cells: numbers and words are taken over, formats of dates found. `found` has each column's wish and what
 * it can be. False with a complaint that names the line of a cell that is not what was wished. */
bool find_from_cells(reading *of);

/* The first cell behind the names. */
const char *reading_first_cell(const reading *of);

/* A number of a row; the first makes the array, of NaN. False with a complaint without memory. */
bool finding_store(const reading *of, finding *into, size_t row, double value);

bool reading_wrong_cell(const reading *of, size_t index, size_t row, const char *text, const char *expected);
bool reading_no_memory(const reading *of);

#endif

/* Products of small matrices: tiles of C stay in registers while the rows of a panel of B pass by, each multiplied by
 * values of A. A panel is as wide as a tile and copied once for all rows of A, so that its rows follow one another:
 * rows a power of two apart would push one another out of the cache. A is read where it stands.
 *
 * An element of C is always the same chain of sums, start + a_1 b_1 + a_2 b_2 + ..., wherever it stands and however the
 * work was cut. */
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"
#include "kernels/transpose.inc.c"

enum {
    TILE_ROWS = PAIR_LANES == 16 ? 8 : 6, /* what 32 registers hold with ease, and 16 at all */
    TILE_COLUMNS = 2 * PAIR_LANES,
    PANEL_VALUES = 4096,
    PANEL_DEPTH = PANEL_VALUES / TILE_COLUMNS
};

/* Element [i][j] stands at values[i * row + j * column]. */
typedef struct matrix_view {
    const float *values;
    size_t row, column;
} matrix_view;

typedef struct product_work {
    size_t m, n, k;
    matrix_view a, b, start; /* start.values NULL: from 0 */
    float factor;            /* of what C starts from */
    float *c;
    size_t c_row, c_column;
} product_work;

/* Some rows of A against a panel, on top of what stands at `start`. */
typedef struct tile_work {
    size_t depth;
    matrix_view a;
    const float *panel, *start;
    size_t panel_row, start_row;
    float factor;
    float *c;
    size_t c_row;
} tile_work;

ALWAYS_INLINE void tile_of(size_t rows, const tile_work *tile)
{
    lanes sum[TILE_ROWS][2];
    const float *a[TILE_ROWS], *panel = tile->panel;
    size_t a_column = tile->a.column, panel_row = tile->panel_row, c_row = tile->c_row;
    float *c = tile->c;
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        sum[r][0] = tile->factor * lanes_load(tile->start + r * tile->start_row);
        sum[r][1] = tile->factor * lanes_load(tile->start + r * tile->start_row + PAIR_LANES);
        a[r] = tile->a.values + r * tile->a.row;
    }
#pragma GCC unroll 4
    for (size_t p = tile->depth, at = 0; p > 0; p--, at += a_column, panel += panel_row) {
        lanes first = lanes_load(panel), second = lanes_load(panel + PAIR_LANES);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            lanes value = lanes_all(a[r][at]);
            sum[r][0] += value * first;
            sum[r][1] += value * second;
        }
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        lanes_store(c + r * c_row, sum[r][0]);
        lanes_store(c + r * c_row + PAIR_LANES, sum[r][1]);
    }
}

/* The number of rows becomes a constant here, so that the sums find registers. */
static void tile_add(size_t rows, const tile_work *tile)
{
    switch (rows) {
    case 1:
        tile_of(1, tile);
        return;
    case 2:
        tile_of(2, tile);
        return;
    case 3:
        tile_of(3, tile);
        return;
    case 4:
        tile_of(4, tile);
        return;
    case 5:
        tile_of(5, tile);
        return;
    case 6:
        tile_of(6, tile);
        return;
#if KERNELS_LANES == 16
    case 7:
        tile_of(7, tile);
        return;
    case 8:
        tile_of(8, tile);
        return;
#endif
    }
}

/* A tile that does not fit C, or whose columns are apart in C, is made beside it. */
static void tile_beside(const product_work *work, const matrix_view *start, size_t i, size_t j, size_t rows,
                        size_t columns, tile_work *tile)
{
    float beside[TILE_ROWS * TILE_COLUMNS];
    memset(beside, 0, rows * TILE_COLUMNS * sizeof *beside);
    for (size_t r = 0; r < rows && start->values != NULL; r++)
        for (size_t c = 0; c < columns; c++)
            beside[r * TILE_COLUMNS + c] = start->values[(i + r) * start->row + (j + c) * start->column];
    tile->start = tile->c = beside;
    tile->start_row = tile->c_row = TILE_COLUMNS;
    tile_add(rows, tile);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            work->c[(i + r) * work->c_row + (j + c) * work->c_column] = beside[r * TILE_COLUMNS + c];
}

/* Rows [first, first + depth) and columns [j, j + columns) of B, filled up with zeros. */
static void panel_copy(const matrix_view *b, size_t first, size_t depth, size_t j, size_t columns, float *panel)
{
    const float *from = b->values + first * b->row + j * b->column;
    if (columns < TILE_COLUMNS)
        memset(panel, 0, depth * TILE_COLUMNS * sizeof *panel);
    if (b->column != 1)
        transpose_part(columns, depth, from, b->column, panel, TILE_COLUMNS);
    else if (columns == TILE_COLUMNS)
        for (size_t p = 0; p < depth; p++, from += b->row, panel += TILE_COLUMNS) {
            lanes_store(panel, lanes_load(from));
            lanes_store(panel + PAIR_LANES, lanes_load(from + PAIR_LANES));
        }
    else
        for (size_t p = 0; p < depth; p++)
            memcpy(panel + p * TILE_COLUMNS, from + p * b->row, columns * sizeof *panel);
}

/* All rows of A against one panel. Groups of rows are about equal: few rows would wait for their sums. */
static void panel_add(const product_work *work, size_t first, size_t depth, size_t j, size_t columns, float *panel)
{
    static const float zeros[TILE_COLUMNS];
    size_t groups = (work->m + TILE_ROWS - 1) / TILE_ROWS;
    bool in_place = columns == TILE_COLUMNS && work->b.column == 1 && groups == 1;
    if (!in_place)
        panel_copy(&work->b, first, depth, j, columns, panel);
    matrix_view result = {work->c, work->c_row, work->c_column};
    const matrix_view *start = first == 0 ? &work->start : &result;
    bool fits = columns == TILE_COLUMNS && work->c_column == 1 && (start->values == NULL || start->column == 1);
    tile_work tile = {.depth = depth,
                      .a = work->a,
                      .panel = in_place ? work->b.values + first * work->b.row + j : panel,
                      .panel_row = in_place ? work->b.row : TILE_COLUMNS,
                      .factor = first == 0 ? work->factor : 1.0f,
                      .start_row = start->values == NULL ? 0 : start->row,
                      .c_row = work->c_row};
    for (size_t group = 0, i = 0, end; group < groups; group++, i = end) {
        end = (group + 1) * work->m / groups;
        tile.a.values = work->a.values + i * work->a.row + first * work->a.column;
        tile.start = start->values == NULL ? zeros : start->values + i * start->row + j;
        tile.c = work->c + i * work->c_row + j;
        if (fits)
            tile_add(end - i, &tile);
        else
            tile_beside(work, start, i, j, end - i, columns, &tile);
    }
}

/* C^T = B^T A^T: a C of few columns would leave most of each tile's width unused. */
static product_work product_across(const product_work *work)
{
    return (product_work){.m = work->n,
                          .n = work->m,
                          .k = work->k,
                          .a = {work->b.values, work->b.column, work->b.row},
                          .b = {work->a.values, work->a.column, work->a.row},
                          .start = {work->start.values, work->start.column, work->start.row},
                          .factor = work->factor,
                          .c = work->c,
                          .c_row = work->c_column,
                          .c_column = work->c_row};
}

static matrix_view view_of(const float *values, size_t stride, bool transposed)
{
    return (matrix_view){values, transposed ? 1 : stride, transposed ? stride : 1};
}

void IN_TIER(product)(const matrix_product *p)
{
    float panel[PANEL_VALUES];
    product_work work = {.m = p->m,
                         .n = p->n,
                         .k = p->k,
                         .a = view_of(p->a, p->lda, p->a_transposed),
                         .b = view_of(p->b, p->ldb, p->b_transposed),
                         .start = {p->beta == 0.0f ? NULL : p->c, p->ldc, 1},
                         .factor = p->beta,
                         .c = p->c,
                         .c_row = p->ldc,
                         .c_column = 1};
    if (p->bias != NULL) {
        work.start = (matrix_view){p->bias, 0, 1};
        work.factor = 1.0f;
    }
    if (work.n <= TILE_ROWS && work.m > work.n)
        work = product_across(&work);
    for (size_t j = 0; j < work.n; j += TILE_COLUMNS) {
        size_t columns = work.n - j < TILE_COLUMNS ? work.n - j : TILE_COLUMNS, first = 0;
        do {
            size_t depth = work.k - first < PANEL_DEPTH ? work.k - first : PANEL_DEPTH;
            panel_add(&work, first, depth, j, columns, panel);
            first += depth;
        } while (first < work.k);
    }
}

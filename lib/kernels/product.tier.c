/* Matrix products. Tiles of C stay in registers while the rows of a panel of B pass by, each multiplied by values of A.
 * A panel is as wide as a tile and no deeper than stays in the first-level cache; it is copied once for a block of rows
 * of A, so that its rows follow one another: rows a power of two apart would push one another out of the cache. A is
 * read where it stands, block by block of what the second-level cache holds.
 *
 * An element of C is always the same chain of sums, start + a_1 b_1 + a_2 b_2 + ..., wherever it stands and however the
 * work was cut: between panels the chain rests in C, which loses nothing. */
#include "kernels/cache.h"
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"
#include "kernels/transpose.inc.c"

enum {
    TILE_ROWS = PAIR_LANES == 16 ? 12 : 6, /* what 32 registers hold with ease, and 16 at all */
    TILE_COLUMNS = 2 * PAIR_LANES,
    DEPTH_MOST = 256,
    DEPTH_STEP = 16,
    BLOCK_ROWS_LEAST = 48,
    PANEL_VALUES = DEPTH_MOST * TILE_COLUMNS
};

/* Element [i][j] stands at values[i * row + j * column]. */
typedef struct matrix_view {
    const float *values;
    size_t row, column;
} matrix_view;

typedef struct product_work {
    size_t m, n, k;
    size_t depth, block_rows; /* of a panel, and of a block of A */
    matrix_view a, b, start;  /* start.values NULL: from 0 */
    float *c;
    size_t c_row, c_column;
} product_work;

/* Some rows of A against a panel, on top of what stands at `start`. */
typedef struct tile_work {
    size_t depth;
    matrix_view a;
    const float *panel, *start;
    size_t panel_row, start_row;
    float *c;
    size_t c_row;
    bool narrow; /* half of the columns are enough */
} tile_work;

ALWAYS_INLINE void tile_of(size_t rows, size_t vectors, const tile_work *tile)
{
    lanes sum[TILE_ROWS][2];
    const float *a[TILE_ROWS], *panel = tile->panel;
    size_t a_column = tile->a.column, panel_row = tile->panel_row, c_row = tile->c_row;
    float *c = tile->c;
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++) {
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++)
            sum[r][v] = lanes_load(tile->start + r * tile->start_row + v * PAIR_LANES);
        a[r] = tile->a.values + r * tile->a.row;
    }
#pragma GCC unroll 4
    for (size_t p = tile->depth, at = 0; p > 0; p--, at += a_column, panel += panel_row) {
        lanes first = lanes_load(panel), second = vectors == 2 ? lanes_load(panel + PAIR_LANES) : first;
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            lanes value = lanes_all(a[r][at]);
            sum[r][0] += value * first;
            if (vectors == 2)
                sum[r][1] += value * second;
        }
    }
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++)
            lanes_store(c + r * c_row + v * PAIR_LANES, sum[r][v]);
}

/* The number of rows is a constant in each of these, so that the sums find registers. */
#define TILE(rows)                                                                                                     \
    static void tile_##rows(const tile_work *tile)                                                                     \
    {                                                                                                                  \
        if (tile->narrow)                                                                                              \
            tile_of(rows, 1, tile);                                                                                    \
        else                                                                                                           \
            tile_of(rows, 2, tile);                                                                                    \
    }

TILE(1)
TILE(2)
TILE(3)
TILE(4)
TILE(5)
TILE(6)
#if KERNELS_LANES == 16
TILE(7)
TILE(8)
TILE(9)
TILE(10)
TILE(11)
TILE(12)
#endif

#undef TILE

static void (*const tiles[TILE_ROWS])(const tile_work *tile) = {
    tile_1, tile_2, tile_3, tile_4,  tile_5,  tile_6,
#if KERNELS_LANES == 16
    tile_7, tile_8, tile_9, tile_10, tile_11, tile_12,
#endif
};

static void tile_add(size_t rows, const tile_work *tile)
{
    tiles[rows - 1](tile);
}

static void part_load(const matrix_view *from, size_t i, size_t j, size_t rows, size_t columns, float *part)
{
    const float *values = from->values + i * from->row + j * from->column;
    for (size_t r = 0; r < rows; r++, values += from->row, part += TILE_COLUMNS)
        for (size_t c = 0; c < columns; c++)
            part[c] = values[c * from->column];
}

/* A tile that does not fit C, or whose columns are apart in C, is made beside it. */
static void tile_beside(const product_work *work, const matrix_view *start, size_t i, size_t j, size_t rows,
                        size_t columns, tile_work *tile)
{
    _Alignas(64) float beside[TILE_ROWS * TILE_COLUMNS];
    float *c = work->c + i * work->c_row + j * work->c_column;
    memset(beside, 0, rows * TILE_COLUMNS * sizeof *beside);
    if (start->values != NULL)
        part_load(start, i, j, rows, columns, beside);
    tile->start = tile->c = beside;
    tile->start_row = tile->c_row = TILE_COLUMNS;
    tile_add(rows, tile);
    for (size_t r = 0; r < rows; r++, c += work->c_row) {
        const float *row = beside + r * TILE_COLUMNS;
        if (work->c_column == 1)
            memcpy(c, row, columns * sizeof *c);
        else
            for (size_t column = 0; column < columns; column++)
                c[column * work->c_column] = row[column];
    }
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

/* A whole panel that will be copied soon, share by share: what is far away arrives while sums are made. */
static void panel_fetch(const matrix_view *b, size_t first, size_t depth, size_t j, size_t share, size_t shares)
{
    enum { LINE = 16 };
    size_t rows = b->column == 1 ? depth : TILE_COLUMNS, length = b->column == 1 ? TILE_COLUMNS : depth;
    size_t step = b->column == 1 ? b->row : b->column;
    const float *from = b->values + first * b->row + j * b->column;
    for (size_t row = share * rows / shares; row < (share + 1) * rows / shares; row++)
        for (size_t at = 0; at < length; at += LINE)
            __builtin_prefetch(from + row * step + at);
}

/* A block of rows of A, [first_row, first_row + rows), against one panel. Groups of rows are about equal: few rows
 * would wait for their sums. */
static void panel_add(const product_work *work, size_t first_row, size_t rows, size_t first, size_t depth, size_t j,
                      float *panel)
{
    static const float zeros[TILE_COLUMNS];
    size_t groups = (rows + TILE_ROWS - 1) / TILE_ROWS,
           columns = work->n - j < TILE_COLUMNS ? work->n - j : TILE_COLUMNS;
    bool in_place = columns == TILE_COLUMNS && work->b.column == 1 && groups == 1;
    bool next_whole = work->n - j >= 2 * TILE_COLUMNS;
    if (!in_place)
        panel_copy(&work->b, first, depth, j, columns, panel);
    matrix_view result = {work->c, work->c_row, work->c_column};
    const matrix_view *start = first == 0 ? &work->start : &result;
    bool fits = columns == TILE_COLUMNS && work->c_column == 1 && (start->values == NULL || start->column == 1);
    tile_work tile = {.depth = depth,
                      .a = work->a,
                      .panel = in_place ? work->b.values + first * work->b.row + j : panel,
                      .panel_row = in_place ? work->b.row : TILE_COLUMNS,
                      .start_row = start->values == NULL ? 0 : start->row,
                      .c_row = work->c_row,
                      .narrow = columns <= PAIR_LANES};
    for (size_t group = 0, i = first_row, end; group < groups; group++, i = end) {
        end = first_row + (group + 1) * rows / groups;
        if (next_whole && !in_place)
            panel_fetch(&work->b, first, depth, j + TILE_COLUMNS, group, groups);
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
static void turn_over(product_work *work)
{
    product_work old = *work;
    work->m = old.n;
    work->n = old.m;
    work->a = (matrix_view){old.b.values, old.b.column, old.b.row};
    work->b = (matrix_view){old.a.values, old.a.column, old.a.row};
    work->start = (matrix_view){old.start.values, old.start.column, old.start.row};
    work->c_row = old.c_column;
    work->c_column = old.c_row;
}

static matrix_view view_of(const float *values, size_t stride, bool transposed)
{
    return (matrix_view){values, transposed ? 1 : stride, transposed ? stride : 1};
}

/* A panel takes at most two thirds of the first-level cache, a block of A a quarter of the second-level one: rows a
 * power of two apart do not find room in all of it. */
static void choose_blocks(product_work *work)
{
    size_t depth = 2 * cache_of_level(1) / 3 / (TILE_COLUMNS * sizeof(float)) / DEPTH_STEP * DEPTH_STEP;
    work->depth = depth < DEPTH_STEP ? DEPTH_STEP : depth > DEPTH_MOST ? DEPTH_MOST : depth;
    size_t rows = cache_of_level(2) / 4 / (work->depth * sizeof(float));
    work->block_rows = rows < BLOCK_ROWS_LEAST ? BLOCK_ROWS_LEAST : rows;
}

static void scale_result(const matrix_product *p)
{
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++)
            p->c[i * p->ldc + j] *= p->beta;
}

void IN_TIER(product)(const matrix_product *p)
{
    _Alignas(64) float panel[PANEL_VALUES];
    product_work work = {.m = p->m,
                         .n = p->n,
                         .k = p->k,
                         .a = view_of(p->a, p->lda, p->a_transposed),
                         .b = view_of(p->b, p->ldb, p->b_transposed),
                         .start = {p->beta == 0.0f ? NULL : p->c, p->ldc, 1},
                         .c = p->c,
                         .c_row = p->ldc,
                         .c_column = 1};
    if (p->bias != NULL)
        work.start = (matrix_view){p->bias, 0, 1};
    else if (p->beta != 0.0f && p->beta != 1.0f)
        scale_result(p);
    choose_blocks(&work);
    if (work.n <= TILE_ROWS && work.m > work.n)
        turn_over(&work);
    size_t blocks = (work.m + work.block_rows - 1) / work.block_rows;
    for (size_t block = 0, i = 0, end; block < blocks; block++, i = end) {
        end = (block + 1) * work.m / blocks;
        size_t first = 0;
        do {
            size_t depth = work.k - first < work.depth ? work.k - first : work.depth;
            for (size_t j = 0; j < work.n; j += TILE_COLUMNS)
                panel_add(&work, i, end - i, first, depth, j, panel);
            first += depth;
        } while (first < work.k);
    }
}

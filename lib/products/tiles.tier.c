/* Tiles of C, which stay in registers while the rows of a panel of B pass by, each multiplied by values of A; and the
 * copies of operands that tiles read. */
#include "kernels/tier.h"
#include "products/product_kernels.h"

#include "kernels/lanes.inc.c"
#include "kernels/transpose.inc.c"

enum {
    TILE_ROWS = PAIR_LANES == 16 ? 12 : 6, /* what 32 registers hold with ease, and 16 at all */
    TILE_COLUMNS = 2 * PAIR_LANES
};

_Static_assert((int)TILE_ROWS <= (int)TILE_ROWS_MOST && (int)TILE_COLUMNS <= (int)TILE_COLUMNS_MOST,
               "callers have room for tiles");

/* --- tiles --- */

/* Packed rows of A are a constant apart, so one address serves them all. */
ALWAYS_INLINE void tile_of(size_t rows, size_t vectors, bool packed, const tile_work *tile)
{
    lanes sum[TILE_ROWS][2];
    const float *a[TILE_ROWS], *panel = tile->panel;
    size_t a_column = packed ? TILE_ROWS : tile->a_column, a_row = packed ? 1 : tile->a_row;
    size_t panel_row = tile->panel_row, c_row = tile->c_row;
    float *c = tile->c;
#pragma GCC unroll 12
    for (size_t r = 0; r < rows; r++) {
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++)
            sum[r][v] = lanes_load(tile->start + r * tile->start_row + v * PAIR_LANES);
        a[r] = tile->a + r * a_row;
    }
#pragma GCC unroll 4
    for (size_t p = tile->depth, at = 0; p > 0; p--, at += a_column, panel += panel_row) {
        lanes first = lanes_load(panel), second = vectors == 2 ? lanes_load(panel + PAIR_LANES) : first;
#pragma GCC unroll 12
        for (size_t r = 0; r < rows; r++) {
            lanes value = lanes_all(a[r][at]);
            sum[r][0] = lanes_multiply_add(value, first, sum[r][0]);
            if (vectors == 2)
                sum[r][1] = lanes_multiply_add(value, second, sum[r][1]);
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
            tile_of(rows, 1, false, tile);                                                                             \
        else if (tile->a_row == 1 && tile->a_column == TILE_ROWS)                                                      \
            tile_of(rows, 2, true, tile);                                                                              \
        else                                                                                                           \
            tile_of(rows, 2, false, tile);                                                                             \
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

static void load_part(const matrix_view *from, size_t rows, size_t columns, float *part)
{
    const float *values = from->values;
    for (size_t r = 0; r < rows; r++, values += from->row, part += TILE_COLUMNS)
        for (size_t c = 0; c < columns; c++)
            part[c] = values[c * from->column];
}

static void tile_beside(size_t rows, size_t columns, const tile_work *work, const matrix_view *start, float *c,
                        size_t c_row, size_t c_column)
{
    _Alignas(64) float beside[TILE_ROWS * TILE_COLUMNS];
    memset(beside, 0, rows * TILE_COLUMNS * sizeof *beside);
    if (start->values != NULL)
        load_part(start, rows, columns, beside);
    tile_work tile = *work;
    tile.start = tile.c = beside;
    tile.start_row = tile.c_row = TILE_COLUMNS;
    tile_add(rows, &tile);
    for (size_t r = 0; r < rows; r++, c += c_row) {
        const float *row = beside + r * TILE_COLUMNS;
        if (c_column == 1)
            memcpy(c, row, columns * sizeof *c);
        else
            for (size_t column = 0; column < columns; column++)
                c[column * c_column] = row[column];
    }
}

/* --- copies --- */

static void pack_panel(const matrix_view *b, size_t depth, size_t columns, float *panel)
{
    const float *from = b->values;
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

static void pack_rows(const matrix_view *a, size_t depth, size_t rows, float *packed)
{
    const float *from = a->values;
    if (a->row != 1)
        transpose_part(rows, depth, from, a->row, packed, TILE_ROWS);
    else if (rows == TILE_ROWS)
        for (size_t p = 0; p < depth; p++, from += a->column, packed += TILE_ROWS)
            memcpy(packed, from, TILE_ROWS * sizeof *packed);
    else
        for (size_t p = 0; p < depth; p++)
            memcpy(packed + p * TILE_ROWS, from + p * a->column, rows * sizeof *packed);
}

const product_kernels IN_TIER(products) = {.rows = TILE_ROWS,
                                           .columns = TILE_COLUMNS,
                                           .tile = tile_add,
                                           .tile_beside = tile_beside,
                                           .pack_panel = pack_panel,
                                           .pack_rows = pack_rows};

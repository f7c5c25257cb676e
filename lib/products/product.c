/* A product on one thread. Tiles of C stay in registers while a panel of B, as wide as a tile and copied so that its
 * rows follow one another, passes by; a block of rows of A stays in the second-level cache while all panels pass by. Of
 * large products the block of A is copied too, and panels are copied once for all blocks.
 *
 * An element's chain of sums rests in C between one depth of panels and the next, which loses nothing. */
#include "products/product.h"

typedef struct product_work {
    const product_kernels *kernels;
    size_t m, n, k;
    product_blocks blocks;
    matrix_view a, b, start; /* start.values NULL: from 0 */
    const float *packed_b;   /* all of it */
    float *c;
    size_t c_row, c_column;
    float *panels; /* a copy of one panel, or, if all_panels, of each of blocks.columns */
    float *rows;   /* a copy of a block of A; NULL: it is read where it is */
    bool all_panels, fetch_c;
} product_work;

/* Rows [row, row + rows) of A against columns [column, column + columns) of B, over [first, first + depth) of k.
 * Panels are copied from first_column on. */
typedef struct product_step {
    size_t row, rows, first_column, column, columns, first, depth;
} product_step;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Parts of at most `most`, one at least. */
static size_t parts_of(size_t extent, size_t most)
{
    return extent <= most ? 1 : (extent + most - 1) / most;
}

/* A whole panel that will be copied soon, share by share: what is far away arrives while sums are made. */
static void fetch_panel(const product_work *work, const product_step *step, size_t share, size_t shares)
{
    enum { LINE = 16 };
    const matrix_view *b = &work->b;
    bool along = b->column == 1;
    size_t width = work->kernels->columns, rows = along ? step->depth : width, length = along ? width : step->depth;
    size_t apart = along ? b->row : b->column;
    const float *from = b->values + step->first * b->row + (step->column + width) * b->column;
    for (size_t row = share * rows / shares; row < (share + 1) * rows / shares; row++)
        for (size_t at = 0; at < length; at += LINE)
            __builtin_prefetch(from + row * apart + at);
}

/* The panel of a step, and how far apart its rows are: packed for good, where B is, or copied. */
static matrix_view panel_of(const product_work *work, const product_step *step)
{
    enum { NEAR_VALUES = 1 << 14 };
    size_t width = work->kernels->columns;
    const matrix_view *b = &work->b;
    if (work->packed_b != NULL)
        return (matrix_view){work->packed_b + step->column * work->k + step->first * width, width, 1};
    if (work->all_panels)
        return (matrix_view){work->panels + (step->column - step->first_column) * step->depth, width, 1};
    matrix_view part = {b->values + step->first * b->row + step->column * b->column, b->row, b->column};
    bool near = work->k * b->row <= NEAR_VALUES || step->rows <= work->kernels->rows;
    if (near && step->columns == width && b->column == 1)
        return part;
    work->kernels->pack_panel(&part, step->depth, step->columns, work->panels);
    return (matrix_view){work->panels, width, 1};
}

/* Rows of C that the next tile starts from. */
static void fetch_tile(const product_work *work, size_t i, size_t rows, size_t j)
{
    enum { LINE = 16 };
    const float *at = work->c + i * work->c_row + j;
    for (size_t row = 0; row < rows; row++, at += work->c_row)
        for (size_t column = 0; column < work->kernels->columns; column += LINE)
            __builtin_prefetch(at + column, 1);
}

/* Groups of rows are about equal: few rows would wait for their sums. */
static size_t groups_of(const product_work *work, const product_step *step)
{
    return (step->rows + work->kernels->rows - 1) / work->kernels->rows;
}

static size_t group_start(const product_step *step, size_t group, size_t groups)
{
    return step->row + group * step->rows / groups;
}

static const float *group_of_a(const product_work *work, const product_step *step, size_t group, size_t i)
{
    if (work->rows != NULL)
        return work->rows + group * work->kernels->rows * step->depth;
    return work->a.values + i * work->a.row + step->first * work->a.column;
}

static void add_panel(const product_work *work, const product_step *step)
{
    static const float zeros[TILE_COLUMNS_MOST];
    const product_kernels *own = work->kernels;
    size_t groups = groups_of(work, step), j = step->column;
    matrix_view panel = panel_of(work, step), result = {work->c, work->c_row, work->c_column};
    const matrix_view *start = step->first == 0 ? &work->start : &result;
    bool fetch = panel.values == work->panels && !work->all_panels && work->n - j >= 2 * own->columns;
    bool fits = step->columns == own->columns && work->c_column == 1 && (start->values == NULL || start->column == 1);
    tile_work tile = {.depth = step->depth,
                      .a_row = work->rows != NULL ? 1 : work->a.row,
                      .a_column = work->rows != NULL ? own->rows : work->a.column,
                      .panel = panel.values,
                      .panel_row = panel.row,
                      .start_row = start->values == NULL ? 0 : start->row,
                      .c_row = work->c_row,
                      .narrow = step->columns <= own->columns / 2};
    for (size_t group = 0, i = step->row, end; group < groups; group++, i = end) {
        end = group_start(step, group + 1, groups);
        if (fetch)
            fetch_panel(work, step, group, groups);
        if (work->fetch_c && group + 1 < groups)
            fetch_tile(work, end, own->rows, j);
        else if (work->fetch_c && j + own->columns < work->n)
            fetch_tile(work, step->row, own->rows, j + own->columns);
        tile.a = group_of_a(work, step, group, i);
        tile.c = work->c + i * work->c_row + j * work->c_column;
        tile.start = start->values == NULL ? zeros : start->values + i * start->row + j * start->column;
        if (fits)
            own->tile(end - i, &tile);
        else
            own->tile_beside(end - i, step->columns, &tile,
                             &(matrix_view){start->values == NULL ? NULL : tile.start, start->row, start->column},
                             tile.c, work->c_row, work->c_column);
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

static void scale_result(const matrix_product *p)
{
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++)
            p->c[i * p->ldc + j] *= p->beta;
}

/* Copies need a workspace, and pay if they are read often. Tiles of a large C are fetched ahead. */
static void choose_copies(product_work *work, float *workspace)
{
    enum { PANELS_OF_ROWS = 32, LARGE_C = 1 << 16 };
    product_blocks *blocks = &work->blocks;
    work->fetch_c = work->c_column == 1 && work->m * work->n >= LARGE_C;
    if (workspace != NULL) {
        work->panels = workspace + BLOCK_VALUES;
        work->rows = parts_of(work->n, work->kernels->columns) >= PANELS_OF_ROWS ? workspace : NULL;
        work->all_panels = work->packed_b == NULL && work->m > blocks->rows;
    }
    if (!work->all_panels)
        blocks->columns = work->n < 1 ? 1 : work->n;
}

static void copy_rows(const product_work *work, const product_step *step)
{
    size_t groups = groups_of(work, step);
    for (size_t group = 0, i = step->row, end; group < groups; group++, i = end) {
        end = group_start(step, group + 1, groups);
        matrix_view part = {work->a.values + i * work->a.row + step->first * work->a.column, work->a.row,
                            work->a.column};
        work->kernels->pack_rows(&part, step->depth, end - i, work->rows + group * work->kernels->rows * step->depth);
    }
}

static void copy_panels(const product_work *work, const product_step *step, size_t columns)
{
    size_t width = work->kernels->columns;
    const matrix_view *b = &work->b;
    for (size_t j = 0; j < columns; j += width) {
        matrix_view part = {b->values + step->first * b->row + (step->first_column + j) * b->column, b->row, b->column};
        work->kernels->pack_panel(&part, step->depth, smaller(columns - j, width), work->panels + j * step->depth);
    }
}

/* A block of rows against all panels of a depth. */
static void add_block(const product_work *work, product_step step, size_t columns)
{
    size_t width = work->kernels->columns;
    if (work->rows != NULL)
        copy_rows(work, &step);
    for (size_t j = 0; j < columns; j += width) {
        step.column = step.first_column + j;
        step.columns = smaller(columns - j, width);
        add_panel(work, &step);
    }
}

/* All rows of `columns` columns of C; blocks of rows are made of whole tiles. */
static void add_columns(const product_work *work, size_t first_column, size_t columns)
{
    size_t depths = parts_of(work->k, work->blocks.depth), blocks = parts_of(work->m, work->blocks.rows);
    size_t tile = work->kernels->rows, tiles = (work->m + tile - 1) / tile;
    for (size_t depth = 0, first = 0, last; depth < depths; depth++, first = last) {
        last = (depth + 1) * work->k / depths;
        product_step step = {.first = first, .depth = last - first, .first_column = first_column};
        if (work->all_panels)
            copy_panels(work, &step, columns);
        for (size_t block = 0; block < blocks; block++, step.row += step.rows) {
            step.rows = smaller((block + 1) * tiles / blocks * tile, work->m) - step.row;
            add_block(work, step, columns);
        }
    }
}

void product_run_in_blocks(const kernels *table, const matrix_product *p, float *workspace, product_blocks blocks)
{
    _Alignas(64) float panel[PANEL_VALUES];
    product_work work = {.kernels = table->products,
                         .m = p->m,
                         .n = p->n,
                         .k = p->k,
                         .blocks = blocks,
                         .a = view_of(p->a, p->lda, p->a_transposed),
                         .b = view_of(p->b, p->ldb, p->b_transposed),
                         .start = {p->beta == 0.0f ? NULL : p->c, p->ldc, 1},
                         .packed_b = p->packed_b,
                         .c = p->c,
                         .c_row = p->ldc,
                         .c_column = 1,
                         .panels = panel};
    if (p->bias != NULL)
        work.start = (matrix_view){p->bias, 0, 1};
    else if (p->beta != 0.0f && p->beta != 1.0f)
        scale_result(p);
    if (work.n <= work.kernels->rows && work.m > work.n && work.packed_b == NULL)
        turn_over(&work);
    choose_copies(&work, workspace);
    for (size_t j = 0; j < work.n; j += work.blocks.columns)
        add_columns(&work, j, smaller(work.n - j, work.blocks.columns));
}

void product_run(const kernels *table, const matrix_product *product, float *workspace)
{
    product_run_in_blocks(table, product, workspace,
                          product_blocks_for(table->products, product->k, workspace != NULL));
}

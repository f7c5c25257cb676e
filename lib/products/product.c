/* A product on one thread. A panel of B is as wide as a tile and no deeper than stays in the first-level cache; it is
 * copied, so that its rows follow one another: rows a power of two apart would push one another out of the cache. Then
 * a block of rows of A, which stays in the second-level cache, passes it tile by tile.
 *
 * Between panels an element's chain of sums rests in C, which loses nothing. */
#include "products/product.h"

typedef struct product_work {
    const product_kernels *kernels;
    size_t m, n, k;
    product_blocks blocks;
    matrix_view a, b, start; /* start.values NULL: from 0 */
    const float *packed_b;
    float *c;
    size_t c_row, c_column;
    float *panel; /* [depth, columns of a tile] */
} product_work;

/* Rows [row, row + rows) of A against columns [column, column + columns) of B, over [first, first + depth) of k. */
typedef struct product_step {
    size_t row, rows, column, columns, first, depth;
} product_step;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
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

/* The panel of a step: packed for good, or where B is, or copied; and how far apart its rows are. */
static matrix_view panel_of(const product_work *work, const product_step *step, size_t groups)
{
    size_t width = work->kernels->columns;
    const matrix_view *b = &work->b;
    if (work->packed_b != NULL)
        return (matrix_view){work->packed_b + step->column * work->k + step->first * width, width, 1};
    matrix_view part = {b->values + step->first * b->row + step->column * b->column, b->row, b->column};
    if (step->columns == width && b->column == 1 && groups == 1)
        return part;
    work->kernels->pack_panel(&part, step->depth, step->columns, work->panel);
    return (matrix_view){work->panel, width, 1};
}

/* Groups of rows are about equal: few rows would wait for their sums. */
static void add_panel(const product_work *work, const product_step *step)
{
    static const float zeros[TILE_COLUMNS_MOST];
    const product_kernels *own = work->kernels;
    size_t groups = (step->rows + own->rows - 1) / own->rows, j = step->column;
    matrix_view panel = panel_of(work, step, groups), result = {work->c, work->c_row, work->c_column};
    const matrix_view *start = step->first == 0 ? &work->start : &result;
    bool fetch = panel.values == work->panel && work->n - j >= 2 * own->columns;
    bool fits = step->columns == own->columns && work->c_column == 1 && (start->values == NULL || start->column == 1);
    tile_work tile = {.depth = step->depth,
                      .a_row = work->a.row,
                      .a_column = work->a.column,
                      .panel = panel.values,
                      .panel_row = panel.row,
                      .start_row = start->values == NULL ? 0 : start->row,
                      .c_row = work->c_row,
                      .narrow = step->columns <= own->columns / 2};
    for (size_t group = 0, i = step->row, end; group < groups; group++, i = end) {
        end = step->row + (group + 1) * step->rows / groups;
        if (fetch)
            fetch_panel(work, step, group, groups);
        tile.a = work->a.values + i * work->a.row + step->first * work->a.column;
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

/* Rows [row, row + rows) of C. */
static void add_rows(const product_work *work, size_t row, size_t rows)
{
    size_t first = 0, width = work->kernels->columns;
    do {
        product_step step = {
            .row = row, .rows = rows, .first = first, .depth = smaller(work->k - first, work->blocks.depth)};
        for (size_t j = 0; j < work->n; j += width) {
            step.column = j;
            step.columns = smaller(work->n - j, width);
            add_panel(work, &step);
        }
        first += step.depth;
    } while (first < work->k);
}

void product_run_in_blocks(const kernels *table, const matrix_product *p, float *workspace, product_blocks blocks)
{
    _Alignas(64) float panel[DEPTH_MOST * TILE_COLUMNS_MOST];
    (void)workspace;
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
                         .panel = panel};
    if (p->bias != NULL)
        work.start = (matrix_view){p->bias, 0, 1};
    else if (p->beta != 0.0f && p->beta != 1.0f)
        scale_result(p);
    if (work.n <= work.kernels->rows && work.m > work.n && work.packed_b == NULL)
        turn_over(&work);
    size_t count = (work.m + blocks.rows - 1) / blocks.rows;
    for (size_t block = 0, i = 0, end; block < count; block++, i = end) {
        end = (block + 1) * work.m / count;
        add_rows(&work, i, end - i);
    }
}

void product_run(const kernels *table, const matrix_product *product, float *workspace)
{
    product_run_in_blocks(table, product, workspace, product_blocks_for(table->products->columns));
}

/* See whole_product.h. */
#include "products/whole_product.h"

#include "products/blocks.h"

_Static_assert((int)PRODUCT_WORKSPACE <= (int)WORKER_WORKSPACE, "a worker's memory is enough for a product");

/* There are some pieces for each thread, so that all have work to the end, unless they would be too small to be worth
 * it. Cuts of few rows or columns copy A or B for little work. The number of threads may decide, because an element's
 * sum does not depend on the cut. */
enum {
    PIECES_OF_THREAD = 4,
    ROWS_ENOUGH = 512, /* to be cut first: copies of B cost less than those of A */
    ROWS_LEAST = 32,
    COLUMNS_LEAST = 32,
    MULTIPLICATIONS_LEAST = 1 << 19
};

typedef struct product_pieces {
    coulomb_context *context;
    const kernels *kernels;
    const matrix_product *whole;
    size_t rows, columns;
} product_pieces;

static size_t pieces_of(const product_pieces *p)
{
    return piece_count(p->whole->m, p->rows) * piece_count(p->whole->n, p->columns);
}

/* Whole tiles and panels. */
static size_t half(size_t extent, size_t multiple)
{
    return piece_count(piece_count(extent, 2), multiple) * multiple;
}

static void choose_pieces(product_pieces *p)
{
    size_t threads = context_threads(p->context), wanted = threads == 1 ? 1 : PIECES_OF_THREAD * threads;
    p->rows = p->whole->m < 1 ? 1 : p->whole->m;
    p->columns = p->whole->n < 1 ? 1 : p->whole->n;
    while (pieces_of(p) < wanted && p->rows * p->columns * p->whole->k >= 2 * MULTIPLICATIONS_LEAST) {
        if (p->columns >= 2 * COLUMNS_LEAST && p->rows < ROWS_ENOUGH)
            p->columns = half(p->columns, PACKED_MULTIPLE);
        else if (p->rows >= 2 * ROWS_LEAST)
            p->rows = half(p->rows, TILE_ROWS_MOST);
        else
            return;
    }
}

static void one_piece(void *work, size_t piece, size_t worker)
{
    const product_pieces *p = work;
    const matrix_product *whole = p->whole;
    size_t across = piece_count(whole->n, p->columns), i = piece / across * p->rows, j = piece % across * p->columns;
    size_t rows = whole->m - i < p->rows ? whole->m - i : p->rows;
    size_t columns = whole->n - j < p->columns ? whole->n - j : p->columns;
    matrix_product part = product_part(whole, i, rows, j, columns);
    product_run(p->kernels, &part, worker_workspace(p->context, worker));
}

void whole_product(coulomb_context *context, const kernels *table, const matrix_product *product)
{
    product_pieces pieces = {.context = context, .kernels = table, .whole = product};
    choose_pieces(&pieces);
    run_pieces(context, pieces_of(&pieces), one_piece, &pieces);
}

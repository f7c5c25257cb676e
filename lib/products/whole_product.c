/* See whole_product.h. */
#include "products/whole_product.h"

/* A piece has at most ROWS_MOST rows, as A is read again for every panel of B, and stays in the second-level cache that
 * long; with fewer, panels are copied for little work. There are about PIECES_WANTED pieces, so that many threads find
 * work, unless they would be too small to be worth it. */
enum {
    ROWS_MOST = 256,
    COLUMNS_MOST = 256,
    ROWS_LEAST = 32,
    COLUMNS_LEAST = 32,
    PIECES_WANTED = 32,
    MULTIPLICATIONS_LEAST = 1 << 19
};

typedef struct product_pieces {
    const kernels *kernels;
    const matrix_product *whole;
    size_t rows, columns;
} product_pieces;

static size_t pieces_of(const product_pieces *p)
{
    return piece_count(p->whole->m, p->rows) * piece_count(p->whole->n, p->columns);
}

static size_t half(size_t extent)
{
    return piece_count(extent, 2);
}

static void choose_pieces(product_pieces *p)
{
    const matrix_product *whole = p->whole;
    p->rows = whole->m < ROWS_MOST ? whole->m : ROWS_MOST;
    p->columns = whole->n < COLUMNS_MOST ? whole->n : COLUMNS_MOST;
    while (pieces_of(p) < PIECES_WANTED && p->rows * p->columns * whole->k >= 2 * MULTIPLICATIONS_LEAST) {
        if (p->columns >= 2 * COLUMNS_LEAST)
            p->columns = half(p->columns);
        else if (p->rows >= 2 * ROWS_LEAST)
            p->rows = half(p->rows);
        else
            return;
    }
}

static void one_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const product_pieces *p = work;
    const matrix_product *whole = p->whole;
    size_t across = piece_count(whole->n, p->columns), i = piece / across * p->rows, j = piece % across * p->columns;
    size_t rows = whole->m - i < p->rows ? whole->m - i : p->rows;
    size_t columns = whole->n - j < p->columns ? whole->n - j : p->columns;
    matrix_product part = product_part(whole, i, rows, j, columns);
    product_run(p->kernels, &part, NULL);
}

void whole_product(coulomb_context *context, const kernels *table, const matrix_product *product)
{
    product_pieces pieces = {.kernels = table, .whole = product};
    choose_pieces(&pieces);
    run_pieces(context, pieces_of(&pieces), one_piece, &pieces);
}

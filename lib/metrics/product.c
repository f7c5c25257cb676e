/* See product.h. Tiles have a fixed size, so that the number of threads does not show in the results. */
#include "metrics/product.h"

#include "kernels/kernels.h"

enum { TILE = 256 };

static size_t tile_size(size_t n, size_t tile)
{
    size_t rest = n - tile * TILE;
    return rest < TILE ? rest : TILE;
}

static void product_tile(void *work, size_t piece)
{
    const product *p = work;
    size_t columns = piece_count(p->n, TILE), i = piece / columns, j = piece % columns;
    const double *b = p->b_transposed ? p->b + j * TILE * p->k : p->b + j * TILE;
    gemm_wide(false, p->b_transposed, tile_size(p->m, i), tile_size(p->n, j), p->k, p->a + i * TILE * p->k, p->k, b,
              p->b_transposed ? p->k : p->n, 0.0, p->c + i * TILE * p->n + j * TILE, p->n);
}

void product_run(coulomb_context *context, const product *whole)
{
    product work = *whole;
    run_pieces(context, piece_count(work.m, TILE) * piece_count(work.n, TILE), product_tile, &work);
}

/* Pieces count the tiles of the lower triangle, row by row. */
static void own_tile(void *work, size_t piece)
{
    const own_product *p = work;
    size_t i = 0;
    for (; piece > i; i++)
        piece -= i + 1;
    size_t j = piece;
    double *c = p->c + i * TILE * p->n + j * TILE;
    if (i == j)
        gemm_own_wide(tile_size(p->n, i), p->k, p->a + i * TILE, p->n, c, p->n);
    else
        gemm_wide(true, false, tile_size(p->n, i), TILE, p->k, p->a + i * TILE, p->n, p->a + j * TILE, p->n, 1.0, c,
                  p->n);
}

void own_product_run(coulomb_context *context, const own_product *whole)
{
    own_product work = *whole;
    size_t tiles = piece_count(work.n, TILE);
    run_pieces(context, tiles * (tiles + 1) / 2, own_tile, &work);
}

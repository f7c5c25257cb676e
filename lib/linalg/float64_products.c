/* Products of float64 matrices. Large ones are cut into tiles for the context's threads; tiles have a fixed size, so
 * that the number of threads does not show in the results. */
#include "linalg/linalg.h"

#include <cblas.h>

enum { TILE = 256 };

void float64_product(bool a_transposed, bool b_transposed, size_t m, size_t n, size_t k, const double *a, size_t lda,
                     const double *b, size_t ldb, double beta, double *c, size_t ldc)
{
    cblas_dgemm(CblasRowMajor, a_transposed ? CblasTrans : CblasNoTrans, b_transposed ? CblasTrans : CblasNoTrans,
                (int)m, (int)n, (int)k, 1.0, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

void float64_gram(size_t n, size_t k, const double *a, size_t lda, double *c, size_t ldc)
{
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)k, 1.0, a, (int)lda, 1.0, c, (int)ldc);
}

static size_t tile_size(size_t n, size_t tile)
{
    size_t rest = n - tile * TILE;
    return rest < TILE ? rest : TILE;
}

static void product_tile(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const large_product *p = work;
    size_t columns = piece_count(p->n, TILE), i = piece / columns, j = piece % columns;
    const double *b = p->b_transposed ? p->b + j * TILE * p->k : p->b + j * TILE;
    float64_product(false, p->b_transposed, tile_size(p->m, i), tile_size(p->n, j), p->k, p->a + i * TILE * p->k, p->k,
                    b, p->b_transposed ? p->k : p->n, 0.0, p->c + i * TILE * p->n + j * TILE, p->n);
}

void large_product_run(coulomb_context *context, const large_product *whole)
{
    large_product work = *whole;
    run_pieces(context, piece_count(work.m, TILE) * piece_count(work.n, TILE), product_tile, &work);
}

/* Pieces count the tiles of the lower triangle, row by row. */
static void gram_tile(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const large_gram *p = work;
    size_t i = 0;
    for (; piece > i; i++)
        piece -= i + 1;
    size_t j = piece;
    double *c = p->c + i * TILE * p->n + j * TILE;
    if (i == j)
        float64_gram(tile_size(p->n, i), p->k, p->a + i * TILE, p->n, c, p->n);
    else
        float64_product(true, false, tile_size(p->n, i), TILE, p->k, p->a + i * TILE, p->n, p->a + j * TILE, p->n, 1.0,
                        c, p->n);
}

void large_gram_run(coulomb_context *context, const large_gram *whole)
{
    large_gram work = *whole;
    size_t tiles = piece_count(work.n, TILE);
    run_pieces(context, tiles * (tiles + 1) / 2, gram_tile, &work);
}

/* Products of float64 matrices. Large ones are cut into tiles for the context's threads; tiles have a fixed size, so
 * that the number of threads does not show in the results. */
#include "linalg/linalg.h"

#include <cblas.h>

enum { TILE = 256 };

void float64_product_run(const float64_product *p)
{
    cblas_dgemm(CblasRowMajor, p->a_transposed ? CblasTrans : CblasNoTrans, p->b_transposed ? CblasTrans : CblasNoTrans,
                (int)p->m, (int)p->n, (int)p->k, 1.0, p->a, (int)p->lda, p->b, (int)p->ldb, p->beta, p->c, (int)p->ldc);
}

static size_t tile_size(size_t n, size_t tile)
{
    size_t rest = n - tile * TILE;
    return rest < TILE ? rest : TILE;
}

static void product_tile(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const float64_product *p = work;
    size_t columns = piece_count(p->n, TILE), i = piece / columns, j = piece % columns;
    float64_product tile = *p;
    tile.m = tile_size(p->m, i);
    tile.n = tile_size(p->n, j);
    tile.a += i * TILE * (p->a_transposed ? 1 : p->lda);
    tile.b += j * TILE * (p->b_transposed ? p->ldb : 1);
    tile.c += i * TILE * p->ldc + j * TILE;
    float64_product_run(&tile);
}

void large_product_run(coulomb_context *context, const float64_product *whole)
{
    float64_product work = *whole;
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
    if (i == j) {
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)tile_size(p->n, i), (int)p->k, 1.0, p->a + i * TILE,
                    (int)p->n, 1.0, c, (int)p->n);
        return;
    }
    float64_product_run(&(float64_product){.a_transposed = true,
                                           .m = tile_size(p->n, i),
                                           .n = TILE,
                                           .k = p->k,
                                           .a = p->a + i * TILE,
                                           .lda = p->n,
                                           .b = p->a + j * TILE,
                                           .ldb = p->n,
                                           .beta = 1.0,
                                           .c = c,
                                           .ldc = p->n});
}

size_t large_gram_pieces(size_t n)
{
    size_t tiles = piece_count(n, TILE);
    return tiles * (tiles + 1) / 2;
}

void large_gram_run(coulomb_context *context, const large_gram *whole)
{
    large_gram work = *whole;
    run_pieces(context, large_gram_pieces(work.n), gram_tile, &work);
}

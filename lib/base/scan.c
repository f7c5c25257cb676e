/* One pass over many values, on all threads: are they finite, and how large is the largest? */
#include "base/base.h"

#include <math.h>

enum { SCAN_PIECES = 64, SCAN_LEAST = 65536 /* values that are worth a piece */ };

typedef struct scan {
    const kernels *kernels;
    const float *values;
    size_t count, piece;
    float largest[SCAN_PIECES]; /* of each piece; not finite if a value is not */
} scan;

static void scan_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    scan *all = work;
    size_t first = piece * all->piece, rest = all->count - first;
    all->largest[piece] = all->kernels->largest(rest < all->piece ? rest : all->piece, all->values + first);
}

size_t find_not_finite(coulomb_context *context, const float *values, size_t count, float *largest)
{
    scan all = {.kernels = context_kernels(context), .values = values, .count = count};
    all.piece = piece_count(count, SCAN_PIECES);
    all.piece = all.piece < SCAN_LEAST ? SCAN_LEAST : all.piece;
    size_t pieces = piece_count(count, all.piece);
    run_pieces(context, pieces, scan_piece, &all);
    for (size_t i = 0; i < pieces; i++) {
        if (!isfinite(all.largest[i])) {
            size_t index = i * all.piece;
            while (isfinite(values[index]))
                index++;
            return index;
        }
        if (largest != NULL && all.largest[i] > *largest)
            *largest = all.largest[i];
    }
    return count;
}

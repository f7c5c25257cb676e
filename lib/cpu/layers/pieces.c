/* Cutting a layer's work into pieces that do not depend on the number of threads. */
#include "cpu/layers/layers.h"

enum { VALUES_OF_PIECE = 16384, COSTLY_VALUES_OF_PIECE = 4096 };

typedef struct cutting {
    const op_run *run;
    value_piece *function;
    size_t items, most;
} cutting;

static void one_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const cutting *cut = work;
    size_t first = piece * cut->most;
    size_t items = cut->items - first < cut->most ? cut->items - first : cut->most;
    cut->function(cut->run, first, items);
}

void run_items(const op_run *run, size_t items, size_t most, value_piece *function)
{
    cutting cut = {.run = run, .function = function, .items = items, .most = most};
    run_pieces(run->context, piece_count(items, most), one_piece, &cut);
}

void run_values(const op_run *run, value_piece *function)
{
    run_items(run, run->count * run->size, VALUES_OF_PIECE, function);
}

void run_costly_values(const op_run *run, value_piece *function)
{
    run_items(run, run->count * run->size, COSTLY_VALUES_OF_PIECE, function);
}

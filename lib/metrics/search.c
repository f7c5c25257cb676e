/* Tiles of pairs are searched by matrix products with a bounded error; pairs that could be nearer than the worst one
 * held are computed again in float64. A worker's lists see only its own tiles, and all lists are merged at the end: by
 * then none of the nearest can have been missed, whatever the order. */
#include "metrics/search.h"

#include "distances/distances.h"

#include <math.h>

enum { CHUNK = 256 /* points of a tile */ };

static size_t list_count(const search *all)
{
    return all->by_row ? all->n_rows : 1;
}

coulomb_status search_begin(search *all)
{
    size_t lists, pairs;
    all->workers = context_threads(all->context);
    bool fits = size_product(all->workers, list_count(all), &lists) && size_product(lists, all->most, &pairs);
    all->held = memory_get(all->context, fits ? pairs : SIZE_MAX, sizeof *all->held);
    all->lists = all->held == NULL ? NULL : memory_get(all->context, lists, sizeof *all->lists);
    all->scratch =
        all->lists == NULL ? NULL : memory_get(all->context, all->workers * distance_scratch(CHUNK), sizeof(float));
    if (all->scratch == NULL)
        return COULOMB_ERROR_MEMORY;
    for (size_t i = 0; i < lists; i++)
        all->lists[i] = (candidates){.held = all->held + i * all->most, .most = all->most};
    return COULOMB_OK;
}

void search_release(search *all)
{
    memory_release(all->context, all->held);
    memory_release(all->context, all->lists);
    memory_release(all->context, all->scratch);
}

/* A tile, and the lists of the worker that searches it. */
typedef struct tile_search {
    const search *all;
    distance_tile tile;
    size_t row, column; /* numbers of the tile's first points */
    candidates *lists;
} tile_search;

/* What the squared distance cannot be below; without products, nothing. */
static double least_square(const tile_search *t, size_t i, size_t j, const double *column_norms)
{
    if (!t->all->in_range)
        return 0.0;
    double norms = t->tile.row_norms[i] + column_norms[j];
    double square = norms - 2.0 * t->tile.dots[i * t->tile.n_columns + j];
    /* the last term: products that are too small for normal numbers */
    double least = square - distance_error * norms - (double)t->tile.dimension * 0x1p-146;
    return least > 0.0 ? least : 0.0;
}

static void search_row(const tile_search *t, size_t i)
{
    const distance_tile *tile = &t->tile;
    const double *column_norms = distance_column_norms(tile);
    candidates *list = &t->lists[t->all->by_row ? t->row + i : 0];
    for (size_t j = tile->same ? i + 1 : 0; j < tile->n_columns; j++) {
        candidate pair = {least_square(t, i, j, column_norms), t->row + i, t->column + j};
        if (!candidates_want(list, &pair))
            continue;
        pair.square =
            square_distance(tile->dimension, tile->rows + i * tile->dimension, tile->columns + j * tile->dimension);
        candidates_add(list, &pair);
    }
}

static size_t chunk_size(size_t count, size_t chunk)
{
    size_t rest = count - chunk * CHUNK;
    return rest < CHUNK ? rest : CHUNK;
}

static void search_tile(const search *all, size_t row_chunk, size_t column_chunk, size_t worker)
{
    size_t dimension = all->dimension;
    tile_search t = {
        .all = all,
        .row = row_chunk * CHUNK,
        .column = all->first_column + column_chunk * CHUNK,
        .lists = all->lists + worker * list_count(all),
        .tile = {.kernels = context_kernels(all->context),
                 .chunk = CHUNK,
                 .dimension = dimension,
                 .rows = all->rows + row_chunk * CHUNK * dimension,
                 .columns = all->columns + column_chunk * CHUNK * dimension,
                 .n_rows = chunk_size(all->n_rows, row_chunk),
                 .n_columns = chunk_size(all->n_columns, column_chunk),
                 .same = all->own && row_chunk == column_chunk},
    };
    distance_tile_lay_out(&t.tile, all->scratch + worker * distance_scratch(CHUNK));
    if (all->in_range)
        distance_tile_dots(&t.tile);
    for (size_t i = 0; i < t.tile.n_rows; i++)
        search_row(&t, i);
}

/* Pieces go through all rows before the next columns, which then need to be read from memory once; of one set, through
 * the tiles on and above the diagonal. */
static void search_piece(void *work, size_t piece, size_t worker)
{
    const search *all = work;
    size_t rows = piece_count(all->n_rows, CHUNK), column = piece / rows, row = piece % rows;
    if (all->own)
        for (column = 0, row = piece; row > column; column++)
            row -= column + 1;
    search_tile(all, row, column, worker);
}

void search_run(search *all)
{
    size_t rows = piece_count(all->n_rows, CHUNK), columns = piece_count(all->n_columns, CHUNK);
    double largest = (double)all->largest;
    all->in_range = 16.0 * (double)all->dimension * largest * largest < 0x1p120;
    run_pieces(all->context, all->own ? rows * (rows + 1) / 2 : rows * columns, search_piece, all);
}

void search_finish(search *all)
{
    size_t lists = list_count(all);
    for (size_t i = lists; i < all->workers * lists; i++)
        for (size_t pair = 0; pair < all->lists[i].count; pair++)
            candidates_add(&all->lists[i % lists], &all->lists[i].held[pair]);
}

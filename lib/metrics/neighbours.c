/* The nearest targets of each query. */
#include <coulomb/neighbours.h>

#include "metrics/input.h"
#include "metrics/search.h"

#include <math.h>

enum { DIMENSION_MOST = 200000, BLOCK_VALUES = 1 << 23, BLOCK_LEAST = 256 };

typedef struct neighbour_input {
    size_t dimension;
    const float *queries;
    size_t n_queries, n_targets, neighbours;
    const float *targets;          /* NULL: */
    coulomb_points_callback *read; /* they are read, */
    void *user;
    float *block; /* to here */
} neighbour_input;

static coulomb_status check_numbers(coulomb_context *context, const neighbour_input *in, const size_t *indices)
{
    if (in->dimension < 1 || in->dimension > DIMENSION_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "dimension is %zu; expected 1 to %d", in->dimension,
                    DIMENSION_MOST);
    if (in->neighbours < 1 || in->neighbours > in->n_targets)
        return fail(context, COULOMB_ERROR_ARGUMENT,
                    "neighbours is %zu; expected 1 to the number of targets, which is %zu", in->neighbours,
                    in->n_targets);
    size_t room = sizeof *indices / sizeof(float);
    if (in->neighbours > SIZE_MAX / room)
        return fail(context, COULOMB_ERROR_ARGUMENT, "neighbours is %zu; expected at most %zu", in->neighbours,
                    SIZE_MAX / room);
    coulomb_status status = check_count(context, "n_queries", in->n_queries, 0, in->neighbours * room);
    if (status == COULOMB_OK && indices == NULL && in->n_queries > 0)
        status = fail(context, COULOMB_ERROR_ARGUMENT, "indices is NULL; expected an array of %zu indices",
                      in->n_queries * in->neighbours);
    return status;
}

static size_t block_size(size_t dimension)
{
    size_t count = BLOCK_VALUES / dimension / BLOCK_LEAST * BLOCK_LEAST;
    return count < BLOCK_LEAST ? BLOCK_LEAST : count;
}

static coulomb_status search_stream(search *all, const neighbour_input *in)
{
    float largest = all->largest;
    all->columns = in->block;
    for (size_t first = 0, size = block_size(in->dimension); first < in->n_targets; first += size) {
        size_t rest = in->n_targets - first, count = rest < size ? rest : size;
        all->largest = largest;
        coulomb_status status = input_read(all->context, &(input_points){"target", in->dimension, first, count},
                                           in->read, in->user, in->block, &all->largest);
        if (status != COULOMB_OK)
            return status;
        all->first_column = first;
        all->n_columns = count;
        search_run(all);
    }
    return COULOMB_OK;
}

static coulomb_status search_targets(search *all, const neighbour_input *in)
{
    if (in->targets == NULL)
        return search_stream(all, in);
    coulomb_status status = input_check(all->context, &(input_points){"target", in->dimension, 0, in->n_targets},
                                        in->targets, &all->largest);
    all->columns = in->targets;
    all->n_columns = in->n_targets;
    if (status == COULOMB_OK)
        search_run(all);
    return status;
}

static void give(const search *all, size_t *indices, double *distances)
{
    for (size_t row = 0; row < all->n_rows; row++) {
        for (size_t i = 0; i < all->most; i++) {
            const candidate *found = &all->lists[row].held[i];
            indices[row * all->most + i] = found->column;
            if (distances != NULL)
                distances[row * all->most + i] = sqrt(found->square);
        }
    }
}

static coulomb_status find(coulomb_context *context, const neighbour_input *in, size_t *indices, double *distances)
{
    coulomb_status status = check_numbers(context, in, indices);
    search all = {.context = context,
                  .dimension = in->dimension,
                  .rows = in->queries,
                  .n_rows = in->n_queries,
                  .by_row = true,
                  .most = in->neighbours};
    if (status == COULOMB_OK)
        status =
            input_check(context, &(input_points){"query", in->dimension, 0, in->n_queries}, in->queries, &all.largest);
    if (status == COULOMB_OK)
        status = search_begin(&all);
    if (status == COULOMB_OK)
        status = search_targets(&all, in);
    if (status == COULOMB_OK) {
        search_finish(&all);
        give(&all, indices, distances);
    }
    search_release(&all);
    return status;
}

coulomb_status coulomb_neighbours(coulomb_context *context, size_t dimension, const float *queries, size_t n_queries,
                                  const float *targets, size_t n_targets, size_t neighbours, size_t *indices,
                                  double *distances)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (targets == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "targets is NULL; expected %zu points", n_targets);
    neighbour_input in = {.dimension = dimension,
                          .queries = queries,
                          .n_queries = n_queries,
                          .n_targets = n_targets,
                          .neighbours = neighbours,
                          .targets = targets};
    return find(context, &in, indices, distances);
}

coulomb_status coulomb_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                           size_t n_queries, coulomb_points_callback *targets, void *user,
                                           size_t n_targets, size_t neighbours, size_t *indices, double *distances)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (targets == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "targets is NULL; expected a callback that writes %zu points",
                    n_targets);
    neighbour_input in = {.dimension = dimension,
                          .queries = queries,
                          .n_queries = n_queries,
                          .n_targets = n_targets,
                          .neighbours = neighbours,
                          .read = targets,
                          .user = user};
    coulomb_status status = check_numbers(context, &in, indices);
    if (status != COULOMB_OK)
        return status;
    context_hold(context); /* the callback may let go of it */
    in.block = memory_get(context, block_size(dimension) * dimension, sizeof *in.block);
    status = in.block == NULL ? COULOMB_ERROR_MEMORY : find(context, &in, indices, distances);
    memory_release(context, in.block);
    coulomb_context_free(context);
    return status;
}

/* Sums over sets larger than memory, block by block through callbacks. */
#include "plummer/handle.h"

enum { BLOCK_VALUES = 1 << 21, BLOCK_MOST = 8192, BLOCK_LEAST = 64 };

static size_t block_size(size_t dimension)
{
    size_t count = BLOCK_VALUES / dimension / BLOCK_LEAST * BLOCK_LEAST;
    return count < BLOCK_LEAST ? BLOCK_LEAST : count > BLOCK_MOST ? BLOCK_MOST : count;
}

static size_t block_count(const point_stream *stream, size_t first, size_t size)
{
    size_t rest = stream->count - first;
    return rest < size ? rest : size;
}

static coulomb_status check_stream(const coulomb_plummer *plummer, const point_stream *stream)
{
    if (stream->read != NULL || stream->count == 0)
        return COULOMB_OK;
    return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL; expected a callback that writes %zu points",
                stream->name, stream->count);
}

/* --- field and potential --- */

static coulomb_status add_stream(coulomb_plummer *plummer, pair_sums *sums, size_t own, size_t other,
                                 const point_stream *stream, float largest_at)
{
    size_t size = block_size(sums->dimension);
    float *points = plummer->blocks.data;
    sums->jobs[other].n_columns = 0;
    for (size_t first = 0; first < stream->count; first += size) {
        size_t count = block_count(stream, first, size);
        float largest = largest_at;
        coulomb_status status = plummer_read(plummer, stream, sums->dimension, first, count, points, &largest);
        sums->jobs[own].columns = points;
        sums->jobs[own].n_columns = count;
        if (status == COULOMB_OK)
            status = sums_run(sums, largest);
        if (status != COULOMB_OK)
            return status;
    }
    return COULOMB_OK;
}

static coulomb_status field_streamed(coulomb_plummer *plummer, size_t dimension, const point_set *at,
                                     const point_stream *model, const point_stream *target, float *field,
                                     float *potential)
{
    float largest = 0.0f;
    coulomb_status status = check_dimension(plummer, dimension);
    if (status == COULOMB_OK)
        status = check_set(plummer, at, dimension, &largest);
    if (status == COULOMB_OK)
        status = check_stream(plummer, model);
    if (status == COULOMB_OK)
        status = check_stream(plummer, target);
    if (status == COULOMB_OK)
        status = buffer_reserve(plummer->context, &plummer->blocks, block_size(dimension), dimension * sizeof(float));
    if (status != COULOMB_OK)
        return status;
    pair_sums sums;
    sums_begin(&sums, plummer->context, &plummer->workspace, &plummer->kernel, dimension);
    sums.with_fields = field != NULL;
    size_t size = block_size(dimension);
    size_t pull = sums_add(&sums, JOB_ROWS, at->values, at->count, NULL, block_count(target, 0, size));
    size_t push = sums_add(&sums, JOB_ROWS, at->values, at->count, NULL, block_count(model, 0, size));
    status = sums_reserve(&sums);
    if (status == COULOMB_OK)
        status = add_stream(plummer, &sums, pull, push, target, largest);
    if (status == COULOMB_OK)
        status = add_stream(plummer, &sums, push, pull, model, largest);
    if (status != COULOMB_OK)
        return status;
    sums_finish(&sums);
    return give_at_points(&sums, pull, target->count, push, model->count, field, potential);
}

coulomb_status coulomb_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at, size_t n_at,
                                              coulomb_points_callback *model, void *model_user, size_t n_model,
                                              coulomb_points_callback *target, void *target_user, size_t n_target,
                                              float *field, float *potential)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (field == NULL && potential == NULL && n_at > 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT,
                    "field and potential are both NULL; expected one of them");
    point_set points = {"at", "point", at, n_at};
    point_stream from_model = {"model", model, model_user, n_model};
    point_stream from_target = {"target", target, target_user, n_target};
    object_hold(plummer); /* a callback may free it */
    status = field_streamed(plummer, dimension, &points, &from_model, &from_target, field, potential);
    object_release(plummer);
    return status;
}

/* --- energy --- */

/* Points in memory, with their largest magnitude. */
typedef struct point_block {
    float *points;
    size_t count;
    float largest;
} point_block;

/* Two blocks of the streams whose energy is wanted. */
typedef struct energy_blocks {
    coulomb_plummer *plummer;
    size_t dimension;
    point_block rows, columns;
} energy_blocks;

static coulomb_status read_block(const energy_blocks *energy, const point_stream *stream, size_t first,
                                 point_block *block)
{
    block->count = block_count(stream, first, block_size(energy->dimension));
    block->largest = 0.0f;
    return plummer_read(energy->plummer, stream, energy->dimension, first, block->count, block->points,
                        &block->largest);
}

/* *total += factor times the sum over all pairs of two blocks */
static coulomb_status add_pairs(const energy_blocks *energy, job_kind kind, const point_block *columns, double factor,
                                double *total)
{
    const point_block *rows = &energy->rows;
    coulomb_plummer *plummer = energy->plummer;
    pair_sums sums;
    sums_begin(&sums, plummer->context, &plummer->workspace, &plummer->kernel, energy->dimension);
    size_t job = sums_add(&sums, kind, rows->points, rows->count, columns->points, columns->count);
    coulomb_status status = sums_reserve(&sums);
    if (status == COULOMB_OK)
        status = sums_run(&sums, rows->largest > columns->largest ? rows->largest : columns->largest);
    if (status != COULOMB_OK)
        return status;
    sums_finish(&sums);
    *total += factor * job_total(&sums.jobs[job]);
    return COULOMB_OK;
}

/* The rows against the blocks of a stream from `first` on. */
static coulomb_status add_against(energy_blocks *energy, const point_stream *stream, size_t first, double factor,
                                  double *total)
{
    coulomb_status status = COULOMB_OK;
    for (; first < stream->count && status == COULOMB_OK; first += block_size(energy->dimension)) {
        status = read_block(energy, stream, first, &energy->columns);
        if (status == COULOMB_OK)
            status = add_pairs(energy, JOB_ROWS, &energy->columns, factor, total);
    }
    return status;
}

/* All pairs within a stream, and if `other` is given all pairs with that. */
static coulomb_status add_within(energy_blocks *energy, const point_stream *stream, double *own_total,
                                 const point_stream *other, double *cross_total)
{
    job_kind own = energy->plummer->kernel.self_terms ? JOB_OWN : JOB_OTHERS;
    for (size_t first = 0; first < stream->count; first += block_size(energy->dimension)) {
        coulomb_status status = read_block(energy, stream, first, &energy->rows);
        if (status == COULOMB_OK)
            status = add_pairs(energy, own, &energy->rows, 1.0, own_total);
        if (status == COULOMB_OK)
            status = add_against(energy, stream, first + energy->rows.count, 2.0, own_total);
        if (status == COULOMB_OK && other != NULL)
            status = add_against(energy, other, 0, 1.0, cross_total);
        if (status != COULOMB_OK)
            return status;
    }
    return COULOMB_OK;
}

static coulomb_status energy_streamed(coulomb_plummer *plummer, size_t dimension, const point_stream *model,
                                      const point_stream *target, double *energy)
{
    coulomb_status status = check_dimension(plummer, dimension);
    if (status == COULOMB_OK)
        status = check_own_count(plummer, "model", model->count);
    if (status == COULOMB_OK)
        status = check_own_count(plummer, "target", target->count);
    if (status == COULOMB_OK)
        status = check_stream(plummer, model);
    if (status == COULOMB_OK)
        status = check_stream(plummer, target);
    if (status == COULOMB_OK)
        status =
            buffer_reserve(plummer->context, &plummer->blocks, 2 * block_size(dimension), dimension * sizeof(float));
    if (status != COULOMB_OK)
        return status;
    float *points = plummer->blocks.data;
    energy_blocks blocks = {.plummer = plummer,
                            .dimension = dimension,
                            .rows.points = points,
                            .columns.points = points + block_size(dimension) * dimension};
    pair_totals totals = {0};
    status = add_within(&blocks, model, &totals.model, target, &totals.cross);
    if (status == COULOMB_OK)
        status = add_within(&blocks, target, &totals.target, NULL, NULL);
    return status == COULOMB_OK
               ? give_energy(plummer->context, &plummer->kernel, totals, model->count, target->count, energy)
               : status;
}

coulomb_status coulomb_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension,
                                               coulomb_points_callback *model, void *model_user, size_t n_model,
                                               coulomb_points_callback *target, void *target_user, size_t n_target,
                                               double *energy)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (energy == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "energy is NULL");
    point_stream from_model = {"model", model, model_user, n_model};
    point_stream from_target = {"target", target, target_user, n_target};
    object_hold(plummer);
    status = energy_streamed(plummer, dimension, &from_model, &from_target, energy);
    object_release(plummer);
    return status;
}

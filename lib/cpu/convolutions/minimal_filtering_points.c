/* Where the points of minimal filtering are in a block's arrays. */
#include "cpu/convolutions/minimal_filtering.h"

/* Along an axis, the phases that have a point: the longest filter has one more, infinity. */
static size_t phases_of_point(const filtering *f, size_t point)
{
    size_t with = 0;
    for (size_t phase = 0; phase < winograd_phases(f->scheme); phase++)
        with += WINOGRAD_TILE - 1 + winograd_phase_taps(f->scheme, phase) > point;
    return with;
}

/* A slot's phase and point along an axis. */
static size_t phase_of_slot(const filtering *f, size_t slot, size_t *point)
{
    size_t of_first = WINOGRAD_TILE - 1 + winograd_phase_taps(f->scheme, 0);
    *point = slot % of_first;
    return slot / of_first;
}

void filtering_find_points(filtering *f)
{
    for (size_t i = 0, before = 0; i < f->points * f->points; i++) {
        size_t phases = phases_of_point(f, i / f->points) * phases_of_point(f, i % f->points);
        f->point[i] = (filtering_point){.phases = phases, .before = before};
        before += phases;
    }
    for (size_t i = 0; i < f->slots * f->slots; i++) {
        size_t row_point, column_point;
        size_t row_phase = phase_of_slot(f, i / f->slots, &row_point);
        size_t column_phase = phase_of_slot(f, i % f->slots, &column_point);
        f->slot[i] = (filtering_slot){.point = row_point * f->points + column_point,
                                      .phase = row_phase * phases_of_point(f, column_point) + column_phase};
    }
}

static size_t gaps(const filtering *f)
{
    return f->points * f->points * POINT_GAP;
}

static size_t tiles_most(const filtering *f)
{
    return f->samples_most * f->tiles[0] * f->tiles[1];
}

size_t big_points_values(const filtering *f)
{
    return f->slots * f->slots * tiles_most(f) * f->big_most + gaps(f);
}

size_t small_points_values(const filtering *f)
{
    return f->points * f->points * tiles_most(f) * f->small_most + gaps(f);
}

float *big_points_at(const filtering *f, size_t point)
{
    return f->big_points + f->point[point].before * block_tiles(f) * f->big_channels + point * POINT_GAP;
}

float *small_points_at(const filtering *f, size_t point)
{
    return f->small_points + point * (block_tiles(f) * f->small_channels + POINT_GAP);
}

/* Packed filters fill up with zeros to whole panels. */
static size_t packed_columns(const filtering *f, size_t columns)
{
    return packed_values(f->c->run->kernels, 1, columns);
}

size_t filter_points_values(const filtering *f)
{
    size_t values = f->slots * f->slots * f->big_most * f->small_most;
    if (f->product == GATHER)
        values = f->slots * f->slots * f->big_most * packed_columns(f, f->small_most);
    else if (f->product == SCATTER)
        values += f->points * f->points * f->small_most * packed_columns(f, 1);
    return values + gaps(f);
}

float *filter_points_at(const filtering *f, size_t point)
{
    size_t before = f->point[point].before * f->big_channels, values = before * f->small_channels;
    if (f->product == GATHER)
        values = before * packed_columns(f, f->small_channels);
    else if (f->product == SCATTER)
        values += point * f->small_channels * packed_columns(f, 1);
    return f->filter_points + values + point * POINT_GAP;
}

/* Where the points of minimal filtering are kept within a block's arrays. */
#include "cpu/convolutions/winograd.h"

/* Along an axis, the phases that have a point: the longest filter has one more, infinity. */
static size_t phases_of_point(const winograd_work *w, size_t point)
{
    size_t with = 0;
    for (size_t phase = 0; phase < winograd_phases(w->scheme); phase++)
        with += WINOGRAD_TILE - 1 + winograd_phase_taps(w->scheme, phase) > point;
    return with;
}

/* A slot's phase and point along an axis. */
static size_t phase_of_slot(const winograd_work *w, size_t slot, size_t *point)
{
    size_t of_first = WINOGRAD_TILE - 1 + winograd_phase_taps(w->scheme, 0);
    *point = slot % of_first;
    return slot / of_first;
}

static size_t phases_before(const winograd_work *w, size_t point)
{
    size_t before = 0;
    for (size_t i = 0; i < point; i++)
        before += phases_of_point(w, i / w->points) * phases_of_point(w, i % w->points);
    return before;
}

void winograd_find_places(winograd_work *w)
{
    for (size_t k = 0; k < w->slots * w->slots; k++) {
        size_t row_point, column_point;
        size_t row_phase = phase_of_slot(w, k / w->slots, &row_point);
        size_t column_phase = phase_of_slot(w, k % w->slots, &column_point);
        size_t columns = phases_of_point(w, column_point), point = row_point * w->points + column_point;
        w->place[k] = (winograd_place){.point = (uint16_t)point,
                                       .before = (uint16_t)phases_before(w, point),
                                       .index = (uint16_t)(row_phase * columns + column_phase),
                                       .width = (uint16_t)(phases_of_point(w, row_point) * columns)};
    }
}

static size_t width_of_point(const winograd_work *w, size_t point)
{
    return phases_of_point(w, point / w->points) * phases_of_point(w, point % w->points);
}

winograd_matrix winograd_seen_at(const winograd_work *w, size_t point)
{
    return (winograd_matrix){.at = w->seen + phases_before(w, point) * winograd_tiles(w) * w->big_channels,
                             .width = width_of_point(w, point) * w->big_channels};
}

winograd_matrix winograd_filters_at(const winograd_work *w, size_t point)
{
    return (winograd_matrix){.at = w->filters + phases_before(w, point) * w->big_channels * w->small_channels,
                             .width =
                                 w->p->transposed ? width_of_point(w, point) * w->big_channels : w->small_channels};
}

winograd_matrix winograd_shown_at(const winograd_work *w, size_t point)
{
    return (winograd_matrix){.at = w->shown + point * winograd_tiles(w) * w->small_channels,
                             .width = w->small_channels};
}

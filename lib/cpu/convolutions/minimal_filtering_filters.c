/* The transforms of filters in minimal filtering: packed as products read them, and their gradient back. */
#include "cpu/convolutions/minimal_filtering.h"

enum { TAPS_MOST = WINOGRAD_TAPS_MOST * WINOGRAD_TAPS_MOST, LANES_MOST = PACKED_MULTIPLE, ROWS_OF_PIECE = 16 };

/* --- packing: rows are channels that products add up over, columns those of their result --- */

/* The transform runs along columns, some of them at once, and for some rows in one piece. */
typedef struct packing {
    const filtering *f;
    size_t panel; /* columns of a panel of the packed operand */
    size_t rows, columns, columns_at_once;
    size_t row_step, column_step; /* in the parameter array, one of them 1 */
    const float *filters;         /* of the block's first channels */
} packing;

static packing packing_of(const filtering *f)
{
    const convolution *c = f->c;
    size_t big_step = c->transposed ? 1 : c->channels, small_step = c->transposed ? c->window.channels : 1;
    bool gather = f->product == GATHER;
    packing p = {.f = f,
                 .panel = packed_values(c->run->kernels, 1, 1),
                 .rows = gather ? f->big_channels : f->small_channels,
                 .columns = gather ? f->small_channels : f->big_channels,
                 .row_step = gather ? big_step : small_step,
                 .column_step = gather ? small_step : big_step,
                 .filters = c->filters + f->first_big * big_step + f->first_small * small_step};
    p.columns_at_once = p.columns % p.panel == 0 ? p.panel : smaller(p.panel, WINOGRAD_CHANNELS);
    return p;
}

/* Where the points of a row begin, from column `first` on; `row_apart`: to the next row. */
static void packed_places(const packing *p, size_t row, size_t first, float **at)
{
    const filtering *f = p->f;
    for (size_t i = 0; i < f->slots * f->slots; i++) {
        filtering_slot slot = f->slot[i];
        bool gather = f->product == GATHER;
        size_t depth = gather ? point_width(f, slot.point) : p->rows;
        size_t packed_row = gather ? slot.phase * p->rows + row : row;
        size_t column = gather ? first : slot.phase * p->columns + first;
        at[i] = filter_points_at(f, slot.point) + column / p->panel * p->panel * depth + packed_row * p->panel +
                column % p->panel;
    }
}

/* Taps of some rows whose columns are apart in the parameter array: [taps, rows, columns_at_once]. */
static void turn_taps(const packing *p, size_t row, size_t rows, size_t first, float *taps)
{
    const convolution *c = p->f->c;
    size_t tap_step = c->window.channels * c->channels;
    for (size_t tap = 0; tap < p->f->taps * p->f->taps; tap++)
        c->run->kernels->transpose_part(p->columns_at_once, rows,
                                        p->filters + tap * tap_step + first * p->column_step + row, p->column_step,
                                        taps + tap * ROWS_OF_PIECE * p->columns_at_once, p->columns_at_once);
}

/* What a row writes and the next one reads is far away: it comes closer meanwhile. */
static void fetch_next(const packing *p, float *const *to, const float *const *from)
{
    enum { LINE = 16 };
    for (size_t i = 0; i < p->f->slots * p->f->slots; i++)
        for (size_t at = 0; at < p->columns_at_once; at += LINE)
            __builtin_prefetch(to[i] + p->panel + at, 1);
    for (size_t tap = 0; tap < p->f->taps * p->f->taps; tap++)
        for (size_t at = 0; at < p->columns_at_once; at += LINE)
            __builtin_prefetch(from[tap] + p->row_step + at);
}

static void pack_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const packing *p = work;
    const filtering *f = p->f;
    float taps[TAPS_MOST * ROWS_OF_PIECE * LANES_MOST], *to[SLOT_PLACES];
    const float *from[TAPS_MOST];
    size_t row_pieces = piece_count(p->rows, ROWS_OF_PIECE), tap_step = f->c->window.channels * f->c->channels;
    size_t row = piece % row_pieces * ROWS_OF_PIECE, rows = smaller(p->rows - row, ROWS_OF_PIECE);
    size_t first = piece / row_pieces * p->columns_at_once;
    if (p->column_step != 1)
        turn_taps(p, row, rows, first, taps);
    packed_places(p, row, first, to);
    for (size_t r = 0; r < rows; r++) {
        for (size_t tap = 0; tap < f->taps * f->taps; tap++)
            from[tap] = p->column_step != 1 ? taps + (tap * ROWS_OF_PIECE + r) * p->columns_at_once
                                            : p->filters + tap * tap_step + (row + r) * p->row_step + first;
        if (r + 1 < rows)
            fetch_next(p, to, from);
        f->kernels->filter_to_points(f->scheme, p->columns_at_once, from, to);
        for (size_t i = 0; i < f->slots * f->slots; i++)
            to[i] += p->panel;
    }
}

void filtering_pack_filters(filtering *f)
{
    packing p = packing_of(f);
    run_pieces(f->c->run->context, p.columns / p.columns_at_once * piece_count(p.rows, ROWS_OF_PIECE), pack_piece, &p);
}

/* --- the gradient --- */

enum { CHANNELS_AT_ONCE = 256 };

/* A row of the gradient is what one channel has for the block's channels of the other image, those of the small one
 * unless the parameter is transposed: how many, and where in the parameter array the first tap's begin. */
typedef struct gradient_row {
    size_t length, at;
} gradient_row;

static gradient_row row_of(const filtering *f, size_t row)
{
    size_t big = f->c->window.channels, small = f->c->channels;
    if (f->c->transposed)
        return (gradient_row){.length = f->big_channels, .at = (f->first_small + row) * big + f->first_big};
    return (gradient_row){.length = f->small_channels, .at = (f->first_big + row) * small + f->first_small};
}

static void gradient_places(const filtering *f, size_t row, size_t first, float **at)
{
    for (size_t i = 0; i < f->slots * f->slots; i++) {
        filtering_slot slot = f->slot[i];
        size_t line = f->c->transposed ? row * point_width(f, slot.point) + slot.phase * f->big_channels
                                       : (slot.phase * f->big_channels + row) * f->small_channels;
        at[i] = filter_points_at(f, slot.point) + line + first;
    }
}

static void finish_row(void *work, size_t row, size_t worker)
{
    (void)worker;
    const filtering *f = work;
    gradient_row r = row_of(f, row);
    size_t tap_step = f->c->window.channels * f->c->channels;
    for (size_t first = 0, n; first < r.length; first += n) {
        float *from[SLOT_PLACES], *to[TAPS_MOST];
        n = smaller(r.length - first, CHANNELS_AT_ONCE);
        gradient_places(f, row, first, from);
        for (size_t tap = 0; tap < f->taps * f->taps; tap++)
            to[tap] = f->c->filter_gradient + tap * tap_step + r.at + first;
        f->kernels->points_to_filter(f->scheme, n, (const float *const *)from, to, f->c->add);
    }
}

void filtering_finish_gradient(filtering *f)
{
    run_pieces(f->c->run->context, f->c->transposed ? f->small_channels : f->big_channels, finish_row, f);
}

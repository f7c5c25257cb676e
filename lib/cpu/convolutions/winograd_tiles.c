/* The transforms of minimal filtering over a block: which pixels, taps and points a tile has, and where they are. */
#include "cpu/convolutions/winograd.h"

/* Vectors at once: what lies outside of an image is read from and written to buffers of this length. */
enum { CHANNELS_AT_ONCE = 256 };

static const float zeros[CHANNELS_AT_ONCE];

typedef struct tile {
    size_t sample, row, column;
} tile;

static tile tile_of(const winograd_work *w, size_t index)
{
    size_t area = w->tiles[0] * w->tiles[1];
    return (tile){
        .sample = w->sample + index / area, .row = index % area / w->tiles[1], .column = index % area % w->tiles[1]};
}

static size_t channels_at_once(size_t channels, size_t first)
{
    return channels - first < CHANNELS_AT_ONCE ? channels - first : CHANNELS_AT_ONCE;
}

/* The offset in values of a pixel of `image`, samples one after the other; SIZE_MAX if the pixel is outside. Rows and
 * columns are still counted with `before`. */
static size_t pixel(const size_t image[2], size_t channels, size_t sample, size_t row, size_t row_before, size_t column,
                    size_t column_before)
{
    if (row < row_before || row - row_before >= image[0] || column < column_before ||
        column - column_before >= image[1])
        return SIZE_MAX;
    return ((sample * image[0] + row - row_before) * image[1] + column - column_before) * channels;
}

static size_t big_pixel(const winograd_work *w, tile t, size_t i, size_t j)
{
    const window *win = &w->p->window;
    return pixel(win->big, win->channels, t.sample, t.row * WINOGRAD_TILE * win->stride[0] + i, win->before[0],
                 t.column * WINOGRAD_TILE * win->stride[1] + j, win->before[1]);
}

static size_t small_pixel(const winograd_work *w, tile t, size_t i, size_t j)
{
    const window *win = &w->p->window;
    return pixel(win->small, w->p->channels, t.sample, t.row * WINOGRAD_TILE + i, 0, t.column * WINOGRAD_TILE + j, 0);
}

/* Where a tile's slots stand in `seen`, from channel `first` of the block on. */
static void seen_places(const winograd_work *w, size_t index, size_t first, float **at)
{
    size_t tiles = winograd_tiles(w), channels = w->big_channels;
    for (size_t k = 0; k < w->slots * w->slots; k++) {
        winograd_place place = w->place[k];
        at[k] = w->seen + (place.before * tiles + index * place.width + place.index) * channels + first;
    }
}

static void shown_places(const winograd_work *w, size_t index, size_t first, float **at)
{
    for (size_t k = 0; k < w->points * w->points; k++)
        at[k] = w->shown + (k * winograd_tiles(w) + index) * w->small_channels + first;
}

/* --- the big image --- */

static void see_tile(void *work, size_t index, size_t worker)
{
    (void)worker;
    const winograd_work *w = work;
    tile t = tile_of(w, index);
    for (size_t first = 0, n; first < w->big_channels; first += n) {
        const float *from[WINOGRAD_PLACES];
        float *to[WINOGRAD_PLACES];
        n = channels_at_once(w->big_channels, first);
        for (size_t k = 0; k < w->slots * w->slots; k++) {
            size_t at = big_pixel(w, t, k / w->slots, k % w->slots);
            from[k] = at == SIZE_MAX ? zeros : w->p->big + at + w->big + first;
        }
        seen_places(w, index, first, to);
        w->kernels->see(w->scheme, n, from, to);
    }
}

void winograd_see_tiles(winograd_work *w)
{
    run_pieces(w->p->run->context, winograd_tiles(w), see_tile, w);
}

static void see_tile_back(const winograd_work *w, size_t index)
{
    tile t = tile_of(w, index);
    for (size_t first = 0, n; first < w->big_channels; first += n) {
        float *from[WINOGRAD_PLACES], *to[WINOGRAD_PLACES], outside[CHANNELS_AT_ONCE] = {0};
        n = channels_at_once(w->big_channels, first);
        seen_places(w, index, first, from);
        for (size_t k = 0; k < w->slots * w->slots; k++) {
            size_t at = big_pixel(w, t, k / w->slots, k % w->slots);
            to[k] = at == SIZE_MAX ? outside : w->p->big_result + at + w->big + first;
        }
        w->kernels->see_back(w->scheme, n, (const float *const *)from, to);
    }
}

/* Tiles of a sample overlap, so one piece has them all. */
static void see_sample_back(void *work, size_t sample, size_t worker)
{
    (void)worker;
    const winograd_work *w = work;
    size_t tiles = w->tiles[0] * w->tiles[1];
    for (size_t index = sample * tiles; index < (sample + 1) * tiles; index++)
        see_tile_back(w, index);
}

void winograd_see_tiles_back(winograd_work *w)
{
    run_pieces(w->p->run->context, w->samples, see_sample_back, w);
}

/* --- the small image --- */

static void show_tile(void *work, size_t index, size_t worker)
{
    (void)worker;
    const winograd_work *w = work;
    const products *p = w->p;
    tile t = tile_of(w, index);
    for (size_t first = 0, n; first < w->small_channels; first += n) {
        float *from[WINOGRAD_PLACES], *to[WINOGRAD_TILE * WINOGRAD_TILE], outside[CHANNELS_AT_ONCE] = {0};
        n = channels_at_once(w->small_channels, first);
        shown_places(w, index, first, from);
        for (size_t k = 0; k < WINOGRAD_TILE * WINOGRAD_TILE; k++) {
            size_t at = small_pixel(w, t, k / WINOGRAD_TILE, k % WINOGRAD_TILE);
            to[k] = at == SIZE_MAX ? outside : p->small_result + at + w->small + first;
        }
        w->kernels->show(w->scheme, n, (const float *const *)from, to,
                         p->bias == NULL ? NULL : p->bias + w->small + first, p->bias == NULL && p->add);
    }
}

void winograd_show_tiles(winograd_work *w)
{
    run_pieces(w->p->run->context, winograd_tiles(w), show_tile, w);
}

typedef struct weighted_work {
    const winograd_work *w;
    const float *weight; /* of the samples; NULL: 1 */
} weighted_work;

static void show_tile_back(void *work, size_t index, size_t worker)
{
    (void)worker;
    const weighted_work *weighted = work;
    const winograd_work *w = weighted->w;
    tile t = tile_of(w, index);
    for (size_t first = 0, n; first < w->small_channels; first += n) {
        const float *from[WINOGRAD_TILE * WINOGRAD_TILE];
        float *to[WINOGRAD_PLACES];
        n = channels_at_once(w->small_channels, first);
        for (size_t k = 0; k < WINOGRAD_TILE * WINOGRAD_TILE; k++) {
            size_t at = small_pixel(w, t, k / WINOGRAD_TILE, k % WINOGRAD_TILE);
            from[k] = at == SIZE_MAX ? zeros : w->p->small + at + w->small + first;
        }
        shown_places(w, index, first, to);
        w->kernels->show_back(w->scheme, n, from, to);
        for (size_t k = 0; weighted->weight != NULL && k < w->points * w->points; k++)
            w->p->run->kernels->scale(n, weighted->weight[t.sample], to[k], to[k]);
    }
}

void winograd_show_tiles_back(winograd_work *w, const float *weight)
{
    weighted_work weighted = {.w = w, .weight = weight};
    run_pieces(w->p->run->context, winograd_tiles(w), show_tile_back, &weighted);
}

/* --- the filters --- */

/* A row of filters is what one channel has for the block's channels of the other image, those of the small one unless
 * the parameter is transposed: how many, and where in the parameter array the first tap's begin and the next tap's. */
typedef struct filter_row {
    size_t length, at, tap_step;
} filter_row;

static filter_row row_of(const winograd_work *w, size_t row)
{
    size_t big = w->p->window.channels, small = w->p->channels;
    if (w->p->transposed)
        return (filter_row){.length = w->big_channels, .at = (w->small + row) * big + w->big, .tap_step = big * small};
    return (filter_row){.length = w->small_channels, .at = (w->big + row) * small + w->small, .tap_step = big * small};
}

static void filter_places(const winograd_work *w, size_t row, size_t first, float **at)
{
    size_t values = w->big_channels * w->small_channels;
    for (size_t k = 0; k < w->slots * w->slots; k++) {
        winograd_place place = w->place[k];
        size_t line = w->p->transposed ? (row * place.width + place.index) * w->big_channels
                                       : (place.index * w->big_channels + row) * w->small_channels;
        at[k] = w->filters + place.before * values + line + first;
    }
}

static size_t filter_rows(const winograd_work *w)
{
    return w->p->transposed ? w->small_channels : w->big_channels;
}

static void load_row(void *work, size_t row, size_t worker)
{
    (void)worker;
    const winograd_work *w = work;
    filter_row r = row_of(w, row);
    for (size_t first = 0, n; first < r.length; first += n) {
        const float *from[WINOGRAD_TAPS_MOST * WINOGRAD_TAPS_MOST];
        float *to[WINOGRAD_PLACES];
        n = channels_at_once(r.length, first);
        for (size_t tap = 0; tap < w->taps * w->taps; tap++)
            from[tap] = w->p->filters + tap * r.tap_step + r.at + first;
        filter_places(w, row, first, to);
        w->kernels->filter(w->scheme, n, from, to);
    }
}

void winograd_load_filters(winograd_work *w)
{
    run_pieces(w->p->run->context, filter_rows(w), load_row, w);
}

static void store_row(void *work, size_t row, size_t worker)
{
    (void)worker;
    const winograd_work *w = work;
    filter_row r = row_of(w, row);
    for (size_t first = 0, n; first < r.length; first += n) {
        float *from[WINOGRAD_PLACES], *to[WINOGRAD_TAPS_MOST * WINOGRAD_TAPS_MOST];
        n = channels_at_once(r.length, first);
        filter_places(w, row, first, from);
        for (size_t tap = 0; tap < w->taps * w->taps; tap++)
            to[tap] = w->p->filter_gradient + tap * r.tap_step + r.at + first;
        w->kernels->filter_back(w->scheme, n, (const float *const *)from, to, w->p->add);
    }
}

void winograd_store_filters(winograd_work *w)
{
    run_pieces(w->p->run->context, filter_rows(w), store_row, w);
}

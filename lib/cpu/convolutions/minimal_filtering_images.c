/* The transforms of images in minimal filtering: which pixels a tile has, and where its points are. */
#include "cpu/convolutions/minimal_filtering.h"

/* Vectors at once: what lies outside of an image is read from and written to buffers of this length. */
enum { CHANNELS_AT_ONCE = 256 };

static const float zeros[CHANNELS_AT_ONCE];

typedef struct tile {
    size_t sample, row, column;
} tile;

static tile tile_of(const filtering *f, size_t index)
{
    size_t area = f->tiles[0] * f->tiles[1];
    return (tile){.sample = f->first_sample + index / area,
                  .row = index % area / f->tiles[1],
                  .column = index % area % f->tiles[1]};
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

static size_t big_pixel(const filtering *f, tile t, size_t i, size_t j)
{
    const window *w = &f->c->window;
    return pixel(w->big, w->channels, t.sample, t.row * WINOGRAD_TILE * w->stride[0] + i, w->before[0],
                 t.column * WINOGRAD_TILE * w->stride[1] + j, w->before[1]);
}

static size_t small_pixel(const filtering *f, tile t, size_t i, size_t j)
{
    return pixel(f->c->window.small, f->c->channels, t.sample, t.row * WINOGRAD_TILE + i, 0,
                 t.column * WINOGRAD_TILE + j, 0);
}

/* Where a tile's slots are in `big_points`, from channel `first` of the block on. */
static void big_places(const filtering *f, size_t index, size_t first, float **at)
{
    float *point[POINT_PLACES];
    for (size_t i = 0; i < f->points * f->points; i++)
        point[i] = big_points_at(f, i) + index * point_width(f, i) + first;
    for (size_t i = 0; i < f->slots * f->slots; i++)
        at[i] = point[f->slot[i].point] + f->slot[i].phase * f->big_channels;
}

static void small_places(const filtering *f, size_t index, size_t first, float **at)
{
    for (size_t i = 0; i < f->points * f->points; i++)
        at[i] = small_points_at(f, i) + index * f->small_channels + first;
}

/* --- the big image --- */

static void transform_big_tile(void *work, size_t index, size_t worker)
{
    (void)worker;
    const filtering *f = work;
    tile t = tile_of(f, index);
    for (size_t first = 0, n; first < f->big_channels; first += n) {
        const float *from[SLOT_PLACES];
        float *to[SLOT_PLACES];
        n = smaller(f->big_channels - first, CHANNELS_AT_ONCE);
        for (size_t i = 0; i < f->slots * f->slots; i++) {
            size_t at = big_pixel(f, t, i / f->slots, i % f->slots);
            from[i] = at == SIZE_MAX ? zeros : f->c->big + at + f->first_big + first;
        }
        big_places(f, index, first, to);
        f->kernels->big_to_points(f->scheme, n, from, to);
    }
}

void filtering_transform_big(filtering *f)
{
    run_pieces(f->c->run->context, block_tiles(f), transform_big_tile, f);
}

static void finish_big_tile(const filtering *f, size_t index)
{
    tile t = tile_of(f, index);
    for (size_t first = 0, n; first < f->big_channels; first += n) {
        float *from[SLOT_PLACES], *to[SLOT_PLACES], outside[CHANNELS_AT_ONCE] = {0};
        n = smaller(f->big_channels - first, CHANNELS_AT_ONCE);
        big_places(f, index, first, from);
        for (size_t i = 0; i < f->slots * f->slots; i++) {
            size_t at = big_pixel(f, t, i / f->slots, i % f->slots);
            to[i] = at == SIZE_MAX ? outside : f->c->big_result + at + f->first_big + first;
        }
        f->kernels->points_to_big(f->scheme, n, (const float *const *)from, to);
    }
}

/* Tiles of a sample overlap, so one piece has them all. */
static void finish_big_sample(void *work, size_t sample, size_t worker)
{
    (void)worker;
    const filtering *f = work;
    size_t tiles = f->tiles[0] * f->tiles[1];
    for (size_t index = sample * tiles; index < (sample + 1) * tiles; index++)
        finish_big_tile(f, index);
}

void filtering_finish_big(filtering *f)
{
    run_pieces(f->c->run->context, f->samples, finish_big_sample, f);
}

/* --- the small image --- */

static void finish_small_tile(void *work, size_t index, size_t worker)
{
    (void)worker;
    const filtering *f = work;
    const convolution *c = f->c;
    tile t = tile_of(f, index);
    for (size_t first = 0, n; first < f->small_channels; first += n) {
        float *from[SLOT_PLACES], *to[WINOGRAD_TILE * WINOGRAD_TILE], outside[CHANNELS_AT_ONCE] = {0};
        n = smaller(f->small_channels - first, CHANNELS_AT_ONCE);
        small_places(f, index, first, from);
        for (size_t i = 0; i < WINOGRAD_TILE * WINOGRAD_TILE; i++) {
            size_t at = small_pixel(f, t, i / WINOGRAD_TILE, i % WINOGRAD_TILE);
            to[i] = at == SIZE_MAX ? outside : c->small_result + at + f->first_small + first;
        }
        f->kernels->points_to_small(f->scheme, n, (const float *const *)from, to,
                                    c->bias == NULL ? NULL : c->bias + f->first_small + first,
                                    c->bias == NULL && c->add);
    }
}

void filtering_finish_small(filtering *f)
{
    run_pieces(f->c->run->context, block_tiles(f), finish_small_tile, f);
}

typedef struct weighted_tiles {
    const filtering *f;
    const float *weight; /* of the samples; NULL: 1 */
} weighted_tiles;

static void transform_small_tile(void *work, size_t index, size_t worker)
{
    (void)worker;
    const weighted_tiles *tiles = work;
    const filtering *f = tiles->f;
    tile t = tile_of(f, index);
    for (size_t first = 0, n; first < f->small_channels; first += n) {
        const float *from[WINOGRAD_TILE * WINOGRAD_TILE];
        float *to[SLOT_PLACES];
        n = smaller(f->small_channels - first, CHANNELS_AT_ONCE);
        for (size_t i = 0; i < WINOGRAD_TILE * WINOGRAD_TILE; i++) {
            size_t at = small_pixel(f, t, i / WINOGRAD_TILE, i % WINOGRAD_TILE);
            from[i] = at == SIZE_MAX ? zeros : f->c->small + at + f->first_small + first;
        }
        small_places(f, index, first, to);
        f->kernels->small_to_points(f->scheme, n, from, to);
        for (size_t i = 0; tiles->weight != NULL && i < f->points * f->points; i++)
            f->c->run->kernels->scale(n, tiles->weight[t.sample], to[i], to[i]);
    }
}

void filtering_transform_small(filtering *f, const float *weight)
{
    weighted_tiles tiles = {.f = f, .weight = weight};
    run_pieces(f->c->run->context, block_tiles(f), transform_small_tile, &tiles);
}

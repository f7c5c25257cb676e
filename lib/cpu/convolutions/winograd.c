/* The three products of convolutions by minimal filtering: blocks, and the matrix products at the points. */
#include "cpu/convolutions/winograd.h"

#include "cpu/convolutions/blocks.h"

/* Values of a block's arrays. Filters that fit are transformed once for all samples; of larger ones blocks stay near
 * while all tiles of a block pass. Blocks of many samples and channels pay: tiles are read again for every block of
 * filters, and filters are transformed again for every block of samples. */
enum { BLOCK_VALUES = 10 << 20, FILTER_VALUES = 4 << 20, FILTER_BLOCK_VALUES = 2 << 20, CHANNELS_LEAST = 32 };

/* Tiles of one sample that pay for the transforms of its filters. */
enum { TILES_ALONE = 16 };

static bool scheme_of(const window *w, enum winograd_scheme *scheme)
{
    if (w->kernel[0] != w->kernel[1] || w->stride[0] != w->stride[1])
        return false;
    for (int32_t i = 0; i < WINOGRAD_SCHEMES; i++) {
        *scheme = (enum winograd_scheme)i;
        if (winograd_taps(*scheme) == w->kernel[0] && winograd_phases(*scheme) == w->stride[0])
            return true;
    }
    return false;
}

static size_t tiles_along(size_t extent)
{
    return piece_count(extent, WINOGRAD_TILE);
}

/* Decided by the shape and the mode, never by the number of samples: a sample's values must be those it has among many.
 * In evaluation, where one sample may be all, small images do not pay for the transforms of their filters. */
static bool shape_suits(const products *p, enum winograd_scheme *scheme)
{
    const window *w = &p->window;
    if (!scheme_of(w, scheme) || w->channels % WINOGRAD_CHANNELS != 0 || p->channels % WINOGRAD_CHANNELS != 0 ||
        w->channels < CHANNELS_LEAST || p->channels < CHANNELS_LEAST)
        return false;
    size_t slots = winograd_slots(*scheme), tiles = tiles_along(w->small[0]) * tiles_along(w->small[1]);
    if (p->run->alone && tiles < TILES_ALONE)
        return false;
    return 3 * tiles * slots * slots <= 2 * window_area(w->small) * window_area(w->kernel);
}

bool winograd_suits(const products *p)
{
    enum winograd_scheme scheme;
    return shape_suits(p, &scheme);
}

static winograd_work start(const products *p)
{
    winograd_work w = {.p = p, .kernels = p->run->kernels->winograd};
    shape_suits(p, &w.scheme);
    w.slots = winograd_slots(w.scheme);
    w.taps = winograd_taps(w.scheme);
    w.points = winograd_points(w.scheme);
    for (size_t axis = 0; axis < 2; axis++)
        w.tiles[axis] = tiles_along(p->window.small[axis]);
    winograd_find_places(&w);
    w.big_most = w.big_channels = p->window.channels;
    w.small_most = w.small_channels = p->channels;
    return w;
}

/* --- blocks --- */

size_t winograd_seen_values(const winograd_work *w)
{
    return w->slots * w->slots * w->samples_most * w->tiles[0] * w->tiles[1] * w->big_most;
}

size_t winograd_filter_values(const winograd_work *w)
{
    return w->slots * w->slots * w->big_most * w->small_most;
}

size_t winograd_shown_values(const winograd_work *w)
{
    return w->points * w->points * w->samples_most * w->tiles[0] * w->tiles[1] * w->small_most;
}

/* Channels of a block, whose filters go with all channels of the other image: all that fit, or about
 * FILTER_BLOCK_VALUES values of filters. */
static size_t channels_of_block(const winograd_work *w, size_t channels, size_t others)
{
    if (w->slots * w->slots * channels * others <= FILTER_VALUES)
        return channels;
    size_t most = FILTER_BLOCK_VALUES / (w->slots * w->slots * others) / WINOGRAD_CHANNELS * WINOGRAD_CHANNELS;
    return most < CHANNELS_LEAST ? CHANNELS_LEAST : most;
}

static size_t samples_of_block(const winograd_work *w)
{
    winograd_work one = *w;
    one.samples_most = 1;
    size_t of_filters = winograd_filter_values(w), of_tiles = winograd_seen_values(&one) + winograd_shown_values(&one);
    size_t most = of_filters < BLOCK_VALUES ? (BLOCK_VALUES - of_filters) / of_tiles : 0;
    return smaller(most < 1 ? 1 : most, w->p->run->count);
}

/* Blocks of the small image's channels, for the products that add up over the big one's, or the other way round. */
static winograd_work plan(const products *p, bool blocks_of_big)
{
    winograd_work w = start(p);
    if (blocks_of_big)
        w.big_most = channels_of_block(&w, p->window.channels, p->channels);
    else
        w.small_most = channels_of_block(&w, p->channels, p->window.channels);
    w.samples_most = samples_of_block(&w);
    w.seen = p->run->scratch;
    if (w.seen == NULL)
        return w; /* only sizes are asked for */
    w.filters = w.seen + winograd_seen_values(&w);
    w.shown = w.filters + winograd_filter_values(&w);
    return w;
}

static size_t scratch_of(const winograd_work *w)
{
    return winograd_seen_values(w) + winograd_filter_values(w) + winograd_shown_values(w);
}

size_t winograd_scratch(const products *p)
{
    enum winograd_scheme scheme;
    if (!shape_suits(p, &scheme))
        return 0;
    winograd_work gather = plan(p, false), scatter = plan(p, true);
    return scratch_of(&gather) > scratch_of(&scatter) ? scratch_of(&gather) : scratch_of(&scatter);
}

static void set_samples(winograd_work *w, size_t first)
{
    w->sample = first;
    w->samples = smaller(w->samples_most, w->p->run->count - first);
}

static void set_small(winograd_work *w, size_t first)
{
    w->small = first;
    w->small_channels = smaller(w->small_most, w->p->channels - first);
}

static void set_big(winograd_work *w, size_t first)
{
    w->big = first;
    w->big_channels = smaller(w->big_most, w->p->window.channels - first);
}

/* --- the products --- */

enum { COLUMNS_OF_PIECE = 128 };

/* One of the three products at a point. */
typedef matrix_product point_product(const winograd_work *w, size_t point);

typedef struct point_products {
    const winograd_work *w;
    point_product *at;
    size_t cuts; /* of the columns, so that many threads find work */
} point_products;

static void one_cut(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const point_products *all = work;
    matrix_product p = all->at(all->w, piece / all->cuts);
    size_t first = piece % all->cuts * COLUMNS_OF_PIECE;
    if (first >= p.n)
        return;
    p = product_part(&p, 0, p.m, first, smaller(COLUMNS_OF_PIECE, p.n - first));
    product_run(all->w->p->run->kernels, &p, NULL);
}

/* The first point has all phases, so no product is wider than its. */
static void run_points(const winograd_work *w, point_product *at)
{
    point_products all = {.w = w, .at = at, .cuts = piece_count(at(w, 0).n, COLUMNS_OF_PIECE)};
    run_pieces(w->p->run->context, w->points * w->points * all.cuts, one_cut, &all);
}

static matrix_product gather_at(const winograd_work *w, size_t point)
{
    winograd_matrix seen = winograd_seen_at(w, point), filters = winograd_filters_at(w, point),
                    shown = winograd_shown_at(w, point);
    return (matrix_product){.b_transposed = w->p->transposed,
                            .m = winograd_tiles(w),
                            .n = shown.width,
                            .k = seen.width,
                            .a = seen.at,
                            .lda = seen.width,
                            .b = filters.at,
                            .ldb = filters.width,
                            .c = shown.at,
                            .ldc = shown.width};
}

void winograd_gather(const products *p)
{
    winograd_work w = plan(p, false);
    for (size_t sample = 0; sample < p->run->count; sample += w.samples_most) {
        set_samples(&w, sample);
        winograd_see_tiles(&w);
        for (size_t small = 0; small < p->channels; small += w.small_most) {
            set_small(&w, small);
            if (sample == 0 || w.small_most < p->channels)
                winograd_load_filters(&w);
            run_points(&w, gather_at);
            winograd_show_tiles(&w);
        }
    }
}

static matrix_product scatter_at(const winograd_work *w, size_t point)
{
    winograd_matrix seen = winograd_seen_at(w, point), filters = winograd_filters_at(w, point),
                    shown = winograd_shown_at(w, point);
    return (matrix_product){.b_transposed = !w->p->transposed,
                            .m = winograd_tiles(w),
                            .n = seen.width,
                            .k = shown.width,
                            .a = shown.at,
                            .lda = shown.width,
                            .b = filters.at,
                            .ldb = filters.width,
                            .c = seen.at,
                            .ldc = seen.width};
}

void winograd_scatter(const products *p)
{
    winograd_work w = plan(p, true);
    products_start_big(p);
    for (size_t sample = 0; sample < p->run->count; sample += w.samples_most) {
        set_samples(&w, sample);
        winograd_show_tiles_back(&w, NULL);
        for (size_t big = 0; big < p->window.channels; big += w.big_most) {
            set_big(&w, big);
            if (sample == 0 || w.big_most < p->window.channels)
                winograd_load_filters(&w);
            run_points(&w, scatter_at);
            winograd_see_tiles_back(&w);
        }
    }
}

static matrix_product gradient_at(const winograd_work *w, size_t point)
{
    winograd_matrix seen = winograd_seen_at(w, point), shown = winograd_shown_at(w, point),
                    filters = winograd_filters_at(w, point), left = w->p->transposed ? shown : seen,
                    right = w->p->transposed ? seen : shown;
    return (matrix_product){.a_transposed = true,
                            .m = left.width,
                            .n = right.width,
                            .k = winograd_tiles(w),
                            .a = left.at,
                            .lda = left.width,
                            .b = right.at,
                            .ldb = right.width,
                            .beta = w->sample > 0 ? 1.0f : 0.0f,
                            .c = filters.at,
                            .ldc = filters.width};
}

void winograd_filter_gradient(const products *p)
{
    winograd_work w = plan(p, false);
    for (size_t small = 0; small < p->channels; small += w.small_most) {
        set_small(&w, small);
        for (size_t sample = 0; sample < p->run->count; sample += w.samples_most) {
            set_samples(&w, sample);
            if (small == 0 || w.samples_most < p->run->count)
                winograd_see_tiles(&w);
            winograd_show_tiles_back(&w, p->run->weight);
            run_points(&w, gradient_at);
        }
        winograd_store_filters(&w);
    }
}

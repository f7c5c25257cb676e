/* Convolutions by minimal filtering: blocks, and the products at the points. */
#include "cpu/convolutions/minimal_filtering.h"

/* Values of a block's arrays. Filters that fit are transformed once for all samples; of larger ones blocks stay near
 * while all tiles of a block pass. Blocks of many samples and channels pay: tiles are read again for every block of
 * filters, and filters are transformed again for every block of samples. */
enum { BLOCK_VALUES = 10 << 20, FILTER_VALUES = 4 << 20, FILTER_BLOCK_VALUES = 2 << 20, CHANNELS_LEAST = 32 };

/* Transformed filters of a layer that is trained are kept from pass to pass if they have so many values at most: of
 * larger ones the transforms take a small part of the time, and much memory, unless passes of few samples repeat. */
enum { PREPARED_MOST = 5 << 20 };

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

/* In evaluation, where one sample may be all, small images do not pay for the transforms of their filters. */
static bool shape_suits(const convolution *c, enum winograd_scheme *scheme)
{
    const window *w = &c->window;
    if (!scheme_of(w, scheme) || w->channels % WINOGRAD_CHANNELS != 0 || c->channels % WINOGRAD_CHANNELS != 0 ||
        w->channels < CHANNELS_LEAST || c->channels < CHANNELS_LEAST)
        return false;
    size_t slots = winograd_slots(*scheme), tiles = tiles_along(w->small[0]) * tiles_along(w->small[1]);
    if (c->run->alone && tiles < TILES_ALONE)
        return false;
    return 3 * tiles * slots * slots <= 2 * window_area(w->small) * window_area(w->kernel);
}

static bool suits(const convolution *c)
{
    enum winograd_scheme scheme;
    return shape_suits(c, &scheme);
}

/* --- blocks --- */

static filtering start(const convolution *c, filtering_product product)
{
    filtering f = {.c = c, .kernels = c->run->kernels->winograd, .product = product};
    shape_suits(c, &f.scheme);
    f.slots = winograd_slots(f.scheme);
    f.taps = winograd_taps(f.scheme);
    f.points = winograd_points(f.scheme);
    for (size_t axis = 0; axis < 2; axis++)
        f.tiles[axis] = tiles_along(c->window.small[axis]);
    filtering_find_points(&f);
    f.big_most = f.big_channels = c->window.channels;
    f.small_most = f.small_channels = c->channels;
    return f;
}

/* Channels of a block, whose filters go with all channels of the other image: all that fit, or about
 * FILTER_BLOCK_VALUES values of filters. */
static size_t channels_of_block(const filtering *f, size_t channels, size_t others)
{
    if (f->slots * f->slots * channels * others <= FILTER_VALUES)
        return channels;
    size_t most = FILTER_BLOCK_VALUES / (f->slots * f->slots * others) / PACKED_MULTIPLE * PACKED_MULTIPLE;
    return most < CHANNELS_LEAST ? CHANNELS_LEAST : most;
}

static size_t values_of_block(const filtering *f)
{
    return big_points_values(f) + filter_points_values(f) + small_points_values(f);
}

static size_t samples_of_block(const filtering *f)
{
    filtering none = *f, one = *f;
    none.samples_most = 0;
    one.samples_most = 1;
    size_t fixed = values_of_block(&none), of_sample = values_of_block(&one) - fixed;
    size_t most = fixed < BLOCK_VALUES ? (BLOCK_VALUES - fixed) / of_sample : 0;
    return smaller(most < 1 ? 1 : most, f->c->run->count);
}

/* Of the channels that are not added up, those of one image are cut into blocks. */
static filtering plan(const convolution *c, filtering_product product)
{
    filtering f = start(c, product);
    if (product == GATHER)
        f.small_most = channels_of_block(&f, c->channels, c->window.channels);
    else
        f.big_most = channels_of_block(&f, c->window.channels, c->channels);
    f.samples_most = samples_of_block(&f);
    f.big_points = c->run->scratch;
    if (f.big_points == NULL)
        return f; /* only sizes are asked for */
    f.filter_points = f.big_points + big_points_values(&f);
    f.small_points = f.filter_points + filter_points_values(&f);
    return f;
}

static size_t workspace(const convolution *c)
{
    filtering forward = plan(c, c->transposed ? SCATTER : GATHER);
    if (c->run->inference)
        return values_of_block(&forward);
    filtering backward = plan(c, c->transposed ? GATHER : SCATTER), gradient = plan(c, FILTER_GRADIENT);
    return larger(values_of_block(&forward), larger(values_of_block(&backward), values_of_block(&gradient)));
}

static bool scatters(const filtering *f)
{
    return f->product != GATHER;
}

/* Channels that are cut into blocks, and those of the largest block. */
static size_t cut_channels(const filtering *f)
{
    return scatters(f) ? f->c->window.channels : f->c->channels;
}

static size_t cut_most(const filtering *f)
{
    return scatters(f) ? f->big_most : f->small_most;
}

static size_t prepared(const convolution *c, bool scatter)
{
    filtering f = plan(c, scatter ? SCATTER : GATHER);
    size_t values = piece_count(cut_channels(&f), cut_most(&f)) * filter_points_values(&f);
    return c->run->inference || c->run->repeats || values <= PREPARED_MOST ? values : 0;
}

static void set_samples(filtering *f, size_t first)
{
    f->first_sample = first;
    f->samples = smaller(f->samples_most, f->c->run->count - first);
}

static void set_small(filtering *f, size_t first)
{
    f->first_small = first;
    f->small_channels = smaller(f->small_most, f->c->channels - first);
}

static void set_big(filtering *f, size_t first)
{
    f->first_big = first;
    f->big_channels = smaller(f->big_most, f->c->window.channels - first);
}

/* --- the products at the points --- */

enum { COLUMNS_OF_PIECE = 128 };

static matrix_product product_at(const filtering *f, size_t point)
{
    size_t width = point_width(f, point), small = f->small_channels;
    float *big_points = big_points_at(f, point), *small_points = small_points_at(f, point);
    float *filters = filter_points_at(f, point);
    bool turned = f->c->transposed;
    switch (f->product) {
    case GATHER:
        return (matrix_product){.m = block_tiles(f),
                                .n = small,
                                .k = width,
                                .a = big_points,
                                .lda = width,
                                .packed_b = filters,
                                .c = small_points,
                                .ldc = small};
    case SCATTER:
        return (matrix_product){.m = block_tiles(f),
                                .n = width,
                                .k = small,
                                .a = small_points,
                                .lda = small,
                                .packed_b = filters,
                                .c = big_points,
                                .ldc = width};
    default:
        return (matrix_product){.a_transposed = true,
                                .m = turned ? small : width,
                                .n = turned ? width : small,
                                .k = block_tiles(f),
                                .a = turned ? small_points : big_points,
                                .lda = turned ? small : width,
                                .b = turned ? big_points : small_points,
                                .ldb = turned ? width : small,
                                .beta = f->first_sample > 0 ? 1.0f : 0.0f,
                                .c = filters,
                                .ldc = turned ? width : small};
    }
}

typedef struct point_products {
    const filtering *f;
    size_t cuts; /* of the columns, so that many threads find work */
} point_products;

static void one_cut(void *work, size_t piece, size_t worker)
{
    const point_products *all = work;
    matrix_product whole = product_at(all->f, piece / all->cuts);
    size_t first = piece % all->cuts * COLUMNS_OF_PIECE;
    if (first >= whole.n)
        return;
    matrix_product part = product_part(&whole, 0, whole.m, first, smaller(COLUMNS_OF_PIECE, whole.n - first));
    product_run(all->f->c->run->kernels, &part, worker_workspace(all->f->c->run->context, worker));
}

/* The first point has all phases, so no product is wider than its. */
static void run_points(const filtering *f)
{
    point_products all = {.f = f, .cuts = piece_count(product_at(f, 0).n, COLUMNS_OF_PIECE)};
    run_pieces(f->c->run->context, f->points * f->points * all.cuts, one_cut, &all);
}

/* --- the convolution's products --- */

/* The filters of the block that begins with channel `first`: as an earlier pass left them, as the samples before did,
 * or transformed now. */
static void load_filters(filtering *f, size_t first)
{
    prepared_values *prepared = f->c->run->prepared;
    bool whole = cut_most(f) >= cut_channels(f), made = f->first_sample > 0;
    if (prepared != NULL) {
        f->filter_points = prepared->values + first / cut_most(f) * filter_points_values(f);
        made = made || prepared->revision == f->c->run->revision;
    }
    if (!made || (prepared == NULL && !whole))
        filtering_pack_filters(f);
}

static void note_prepared(const convolution *c)
{
    if (c->run->prepared != NULL)
        c->run->prepared->revision = c->run->revision;
}

static void gather(const convolution *c)
{
    filtering f = plan(c, GATHER);
    for (size_t sample = 0; sample < c->run->count; sample += f.samples_most) {
        set_samples(&f, sample);
        filtering_transform_big(&f);
        for (size_t small = 0; small < c->channels; small += f.small_most) {
            set_small(&f, small);
            load_filters(&f, small);
            run_points(&f);
            filtering_finish_small(&f);
        }
    }
    note_prepared(c);
}

static void start_sample(void *work, size_t sample, size_t worker)
{
    (void)worker;
    convolution_start_big(work, sample, 1);
}

static void scatter(const convolution *c)
{
    filtering f = plan(c, SCATTER);
    convolution work = *c;
    run_pieces(c->run->context, c->run->count, start_sample, &work);
    for (size_t sample = 0; sample < c->run->count; sample += f.samples_most) {
        set_samples(&f, sample);
        filtering_transform_small(&f, NULL);
        for (size_t big = 0; big < c->window.channels; big += f.big_most) {
            set_big(&f, big);
            load_filters(&f, big);
            run_points(&f);
            filtering_finish_big(&f);
        }
    }
    note_prepared(c);
}

/* The small image's tiles, which have fewer points, are transformed again for every block of the big one's channels,
 * unless all samples are in one block. */
static void filter_gradient(const convolution *c)
{
    filtering f = plan(c, FILTER_GRADIENT);
    for (size_t big = 0; big < c->window.channels; big += f.big_most) {
        set_big(&f, big);
        for (size_t sample = 0; sample < c->run->count; sample += f.samples_most) {
            set_samples(&f, sample);
            filtering_transform_big(&f);
            if (big == 0 || f.samples_most < c->run->count)
                filtering_transform_small(&f, c->run->weight);
            run_points(&f);
        }
        filtering_finish_gradient(&f);
    }
}

const convolution_method convolution_by_minimal_filtering = {.name = "minimal filtering",
                                                             .suits = suits,
                                                             .workspace = workspace,
                                                             .prepared = prepared,
                                                             .gather = gather,
                                                             .scatter = scatter,
                                                             .filter_gradient = filter_gradient};

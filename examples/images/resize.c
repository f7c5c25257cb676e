/*
 * Resizing by two passes of weighted sums, along rows and then along columns. The weights are those of a filter that is
 * stretched where the image shrinks, so that every source pixel has its share in the result.
 */
#include "images/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The source pixels of every target pixel along one axis: `taps` weights each, from `first` on; unused ones are 0.
 * Pixels are counted from the first one that the part touches. */
typedef struct axis_weights {
    size_t offset, source; /* that pixel's place in the image, and how many the part touches */
    double start, length;  /* of the part, which may begin within that pixel */
    size_t taps;
    size_t *first;
    float *weight; /* [target pixels, taps] */
} axis_weights;

image_part image_centre(size_t width, size_t height, size_t crop)
{
    size_t side = width < height ? width : height;
    if (crop > 0 && crop < side)
        side = crop;
    return (image_part){(double)((width - side) / 2), (double)((height - side) / 2), (double)side, (double)side};
}

/* Keys' cubic with a = -1/2 (Keys 1981), whose integral is 1. */
static double cubic(double x)
{
    x = fabs(x);
    if (x >= 2)
        return 0;
    return x <= 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
}

/* How much source pixel `at` belongs to the target pixel that covers [low, high) of the source. */
static double share(enum image_filter filter, double low, double high, double at)
{
    if (filter == IMAGE_AREA)
        return fmax(fmin(high, at + 1) - fmax(low, at), 0);
    return cubic((at + 0.5 - 0.5 * (low + high)) / fmax(high - low, 1));
}

static void weigh(const axis_weights *axis, enum image_filter filter, size_t target)
{
    double scale = axis->length / (double)target;
    for (size_t i = 0; i < target; i++) {
        double low = axis->start + (double)i * scale, high = axis->start + (double)(i + 1) * scale, sum = 0;
        double reach = filter == IMAGE_AREA ? 0 : 2 * fmax(scale, 1) - 0.5 * scale;
        float *weight = axis->weight + i * axis->taps;
        size_t first = (size_t)fmax(floor(low - reach), 0);
        if (first + axis->taps > axis->source)
            first = axis->source - axis->taps;
        axis->first[i] = first;
        for (size_t j = 0; j < axis->taps; j++)
            sum += share(filter, low, high, (double)(first + j));
        for (size_t j = 0; j < axis->taps; j++)
            weight[j] = (float)(share(filter, low, high, (double)(first + j)) / sum);
    }
}

/* Of a part that begins at `from` and is `length` long, to so many target pixels; `pixels` are there. */
static bool axis_make(axis_weights *axis, enum image_filter filter, double from, double length, size_t pixels,
                      size_t target)
{
    double scale = length / (double)target;
    size_t taps = (size_t)ceil(filter == IMAGE_AREA ? scale : 4 * fmax(scale, 1)) + 2;
    axis->offset = (size_t)from;
    axis->start = from - floor(from);
    axis->length = length;
    axis->source = (size_t)ceil(axis->start + length);
    if (axis->source > pixels - axis->offset)
        axis->source = pixels - axis->offset;
    axis->taps = taps < axis->source ? taps : axis->source;
    if (axis->taps == 0) /* a part without a pixel, which no caller asks for */
        return false;
    axis->first = malloc(target * sizeof *axis->first);
    axis->weight = malloc(target * axis->taps * sizeof *axis->weight);
    if (!axis->first || !axis->weight)
        return false;
    weigh(axis, filter, target);
    return true;
}

static void axis_free(axis_weights *axis)
{
    free(axis->first);
    free(axis->weight);
}

/* A row's values, [source, 3]. */
static void widen(const uint8_t *row, size_t count, float *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = row[i];
}

typedef float four __attribute__((vector_size(16)));

/* One row of a part, [source, 3], to [size, 3]. Four values at a time, because processors add four at once; the fourth
 * is the next pixel's and is overwritten by it, so both have room for one value more. */
static void squeeze_row(const axis_weights *across, size_t size, const float *row, float *squeezed)
{
    for (size_t x = 0; x < size; x++) {
        const float *pixel = row + 3 * across->first[x];
        const float *weight = across->weight + x * across->taps;
        four sum = {0};
        for (size_t j = 0; j < across->taps; j++) {
            four values;
            memcpy(&values, pixel + 3 * j, sizeof values);
            sum += weight[j] * values;
        }
        memcpy(squeezed + 3 * x, &sum, sizeof sum);
    }
}

/* To -1 ... 1; a cubic overshoots beside edges, and what lies outside the range is cut off as 8-bit images do. */
static float to_range(float value)
{
    value = value > 0.0f ? value : 0.0f;
    return (value < 255.0f ? value : 255.0f) / 127.5f - 1.0f;
}

/* Rows of squeezed pixels, the last ones: as many as a target row takes, one after another in a ring. */
typedef struct row_ring {
    float *wide;     /* one source row's values */
    float *rows;     /* [down's taps, size, 3], and room for one value */
    float *sums;     /* [size, 3] */
    size_t squeezed; /* rows so far */
} row_ring;

static float *ring_row(const row_ring *ring, const axis_weights *down, size_t size, size_t row)
{
    return ring->rows + row % down->taps * (3 * size + 1);
}

/* Squeeze source rows until those of target row y are there. */
static void advance(row_ring *ring, const image *of, const axis_weights *across, const axis_weights *down, size_t size,
                    size_t y)
{
    const size_t end = down->first[y] + down->taps;
    while (ring->squeezed < end) {
        size_t row = ring->squeezed++;
        widen(of->pixels + 3 * ((down->offset + row) * of->width + across->offset), 3 * across->source, ring->wide);
        squeeze_row(across, size, ring->wide, ring_row(ring, down, size, row));
    }
}

/* One row of the result. */
static void squeeze_columns(const row_ring *ring, const axis_weights *down, size_t size, size_t y, size_t channels,
                            float *values)
{
    const float *weight = down->weight + y * down->taps;
    float *sums = ring->sums;
    size_t length = 3 * size;
    for (size_t j = 0; j < down->taps; j++) {
        const float *row = ring_row(ring, down, size, down->first[y] + j);
        for (size_t x = 0; x < length; x++)
            sums[x] = (j > 0 ? sums[x] : 0.0f) + weight[j] * row[x];
    }
    if (channels == 3) {
        for (size_t x = 0; x < length; x++)
            values[x] = to_range(sums[x]);
        return;
    }
    /* luma of ITU-R BT.601, which JPEG uses */
    for (size_t x = 0; x < size; x++)
        values[x] = to_range(0.299f * sums[3 * x] + 0.587f * sums[3 * x + 1] + 0.114f * sums[3 * x + 2]);
}

static bool resize(const image *of, size_t size, size_t channels, const axis_weights *across, const axis_weights *down,
                   float *values)
{
    size_t wide = 3 * across->source + 1, rows = down->taps * (3 * size + 1);
    float *room = calloc(wide + rows + 3 * size, sizeof *room);
    if (!room)
        return false;
    row_ring ring = {.wide = room, .rows = room + wide, .sums = room + wide + rows};
    for (size_t y = 0; y < size; y++) {
        advance(&ring, of, across, down, size, y);
        squeeze_columns(&ring, down, size, y, channels, values + y * size * channels);
    }
    free(room);
    return true;
}

bool image_resize(const image *of, image_part part, size_t size, size_t channels, enum image_filter filter,
                  float *values)
{
    axis_weights across = {0}, down = {0};
    bool done = axis_make(&across, filter, part.left, part.width, of->width, size) &&
                axis_make(&down, filter, part.top, part.height, of->height, size) &&
                resize(of, size, channels, &across, &down, values);
    axis_free(&across);
    axis_free(&down);
    return done;
}

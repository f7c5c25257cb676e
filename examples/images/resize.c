/*
 * Resizing by two passes of weighted sums, along rows and then along columns. The weights are those of a filter that is
 * stretched where the image shrinks, so that every source pixel has its share in the result.
 */
#include "images/image.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* The source pixels of every target pixel along one axis: `taps` weights each, from `first` on; unused ones are 0. */
typedef struct axis_weights {
    size_t taps;
    size_t *first;
    float *weight; /* [target pixels, taps] */
} axis_weights;

image_part image_centre(const image *of, size_t crop)
{
    size_t side = of->width < of->height ? of->width : of->height;
    if (crop > 0 && crop < side)
        side = crop;
    return (image_part){(of->width - side) / 2, (of->height - side) / 2, side, side};
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

static void weigh(const axis_weights *axis, enum image_filter filter, size_t source, size_t target)
{
    double scale = (double)source / (double)target;
    for (size_t i = 0; i < target; i++) {
        double low = (double)i * scale, high = (double)(i + 1) * scale, sum = 0;
        double reach = filter == IMAGE_AREA ? 0 : 2 * fmax(scale, 1) - 0.5 * scale;
        float *weight = axis->weight + i * axis->taps;
        size_t first = (size_t)fmax(floor(low - reach), 0);
        if (first + axis->taps > source)
            first = source - axis->taps;
        axis->first[i] = first;
        for (size_t j = 0; j < axis->taps; j++)
            sum += share(filter, low, high, (double)(first + j));
        for (size_t j = 0; j < axis->taps; j++)
            weight[j] = (float)(share(filter, low, high, (double)(first + j)) / sum);
    }
}

static bool axis_make(axis_weights *axis, enum image_filter filter, size_t source, size_t target)
{
    double scale = (double)source / (double)target;
    size_t taps = (size_t)ceil(filter == IMAGE_AREA ? scale : 4 * fmax(scale, 1)) + 2;
    axis->taps = taps < source ? taps : source;
    axis->first = malloc(target * sizeof *axis->first);
    axis->weight = malloc(target * axis->taps * sizeof *axis->weight);
    if (!axis->first || !axis->weight)
        return false;
    weigh(axis, filter, source, target);
    return true;
}

static void axis_free(axis_weights *axis)
{
    free(axis->first);
    free(axis->weight);
}

/* One row of a part, [part width, 3] bytes, to [size, 3]. */
static void squeeze_row(const axis_weights *across, size_t size, const uint8_t *row, float *squeezed)
{
    for (size_t x = 0; x < size; x++) {
        const uint8_t *pixel = row + 3 * across->first[x];
        const float *weight = across->weight + x * across->taps;
        float red = 0, green = 0, blue = 0;
        for (size_t j = 0; j < across->taps; j++) {
            red += weight[j] * (float)pixel[3 * j];
            green += weight[j] * (float)pixel[3 * j + 1];
            blue += weight[j] * (float)pixel[3 * j + 2];
        }
        squeezed[3 * x] = red;
        squeezed[3 * x + 1] = green;
        squeezed[3 * x + 2] = blue;
    }
}

/* To -1 ... 1; a cubic overshoots beside edges, and what lies outside the range is cut off as 8-bit images do. */
static float to_range(float value)
{
    return fminf(fmaxf(value, 0.0f), 255.0f) / 127.5f - 1.0f;
}

/* Rows of [size, 3] to one row of the result; `sums` holds [size, 3]. */
static void squeeze_columns(const float *rows, const float *weight, size_t taps, size_t size, size_t channels,
                            float *sums, float *values)
{
    size_t length = 3 * size;
    for (size_t x = 0; x < length; x++)
        sums[x] = weight[0] * rows[x];
    for (size_t j = 1; j < taps; j++)
        for (size_t x = 0; x < length; x++)
            sums[x] += weight[j] * rows[j * length + x];
    if (channels == 3) {
        for (size_t x = 0; x < length; x++)
            values[x] = to_range(sums[x]);
        return;
    }
    /* luma of ITU-R BT.601, which JPEG uses */
    for (size_t x = 0; x < size; x++)
        values[x] = to_range(0.299f * sums[3 * x] + 0.587f * sums[3 * x + 1] + 0.114f * sums[3 * x + 2]);
}

static bool resize(const image *of, image_part part, size_t size, size_t channels, const axis_weights *across,
                   const axis_weights *down, float *values)
{
    float *rows = malloc((part.height + 1) * size * 3 * sizeof *rows);
    if (!rows)
        return false;
    for (size_t y = 0; y < part.height; y++)
        squeeze_row(across, size, of->pixels + 3 * ((part.top + y) * of->width + part.left), rows + y * size * 3);
    float *sums = rows + part.height * size * 3;
    for (size_t y = 0; y < size; y++)
        squeeze_columns(rows + down->first[y] * size * 3, down->weight + y * down->taps, down->taps, size, channels,
                        sums, values + y * size * channels);
    free(rows);
    return true;
}

int image_resize(const image *of, image_part part, size_t size, size_t channels, enum image_filter filter,
                 float *values)
{
    axis_weights across = {0}, down = {0};
    bool done = axis_make(&across, filter, part.width, size) && axis_make(&down, filter, part.height, size) &&
                resize(of, part, size, channels, &across, &down, values);
    axis_free(&across);
    axis_free(&down);
    return done;
}

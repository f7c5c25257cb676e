/* Windows that slide over the rows and columns of images: the geometry that convolutions and pooling share.
 *
 * A window joins a big image and a small one: position (i, j) of the small one sees the big one's rows
 * i stride + r - before, likewise columns. A convolution goes from big to small, a transposed one from small to big.
 * Sequences are images of one row. */
#ifndef OPS_WINDOW_H
#define OPS_WINDOW_H

#include "ops/options.h"

typedef struct window {
    size_t big[2], small[2], kernel[2], stride[2], before[2]; /* rows, columns */
    size_t channels;                                          /* of the big image */
} window;

/* The window of an op whose input is the big image, or the small one if `transposed`; sizes that do not fit come out as
 * 0. */
window window_find(const op_settings *settings, const tensor_shape *input, bool transposed);

/* Options of a window in a graph's text: "5x5 stride 2x2 same". */
void window_options(option_text *text, op_settings *settings);

/* The same when building, with all settings of the window checked; `name` is for error messages. */
coulomb_status window_check(const op_build *build, const char *name, bool transposed, window *made);

/* Rows and columns of an option in range, for an image or a sequence as input. */
coulomb_status window_check_pair(const op_build *build, const char *name, const size_t value[2]);

/* `small` or `big` as a sample's shape of the input's rank. */
coulomb_status window_shape(const op_build *build, const size_t extent[2], size_t channels, tensor_shape *shape);

static inline size_t window_area(const size_t extent[2])
{
    return extent[0] * extent[1];
}

/* Columns of the matrix that holds for each position what its window sees: kernel rows, kernel columns, channels. */
static inline size_t window_columns(const window *w)
{
    return window_area(w->kernel) * w->channels;
}

/* One position sees one pixel, and the other way round: the matrix is the image itself. */
bool window_is_plain(const window *w);

#endif

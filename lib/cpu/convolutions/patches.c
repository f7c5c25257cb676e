/* The matrix of what each position of a window sees (im2col), and back. */
#include "cpu/convolutions/patches.h"

#include <string.h>

/* What one position sees of one of the big image's rows stands there in one run, except for what lies outside. */
typedef struct sight {
    size_t skipped, seen; /* columns left of the image's edge, and inside */
    size_t at;            /* of the first one inside, in the big images; undefined if nothing is seen */
} sight;

/* Columns first ... first + columns - 1 of kernel row r, seen from a position. */
static sight look(const window *w, size_t position, size_t r, size_t first, size_t columns)
{
    size_t area = window_area(w->small), sample = position / area, inside = position % area;
    size_t i = inside / w->small[1], j = inside % w->small[1];
    size_t row = i * w->stride[0] + r; /* still counted with the padding */
    if (row < w->before[0] || row - w->before[0] >= w->big[0])
        return (sight){.skipped = columns};
    size_t width = w->big[1] * w->channels, edge = w->before[1] * w->channels;
    size_t start = j * w->stride[1] * w->channels + first, end = start + columns;
    size_t low = start < edge ? edge : start, high = end > edge + width ? edge + width : end;
    if (low >= high)
        return (sight){.skipped = columns};
    return (sight){.skipped = low - start,
                   .seen = high - low,
                   .at = (sample * w->big[0] + row - w->before[0]) * width + low - edge};
}

void window_gather(const window *w, const float *big, window_part part, float *matrix)
{
    size_t run = w->kernel[1] * w->channels, last_column = part.first_column + part.columns;
    for (size_t position = part.first; position < part.first + part.rows; position++)
        for (size_t column = part.first_column; column < last_column;) {
            size_t r = column / run, inside = column % run;
            size_t values = last_column - column < run - inside ? last_column - column : run - inside;
            sight s = look(w, position, r, inside, values);
            memset(matrix, 0, s.skipped * sizeof *matrix);
            if (s.seen > 0)
                memcpy(matrix + s.skipped, big + s.at, s.seen * sizeof *matrix);
            memset(matrix + s.skipped + s.seen, 0, (values - s.skipped - s.seen) * sizeof *matrix);
            matrix += values;
            column += values;
        }
}

void window_scatter(const kernels *table, const window *w, const float *matrix, window_part part, float *big)
{
    size_t run = w->kernel[1] * w->channels, last_column = part.first_column + part.columns;
    for (size_t position = part.first; position < part.first + part.rows; position++)
        for (size_t column = part.first_column; column < last_column;) {
            size_t r = column / run, inside = column % run;
            size_t values = last_column - column < run - inside ? last_column - column : run - inside;
            sight s = look(w, position, r, inside, values);
            if (s.seen > 0)
                table->accumulate(s.seen, 1.0f, matrix + s.skipped, big + s.at);
            matrix += values;
            column += values;
        }
}

/* Parts of the matrix of patches (im2col), and back. */
#include "cpu/convolutions/patches.h"

#include <string.h>

/* What a patch has of one of the big image's rows is in one run there, except for what lies outside. */
typedef struct pixel_run {
    size_t skipped, inside; /* columns left of the image's edge, and inside */
    size_t at;              /* of the first one inside, in the big images; undefined if none is */
} pixel_run;

/* Columns first ... first + columns - 1 of kernel row r of a position's patch. */
static pixel_run find_run(const window *w, size_t position, size_t r, size_t first, size_t columns)
{
    size_t area = window_area(w->small), sample = position / area, inside = position % area;
    size_t i = inside / w->small[1], j = inside % w->small[1];
    size_t row = i * w->stride[0] + r; /* still counted with the padding */
    if (row < w->before[0] || row - w->before[0] >= w->big[0])
        return (pixel_run){.skipped = columns};
    size_t width = w->big[1] * w->channels, edge = w->before[1] * w->channels;
    size_t start = j * w->stride[1] * w->channels + first, end = start + columns;
    size_t low = start < edge ? edge : start, high = end > edge + width ? edge + width : end;
    if (low >= high)
        return (pixel_run){.skipped = columns};
    return (pixel_run){.skipped = low - start,
                       .inside = high - low,
                       .at = (sample * w->big[0] + row - w->before[0]) * width + low - edge};
}

void patches_read(const window *w, const float *big, patch_part part, float *matrix)
{
    size_t run = w->kernel[1] * w->channels, last_column = part.first_column + part.columns;
    for (size_t position = part.first; position < part.first + part.rows; position++)
        for (size_t column = part.first_column; column < last_column;) {
            size_t r = column / run, inside = column % run;
            size_t values = last_column - column < run - inside ? last_column - column : run - inside;
            pixel_run found = find_run(w, position, r, inside, values);
            memset(matrix, 0, found.skipped * sizeof *matrix);
            if (found.inside > 0)
                memcpy(matrix + found.skipped, big + found.at, found.inside * sizeof *matrix);
            memset(matrix + found.skipped + found.inside, 0, (values - found.skipped - found.inside) * sizeof *matrix);
            matrix += values;
            column += values;
        }
}

void patches_add(const kernels *table, const window *w, const float *matrix, patch_part part, float *big)
{
    size_t run = w->kernel[1] * w->channels, last_column = part.first_column + part.columns;
    for (size_t position = part.first; position < part.first + part.rows; position++)
        for (size_t column = part.first_column; column < last_column;) {
            size_t r = column / run, inside = column % run;
            size_t values = last_column - column < run - inside ? last_column - column : run - inside;
            pixel_run found = find_run(w, position, r, inside, values);
            if (found.inside > 0)
                table->accumulate(found.inside, 1.0f, matrix + found.skipped, big + found.at);
            matrix += values;
            column += values;
        }
}

/* The picture of the pairs: rows of two samples side by side, and their nearest training images beside them. */
#include "pairs.h"

#include "support/console.h"
#include "support/figure.h"

#include "fid/inception_input.h"

#include <stdio.h>
#include <stdlib.h>

static const double thumb = 76, gap = 4, margin = 16, top = 66, row_height = 100, between = 14;

/* [side, side, 3] values from -1 to 1 at a place of the sheet. */
static bool draw_image(const figure *sheet, size_t side, const float *values, double x, double y)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)side, (int)side);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(surface);
        return complain("no memory to draw an image of %zu x %zu pixels", side, side);
    }
    unsigned char *data = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    for (size_t row = 0; row < side; row++)
        for (size_t column = 0; column < side; column++) {
            const float *pixel = values + (row * side + column) * 3;
            uint32_t shown = (uint32_t)value_of_8_bits(pixel[0]) << 16 | (uint32_t)value_of_8_bits(pixel[1]) << 8 |
                             value_of_8_bits(pixel[2]);
            *(uint32_t *)(void *)(data + row * stride + 4 * column) = shown;
        }
    cairo_surface_mark_dirty(surface);
    cairo_save(sheet->cairo);
    cairo_translate(sheet->cairo, x, y);
    cairo_scale(sheet->cairo, thumb / (double)side, thumb / (double)side);
    cairo_set_source_surface(sheet->cairo, surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(sheet->cairo), CAIRO_FILTER_NEAREST);
    cairo_paint(sheet->cairo);
    cairo_restore(sheet->cairo);
    cairo_surface_destroy(surface);
    return true;
}

static bool draw_pair(const figure *sheet, const samples *of, training_images *training, size_t number, const pair *p,
                      double left, double y, float *values)
{
    const text_style small = {.size = 8, .ink = colour_of(INK_MUTED), .align = ALIGN_CENTRE};
    char text[64];
    snprintf(text, sizeof text, "%zu: differ by %.1f", number, distance_in_levels(of, p->distance));
    figure_text(sheet, left + thumb + gap / 2, y + thumb + 11, small, text);
    for (size_t j = 0; j < 2; j++) {
        double x = left + (double)j * (thumb + gap),
               beside = left + 2 * (thumb + gap) + between + (double)j * (thumb + gap);
        if (!draw_image(sheet, of->side, of->values + p->sample[j] * of->dimension, x, y) ||
            !training_images_read(training, p->image[j], values) || !draw_image(sheet, of->side, values, beside, y))
            return false;
        snprintf(text, sizeof text, "%s: %.1f", j == 0 ? "left" : "right", distance_in_levels(of, p->to_image[j]));
        figure_text(sheet, beside + thumb / 2, y + thumb + 11, small, text);
    }
    return true;
}

bool pairs_draw(const char *path, const samples *of, training_images *training, size_t count, const pair *pairs)
{
    double group = 4 * thumb + 2 * gap + gap + between;
    size_t columns = count > 5 ? 2 : 1, rows = (count + columns - 1) / columns;
    double width = 2 * margin + (double)columns * group + (double)(columns - 1) * 2 * margin;
    char subtitle[160];
    figure sheet;
    float *values = malloc(of->dimension * sizeof *values);
    if (!values)
        return complain("no memory to draw pairs");
    if (!figure_begin(&sheet, width, top + (double)rows * row_height + margin / 2)) {
        free(values);
        return false;
    }
    snprintf(subtitle, sizeof subtitle, "Among %zu samples; beside each pair its nearest training images", of->count);
    figure_title(&sheet, "Most similar pairs", subtitle);
    bool done = true;
    for (size_t i = 0; done && i < count; i++)
        done = draw_pair(&sheet, of, training, i + 1, &pairs[i], margin + (double)(i / rows) * (group + 2 * margin),
                         top + (double)(i % rows) * row_height, values);
    free(values);
    if (done)
        return figure_finish(&sheet, path);
    figure_abandon(&sheet);
    return false;
}

#include "landscape.h"

#include <math.h>
#include <stdint.h>

void grid_nodes(grid nodes, const axis *x, const axis *y, float *points)
{
    for (size_t row = 0; row < nodes.rows; row++) {
        for (size_t column = 0; column < nodes.columns; column++) {
            double across = (double)column / (double)(nodes.columns - 1), up = (double)row / (double)(nodes.rows - 1);
            *points++ = (float)(x->low + across * (x->high - x->low));
            *points++ = (float)(y->low + up * (y->high - y->low));
        }
    }
}

static uint32_t pixel(colour of)
{
    return (uint32_t)lround(255 * of.red) << 16 | (uint32_t)lround(255 * of.green) << 8 |
           (uint32_t)lround(255 * of.blue);
}

void panel_heat(const panel *on, grid nodes, const float *values, double low, double high, enum colour_map map)
{
    cairo_t *cairo = on->figure->cairo;
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)nodes.columns, (int)nodes.rows);
    unsigned char *data = cairo_image_surface_get_data(image);
    if (data) {
        size_t stride = (size_t)cairo_image_surface_get_stride(image);
        for (size_t row = 0; row < nodes.rows; row++) {
            /* a surface's rows are aligned for its pixels */
            uint32_t *line = (uint32_t *)(void *)(data + (nodes.rows - 1 - row) * stride);
            for (size_t column = 0; column < nodes.columns; column++)
                line[column] =
                    pixel(colour_map_at(map, ((double)values[row * nodes.columns + column] - low) / (high - low)));
        }
        cairo_surface_mark_dirty(image);
        panel_clip(on);
        /* pixels are centred on the nodes, of which the outermost lie on the edges */
        double across = on->area.width / (double)(nodes.columns - 1);
        double up = on->area.height / (double)(nodes.rows - 1);
        cairo_translate(cairo, on->area.left - across / 2, on->area.top - up / 2);
        cairo_scale(cairo, across, up);
        cairo_set_source_surface(cairo, image, 0, 0);
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BILINEAR);
        cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
        cairo_paint(cairo);
        panel_unclip(on);
    }
    cairo_surface_destroy(image);
}

/* Where the level lies between two corners of a cell, as a share of the edge. */
static double crossing(double from, double to, double level)
{
    return (level - from) / (to - from);
}

/* The line through one cell (marching squares); a saddle's two pieces are chosen by the middle's value. */
static void contour_cell(cairo_t *cairo, const double corner[4], double level, double left, double top, double width,
                         double height)
{
    /* corners and edges go round: 0 bottom left, 1 bottom right, 2 top right, 3 top left; edge i follows corner i */
    double at[4][2];
    bool crossed[4];
    size_t count = 0;
    for (size_t i = 0; i < 4; i++) {
        double from = corner[i], to = corner[(i + 1) % 4];
        crossed[i] = (from < level) != (to < level);
        count += crossed[i];
        double share = crossed[i] ? crossing(from, to, level) : 0;
        double across = i == 0 ? share : i == 1 ? 1 : i == 2 ? 1 - share : 0;
        double up = i == 0 ? 0 : i == 1 ? share : i == 2 ? 1 : 1 - share;
        at[i][0] = left + across * width;
        at[i][1] = top + (1 - up) * height;
    }
    if (count == 4) {
        bool middle = corner[0] + corner[1] + corner[2] + corner[3] < 4 * level;
        size_t first = middle == (corner[0] < level) ? 0 : 3;
        for (size_t i = 0; i < 4; i += 2) {
            size_t edge = (first + i) % 4, next = (edge + 1) % 4;
            cairo_move_to(cairo, at[edge][0], at[edge][1]);
            cairo_line_to(cairo, at[next][0], at[next][1]);
        }
        return;
    }
    bool begun = false;
    for (size_t i = 0; i < 4; i++) {
        if (!crossed[i])
            continue;
        if (begun)
            cairo_line_to(cairo, at[i][0], at[i][1]);
        else
            cairo_move_to(cairo, at[i][0], at[i][1]);
        begun = true;
    }
}

void panel_contours(const panel *on, grid nodes, const float *values, const double *levels, size_t count,
                    line_style style)
{
    cairo_t *cairo = on->figure->cairo;
    double width = on->area.width / (double)(nodes.columns - 1);
    double height = on->area.height / (double)(nodes.rows - 1);
    panel_clip(on);
    figure_ink(on->figure, style.ink);
    cairo_set_line_width(cairo, style.width);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    for (size_t row = 0; row + 1 < nodes.rows; row++) {
        for (size_t column = 0; column + 1 < nodes.columns; column++) {
            const float *below = values + row * nodes.columns + column, *above = below + nodes.columns;
            const double corner[4] = {(double)below[0], (double)below[1], (double)above[1], (double)above[0]};
            double left = on->area.left + width * (double)column;
            double top = on->area.top + on->area.height - height * (double)(row + 1);
            for (size_t i = 0; i < count; i++)
                contour_cell(cairo, corner, levels[i], left, top, width, height);
        }
    }
    cairo_stroke(cairo);
    panel_unclip(on);
}

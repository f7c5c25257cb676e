#include "pictures.h"

#include <math.h>
#include <stdio.h>

/* Numbers stand in cells that are at least so wide, in points. */
static const double numbered_cell = 30;

static void draw_cell(const figure *sheet, box area, double value)
{
    colour ink = colour_map_at(MAP_DIVERGING, (value + 1) / 2);
    figure_ink(sheet, isnan(value) ? colour_of(INK_GRID) : ink);
    cairo_rectangle(sheet->cairo, area.left, area.top, area.width - 0.5, area.height - 0.5);
    cairo_fill(sheet->cairo);
    if (area.width < numbered_cell || isnan(value))
        return;
    char number[16];
    text_style style = {.size = 8, .align = ALIGN_CENTRE, .ink = colour_of(INK_TEXT)};
    if (colour_lightness(ink) < 0.6)
        style.ink = colour_of(INK_PAPER);
    snprintf(number, sizeof number, "%.2f", value);
    figure_text(sheet, area.left + area.width / 2, area.top + area.height / 2 + 3, style, number);
}

void draw_dependence(const figure *sheet, box area, const char *title, const columns *names, const size_t *shown,
                     size_t count, size_t stride, const double *dependence, double names_width)
{
    double cell = area.width / (double)count;
    text_style heading = {.size = 11, .ink = colour_of(INK_TEXT), .bold = true};
    text_style name = {.size = fmin(8.5, fmax(4.5, cell * 0.9)), .ink = colour_of(INK_MUTED), .align = ALIGN_RIGHT};
    figure_text(sheet, area.left, area.top - 9, heading, title);
    for (size_t i = 0; i < count; i++) {
        double top = area.top + cell * (double)i;
        if (names_width > 0)
            draw_text_within(sheet, area.left - 6, top + cell / 2 + name.size * 0.35, names_width - 6, name,
                             *names->list[shown[i]].name ? names->list[shown[i]].name : "(no name)");
        for (size_t j = 0; j < count; j++)
            draw_cell(sheet, (box){area.left + cell * (double)j, top, cell, cell},
                      dependence[shown[i] * stride + shown[j]]);
    }
}

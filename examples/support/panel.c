#include "panel.h"

#include <math.h>

static const double points_per_tick_x = 55, points_per_tick_y = 34;

double panel_x(const panel *on, double value)
{
    return on->area.left + on->area.width * axis_share(&on->x, value);
}

double panel_y(const panel *on, double value)
{
    return on->area.top + on->area.height * (1 - axis_share(&on->y, value));
}

void panel_clip(const panel *on)
{
    cairo_t *cairo = on->figure->cairo;
    cairo_save(cairo);
    cairo_rectangle(cairo, on->area.left, on->area.top, on->area.width, on->area.height);
    cairo_clip(cairo);
}

void panel_unclip(const panel *on)
{
    cairo_restore(on->figure->cairo);
}

static void segment(cairo_t *cairo, double x, double y, double to_x, double to_y)
{
    cairo_move_to(cairo, x, y);
    cairo_line_to(cairo, to_x, to_y);
    cairo_stroke(cairo);
}

static void draw_x_axis(const panel *on)
{
    axis_ticks ticks;
    const box *area = &on->area;
    double bottom = area->top + area->height;
    text_style style = {.size = 9, .ink = colour_of(INK_MUTED), .align = ALIGN_CENTRE};
    axis_find_ticks(&on->x, area->width / points_per_tick_x, &ticks);
    for (size_t i = 0; i < ticks.count; i++) {
        double x = panel_x(on, ticks.at[i]);
        figure_ink(on->figure, colour_of(INK_GRID));
        segment(on->figure->cairo, x, area->top, x, bottom);
        if (!on->x.bare)
            figure_text(on->figure, x, bottom + 13, style, ticks.label[i]);
    }
    text_style label = {.size = 10, .ink = colour_of(INK_TEXT), .align = ALIGN_CENTRE};
    if (on->x.label)
        figure_text(on->figure, area->left + area->width / 2, bottom + 29, label, on->x.label);
}

static void draw_y_axis(const panel *on)
{
    axis_ticks ticks;
    const box *area = &on->area;
    double widest = 0;
    text_style style = {.size = 9, .ink = colour_of(INK_MUTED), .align = ALIGN_RIGHT};
    axis_find_ticks(&on->y, area->height / points_per_tick_y, &ticks);
    for (size_t i = 0; i < ticks.count; i++) {
        double y = panel_y(on, ticks.at[i]);
        figure_ink(on->figure, colour_of(INK_GRID));
        segment(on->figure->cairo, area->left, y, area->left + area->width, y);
        if (on->y.bare)
            continue;
        figure_text(on->figure, area->left - 6, y + 3.2, style, ticks.label[i]);
        widest = fmax(widest, figure_text_width(on->figure, style, ticks.label[i]));
    }
    text_style label = {.size = 10, .ink = colour_of(INK_TEXT), .align = ALIGN_CENTRE, .upward = true};
    if (on->y.label)
        figure_text(on->figure, area->left - widest - 14, area->top + area->height / 2, label, on->y.label);
}

panel panel_begin(const figure *sheet, box area, const char *title, axis x, axis y)
{
    panel made = {.figure = sheet, .area = area, .x = x, .y = y};
    cairo_set_line_width(sheet->cairo, 0.8);
    draw_x_axis(&made);
    draw_y_axis(&made);
    text_style style = {.size = 11, .ink = colour_of(INK_TEXT), .bold = true};
    if (title)
        figure_text(sheet, area.left, area.top - 8, style, title);
    return made;
}

void panel_end(const panel *on)
{
    cairo_t *cairo = on->figure->cairo;
    figure_ink(on->figure, colour_faded(colour_of(INK_MUTED), 0.8));
    cairo_set_line_width(cairo, 0.8);
    cairo_rectangle(cairo, on->area.left, on->area.top, on->area.width, on->area.height);
    cairo_stroke(cairo);
}

void panel_dots(const panel *on, const float *points, size_t count, dot_style style)
{
    const double turn = 6.283185307179586;
    cairo_t *cairo = on->figure->cairo;
    panel_clip(on);
    for (size_t i = 0; i < count; i++) {
        double x = panel_x(on, (double)points[2 * i]), y = panel_y(on, (double)points[2 * i + 1]);
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, x, y, style.radius, 0, turn);
        figure_ink(on->figure, style.ink);
        if (style.edged) {
            cairo_fill_preserve(cairo);
            figure_ink(on->figure, colour_of(INK_PAPER));
            cairo_set_line_width(cairo, 0.25 * style.radius);
            cairo_stroke(cairo);
        } else {
            cairo_fill(cairo);
        }
    }
    panel_unclip(on);
}

static void set_line(const panel *on, line_style style)
{
    cairo_t *cairo = on->figure->cairo;
    const double dashes[] = {4, 3};
    figure_ink(on->figure, style.ink);
    cairo_set_line_width(cairo, style.width);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(cairo, dashes, style.dashed ? 2 : 0, 0);
}

static bool can_show(const axis *scale, double value)
{
    return isfinite(value) && (!scale->logarithmic || value > 0);
}

void panel_line(const panel *on, const double *x, const double *y, size_t count, line_style style)
{
    cairo_t *cairo = on->figure->cairo;
    panel_clip(on);
    set_line(on, style);
    bool drawing = false;
    for (size_t i = 0; i < count; i++) {
        if (!can_show(&on->x, x[i]) || !can_show(&on->y, y[i])) {
            drawing = false;
            continue;
        }
        if (drawing)
            cairo_line_to(cairo, panel_x(on, x[i]), panel_y(on, y[i]));
        else
            cairo_move_to(cairo, panel_x(on, x[i]), panel_y(on, y[i]));
        drawing = true;
    }
    cairo_stroke(cairo);
    panel_unclip(on);
}

void panel_level(const panel *on, double y, line_style style)
{
    const double x[] = {on->x.low, on->x.high}, level[] = {y, y};
    panel_line(on, x, level, 2, style);
}

void panel_upright(const panel *on, double x, line_style style)
{
    const double y[] = {on->y.low, on->y.high}, place[] = {x, x};
    panel_line(on, place, y, 2, style);
}

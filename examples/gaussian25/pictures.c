/* The samples and their modes. */
#include "pictures.h"

#include "support/panel.h"
#include "support/wording.h"

#include <math.h>
#include <stdio.h>

static const double extent = 27;

enum { DOTS_MOST = 20000 };

static const double margin = 58, title_height = 78;

/* Where 3 sigma end around each mean, so that strays and gaps show. */
static void draw_circles(const panel *on)
{
    float means[2 * MIXTURE_MODES];
    mixture_means(means);
    cairo_t *cairo = on->figure->cairo;
    double radius = panel_x(on, 3) - panel_x(on, 0);
    figure_ink(on->figure, colour_faded(colour_of(INK_MUTED), 0.55));
    cairo_set_line_width(cairo, 0.6);
    for (size_t i = 0; i < MIXTURE_MODES; i++) {
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, panel_x(on, (double)means[2 * i]), panel_y(on, (double)means[2 * i + 1]), radius, 0, 6.2832);
        cairo_stroke(cairo);
    }
}

static void draw_samples(const figure *sheet, box area, const char *title, const float *points, size_t count,
                         colour ink, bool bare)
{
    const axis x = {.low = -extent, .high = extent};
    const axis y = {.low = -extent, .high = extent, .bare = bare};
    panel on = panel_begin(sheet, area, title, x, y);
    draw_circles(&on);
    /* many points are drawn more lightly, so that density shows */
    double opacity = fmin(0.7, fmax(0.22, 1500 / (double)count));
    panel_dots(&on, points, count, (dot_style){.radius = 0.85, .ink = colour_faded(ink, opacity)});
    panel_end(&on);
}

bool picture_samples(const char *path, const mixture *data, const evaluation *result, uint64_t updates)
{
    const double side = 400, gap = 26;
    size_t count = result->count < DOTS_MOST ? result->count : DOTS_MOST;
    char number[32], title[64], shown[32];
    figure sheet;
    if (!figure_begin(&sheet, margin + 2 * side + gap + 24, title_height + side + 34))
        return false;
    format_thousands(updates, number);
    format_thousands(count, shown);
    char subtitle[160];
    snprintf(subtitle, sizeof subtitle,
             "%s samples each after %s updates; circles at 3 sigma. Within them: target %.1f %%, model %.1f %%.", shown,
             number, 100 * result->of_fresh.share, 100 * result->of_model.share);
    figure_title(&sheet, "25 Gaussians", subtitle);
    const box left = {margin, title_height, side, side}, right = {margin + side + gap, title_height, side, side};
    draw_samples(&sheet, left, "Target", data->points, count, colour_of(INK_TARGET), false);
    snprintf(title, sizeof title, "Model");
    draw_samples(&sheet, right, title, result->model, count, colour_of(INK_MODEL), true);
    return figure_finish(&sheet, path);
}

bool picture_sets(const char *path, const char *title, const char *subtitle, const sample_set *sets, size_t count)
{
    enum { ROW = 4 };
    const double side = 250, gap = 22, heading = 34;
    size_t columns = count < ROW ? count : ROW, rows = (count + ROW - 1) / ROW;
    figure sheet;
    if (!figure_begin(&sheet, margin + (double)columns * (side + gap) + 6,
                      title_height + (double)rows * (side + heading) + 12))
        return false;
    figure_title(&sheet, title, subtitle);
    for (size_t i = 0; i < count; i++) {
        const box area = {margin + (double)(i % ROW) * (side + gap),
                          title_height + (double)(i / ROW) * (side + heading), side, side};
        colour ink = colour_of(i == 0 ? INK_TARGET : INK_MODEL);
        size_t shown = sets[i].count < DOTS_MOST ? sets[i].count : DOTS_MOST;
        draw_samples(&sheet, area, sets[i].title, sets[i].points, shown, ink, i % ROW > 0);
    }
    return figure_finish(&sheet, path);
}

/* A value for each mode as a square of its place, coloured from low to high around what is expected. */
typedef struct tiles {
    const char *title, *label, *format;
    const double *values;
    double factor, expected, spread;
} tiles;

static void draw_tiles(const figure *sheet, box area, const tiles *of)
{
    cairo_t *cairo = sheet->cairo;
    double low = of->expected - of->spread, high = of->expected + of->spread, size = area.width / MIXTURE_SIDE;
    figure_text(sheet, area.left, area.top - 8, (text_style){.size = 11, .ink = colour_of(INK_TEXT), .bold = true},
                of->title);
    for (size_t i = 0; i < MIXTURE_MODES; i++) {
        double value = of->values[i] * of->factor;
        double left = area.left + size * (double)(i % MIXTURE_SIDE);
        double top = area.top + size * (double)(MIXTURE_SIDE - 1 - i / MIXTURE_SIDE);
        colour fill = colour_map_at(MAP_DIVERGING, (value - low) / (high - low));
        figure_ink(sheet, fill);
        cairo_rectangle(cairo, left + 1, top + 1, size - 2, size - 2);
        cairo_fill(cairo);
        char text[32];
        snprintf(text, sizeof text, of->format, value);
        colour ink = colour_lightness(fill) < 0.66 ? colour_of(INK_PAPER) : colour_of(INK_TEXT);
        figure_text(sheet, left + size / 2, top + size / 2 + 4,
                    (text_style){.size = 12, .ink = ink, .align = ALIGN_CENTRE}, text);
    }
    for (int i = 0; i < MIXTURE_SIDE; i++) {
        char text[16];
        snprintf(text, sizeof text, "%s%g", i < 2 ? "\u2212" : "", fabs(10.5 * (i - 2)));
        text_style style = {.size = 9, .ink = colour_of(INK_MUTED), .align = ALIGN_CENTRE};
        figure_text(sheet, area.left + size * (i + 0.5), area.top + area.height + 14, style, text);
        style.align = ALIGN_RIGHT;
        figure_text(sheet, area.left - 6, area.top + area.height - size * (i + 0.5) + 3, style, text);
    }
    const box bar = {area.left + area.width + 12, area.top + 1, 12, area.height - 2};
    figure_colour_bar(sheet, bar, MAP_DIVERGING, low, high, of->label);
}

/* Range that shows all deviations, but not less than what a good model would have, and no negative values, which
 * cannot be. */
static double deviation(const double *values, double expected, double least)
{
    double most = least;
    for (size_t i = 0; i < MIXTURE_MODES; i++)
        most = fmax(most, fabs(values[i] - expected));
    return fmin(most, expected);
}

bool picture_modes(const char *path, const evaluation *result, uint64_t updates)
{
    const double side = 330, width = side + 78;
    const measures *model = &result->of_model;
    char number[32], subtitle[200];
    figure sheet;
    if (!figure_begin(&sheet, margin + 2 * width + 44, title_height + side + 34))
        return false;
    format_thousands(updates, number);
    snprintf(subtitle, sizeof subtitle,
             "%zu of %d modes after %s updates, each at its place; KL of the shares %.4f (fresh target sample %.4f)",
             model->modes, MIXTURE_MODES, number, model->divergence, result->of_fresh.divergence);
    figure_title(&sheet, "Share and spread of the modes", subtitle);
    const tiles shares = {"Share of the samples, %",
                          "expected: 4 %",
                          "%.2f",
                          model->mode_share,
                          100,
                          4,
                          100 * deviation(model->mode_share, 0.04, 0.01)};
    const tiles variances = {"Variance within 3 sigma",
                             "expected: 0.95",
                             "%.2f",
                             model->mode_variance,
                             1,
                             variance_within_3_sigma,
                             deviation(model->mode_variance, variance_within_3_sigma, 0.25)};
    draw_tiles(&sheet, (box){margin, title_height, side, side}, &shares);
    draw_tiles(&sheet, (box){margin + width + 30, title_height, side, side}, &variances);
    return figure_finish(&sheet, path);
}

#include "pictures.h"

#include "potential.h"
#include "support/legend.h"

#include <math.h>
#include <stdio.h>

enum { LEVELS = 21, GRID_COLUMNS = 361 };

/* Large dots for a few samples, small and pale ones for many. */
static dot_style dots_of(size_t count, enum ink ink)
{
    if (count <= 60)
        return (dot_style){.radius = 5.5, .ink = colour_of(ink), .edged = true};
    if (count <= 3000)
        return (dot_style){.radius = count <= 400 ? 2.8 : 2.1, .ink = colour_of(ink), .edged = true};
    return (dot_style){.radius = 1.2, .ink = colour_faded(colour_of(ink), fmin(0.7, 3000 / (double)count))};
}

static void draw_contours(const panel *on, const landscape *of, double reach)
{
    double levels[LEVELS];
    for (size_t i = 0; i < LEVELS; i++)
        levels[i] = reach * (2 * (double)i / (LEVELS - 1) - 1);
    panel_contours(on, of->nodes, of->potential, levels, LEVELS,
                   (line_style){.width = 0.5, .ink = colour_faded(colour_of(INK_TEXT), 0.28)});
}

static void draw_field(const figure *sheet, box area, const landscape *of, const charges *samples, axis x, axis y,
                       size_t density)
{
    double reach = landscape_reach(sheet, of, 0.01);
    panel on = panel_begin(sheet, area, NULL, x, y);
    panel_heat(&on, of->nodes, of->potential, -reach, reach, MAP_DIVERGING);
    draw_contours(&on, of, reach);
    panel_streamlines(&on, of->nodes, of->slope, density,
                      (line_style){.width = 0.9, .ink = colour_faded(colour_of(INK_TEXT), 0.62)});
    panel_dots(&on, samples->target.at, samples->target.count, dots_of(samples->target.count, INK_TARGET));
    panel_dots(&on, samples->model.at, samples->model.count, dots_of(samples->model.count, INK_MODEL));
    panel_end(&on);
    const legend_entry legend[] = {
        {.text = "target samples attract", .ink = colour_of(INK_TARGET), .dot = true},
        {.text = "model samples repel", .ink = colour_of(INK_MODEL), .dot = true},
        {.text = "where the field pushes model samples", .ink = colour_faded(colour_of(INK_TEXT), 0.7)},
    };
    figure_legend(sheet, area.left + area.width, area.top - 14, legend, 3);
    const box bar = {area.left + area.width + 14, area.top, 13, area.height};
    figure_colour_bar(sheet, bar, MAP_DIVERGING, -reach, reach, "potential: high where mass is missing");
}

bool picture_field(const char *path, coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                   const settings *chosen)
{
    const box area = {52, 88, 660, 495};
    axis x = {0}, y = {0};
    landscape of;
    frame_points(&samples->model, &samples->target, area.width / area.height, &x, &y);
    if (!landscape_make(context, plummer, samples->model.at, samples->model.count, &samples->target, &x, &y,
                        GRID_COLUMNS, &of))
        return false;
    char subtitle[160];
    snprintf(subtitle, sizeof subtitle, "%zu model samples and %zu target samples; exponent %g, epsilon %g",
             samples->model.count, samples->target.count, chosen->exponent, chosen->epsilon);
    figure sheet;
    bool done = figure_begin(&sheet, area.left + area.width + 92, area.top + area.height + 34);
    if (done) {
        figure_title(&sheet, "Potential and field", subtitle);
        draw_field(&sheet, area, &of, samples, x, y, (size_t)chosen->density);
        done = figure_finish(&sheet, path);
    }
    landscape_free(&of);
    return done;
}

/* The flow's picture: what the samples and their potential look like at some moments, and the energy over all updates.
 */
#include "pictures.h"

#include "potential.h"
#include "support/legend.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { FRAME_COLUMNS = 161 };

static const double frame_side = 212, frame_gap = 12, left_margin = 64, top_margin = 92;

/* All frames have one scale, the first one's: colours fade as the potential does. */
static bool draw_frame(const figure *sheet, coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                       const flow *of, size_t frame, axis x, axis y, double *reach)
{
    landscape around;
    size_t count = samples->model.count;
    const float *at = of->frames + 2 * count * frame;
    if (!landscape_make(context, plummer, at, count, &samples->target, &x, &y, FRAME_COLUMNS, &around))
        return false;
    if (frame == 0)
        *reach = landscape_reach(sheet, &around, 0.01);
    char title[64];
    const box area = {left_margin + (frame_side + frame_gap) * (double)frame, top_margin, frame_side, frame_side};
    snprintf(title, sizeof title, frame == 0 ? "at first" : "%" PRIu64 " updates", of->frame_at[frame]);
    y.bare = frame > 0;
    panel on = panel_begin(sheet, area, title, x, y);
    panel_heat(&on, around.nodes, around.potential, -*reach, *reach, MAP_DIVERGING);
    double opacity = fmin(0.9, fmax(0.3, 500 / (double)count));
    panel_dots(&on, samples->target.at, samples->target.count,
               (dot_style){.radius = 0.9, .ink = colour_faded(colour_of(INK_TARGET), opacity)});
    panel_dots(&on, at, count, (dot_style){.radius = 1.05, .ink = colour_faded(colour_of(INK_MODEL), opacity)});
    panel_end(&on);
    landscape_free(&around);
    return true;
}

static void draw_energy(const figure *sheet, box area, const flow *of)
{
    size_t count = (size_t)of->updates + 1;
    double *updates = malloc(count * sizeof *updates);
    if (!updates) {
        figure_lacks_memory(sheet);
        return;
    }
    for (size_t i = 0; i < count; i++)
        updates[i] = (double)i;
    axis x = {.label = "update", .low = 1, .high = fmax(2, (double)of->updates), .logarithmic = true};
    axis y = {.label = "energy", .logarithmic = true};
    axis_fit(&y, of->energy, count);
    if (of->floor > 0)
        axis_include(&y, (const double[]){of->floor / 1.3}, 1);
    panel on = panel_begin(sheet, area, "Energy", x, y);
    for (size_t i = 1; i + 1 < of->frame_count; i++)
        panel_upright(&on, (double)of->frame_at[i],
                      (line_style){.width = 0.9, .ink = colour_faded(colour_of(INK_MUTED), 0.7)});
    if (of->floor > 0)
        panel_level(&on, of->floor, (line_style){.width = 1.2, .ink = colour_of(INK_TARGET), .dashed = true});
    panel_line(&on, updates + 1, of->energy + 1, count - 1, (line_style){.width = 1.8, .ink = colour_of(INK_MODEL)});
    panel_end(&on);
    const legend_entry legend[] = {
        {.text = "moving model samples", .ink = colour_of(INK_MODEL)},
        {.text = "moments drawn above", .ink = colour_of(INK_MUTED)},
        {.text = "independent sample of the target", .ink = colour_of(INK_TARGET), .dashed = true},
    };
    figure_legend(sheet, area.left + area.width, area.top - 12, legend, of->floor > 0 ? 3 : 2);
    free(updates);
}

bool picture_flow(const char *path, coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                  const flow *of, const settings *chosen)
{
    const double strip = (frame_side + frame_gap) * (double)of->frame_count - frame_gap, height = 150;
    const points first = {samples->model.count, of->frames};
    axis x = {0}, y = {0};
    double reach = 1;
    frame_points(&first, &samples->target, 1, &x, &y);
    char subtitle[200];
    snprintf(
        subtitle, sizeof subtitle,
        "%zu model samples move along the slope of their potential towards %zu target samples; exponent %g, epsilon %g",
        samples->model.count, samples->target.count, chosen->exponent, chosen->epsilon);
    figure sheet;
    if (!figure_begin(&sheet, left_margin + strip + 96, top_margin + frame_side + 62 + height + 46))
        return false;
    figure_title(&sheet, "Charges that move until their energy is least", subtitle);
    bool done = true;
    for (size_t i = 0; i < of->frame_count && done; i++)
        done = draw_frame(&sheet, context, plummer, samples, of, i, x, y, &reach);
    const legend_entry legend[] = {
        {.text = "target samples", .ink = colour_of(INK_TARGET), .dot = true},
        {.text = "model samples", .ink = colour_of(INK_MODEL), .dot = true},
    };
    figure_legend(&sheet, left_margin + strip, 40, legend, 2);
    const box bar = {left_margin + strip + 14, top_margin, 12, frame_side};
    figure_colour_bar(&sheet, bar, MAP_DIVERGING, -reach, reach, "potential");
    draw_energy(&sheet, (box){left_margin, top_margin + frame_side + 62, strip, height}, of);
    if (done)
        return figure_finish(&sheet, path);
    figure_abandon(&sheet);
    return false;
}

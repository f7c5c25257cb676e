/* What happened during training. Single updates are noisy: each curve is drawn faintly, and its running median clearly.
 */
#include "history_picture.h"

#include "history.h"
#include "legend.h"
#include "panel.h"
#include "run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_MOST = 201 };

static const double chart_width = 390, chart_height = 190, chart_left = 76, chart_top = 84, across = 478, down = 268;

/* Stands for a column that is worked out, see below. */
static const size_t self_terms_column = SIZE_MAX;

static const history_chart charts[] = {
    {"Discriminator's loss", "loss", true, {{HISTORY_LOSS_DISCRIMINATOR, NULL, INK_VIOLET, false}}, 1},
    {"Energy of a batch",
     "energy",
     true,
     {{HISTORY_ENERGY, "energy", INK_GREEN, false}, {SIZE_MAX, "share of the self-terms", INK_MUTED, true}},
     2},
    {"Mean potential",
     "potential",
     false,
     {{HISTORY_POTENTIAL_TARGET, "at target samples", INK_TARGET, false},
      {HISTORY_POTENTIAL_MODEL, "at model samples", INK_MODEL, false}},
     2},
    {"Schedules",
     "value",
     true,
     {{HISTORY_EPSILON, "epsilon", INK_GREEN, false},
      {HISTORY_LEARNING_RATE_GENERATOR, "rate, generator", INK_MODEL, false},
      {HISTORY_LEARNING_RATE_DISCRIMINATOR, "rate, discriminator", INK_TARGET, true}},
     3},
};

/* What a batch's energy holds of each sample's interaction with itself: 1/2 epsilon^-p (1/Nx + 1/Ny). It grows as
 * epsilon falls, and is there even when both densities are the same. */
static double *self_terms(const history_rows *rows, const training_settings *trained)
{
    double *energies = history_column(rows, HISTORY_EPSILON);
    double model = (double)(trained->charges_model > 0 ? trained->charges_model : trained->batch);
    double target = (double)(trained->charges_target > 0 ? trained->charges_target : trained->batch);
    for (size_t i = 0; energies && i < rows->rows; i++)
        energies[i] = 0.5 * pow(energies[i], -trained->exponent) * (1 / model + 1 / target);
    return energies;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Median over a window of about a twelfth of the rows; shorter at the ends. */
static void running_median(const double *values, size_t count, double *medians)
{
    size_t half = count / 25 < WINDOW_MOST / 2 ? count / 25 : WINDOW_MOST / 2;
    for (size_t i = 0; i < count; i++) {
        size_t reach = half;
        reach = i < reach ? i : reach;
        reach = count - 1 - i < reach ? count - 1 - i : reach;
        double window[WINDOW_MOST];
        size_t size = 2 * reach + 1;
        memcpy(window, values + i - reach, size * sizeof *window);
        qsort(window, size, sizeof *window, compare);
        medians[i] = window[reach];
    }
}

/* Rows at which something was not measured, or is nothing the axis can show, go: the curve joins the others. */
static size_t keep_shown(double *x, double *y, size_t count, bool logarithmic)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(y[i]) || (logarithmic && y[i] <= 0))
            continue;
        x[kept] = x[i];
        y[kept++] = y[i];
    }
    return kept;
}

static void draw_curve(const panel *on, const double *x, const double *y, size_t count, const history_curve *of)
{
    colour ink = colour_of(of->ink);
    double *medians = count > 0 ? malloc(count * sizeof *medians) : NULL;
    if (!medians) {
        if (count > 0)
            figure_lacks_memory(on->figure);
        return;
    }
    running_median(y, count, medians);
    if (memcmp(medians, y, count * sizeof *y) != 0)
        panel_line(on, x, y, count, (line_style){.width = 0.6, .ink = colour_faded(ink, 0.28)});
    panel_line(on, x, medians, count, (line_style){.width = 1.7, .ink = ink, .dashed = of->dashed});
    free(medians);
}

/* A column, or what stands for one; free it. */
static double *read_curve(const history_curve *of, const history_rows *rows, const training_settings *trained)
{
    return of->column == self_terms_column ? self_terms(rows, trained) : history_column(rows, of->column);
}

/* One curve's values, without those that were not measured. */
typedef struct points {
    double *x, *y;
    size_t count;
} points;

static bool read_points(points *of, const history_curve *curve, bool logarithmic, const history_rows *rows,
                        const training_settings *trained)
{
    of->x = history_column(rows, HISTORY_UPDATE);
    of->y = read_curve(curve, rows, trained);
    if (!of->x || !of->y)
        return false;
    of->count = keep_shown(of->x, of->y, rows->rows, logarithmic);
    return true;
}

/* False where there is nothing to draw. */
static bool draw_chart(const figure *sheet, box area, const history_chart *of, const history_rows *rows,
                       const training_settings *trained)
{
    points curves[HISTORY_CURVES_MOST] = {{0}};
    axis x = {.label = "update", .low = 0, .high = rows->values[(rows->rows - 1) * rows->columns]};
    axis y = {.label = of->label, .low = INFINITY, .high = -INFINITY, .logarithmic = of->logarithmic};
    legend_entry legend[HISTORY_CURVES_MOST];
    bool complete = true;
    size_t count = of->count, entries = 0;
    if (of->curves[count - 1].column == self_terms_column && !trained->self_terms)
        count--;
    for (size_t i = 0; i < count && complete; i++) {
        complete = read_points(&curves[i], &of->curves[i], of->logarithmic, rows, trained);
        if (!complete)
            figure_lacks_memory(sheet);
        if (complete && curves[i].count > 0) {
            axis_include(&y, curves[i].y, curves[i].count);
            legend[entries++] = (legend_entry){
                .text = of->curves[i].name, .ink = colour_of(of->curves[i].ink), .dashed = of->curves[i].dashed};
        }
    }
    if (complete && entries > 0) {
        const double ends[] = {y.low, y.high};
        axis_fit(&y, ends, 2); /* room around them all */
        panel on = panel_begin(sheet, area, of->title, x, y);
        for (size_t i = 0; i < count; i++)
            draw_curve(&on, curves[i].x, curves[i].y, curves[i].count, &of->curves[i]);
        panel_end(&on);
        if (count > 1)
            figure_legend(sheet, area.left + area.width, area.top - 12, legend, entries);
    }
    for (size_t i = 0; i < count; i++) {
        free(curves[i].x);
        free(curves[i].y);
    }
    return complete && entries > 0;
}

static void draw_charts(const figure *sheet, const history_rows *rows, const training_settings *trained,
                        const history_chart *own, size_t own_count)
{
    size_t count = own_count + sizeof charts / sizeof *charts, place = 0;
    for (size_t i = 0; i < count; i++) {
        const box area = {chart_left + across * (double)(place % 2), chart_top + down * (double)(place / 2),
                          chart_width, chart_height};
        place += draw_chart(sheet, area, i < own_count ? &own[i] : &charts[i - own_count], rows, trained);
    }
}

bool history_picture(const char *path, const char *rows_path, size_t columns, const training_settings *trained,
                     const history_chart *own, size_t own_count)
{
    history_rows rows;
    figure sheet;
    if (!history_read(rows_path, columns, &rows))
        return false;
    size_t lines = (own_count + sizeof charts / sizeof *charts + 1) / 2;
    bool done = figure_begin(&sheet, chart_left + across + chart_width + 24,
                             chart_top + down * (double)(lines - 1) + chart_height + 44);
    if (done) {
        figure_title(&sheet, "Training", "Faint: single updates. Clear: running median.");
        if (rows.rows > 0)
            draw_charts(&sheet, &rows, trained, own, own_count);
        else
            figure_text(&sheet, chart_left, chart_top, (text_style){.size = 11, .ink = colour_of(INK_MUTED)},
                        "No rows yet: fewer updates than --history-every.");
        done = figure_finish(&sheet, path);
    }
    free(rows.values);
    return done;
}

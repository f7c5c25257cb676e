/* What happened during training. Single updates are noisy: each curve is drawn faintly, and its running median clearly.
 */
#include "pictures.h"

#include "support/history.h"
#include "support/legend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct curve {
    size_t column;
    const char *name;
    enum ink ink;
    bool dashed; /* so that a curve below it shows */
} curve;

/* SELF_TERMS stands for a column that is worked out, see below. */
enum { CURVES_MOST = 3, WINDOW_MOST = 201, SELF_TERMS = HISTORY_COLUMNS };

typedef struct chart {
    const char *title, *label;
    bool logarithmic;
    curve curves[CURVES_MOST];
    size_t count;
} chart;

static const chart charts[] = {
    {"Discriminator's loss", "loss", true, {{HISTORY_LOSS_DISCRIMINATOR, NULL, INK_VIOLET, false}}, 1},
    {"Energy of a batch",
     "energy",
     true,
     {{HISTORY_ENERGY, "energy", INK_GREEN, false}, {SELF_TERMS, "share of the self-terms", INK_MUTED, true}},
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

static void draw_curve(const panel *on, const double *x, const double *y, size_t count, const curve *of)
{
    colour ink = colour_of(of->ink);
    double *medians = malloc(count * sizeof *medians);
    if (!medians)
        return;
    running_median(y, count, medians);
    if (memcmp(medians, y, count * sizeof *y) != 0)
        panel_line(on, x, y, count, (line_style){.width = 0.6, .ink = colour_faded(ink, 0.28)});
    panel_line(on, x, medians, count, (line_style){.width = 1.7, .ink = ink, .dashed = of->dashed});
    free(medians);
}

static void draw_chart(const figure *sheet, box area, const chart *of, const history_rows *rows,
                       const training_settings *trained)
{
    double *updates = history_column(rows, HISTORY_UPDATE), *values[CURVES_MOST] = {NULL};
    axis x = {.label = "update", .low = 0, .high = rows->values[(rows->rows - 1) * rows->columns]};
    axis y = {.label = of->label, .logarithmic = of->logarithmic};
    legend_entry legend[CURVES_MOST];
    bool complete = updates != NULL;
    size_t count = of->count;
    if (of->curves[count - 1].column == SELF_TERMS && !trained->self_terms)
        count--;
    for (size_t i = 0; i < count && complete; i++) {
        values[i] =
            of->curves[i].column == SELF_TERMS ? self_terms(rows, trained) : history_column(rows, of->curves[i].column);
        complete = values[i] != NULL;
        axis own = y;
        if (complete)
            axis_fit(&own, values[i], rows->rows);
        const double ends[] = {own.low, own.high};
        if (i == 0)
            y = own;
        else
            axis_include(&y, ends, 2);
        legend[i] = (legend_entry){
            .text = of->curves[i].name, .ink = colour_of(of->curves[i].ink), .dashed = of->curves[i].dashed};
    }
    if (complete) {
        panel on = panel_begin(sheet, area, of->title, x, y);
        for (size_t i = 0; i < count; i++)
            draw_curve(&on, updates, values[i], rows->rows, &of->curves[i]);
        panel_end(&on);
        if (count > 1)
            figure_legend(sheet, area.left + area.width, area.top - 12, legend, count);
    }
    free(updates);
    for (size_t i = 0; i < count; i++)
        free(values[i]);
}

bool picture_history(const char *path, const char *rows_path, const training_settings *trained)
{
    const double width = 390, height = 190, left = 76, top = 84, across = width + 88, down = height + 78;
    history_rows rows;
    figure sheet;
    if (!history_read(rows_path, HISTORY_COLUMNS, &rows))
        return false;
    bool done = figure_begin(&sheet, left + across + width + 24, top + down + height + 44);
    if (done) {
        figure_title(&sheet, "Training", "Faint: single updates. Clear: running median.");
        for (size_t i = 0; i < sizeof charts / sizeof *charts && rows.rows > 0; i++) {
            const box area = {left + across * (double)(i % 2), top + down * (double)(i / 2), width, height};
            draw_chart(&sheet, area, &charts[i], &rows, trained);
        }
        if (rows.rows == 0)
            figure_text(&sheet, left, top, (text_style){.size = 11, .ink = colour_of(INK_MUTED)},
                        "No rows yet: fewer updates than --history-every.");
        done = figure_finish(&sheet, path);
    }
    free(rows.values);
    return done;
}

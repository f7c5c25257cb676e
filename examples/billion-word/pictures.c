/* One panel for each n, with the two lines between which a curve can be; below, how training went. */
#include "pictures.h"

#include "support/history.h"
#include "support/legend.h"
#include "support/panel.h"
#include "support/run.h"

#include <stdio.h>
#include <stdlib.h>

enum { ACROSS = 3 };

static const double width = 300, height = 150, left_margin = 76, top_margin = 84, gap_across = 84, gap_down = 74;

static box place(size_t index)
{
    return (box){left_margin + (width + gap_across) * (double)(index % ACROSS),
                 top_margin + (height + gap_down) * (double)(index / ACROSS), width, height};
}

static const struct chart {
    const char *title, *label;
    size_t column;
    enum ink ink;
    bool logarithmic;
} charts[] = {
    {"Discriminator's loss", "loss", HISTORY_LOSS_DISCRIMINATOR, INK_VIOLET, true},
    {"Energy of a batch", "energy", HISTORY_ENERGY, INK_GREEN, true},
    {"Gradient of the generator", "norm", HISTORY_GRADIENT_GENERATOR, INK_MODEL, true},
};

static void draw_divergence(const figure *sheet, const history_rows *rows, const double *updates, size_t n,
                            double untrained, double floor)
{
    double *values = history_column(rows, HISTORY_COLUMNS + n);
    char title[16];
    snprintf(title, sizeof title, "JSD-%zu", n + 1);
    const axis x = {.label = "update", .low = 0, .high = updates[rows->rows - 1]};
    const axis y = {.label = "bits", .low = -0.02, .high = 1.04}; /* 0 and 1 beside the frame, not on it */
    panel on = panel_begin(sheet, place(n), title, x, y);
    panel_level(&on, untrained, (line_style){.width = 1, .ink = colour_of(INK_MUTED), .dashed = true});
    panel_level(&on, floor, (line_style){.width = 1.2, .ink = colour_of(INK_TARGET), .dashed = true});
    if (values)
        panel_line(&on, updates, values, rows->rows, (line_style){.width = 1.7, .ink = colour_of(INK_MODEL)});
    else
        figure_lacks_memory(sheet);
    panel_end(&on);
    free(values);
}

static void draw_chart(const figure *sheet, const history_rows *rows, const double *updates, size_t index)
{
    const struct chart *of = &charts[index];
    double *values = history_column(rows, of->column);
    axis x = {.label = "update", .low = 0, .high = updates[rows->rows - 1]};
    axis y = {.label = of->label, .logarithmic = of->logarithmic};
    if (!values) {
        figure_lacks_memory(sheet);
        return;
    }
    axis_fit(&y, values, rows->rows);
    panel on = panel_begin(sheet, place(NGRAM_MOST + index), of->title, x, y);
    panel_line(&on, updates, values, rows->rows, (line_style){.width = 1.2, .ink = colour_of(of->ink)});
    panel_end(&on);
    free(values);
}

static void draw_rows(const figure *sheet, const history_rows *rows, const divergences *untrained,
                      const divergences *floor)
{
    const legend_entry legend[] = {
        {.text = "640 generated lines", .ink = colour_of(INK_MODEL)},
        {.text = "640 lines held out", .ink = colour_of(INK_TARGET), .dashed = true},
        {.text = "before training", .ink = colour_of(INK_MUTED), .dashed = true},
    };
    double *updates = history_column(rows, HISTORY_UPDATE);
    if (!updates)
        figure_lacks_memory(sheet);
    for (size_t n = 0; n < NGRAM_MOST && updates; n++)
        draw_divergence(sheet, rows, updates, n, untrained->of[n], floor->of[n]);
    for (size_t i = 0; i < ACROSS && updates; i++)
        draw_chart(sheet, rows, updates, i);
    figure_legend(sheet, sheet->width - 24, 32, legend, sizeof legend / sizeof *legend);
    free(updates);
}

bool picture_history(const char *path, const char *rows_path, const divergences *untrained, const divergences *floor)
{
    const box last = place(NGRAM_MOST + ACROSS - 1);
    history_rows rows;
    figure sheet;
    if (!history_read(rows_path, HISTORY_COLUMNS + NGRAM_MOST, &rows))
        return false;
    bool done = figure_begin(&sheet, last.left + last.width + 24, last.top + last.height + 44);
    if (done) {
        figure_title(&sheet, "Training", "Divergence of the n-grams of generated lines from the text's.");
        if (rows.rows > 0)
            draw_rows(&sheet, &rows, untrained, floor);
        else
            figure_text(&sheet, left_margin, top_margin, (text_style){.size = 11, .ink = colour_of(INK_MUTED)},
                        "No rows yet: fewer updates than --history-every.");
        done = figure_finish(&sheet, path);
    }
    free(rows.values);
    return done;
}

/* The report's picture: columns one by one, and below them the dependence between them. */
#include "pictures.h"

#include "support/console.h"
#include "support/legend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* More columns are not shown: of those the picture would be too tall. Names of more than these would overlap. */
enum { SHOWN_MOST = 60, NAMED_MOST = 60 };

static const double sheet_width = 960, margin = 34, gap = 26, title_bottom = 78, legend_height = 30;

typedef struct ranked {
    double distance;
    size_t index;
} ranked;

static int by_distance(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    return (left->distance < right->distance) - (left->distance > right->distance);
}

static int by_index(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

/* Columns of which something is learned, in the table's order; if there are too many, those that are furthest off. */
static size_t choose_columns(const report *of, size_t *chosen, size_t *learned)
{
    size_t count = 0;
    ranked *list = malloc((of->columns + 1) * sizeof *list);
    if (!list)
        return 0;
    for (size_t i = 0; i < of->columns; i++)
        if (!isnan(of->made.columns[i]))
            list[count++] = (ranked){of->made.columns[i], i};
    *learned = count;
    if (count > SHOWN_MOST) {
        qsort(list, count, sizeof *list, by_distance);
        count = SHOWN_MOST;
    }
    for (size_t i = 0; i < count; i++)
        chosen[i] = list[i].index;
    qsort(chosen, count, sizeof *chosen, by_index);
    free(list);
    return count;
}

/* Where everything is. */
typedef struct layout {
    size_t across, down;
    double panel_width, panel_height;
    double names_width, matrix;
    double matrices_top, height;
} layout;

static layout find_layout(size_t count)
{
    layout of = {.across = count <= 2 ? 2 : count <= 9 ? 3 : 5};
    double inside = sheet_width - 2 * margin;
    of.down = (count + of.across - 1) / of.across;
    of.panel_width = (inside - gap * (double)(of.across - 1)) / (double)of.across;
    of.panel_height = of.across == 5 ? 118 : 140;
    of.names_width = count <= NAMED_MOST ? 96 : 0;
    of.matrix = (inside - gap - of.names_width - 64) / 2;
    if (count < 8)
        of.matrix = fmin(of.matrix, 52 * (double)count + 160);
    of.matrices_top = title_bottom + legend_height + (double)of.down * (of.panel_height + gap) + 40;
    of.height = count < 2 ? of.matrices_top - 30 : of.matrices_top + of.matrix + margin;
    return of;
}

static void draw_matrices(const figure *sheet, const layout *place, const report *of, const columns *names,
                          const size_t *shown, size_t count)
{
    const struct {
        const char *title;
        const double *dependence;
    } sides[] = {{"Dependence in rows held out", of->held_out.dependence},
                 {"Dependence in generated rows", of->made.dependence}};
    double left = margin + place->names_width;
    for (size_t i = 0; i < 2; i++, left += place->matrix + gap)
        draw_dependence(sheet, (box){left, place->matrices_top, place->matrix, place->matrix}, sides[i].title, names,
                        shown, count, of->columns, sides[i].dependence, i == 0 ? place->names_width : 0);
    const box bar = {left - gap + 14, place->matrices_top, 12, place->matrix};
    figure_colour_bar(sheet, bar, MAP_DIVERGING, -1, 1, "dependence");
}

static void draw(const figure *sheet, const layout *place, const report *of, const columns *names,
                 const row_set *held_out, const row_set *made, const size_t *shown, size_t count, size_t learned)
{
    char title[240];
    snprintf(
        title, sizeof title,
        "%zu generated rows, %zu rows held out; distance of a column's distributions, mean %.3f (training rows %.3f)%s",
        of->made_rows, of->held_out_rows, of->made.columns_mean, of->training.columns_mean,
        learned > count ? "; the worst columns" : "");
    figure_title(sheet, "Generated rows beside rows held out", title);
    const legend_entry legend[] = {{.text = "held out", .ink = colour_of(INK_TARGET), .dot = true},
                                   {.text = "generated", .ink = colour_of(INK_MODEL), .dot = true}};
    figure_legend(sheet, sheet_width - margin, title_bottom, legend, 2);
    for (size_t i = 0; i < count; i++) {
        const box area = {margin + (double)(i % place->across) * (place->panel_width + gap),
                          title_bottom + legend_height + (double)(i / place->across) * (place->panel_height + gap),
                          place->panel_width, place->panel_height};
        draw_column(sheet, area, names, shown[i], held_out, made, of->made.columns[shown[i]]);
    }
    if (count > 1)
        draw_matrices(sheet, place, of, names, shown, count);
}

bool report_picture(const char *path, const report *of, const encoding *code, const row_set *held_out,
                    const row_set *made)
{
    figure sheet;
    size_t learned = 0, *shown = malloc((of->columns + 1) * sizeof *shown);
    size_t count = shown ? choose_columns(of, shown, &learned) : 0;
    if (count == 0) {
        free(shown);
        return complain("no memory to draw %s", path);
    }
    layout place = find_layout(count);
    bool done = figure_begin(&sheet, sheet_width, place.height);
    if (done) {
        draw(&sheet, &place, of, code->of, held_out, made, shown, count, learned);
        done = figure_finish(&sheet, path);
    }
    free(shown);
    return done;
}

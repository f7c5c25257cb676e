/*
 * Streamlines spread evenly: the panel is divided into cells, a line may not enter a cell that another one went
 * through, and new lines begin in empty cells.
 */
#include "landscape.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MOST = 4000 };

typedef struct tracer {
    const panel *panel;
    grid grid;
    const float *field;
    size_t density;
    int32_t *owner; /* [density][density] number of the line in a cell, 0: none */
    int32_t line;
    size_t shortest;                 /* points a line must have to be drawn */
    double path[2 * POINTS_MOST][2]; /* in shares of the panel; the first half is the way back, reversed */
} tracer;

/* The field's direction at a point of the unit square, in shares of the panel; false where it has none. */
static bool direction(const tracer *t, const double at[2], double step[2])
{
    double column = at[0] * (double)(t->grid.columns - 1), row = at[1] * (double)(t->grid.rows - 1);
    size_t i = (size_t)fmin(column, (double)(t->grid.columns - 2));
    size_t j = (size_t)fmin(row, (double)(t->grid.rows - 2));
    double right = column - (double)i, up = row - (double)j;
    for (size_t k = 0; k < 2; k++) {
        const float *below = t->field + 2 * (j * t->grid.columns + i) + k;
        const float *above = below + 2 * t->grid.columns;
        step[k] = (1 - up) * ((1 - right) * (double)below[0] + right * (double)below[2]) +
                  up * ((1 - right) * (double)above[0] + right * (double)above[2]);
    }
    step[0] /= t->panel->x.high - t->panel->x.low;
    step[1] /= t->panel->y.high - t->panel->y.low;
    double length = hypot(step[0], step[1]);
    if (!(length > 1e-20))
        return false;
    step[0] /= length;
    step[1] /= length;
    return true;
}

static int32_t *cell_of(const tracer *t, const double at[2])
{
    size_t column = (size_t)fmin(at[0] * (double)t->density, (double)(t->density - 1));
    size_t row = (size_t)fmin(at[1] * (double)t->density, (double)(t->density - 1));
    return &t->owner[row * t->density + column];
}

static bool inside(const double at[2])
{
    return at[0] >= 0 && at[0] <= 1 && at[1] >= 0 && at[1] <= 1;
}

/* Follow the field (sign 1) or go against it (-1) by midpoint steps; returns how many points were written. */
static size_t follow(tracer *t, const double seed[2], double sign, double (*path)[2])
{
    const double size = 0.2 / (double)t->density;
    double at[2] = {seed[0], seed[1]}, heading[2] = {0, 0};
    size_t count = 0;
    while (count < POINTS_MOST) {
        int32_t *cell = inside(at) ? cell_of(t, at) : NULL;
        if (!cell || (*cell != 0 && *cell != t->line))
            break;
        *cell = t->line;
        /* a line that gets nowhere circles around its end: without its last points */
        if (count >= 4 && hypot(at[0] - path[count - 4][0], at[1] - path[count - 4][1]) < 2 * size)
            return count - 4;
        path[count][0] = at[0];
        path[count++][1] = at[1];
        double half[2], middle[2];
        /* where the direction turns back within one step the line has arrived */
        if (!direction(t, at, half) || half[0] * heading[0] + half[1] * heading[1] < 0)
            break;
        memcpy(heading, half, sizeof heading);
        middle[0] = at[0] + sign * size / 2 * half[0];
        middle[1] = at[1] + sign * size / 2 * half[1];
        if (!inside(middle) || !direction(t, middle, half))
            break;
        at[0] += sign * size * half[0];
        at[1] += sign * size * half[1];
    }
    return count;
}

static void arrowhead(const tracer *t, const double *from, const double *to, double size)
{
    const box *area = &t->panel->area;
    cairo_t *cairo = t->panel->figure->cairo;
    double x = area->left + to[0] * area->width, y = area->top + (1 - to[1]) * area->height;
    double angle = atan2(-(to[1] - from[1]) * area->height, (to[0] - from[0]) * area->width);
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, angle);
    cairo_move_to(cairo, size * 0.5, 0);
    cairo_line_to(cairo, -size * 0.5, size * 0.42);
    cairo_line_to(cairo, -size * 0.28, 0);
    cairo_line_to(cairo, -size * 0.5, -size * 0.42);
    cairo_close_path(cairo);
    cairo_fill(cairo);
    cairo_restore(cairo);
}

static void draw(const tracer *t, double (*points)[2], size_t count, line_style style)
{
    const box *area = &t->panel->area;
    cairo_t *cairo = t->panel->figure->cairo;
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cairo, area->left + points[i][0] * area->width, area->top + (1 - points[i][1]) * area->height);
    cairo_set_line_width(cairo, style.width);
    cairo_stroke(cairo);
    arrowhead(t, points[count / 2 - 1], points[count / 2], 6 * style.width + 1.5);
}

static void trace_from(tracer *t, const double seed[2], line_style style)
{
    if (*cell_of(t, seed) != 0)
        return;
    t->line++;
    double(*forth)[2] = t->path + POINTS_MOST, back[POINTS_MOST][2];
    size_t ahead = follow(t, seed, 1, forth), behind = follow(t, seed, -1, back);
    double(*points)[2] = forth;
    for (size_t i = 1; i < behind; i++) {
        points--;
        memcpy(*points, back[i], sizeof *points);
    }
    size_t count = ahead + (behind > 0 ? behind - 1 : 0);
    if (count >= t->shortest) {
        draw(t, points, count, style);
        return;
    }
    /* too short to be seen: its cells are free again */
    for (size_t i = 0; i < t->density * t->density; i++)
        if (t->owner[i] == t->line)
            t->owner[i] = 0;
}

/* Long lines first, as they order the panel best; shorter ones fill what is left. */
static void trace_all(tracer *t, line_style style)
{
    size_t cells = t->density * t->density;
    for (t->shortest = 4 * t->density; t->shortest >= 12; t->shortest /= 2) {
        for (size_t i = 0; i < cells; i++) {
            const double seed[2] = {((double)(i % t->density) + 0.5) / (double)t->density,
                                    ((double)(i / t->density) + 0.5) / (double)t->density};
            trace_from(t, seed, style);
        }
    }
}

void panel_streamlines(const panel *on, grid nodes, const float *field, size_t density, line_style style)
{
    tracer *tracing = calloc(1, sizeof *tracing);
    int32_t *owner = calloc(density * density, sizeof *owner);
    if (tracing && owner) {
        tracing->panel = on;
        tracing->grid = nodes;
        tracing->field = field;
        tracing->density = density;
        tracing->owner = owner;
        panel_clip(on);
        figure_ink(on->figure, style.ink);
        cairo_set_line_join(on->figure->cairo, CAIRO_LINE_JOIN_ROUND);
        trace_all(tracing, style);
        panel_unclip(on);
    } else {
        figure_lacks_memory(on->figure);
    }
    free(owner);
    free(tracing);
}

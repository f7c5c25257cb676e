#include "pictures.h"

#include "date.h"
#include "number.h"

#include "support/legend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a histogram; of categories that have bars of their own. */
enum { BINS = 28, BARS = 7, TEXT_SIZE = 256 };

static const double title_height = 18, label_height = 12;

void draw_text_within(const figure *sheet, double x, double y, double width, text_style style, const char *text)
{
    char shown[TEXT_SIZE];
    size_t length = strnlen(text, TEXT_SIZE - 4);
    snprintf(shown, sizeof shown, "%.*s", (int)length, text);
    for (char *at = shown; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    while (length > 0 && (text[length] != '\0' || figure_text_width(sheet, style, shown) > width)) {
        length--;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--; /* not within a character */
        snprintf(shown, sizeof shown, "%.*s\xe2\x80\xa6", (int)length, text);
        if (figure_text_width(sheet, style, shown) <= width)
            break;
    }
    figure_text(sheet, x, y, style, shown);
}

static size_t row_at(const row_set *of, size_t index)
{
    return of->rows ? of->rows[index] : index;
}

static colour ink_of(bool made)
{
    return made ? colour_of(INK_MODEL) : colour_faded(colour_of(INK_TARGET), 0.75);
}

static void fill(const figure *sheet, double left, double top, double width, double height)
{
    cairo_rectangle(sheet->cairo, left, top, width, height);
    cairo_fill(sheet->cairo);
}

/* --- categories --- */

typedef struct bar {
    const char *text;
    double share[2]; /* held out, generated */
} bar;

static int by_share(const void *a, const void *b)
{
    double left = ((const bar *)a)->share[0], right = ((const bar *)b)->share[0];
    return (left < right) - (left > right);
}

/* One bar for each text; the caller frees them. */
static bar *find_bars(const column *like, size_t index, const row_set *const sets[2])
{
    bar *bars = calloc(like->texts_count + 2, sizeof *bars);
    if (!bars)
        return NULL;
    for (size_t i = 0; i < like->texts_count; i++)
        bars[i].text = *like->texts[i] ? like->texts[i] : "(empty)";
    for (int set = 0; set < 2; set++)
        for (size_t i = 0; i < sets[set]->count; i++)
            bars[sets[set]->of->values[index].codes[row_at(sets[set], i)]].share[set] += 1.0 / (double)sets[set]->count;
    qsort(bars, like->texts_count, sizeof *bars, by_share);
    return bars;
}

/* The rest in one. */
static size_t join_bars(bar *bars, size_t count, char text[40])
{
    if (count <= BARS + 1)
        return count;
    bar rest = {text, {0, 0}};
    for (size_t i = BARS; i < count; i++) {
        rest.share[0] += bars[i].share[0];
        rest.share[1] += bars[i].share[1];
    }
    snprintf(text, 40, "%zu others", count - BARS);
    bars[BARS] = rest;
    return BARS + 1;
}

static void draw_bars(const figure *sheet, box area, const column *like, size_t index, const row_set *const sets[2])
{
    char rest[40];
    bar *bars = find_bars(like, index, sets);
    if (!bars) {
        figure_lacks_memory(sheet);
        return;
    }
    size_t count = join_bars(bars, like->texts_count, rest);
    double largest = 0, height = fmin(area.height / (double)count, 17), names = area.width * 0.36;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fmax(bars[i].share[0], bars[i].share[1]));
    double unit = (area.width - names) / largest;
    for (size_t i = 0; i < count; i++) {
        double top = area.top + height * (double)i;
        text_style style = {.size = 7.5, .ink = colour_of(INK_MUTED), .align = ALIGN_RIGHT};
        draw_text_within(sheet, area.left + names - 5, top + height / 2 + 2.5, names - 5, style, bars[i].text);
        for (int set = 0; set < 2; set++) {
            figure_ink(sheet, ink_of(set == 1));
            fill(sheet, area.left + names, top + height * (set ? 0.5 : 0.12), bars[i].share[set] * unit, height * 0.36);
        }
    }
    free(bars);
}

/* --- numbers --- */

typedef struct histogram {
    double low, width;
    size_t bins;
    double share[2][BINS];
    double missing[2];
} histogram;

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* From the 1st to the 99th hundredth of the rows held out: of a long tail there would be one bar and emptiness. */
static bool find_range(const figure *sheet, const column *like, size_t index, const row_set *from, histogram *into)
{
    double *sorted = malloc((from->count + 1) * sizeof *sorted);
    size_t count = 0;
    if (!sorted)
        figure_lacks_memory(sheet);
    for (size_t i = 0; sorted && i < from->count; i++) {
        double value = from->of->values[index].numbers[row_at(from, i)];
        if (!isnan(value))
            sorted[count++] = value;
    }
    bool any = count > 0;
    if (any) {
        qsort(sorted, count, sizeof *sorted, by_value);
        double low = sorted[count / 100], high = sorted[count - 1 - count / 100];
        into->bins = BINS;
        if (like->kind != COLUMN_DECIMAL && high - low < BINS) { /* a bin for each number */
            into->bins = (size_t)(high - low) + 1;
            low -= 0.5;
            high += 0.5;
        }
        into->low = low;
        into->width = high > low ? (high - low) / (double)into->bins : 1;
    }
    free(sorted);
    return any;
}

static void count_rows(size_t index, const row_set *from, int set, histogram *into)
{
    for (size_t i = 0; i < from->count; i++) {
        double value = from->of->values[index].numbers[row_at(from, i)], bin = floor((value - into->low) / into->width);
        if (isnan(value))
            into->missing[set] += 1.0 / (double)from->count;
        else
            into->share[set][(size_t)fmax(0, fmin(bin, (double)into->bins - 1))] += 1.0 / (double)from->count;
    }
}

static void draw_label(const figure *sheet, double x, double y, enum text_align align, const column *like, double value)
{
    char text[NUMBER_TEXT_SIZE];
    text_style style = {.size = 7.5, .ink = colour_of(INK_MUTED), .align = align};
    if (like->kind == COLUMN_DATE)
        date_write(like->format.date, value, text);
    else
        snprintf(text, sizeof text, fabs(value) < 1e5 && like->kind == COLUMN_WHOLE ? "%.0f" : "%.4g", value);
    figure_text(sheet, x, y, style, text);
}

/* Rows held out as a filled area, generated ones as a line. */
static void draw_shares(const figure *sheet, box area, const histogram *of, double largest)
{
    double step = area.width / (double)of->bins, bottom = area.top + area.height;
    cairo_t *cairo = sheet->cairo;
    figure_ink(sheet, colour_faded(colour_of(INK_TARGET), 0.55));
    for (size_t i = 0; i < of->bins; i++) {
        double height = area.height * of->share[0][i] / largest;
        fill(sheet, area.left + step * (double)i, bottom - height, step, height);
    }
    figure_ink(sheet, colour_of(INK_MODEL));
    cairo_set_line_width(cairo, 1.4);
    cairo_move_to(cairo, area.left, bottom);
    for (size_t i = 0; i < of->bins; i++) {
        double y = bottom - area.height * of->share[1][i] / largest;
        cairo_line_to(cairo, area.left + step * (double)i, y);
        cairo_line_to(cairo, area.left + step * (double)(i + 1), y);
    }
    cairo_line_to(cairo, area.left + area.width, bottom);
    cairo_stroke(cairo);
}

/* Their whole height is all rows. */
static void draw_missing(const figure *sheet, box area, const histogram *of)
{
    double width = area.width / 2, bottom = area.top + area.height;
    for (int set = 0; set < 2; set++) {
        double height = area.height * of->missing[set];
        figure_ink(sheet, ink_of(set == 1));
        fill(sheet, area.left + width * set, bottom - height, width * 0.85, height);
    }
    text_style style = {.size = 7.5, .ink = colour_of(INK_MUTED), .align = ALIGN_CENTRE};
    figure_text(sheet, area.left + area.width / 2, bottom + 9, style, "none");
}

static void draw_histogram(const figure *sheet, box area, const column *like, size_t index,
                           const row_set *const sets[2])
{
    histogram of = {0};
    if (!find_range(sheet, like, index, sets[0], &of))
        return;
    double largest = 0;
    for (int set = 0; set < 2; set++) {
        count_rows(index, sets[set], set, &of);
        for (size_t i = 0; i < of.bins; i++)
            largest = fmax(largest, of.share[set][i]);
    }
    bool missing = of.missing[0] + of.missing[1] > 0;
    box inside = {area.left, area.top, area.width - (missing ? 32 : 0), area.height - label_height};
    double bottom = inside.top + inside.height, half = like->kind == COLUMN_DECIMAL || of.bins == BINS ? 0 : 0.5;
    draw_shares(sheet, inside, &of, largest);
    if (missing)
        draw_missing(sheet, (box){inside.left + inside.width + 12, inside.top, 20, inside.height}, &of);
    figure_ink(sheet, colour_of(INK_MUTED));
    fill(sheet, inside.left, bottom, inside.width, 0.6);
    draw_label(sheet, inside.left, bottom + 9, ALIGN_LEFT, like, of.low + half);
    draw_label(sheet, inside.left + inside.width, bottom + 9, ALIGN_RIGHT, like,
               of.low + of.width * (double)of.bins - half);
}

void draw_column(const figure *sheet, box area, const columns *names, size_t index, const row_set *held_out,
                 const row_set *made, double distance)
{
    const column *like = &names->list[index];
    const row_set *const sets[2] = {held_out, made};
    char number[16];
    text_style name = {.size = 9.5, .ink = colour_of(INK_TEXT), .bold = true};
    text_style beside = {.size = 8, .ink = colour_of(INK_MUTED), .align = ALIGN_RIGHT};
    box inside = {area.left, area.top + title_height, area.width, area.height - title_height};
    draw_text_within(sheet, area.left, area.top + 9, area.width - 40, name, *like->name ? like->name : "(no name)");
    snprintf(number, sizeof number, "%.3f", distance);
    figure_text(sheet, area.left + area.width, area.top + 9, beside, number);
    if (column_is_number(like->kind))
        draw_histogram(sheet, inside, like, index, sets);
    else
        draw_bars(sheet, inside, like, index, sets);
}

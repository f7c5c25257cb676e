#include "legend.h"

#include <math.h>

static const double sample_width = 16, text_offset = 22;

static text_style entry_style(void)
{
    return (text_style){.size = 9.5, .ink = colour_of(INK_TEXT)};
}

static void draw_entry(const figure *sheet, const legend_entry *entry, double left, double y)
{
    const double dashes[] = {4, 3};
    cairo_t *cairo = sheet->cairo;
    cairo_save(cairo);
    figure_ink(sheet, entry->ink);
    if (entry->dot) {
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, left + sample_width / 2, y, 3.4, 0, 6.2832);
        cairo_fill(cairo);
    } else {
        cairo_set_line_width(cairo, 1.8);
        cairo_set_dash(cairo, dashes, entry->dashed ? 2 : 0, 0);
        cairo_move_to(cairo, left, y);
        cairo_line_to(cairo, left + sample_width, y);
        cairo_stroke(cairo);
    }
    cairo_restore(cairo);
    figure_text(sheet, left + text_offset, y + 3.3, entry_style(), entry->text);
}

void panel_legend(const panel *on, const legend_entry *entries, size_t count, enum corner corner)
{
    const double margin = 8, padding = 7, row = 15;
    double width = 0;
    for (size_t i = 0; i < count; i++)
        width = fmax(width, figure_text_width(on->figure, entry_style(), entries[i].text));
    box frame = {.width = width + text_offset + 2 * padding, .height = row * (double)count + 2 * padding - 3};
    bool right = corner == CORNER_TOP_RIGHT || corner == CORNER_BOTTOM_RIGHT;
    bool top = corner == CORNER_TOP_RIGHT || corner == CORNER_TOP_LEFT;
    frame.left = right ? on->area.left + on->area.width - frame.width - margin : on->area.left + margin;
    frame.top = top ? on->area.top + margin : on->area.top + on->area.height - frame.height - margin;

    cairo_t *cairo = on->figure->cairo;
    figure_ink(on->figure, colour_faded(colour_of(INK_PAPER), 0.88));
    cairo_rectangle(cairo, frame.left, frame.top, frame.width, frame.height);
    cairo_fill_preserve(cairo);
    figure_ink(on->figure, colour_of(INK_GRID));
    cairo_set_line_width(cairo, 0.8);
    cairo_stroke(cairo);
    for (size_t i = 0; i < count; i++)
        draw_entry(on->figure, &entries[i], frame.left + padding, frame.top + padding + row * ((double)i + 0.42));
}

void figure_legend(const figure *sheet, double right, double y, const legend_entry *entries, size_t count)
{
    const double gap = 18;
    for (size_t i = count; i-- > 0;) {
        right -= figure_text_width(sheet, entry_style(), entries[i].text) + text_offset;
        draw_entry(sheet, &entries[i], right, y);
        right -= gap;
    }
}

#include "legend.h"

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

void figure_legend(const figure *sheet, double right, double y, const legend_entry *entries, size_t count)
{
    const double gap = 18;
    for (size_t i = count; i-- > 0;) {
        right -= figure_text_width(sheet, entry_style(), entries[i].text) + text_offset;
        draw_entry(sheet, &entries[i], right, y);
        right -= gap;
    }
}

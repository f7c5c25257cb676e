#include "figure.h"

#include "axis.h"
#include "console.h"
#include "files.h"

#include <math.h>
#include <stdio.h>

static const double pixels_per_point = 2;

bool figure_begin(figure *sheet, double width, double height)
{
    sheet->width = width;
    sheet->height = height;
    sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width * pixels_per_point),
                                                (int)ceil(height * pixels_per_point));
    sheet->cairo = cairo_create(sheet->surface);
    if (cairo_status(sheet->cairo) != CAIRO_STATUS_SUCCESS) {
        complain("cannot create a picture: %s", cairo_status_to_string(cairo_status(sheet->cairo)));
        figure_abandon(sheet);
        return false;
    }
    cairo_scale(sheet->cairo, pixels_per_point, pixels_per_point);
    figure_ink(sheet, colour_of(INK_PAPER));
    cairo_paint(sheet->cairo);
    return true;
}

static cairo_status_t write_bytes(void *stream, const unsigned char *data, unsigned int length)
{
    return fwrite(data, 1, length, stream) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

bool figure_write(cairo_surface_t *surface, const char *path)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, write_bytes, file.stream);
    if (status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_WRITE_ERROR)
        return file_commit(&file);
    file_abandon(&file);
    return complain("cannot write %s: %s", path, cairo_status_to_string(status));
}

static const cairo_user_data_key_t lacks_memory;

void figure_lacks_memory(const figure *sheet)
{
    /* without memory for the note, nothing can be drawn any more, which figure_finish() finds too */
    if (cairo_set_user_data(sheet->cairo, &lacks_memory, sheet->cairo, NULL) != CAIRO_STATUS_SUCCESS)
        cairo_surface_finish(sheet->surface);
}

bool figure_finish(figure *sheet, const char *path)
{
    /* drawing without memory fails silently, and leaves the rest out */
    cairo_status_t status = cairo_status(sheet->cairo);
    if (status == CAIRO_STATUS_SUCCESS && cairo_get_user_data(sheet->cairo, &lacks_memory))
        status = CAIRO_STATUS_NO_MEMORY;
    bool done = status == CAIRO_STATUS_SUCCESS ? figure_write(sheet->surface, path)
                                               : complain("cannot draw %s: %s", path, cairo_status_to_string(status));
    figure_abandon(sheet);
    return done;
}

void figure_abandon(figure *sheet)
{
    cairo_destroy(sheet->cairo);
    cairo_surface_destroy(sheet->surface);
}

void figure_ink(const figure *sheet, colour with)
{
    cairo_set_source_rgba(sheet->cairo, with.red, with.green, with.blue, with.opacity);
}

static void set_font(const figure *sheet, text_style style)
{
    cairo_select_font_face(sheet->cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(sheet->cairo, style.size);
}

double figure_text_width(const figure *sheet, text_style style, const char *text)
{
    cairo_text_extents_t extents;
    set_font(sheet, style);
    cairo_text_extents(sheet->cairo, text, &extents);
    return extents.x_advance;
}

void figure_text(const figure *sheet, double x, double y, text_style style, const char *text)
{
    double shift = -figure_text_width(sheet, style, text) * 0.5 * (double)style.align;
    cairo_save(sheet->cairo);
    cairo_translate(sheet->cairo, x, y);
    if (style.upward)
        cairo_rotate(sheet->cairo, -1.5707963267948966);
    cairo_move_to(sheet->cairo, shift, 0);
    figure_ink(sheet, style.ink);
    cairo_show_text(sheet->cairo, text);
    cairo_restore(sheet->cairo);
}

void figure_title(const figure *sheet, const char *title, const char *subtitle)
{
    figure_text(sheet, 20, 27, (text_style){.size = 14, .ink = colour_of(INK_TEXT), .bold = true}, title);
    if (subtitle)
        figure_text(sheet, 20, 44, (text_style){.size = 10.5, .ink = colour_of(INK_MUTED)}, subtitle);
}

void figure_colour_bar(const figure *sheet, box where, enum colour_map map, double low, double high, const char *label)
{
    const int steps = 128;
    cairo_t *cairo = sheet->cairo;
    for (int i = 0; i < steps; i++) {
        double step = where.height / steps;
        figure_ink(sheet, colour_map_at(map, (i + 0.5) / steps));
        /* half a point of overlap, so that no seams show */
        cairo_rectangle(cairo, where.left, where.top + where.height - (i + 1) * step, where.width,
                        step + (i > 0) * 0.5);
        cairo_fill(cairo);
    }
    figure_ink(sheet, colour_of(INK_MUTED));
    cairo_set_line_width(cairo, 0.6);
    cairo_rectangle(cairo, where.left, where.top, where.width, where.height);
    cairo_stroke(cairo);

    axis_ticks ticks;
    axis scale = {.low = low, .high = high};
    axis_find_ticks(&scale, where.height / 38, &ticks);
    double right = where.left + where.width, widest = 0;
    text_style style = {.size = 9, .ink = colour_of(INK_MUTED)};
    for (size_t i = 0; i < ticks.count; i++) {
        double y = where.top + where.height * (1 - axis_share(&scale, ticks.at[i]));
        cairo_move_to(cairo, right, y);
        cairo_line_to(cairo, right + 3, y);
        cairo_stroke(cairo);
        figure_text(sheet, right + 6, y + 3.2, style, ticks.label[i]);
        widest = fmax(widest, figure_text_width(sheet, style, ticks.label[i]));
    }
    text_style turned = {.size = 10, .ink = colour_of(INK_TEXT), .align = ALIGN_CENTRE, .upward = true};
    figure_text(sheet, right + widest + 20, where.top + where.height / 2, turned, label);
}

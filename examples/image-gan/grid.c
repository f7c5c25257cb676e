#include "grid.h"

#include "support/console.h"
#include "support/figure.h"

#include <math.h>
#include <stdint.h>

/* Pixels that an image's side has at least in a grid, and between images. */
enum { SIDE_LEAST = 128, GAP = 4 };

/* The nearest of the 256 levels; what is beyond black and white is cut. */
static uint32_t level(float value)
{
    float scaled = roundf((value + 1) * 127.5f);
    return scaled <= 0 ? 0 : scaled >= 255 ? 255 : (uint32_t)scaled;
}

static uint32_t pixel(const float *values, size_t channels)
{
    uint32_t red = level(values[0]);
    uint32_t green = channels == 3 ? level(values[1]) : red, blue = channels == 3 ? level(values[2]) : red;
    return red << 16 | green << 8 | blue;
}

static cairo_surface_t *make_surface(size_t width, size_t height)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    if (cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        return surface;
    complain("cannot create a picture of %zu x %zu pixels: %s", width, height,
             cairo_status_to_string(cairo_surface_status(surface)));
    cairo_surface_destroy(surface);
    return NULL;
}

/* Every pixel of the image becomes zoom x zoom pixels. */
static void put_image(cairo_surface_t *surface, size_t left, size_t top, size_t zoom, const images *of, size_t index)
{
    size_t pitch = (size_t)cairo_image_surface_get_stride(surface) / sizeof(uint32_t);
    uint32_t *pixels = (uint32_t *)(void *)cairo_image_surface_get_data(surface);
    const float *values = of->values + index * of->size * of->size * of->channels;
    for (size_t y = 0; y < of->size * zoom; y++)
        for (size_t x = 0; x < of->size * zoom; x++)
            pixels[(top + y) * pitch + left + x] =
                pixel(values + (y / zoom * of->size + x / zoom) * of->channels, of->channels);
}

static bool paint_white(cairo_surface_t *surface)
{
    cairo_t *cairo = cairo_create(surface);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    return status == CAIRO_STATUS_SUCCESS || complain("cannot draw a picture: %s", cairo_status_to_string(status));
}

bool grid_write(const images *of, size_t columns, size_t rows, const char *const *paths, size_t path_count)
{
    size_t zoom = of->size < SIDE_LEAST ? SIDE_LEAST / of->size : 1, step = of->size * zoom + GAP;
    cairo_surface_t *surface = make_surface(columns * step + GAP, rows * step + GAP);
    if (!surface)
        return false;
    bool done = paint_white(surface);
    cairo_surface_flush(surface);
    for (size_t i = 0; i < columns * rows; i++)
        put_image(surface, GAP + i % columns * step, GAP + i / columns * step, zoom, of, i);
    cairo_surface_mark_dirty(surface);
    for (size_t i = 0; i < path_count && done; i++)
        done = figure_write(surface, paths[i]);
    cairo_surface_destroy(surface);
    return done;
}

bool image_write(const images *of, size_t index, const char *path)
{
    cairo_surface_t *surface = make_surface(of->size, of->size);
    if (!surface)
        return false;
    cairo_surface_flush(surface);
    put_image(surface, 0, 0, 1, of, index);
    cairo_surface_mark_dirty(surface);
    bool done = figure_write(surface, path);
    cairo_surface_destroy(surface);
    return done;
}

#include "images/draw.h"

#include "images/brush.h"

#include <stdlib.h>
#include <string.h>

enum stream { STREAM_FACE = 311, STREAM_ROOM = 312, STREAM_OBJECT = 313, STREAM_CLASS = 314 };

bool picture_kind_find(const char *word, enum picture_kind *kind)
{
    static const char *const words[] = {
        [PICTURE_FACE] = "faces", [PICTURE_ROOM] = "rooms", [PICTURE_OBJECT] = "objects"};
    for (int i = PICTURE_FACE; i <= PICTURE_OBJECT; i++) {
        *kind = (enum picture_kind)i;
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

void picture_size(enum picture_kind kind, size_t *width, size_t *height)
{
    *width = kind == PICTURE_FACE ? 178 : kind == PICTURE_ROOM ? 256 : 32;
    *height = kind == PICTURE_FACE ? 218 : *width;
}

unsigned picture_class(picture which)
{
    dice rolled = dice_begin(which.seed, STREAM_CLASS, which.number);
    return dice_below(&rolled, OBJECT_CLASSES);
}

static void draw(cairo_t *on, picture which)
{
    static const uint32_t streams[] = {
        [PICTURE_FACE] = STREAM_FACE, [PICTURE_ROOM] = STREAM_ROOM, [PICTURE_OBJECT] = STREAM_OBJECT};
    dice rolled = dice_begin(which.seed, streams[which.kind], which.number);
    if (which.kind == PICTURE_FACE)
        draw_face(on, &rolled);
    else if (which.kind == PICTURE_ROOM)
        draw_room(on, &rolled);
    else
        draw_object(on, &rolled, picture_class(which));
}

/* Cairo keeps a pixel in the low 24 bits of 32. */
static bool take_pixels(cairo_surface_t *surface, size_t width, size_t height, image *made)
{
    *made = (image){width, height, malloc(3 * width * height)};
    if (!made->pixels)
        return false;
    const unsigned char *rows = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            uint32_t pixel;
            memcpy(&pixel, rows + y * stride + 4 * x, sizeof pixel);
            uint8_t *to = made->pixels + 3 * (y * width + x);
            to[0] = (uint8_t)(pixel >> 16);
            to[1] = (uint8_t)(pixel >> 8);
            to[2] = (uint8_t)pixel;
        }
    return true;
}

bool picture_draw(picture which, image_part part, size_t width, size_t height, image *made)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_t *on = cairo_create(surface);
    /* coverage in sixteenths and curves to a fifth of a pixel: half the time, and no eye sees it */
    cairo_set_antialias(on, CAIRO_ANTIALIAS_FAST);
    cairo_set_tolerance(on, 0.2);
    cairo_scale(on, (double)width / part.width, (double)height / part.height);
    cairo_translate(on, -part.left, -part.top);
    draw(on, which);
    bool done = cairo_status(on) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(on);
    cairo_surface_flush(surface);
    done = done && take_pixels(surface, width, height, made);
    cairo_surface_destroy(surface);
    return done;
}

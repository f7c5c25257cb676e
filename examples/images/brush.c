#include "images/brush.h"

#include <math.h>
#include <pthread.h>

static const double turn = 6.283185307179586;

dice dice_begin(uint64_t seed, uint32_t stream, uint64_t number)
{
    return (dice){.stream = {.seed = seed, .stream = stream, .update = number}};
}

static uint32_t next_word(dice *rolled)
{
    if (rolled->position % 4 == 0)
        random_words(rolled->stream, rolled->position / 4, rolled->words);
    return rolled->words[rolled->position++ % 4];
}

double dice_between(dice *rolled, double low, double high)
{
    return low + (high - low) * random_unit(next_word(rolled));
}

bool dice_chance(dice *rolled, double probability)
{
    return random_unit(next_word(rolled)) < probability;
}

unsigned dice_below(dice *rolled, unsigned bound)
{
    return random_below(next_word(rolled), bound);
}

double dice_around(dice *rolled, double deviation)
{
    double normals[2];
    uint32_t first = next_word(rolled);
    random_normals(first, next_word(rolled), normals);
    return deviation * fmin(fmax(normals[0], -2), 2);
}

static double clip(double value)
{
    return fmin(fmax(value, 0), 1);
}

colour colour_hex(unsigned hex)
{
    return (colour){(double)(hex >> 16 & 0xff) / 255, (double)(hex >> 8 & 0xff) / 255, (double)(hex & 0xff) / 255, 1};
}

colour colour_mix(colour from, colour to, double share)
{
    double rest = 1 - share;
    return (colour){rest * from.red + share * to.red, rest * from.green + share * to.green,
                    rest * from.blue + share * to.blue, rest * from.opacity + share * to.opacity};
}

colour colour_lit(colour of, double share)
{
    double end = share > 0 ? 1 : 0;
    return colour_mix(of, (colour){end, end, end, of.opacity}, fabs(share));
}

colour colour_hsv(double hue, double saturation, double value)
{
    double channels[3];
    for (int i = 0; i < 3; i++) {
        double k = fmod(5 - 2 * i + 6 * (hue - floor(hue)), 6);
        channels[i] = value - value * saturation * fmax(fmin(fmin(k, 4 - k), 1), 0);
    }
    return (colour){channels[0], channels[1], channels[2], 1};
}

colour dice_colour(dice *rolled, const unsigned *row, unsigned count)
{
    double at = dice_between(rolled, 0, count - 1), shift = dice_around(rolled, 0.02);
    unsigned first = (unsigned)at;
    colour mixed = colour_mix(colour_hex(row[first]), colour_hex(row[first + 1]), at - first);
    mixed.red = clip(mixed.red + shift + dice_around(rolled, 0.015));
    mixed.green = clip(mixed.green + shift);
    mixed.blue = clip(mixed.blue + shift + dice_around(rolled, 0.015));
    return mixed;
}

void brush_colour(cairo_t *on, colour with)
{
    cairo_set_source_rgba(on, with.red, with.green, with.blue, with.opacity);
}

void brush_fill(cairo_t *on, colour with)
{
    brush_colour(on, with);
    cairo_fill(on);
}

void brush_stroke(cairo_t *on, double width, colour with)
{
    brush_colour(on, with);
    cairo_set_line_width(on, width);
    cairo_stroke(on);
}

void brush_ellipse(cairo_t *on, double x, double y, double radius_x, double radius_y)
{
    cairo_save(on);
    cairo_translate(on, x, y);
    cairo_scale(on, radius_x, radius_y);
    cairo_new_sub_path(on);
    cairo_arc(on, 0, 0, 1, 0, turn);
    cairo_restore(on);
}

void brush_polygon(cairo_t *on, const double (*points)[2], unsigned count)
{
    cairo_move_to(on, points[0][0], points[0][1]);
    for (unsigned i = 1; i < count; i++)
        cairo_line_to(on, points[i][0], points[i][1]);
    cairo_close_path(on);
}

static void add_stop(cairo_pattern_t *pattern, double at, colour with)
{
    cairo_pattern_add_color_stop_rgba(pattern, at, with.red, with.green, with.blue, with.opacity);
}

void brush_fill_blend(cairo_t *on, double x0, double y0, double x1, double y1, colour from, colour to)
{
    cairo_pattern_t *pattern = cairo_pattern_create_linear(x0, y0, x1, y1);
    add_stop(pattern, 0, from);
    add_stop(pattern, 1, to);
    cairo_set_source(on, pattern);
    cairo_pattern_destroy(pattern);
    cairo_fill(on);
}

/* One spot, from which all others are scaled: a gradient would be computed anew for every pixel, and takes three times
 * as long. */
enum { SPOT = 64 };
static unsigned char spot[SPOT * SPOT];
static pthread_once_t spot_made = PTHREAD_ONCE_INIT;

static void make_spot(void)
{
    const double middle = 0.5 * SPOT - 0.5, radius = 0.5 * SPOT - 1;
    for (int y = 0; y < SPOT; y++)
        for (int x = 0; x < SPOT; x++) {
            double rest = fmax(1 - hypot(x - middle, y - middle) / radius, 0);
            spot[y * SPOT + x] = (unsigned char)(255 * rest * rest * (3 - 2 * rest) + 0.5);
        }
}

void brush_glow(cairo_t *on, double x, double y, double radius, colour with)
{
    pthread_once(&spot_made, make_spot);
    cairo_surface_t *surface = cairo_image_surface_create_for_data(spot, CAIRO_FORMAT_A8, SPOT, SPOT, SPOT);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(surface);
    cairo_matrix_t to_spot;
    double scale = 0.5 * SPOT / radius;
    cairo_matrix_init(&to_spot, scale, 0, 0, scale, 0.5 * SPOT - scale * x, 0.5 * SPOT - scale * y);
    cairo_pattern_set_matrix(pattern, &to_spot);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_BILINEAR);
    brush_colour(on, with);
    cairo_mask(on, pattern);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(surface);
}

/* Small objects of ten classes, each in the square from -1 to 1 and then put somewhere in a 32 x 32 picture. */
#include "images/brush.h"
#include "images/draw.h"

#include <math.h>

typedef struct thing {
    dice *rolled;
    colour main, second, dark;
} thing;

static const double turn = 6.283185307179586;

static void box(cairo_t *on, double x0, double y0, double x1, double y1, colour with)
{
    cairo_rectangle(on, x0, y0, x1 - x0, y1 - y0);
    brush_fill(on, with);
}

static void ball(cairo_t *on, const thing *of)
{
    brush_ellipse(on, 0, 0, 0.75, 0.75);
    brush_fill(on, of->main);
    brush_ellipse(on, 0, 0, dice_between(of->rolled, 0.2, 0.35), 0.75);
    brush_fill(on, of->second);
    brush_glow(on, 0.3, 0.35, 0.8, colour_faded(of->dark, 0.5));
    brush_glow(on, -0.3, -0.3, 0.4, (colour){1, 1, 1, 0.7});
}

static void boat(cairo_t *on, const thing *of)
{
    static const double hull[][2] = {{-0.9, 0.3}, {0.9, 0.3}, {0.6, 0.75}, {-0.6, 0.75}};
    double lean = dice_between(of->rolled, -0.1, 0.1);
    box(on, -0.05, -0.9, 0.03, 0.3, of->dark);
    const double sail[][2] = {{0.08, -0.85}, {0.75 + lean, 0.15}, {0.08, 0.15}};
    const double jib[][2] = {{-0.1, -0.7}, {-0.6 + lean, 0.15}, {-0.1, 0.15}};
    brush_polygon(on, sail, 3);
    brush_fill(on, of->second);
    brush_polygon(on, jib, 3);
    brush_fill(on, colour_lit(of->second, -0.15));
    brush_polygon(on, hull, 4);
    brush_fill(on, of->main);
}

static void car(cairo_t *on, const thing *of)
{
    static const double cabin[][2] = {{-0.55, -0.05}, {-0.35, -0.45}, {0.25, -0.45}, {0.5, -0.05}};
    static const double pane[][2] = {{-0.42, -0.05}, {-0.28, -0.36}, {0.2, -0.36}, {0.37, -0.05}};
    brush_polygon(on, cabin, 4);
    brush_fill(on, of->main);
    brush_polygon(on, pane, 4);
    brush_fill(on, colour_hex(0xbcd6e6));
    box(on, -0.9, -0.05, 0.9, 0.35, of->main);
    box(on, -0.9, 0.2, 0.9, 0.35, colour_lit(of->main, -0.3));
    for (int side = -1; side <= 1; side += 2) {
        brush_ellipse(on, side * 0.5, 0.38, 0.22, 0.22);
        brush_fill(on, colour_hex(0x1b1b1e));
        brush_ellipse(on, side * 0.5, 0.38, 0.1, 0.1);
        brush_fill(on, colour_hex(0xb9bcc0));
    }
}

static void cup(cairo_t *on, const thing *of)
{
    static const double bowl[][2] = {{-0.6, -0.55}, {0.45, -0.55}, {0.3, 0.65}, {-0.45, 0.65}};
    brush_ellipse(on, 0.5, 0, 0.3, 0.32);
    brush_stroke(on, 0.14, colour_lit(of->main, -0.15));
    brush_polygon(on, bowl, 4);
    brush_fill_blend(on, -0.6, 0, 0.45, 0, colour_lit(of->main, 0.2), colour_lit(of->main, -0.3));
    brush_ellipse(on, -0.075, -0.55, 0.52, 0.16);
    brush_fill(on, colour_lit(of->main, 0.3));
    brush_ellipse(on, -0.075, -0.52, 0.43, 0.1);
    brush_fill(on, colour_hex(0x4a2c18));
}

static void fish(cairo_t *on, const thing *of)
{
    static const double tail[][2] = {{0.4, 0}, {0.95, -0.45}, {0.8, 0}, {0.95, 0.45}};
    static const double fin[][2] = {{-0.2, -0.35}, {0.15, -0.7}, {0.3, -0.25}};
    brush_polygon(on, tail, 4);
    brush_fill(on, of->second);
    brush_polygon(on, fin, 3);
    brush_fill(on, of->second);
    brush_ellipse(on, -0.15, 0, 0.7, 0.42);
    brush_fill_blend(on, 0, -0.4, 0, 0.4, of->main, colour_lit(of->main, 0.45));
    for (int i = 0; i < 2; i++)
        box(on, -0.2 + 0.35 * i, -0.36, -0.06 + 0.35 * i, 0.36, colour_faded(of->second, 0.8));
    brush_ellipse(on, -0.55, -0.1, 0.12, 0.12);
    brush_fill(on, colour_hex(0xffffff));
    brush_ellipse(on, -0.57, -0.1, 0.06, 0.06);
    brush_fill(on, colour_hex(0x101010));
}

static void flower(cairo_t *on, const thing *of)
{
    unsigned petals = 5 + dice_below(of->rolled, 4);
    box(on, -0.05, 0, 0.05, 0.95, colour_hex(0x3c7a35));
    brush_ellipse(on, 0.25, 0.65, 0.25, 0.1);
    brush_fill(on, colour_hex(0x4f9444));
    for (unsigned i = 0; i < petals; i++) {
        double angle = turn * i / petals;
        brush_ellipse(on, 0.42 * sin(angle), -0.25 - 0.42 * cos(angle), 0.24, 0.24);
    }
    brush_fill(on, of->main);
    brush_ellipse(on, 0, -0.25, 0.24, 0.24);
    brush_fill(on, of->second);
}

static void house(cairo_t *on, const thing *of)
{
    static const double roof[][2] = {{-0.9, -0.1}, {0, -0.85}, {0.9, -0.1}};
    box(on, 0.35, -0.8, 0.55, -0.2, of->dark);
    box(on, -0.7, -0.15, 0.7, 0.75, of->main);
    brush_polygon(on, roof, 3);
    brush_fill(on, of->second);
    double door = dice_chance(of->rolled, 0.5) ? -0.45 : 0.15;
    box(on, door, 0.2, door + 0.3, 0.75, of->dark);
    box(on, -0.3 - door, 0.1, 0.05 - door, 0.4, colour_hex(0xd7ebf5));
}

static void mushroom(cairo_t *on, const thing *of)
{
    cairo_rectangle(on, -0.2, 0, 0.4, 0.8);
    brush_fill_blend(on, -0.2, 0, 0.2, 0, colour_hex(0xf4ecdb), colour_hex(0xc9bda4));
    cairo_arc(on, 0, 0.1, 0.8, turn / 2, turn);
    cairo_close_path(on);
    brush_fill_blend(on, -0.5, -0.6, 0.5, 0.1, of->main, colour_lit(of->main, -0.35));
    static const double spots[][3] = {{-0.4, -0.2, 0.14}, {0.05, -0.45, 0.16}, {0.45, -0.15, 0.13}};
    for (int i = 0; i < 3; i++) {
        brush_ellipse(on, spots[i][0], spots[i][1], spots[i][2], spots[i][2]);
        brush_fill(on, colour_hex(0xfaf6ee));
    }
}

static void star(cairo_t *on, const thing *of)
{
    double inner = dice_between(of->rolled, 0.35, 0.45);
    for (int i = 0; i < 10; i++) {
        double radius = i % 2 ? 0.9 * inner : 0.9, angle = turn * i / 10;
        cairo_line_to(on, radius * sin(angle), -radius * cos(angle));
    }
    cairo_close_path(on);
    brush_fill_blend(on, -0.5, -0.7, 0.5, 0.7, colour_lit(of->main, 0.35), colour_lit(of->main, -0.15));
}

static void tree(cairo_t *on, const thing *of)
{
    colour leaf = colour_mix(colour_hex(0x2f6b2c), of->main, dice_between(of->rolled, 0, 0.35));
    box(on, -0.12, 0.2, 0.12, 0.95, colour_hex(0x5b3c22));
    if (dice_chance(of->rolled, 0.5)) {
        for (int i = 0; i < 3; i++) {
            const double layer[][2] = {
                {0, -0.95 + 0.35 * i}, {0.4 + 0.12 * i, -0.15 + 0.3 * i}, {-0.4 - 0.12 * i, -0.15 + 0.3 * i}};
            brush_polygon(on, layer, 3);
            brush_fill(on, colour_lit(leaf, -0.15 + 0.1 * i));
        }
        return;
    }
    static const double crowns[][3] = {{-0.35, 0, 0.42}, {0.35, 0, 0.42}, {0, -0.4, 0.5}};
    for (int i = 0; i < 3; i++) {
        brush_ellipse(on, crowns[i][0], crowns[i][1], crowns[i][2], crowns[i][2]);
        brush_fill(on, colour_lit(leaf, -0.1 + 0.1 * i));
    }
}

static const struct class
{
    const char *name;
    void (*draw)(cairo_t *on, const thing *of);
    double turned; /* how far it may be tilted, in turns */
} classes[OBJECT_CLASSES] = {
    {"ball", ball, 0.5},  {"boat", boat, 0.02},     {"car", car, 0.01},      {"cup", cup, 0.02},
    {"fish", fish, 0.06}, {"flower", flower, 0.04}, {"house", house, 0.005}, {"mushroom", mushroom, 0.03},
    {"star", star, 0.1},  {"tree", tree, 0.01},
};

const char *picture_class_name(unsigned class)
{
    return classes[class].name;
}

static void background(cairo_t *on, dice *rolled)
{
    double hue = dice_between(rolled, 0, 1), saturation = dice_between(rolled, 0.05, 0.45);
    double value = dice_between(rolled, 0.35, 1);
    cairo_rectangle(on, 0, 0, 32, 32);
    brush_fill_blend(on, 0, 0, 0, 32, colour_hsv(hue, saturation, value),
                     colour_hsv(hue, saturation * 0.5, fmin(1.2 * value, 1)));
    if (dice_chance(rolled, 0.6)) {
        cairo_rectangle(on, 0, dice_between(rolled, 18, 26), 32, 32);
        brush_fill(
            on, colour_hsv(hue + dice_between(rolled, 0.2, 0.6), saturation, value * dice_between(rolled, 0.5, 0.9)));
    }
}

void draw_object(cairo_t *on, dice *rolled, unsigned class)
{
    background(on, rolled);
    thing drawn = {.rolled = rolled};
    double hue = dice_between(rolled, 0, 1);
    drawn.main = colour_hsv(hue, dice_between(rolled, 0.45, 1), dice_between(rolled, 0.5, 1));
    drawn.second = colour_hsv(hue + dice_between(rolled, 0.25, 0.75), dice_between(rolled, 0.1, 0.9),
                              dice_between(rolled, 0.6, 1));
    drawn.dark = colour_lit(drawn.main, -0.65);
    double size = dice_between(rolled, 10, 14.5);
    cairo_translate(on, 16 + dice_around(rolled, 1.5), 16 + dice_around(rolled, 1.2));
    cairo_rotate(on, turn * classes[class].turned * dice_between(rolled, -1, 1));
    cairo_scale(on, dice_chance(rolled, 0.5) ? size : -size, size * dice_between(rolled, 0.85, 1.1));
    classes[class].draw(on, &drawn);
}

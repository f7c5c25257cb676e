/*
 * A room seen through its missing front wall: x to the right, y up, z away from the eye, in metres. What is nearer is
 * drawn later.
 */
#include "images/brush.h"

#include <math.h>

typedef struct place {
    double x, y, z;
} place;

typedef struct room {
    double width, height, depth;
    double eye_x, eye_y, distance, focus; /* the eye is `distance` in front of z = 0 */
    double light;                         /* -1 to 1: from which side */
    colour wall, floor, ceiling;
} room;

static void point(cairo_t *on, const room *in, place at)
{
    double scale = in->focus / (at.z + in->distance);
    cairo_line_to(on, 128 + scale * (at.x - in->eye_x), 128 - scale * (at.y - in->eye_y));
}

/* A quadrangle from its corners, blended from the first edge to the opposite one. */
static void quad(cairo_t *on, const room *in, const place corner[4], colour from, colour to)
{
    double x[2], y[2];
    for (int i = 0; i < 4; i++) {
        point(on, in, corner[i]);
        if (i % 2 == 0)
            cairo_get_current_point(on, x + i / 2, y + i / 2);
    }
    cairo_close_path(on);
    brush_fill_blend(on, x[0], y[0], x[1], y[1], from, to);
}

/* Parallel to the back wall. */
static void front(cairo_t *on, const room *in, double x0, double y0, double x1, double y1, double z, colour with)
{
    const place corner[] = {{x0, y0, z}, {x1, y0, z}, {x1, y1, z}, {x0, y1, z}};
    quad(on, in, corner, colour_lit(with, -0.06), colour_lit(with, 0.06));
}

static void level(cairo_t *on, const room *in, double x0, double z0, double x1, double z1, double y, colour with)
{
    const place corner[] = {{x0, y, z0}, {x1, y, z0}, {x1, y, z1}, {x0, y, z1}};
    quad(on, in, corner, colour_lit(with, 0.05), colour_lit(with, -0.1));
}

static void upright(cairo_t *on, const room *in, double x, double y0, double z0, double y1, double z1, colour with)
{
    const place corner[] = {{x, y0, z0}, {x, y0, z1}, {x, y1, z1}, {x, y1, z0}};
    quad(on, in, corner, with, colour_lit(with, -0.12));
}

/* A box on the floor or above it: the sides that can be seen, the front last. */
static void block(cairo_t *on, const room *in, place low, place high, colour with)
{
    double side = high.x < in->eye_x ? high.x : low.x;
    bool lit = (side == high.x) == (in->light > 0);
    if (high.x < in->eye_x || low.x > in->eye_x)
        upright(on, in, side, low.y, low.z, high.y, high.z, colour_lit(with, lit ? -0.08 : -0.35));
    if (high.y < in->eye_y)
        level(on, in, low.x, low.z, high.x, high.z, high.y, colour_lit(with, 0.12));
    front(on, in, low.x, low.y, high.x, high.y, low.z, colour_lit(with, -0.18));
}

static room choose(dice *rolled)
{
    static const unsigned walls[] = {0xefe9df, 0xd9cdb8, 0xc9d3d6, 0xa9bcc6, 0xb8c4a8, 0xd9b9a7, 0x8f8a92, 0x6f8088};
    static const unsigned floors[] = {0x5a3a24, 0x8a5d38, 0xb78a5a, 0xcdb08a, 0x9a958f, 0x6a6560};
    room made = {.width = dice_between(rolled, 3.4, 5.2),
                 .height = dice_between(rolled, 2.4, 3),
                 .depth = dice_between(rolled, 3, 4.6),
                 .eye_y = dice_between(rolled, 1.2, 1.7),
                 .distance = dice_between(rolled, 1, 2)};
    made.eye_x = dice_around(rolled, 0.12) * made.width;
    made.focus = dice_between(rolled, 220, 310);
    made.light = dice_chance(rolled, 0.5) ? 1 : -1;
    made.wall = dice_colour(rolled, walls, 8);
    made.floor = dice_colour(rolled, floors, 6);
    made.ceiling = colour_mix(made.wall, colour_hex(0xffffff), 0.7);
    return made;
}

static void shell(cairo_t *on, const room *in, dice *rolled)
{
    double w = in->width / 2, near = 0.05 - in->distance;
    front(on, in, -w, 0, w, in->height, in->depth, in->wall);
    upright(on, in, -w, 0, near, in->height, in->depth, colour_lit(in->wall, in->light > 0 ? -0.12 : -0.28));
    upright(on, in, w, 0, near, in->height, in->depth, colour_lit(in->wall, in->light > 0 ? -0.28 : -0.12));
    level(on, in, -w, near, w, in->depth, in->height, colour_lit(in->ceiling, -0.05));
    level(on, in, -w, near, w, in->depth, 0, in->floor);
    if (dice_chance(rolled, 0.6)) /* boards */
        for (double x = -w; x < w; x += in->width / 12) {
            point(on, in, (place){x, 0, near});
            point(on, in, (place){x, 0, in->depth});
            brush_stroke(on, 0.8, colour_faded(colour_lit(in->floor, -0.4), 0.5));
        }
    front(on, in, -w, 0, w, 0.1, in->depth - 0.01, colour_lit(in->ceiling, 0.2));
}

static void curtains(cairo_t *on, const room *in, dice *rolled, double x0, double x1, double y0, double y1, double z)
{
    colour cloth =
        colour_hsv(dice_between(rolled, 0, 1), dice_between(rolled, 0.05, 0.6), dice_between(rolled, 0.4, 0.95));
    double wide = dice_between(rolled, 0.18, 0.4), bottom = dice_chance(rolled, 0.5) ? 0.1 : y0 - 0.15;
    for (int side = 0; side < 2; side++) {
        double from = side ? x1 - 0.3 * wide : x0 - 0.7 * wide;
        for (int fold = 0; fold < 4; fold++)
            front(on, in, from + wide * fold / 4, bottom, from + wide * (fold + 1) / 4, y1 + 0.15, z,
                  colour_lit(cloth, fold % 2 ? -0.15 : 0.05));
    }
}

static void window(cairo_t *on, const room *in, dice *rolled, double x)
{
    static const unsigned skies[] = {0xf5f8fb, 0xcfe4f5, 0x9cc6ea, 0xf6d9b8, 0x26304a};
    double half = dice_between(rolled, 0.4, 0.75), low = dice_between(rolled, 0.8, 1.1), z = in->depth - 0.02;
    double high = fmin(low + dice_between(rolled, 0.9, 1.4), in->height - 0.25);
    colour sky = dice_colour(rolled, skies, 5), frame = colour_hex(0xf4f2ee);
    front(on, in, x - half - 0.07, low - 0.07, x + half + 0.07, high + 0.07, z, frame);
    const place pane[] = {{x - half, high, z}, {x + half, high, z}, {x + half, low, z}, {x - half, low, z}};
    quad(on, in, pane, sky, colour_mix(sky, colour_hex(0x8fae7a), 0.45));
    front(on, in, x - 0.025, low, x + 0.025, high, z, frame);
    front(on, in, x - half, (low + high) / 2 - 0.02, x + half, (low + high) / 2 + 0.02, z, frame);
    if (dice_chance(rolled, 0.75))
        curtains(on, in, rolled, x - half, x + half, low, high, z);
}

static void painting(cairo_t *on, const room *in, dice *rolled, double x, double y)
{
    double w = dice_between(rolled, 0.18, 0.4), h = dice_between(rolled, 0.15, 0.32), z = in->depth - 0.02;
    colour inside =
        colour_hsv(dice_between(rolled, 0, 1), dice_between(rolled, 0.2, 0.8), dice_between(rolled, 0.3, 0.9));
    front(on, in, x - w, y - h, x + w, y + h, z, colour_hex(dice_chance(rolled, 0.5) ? 0x2a2320 : 0xf2efe8));
    const place canvas[] = {{x - w + 0.04, y - h + 0.04, z},
                            {x + w - 0.04, y - h + 0.04, z},
                            {x + w - 0.04, y + h - 0.04, z},
                            {x - w + 0.04, y + h - 0.04, z}};
    quad(on, in, canvas, inside, colour_hsv(dice_between(rolled, 0, 1), 0.4, 0.8));
}

static void lamp(cairo_t *on, const room *in, double x, double y, double z)
{
    double scale = in->focus / (z + in->distance), at[2];
    front(on, in, x - 0.02, y, x + 0.02, y + 0.25, z, colour_hex(0x4a4038));
    front(on, in, x - 0.13, y + 0.22, x + 0.13, y + 0.45, z, colour_hex(0xf7e6bd));
    at[0] = 128 + scale * (x - in->eye_x);
    at[1] = 128 - scale * (y + 0.33 - in->eye_y);
    brush_glow(on, at[0], at[1], 0.8 * scale, (colour){1, 0.9, 0.65, 0.4});
}

static void table(cairo_t *on, const room *in, dice *rolled, double x, colour wood)
{
    double z = in->depth - 0.5;
    block(on, in, (place){x - 0.25, 0, z}, (place){x + 0.25, 0.55, in->depth}, wood);
    front(on, in, x - 0.2, 0.3, x + 0.2, 0.5, z - 0.001, colour_lit(wood, -0.05));
    if (dice_chance(rolled, 0.7))
        lamp(on, in, x, 0.55, z + 0.2);
}

static void bed(cairo_t *on, const room *in, dice *rolled, double x, double half, colour wood)
{
    double length = fmin(2.1, in->depth - 0.6), z = in->depth - length, high = dice_between(rolled, 0.42, 0.6);
    double hue = dice_between(rolled, 0, 1), saturation = dice_between(rolled, 0, 0.75);
    colour blanket = colour_hsv(hue, saturation, dice_between(rolled, 0.3, 0.95));
    colour sheet = colour_mix(blanket, colour_hex(0xffffff), 0.85);
    front(on, in, x - half - 0.06, 0, x + half + 0.06, dice_between(rolled, 0.9, 1.3), in->depth - 0.04, wood);
    block(on, in, (place){x - half, 0.08, z}, (place){x + half, high, in->depth - 0.06}, blanket);
    front(on, in, x - half, 0.08, x + half, 0.2, z - 0.002, wood);
    level(on, in, x - half, in->depth - 0.75, x + half, in->depth - 0.06, high + 0.005, sheet);
    for (int side = -1; side <= 1; side += 2) {
        double middle = x + side * half * 0.5, w = half * 0.42;
        block(on, in, (place){middle - w, high, in->depth - 0.45}, (place){middle + w, high + 0.16, in->depth - 0.1},
              colour_lit(sheet, 0.4));
    }
    if (dice_chance(rolled, 0.5)) /* a throw across the foot */
        level(on, in, x - half, z + 0.1, x + half, z + 0.55, high + 0.008, colour_hsv(hue + 0.4, saturation, 0.7));
}

static void furnish(cairo_t *on, const room *in, dice *rolled)
{
    static const unsigned woods[] = {0x3b2517, 0x6b4429, 0x9a6b41, 0xc9a273, 0xe9e4da};
    colour wood = dice_colour(rolled, woods, 5);
    double w = in->width / 2, half = dice_between(rolled, 0.55, 0.9), side = in->light;
    double x = -side * dice_between(rolled, 0, w - half - 0.6);
    double opening = x + side * (half + 0.75);
    if (fabs(opening) < w - 0.6)
        window(on, in, rolled, opening);
    for (unsigned i = dice_below(rolled, 3); i > 0; i--)
        painting(on, in, rolled, x + (i == 1 ? -0.3 : 0.45) * half * 1.5, dice_between(rolled, 1.65, 1.95));
    if (dice_chance(rolled, 0.5)) {
        colour rug =
            colour_hsv(dice_between(rolled, 0, 1), dice_between(rolled, 0.1, 0.6), dice_between(rolled, 0.4, 0.9));
        level(on, in, x - half - 0.5, 0.2, x + half + 0.5, in->depth - 1, 0.004, rug);
    }
    for (int left = -1; left <= 1; left += 2)
        if (fabs(x + left * (half + 0.4)) < w - 0.3 && dice_chance(rolled, 0.75))
            table(on, in, rolled, x + left * (half + 0.4), wood);
    bed(on, in, rolled, x, half, wood);
    if (dice_chance(rolled, 0.4)) {
        double deep = dice_between(rolled, 0.3, 1.2), high = dice_between(rolled, 0.7, 2);
        double from = side > 0 ? w - 0.5 : -w;
        block(on, in, (place){from, 0, deep}, (place){from + 0.5, high, deep + 0.9}, colour_lit(wood, 0.1));
    }
}

void draw_room(cairo_t *on, dice *rolled)
{
    room drawn = choose(rolled);
    shell(on, &drawn, rolled);
    furnish(on, &drawn, rolled);
    double x = drawn.light > 0 ? 256 : 0;
    brush_glow(on, x, 60, 260, (colour){1, 0.97, 0.88, dice_between(rolled, 0.05, 0.3)});
}

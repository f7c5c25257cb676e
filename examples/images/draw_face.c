#include "images/face.h"

#include <math.h>

static face choose(dice *rolled)
{
    static const unsigned skins[] = {0xf9dfcb, 0xf3cdb0, 0xe8b894, 0xd9a077, 0xbd8358, 0x96613c, 0x6e442a, 0x4d2f1f};
    static const unsigned hairs[] = {0x17120f, 0x2c1d14, 0x4a2f1d, 0x6f4526, 0x96622f, 0xc09050, 0xe0c080};
    static const unsigned rare_hairs[] = {0x8e3a18, 0xb5552b, 0x8a8683, 0xd8d5cf};
    static const unsigned irises[] = {0x3b2416, 0x54341c, 0x6b5a2c, 0x4e7350, 0x4f7fa5, 0x7d95a8};
    face made = {.feminine = dice_chance(rolled, 0.5)};
    double tone = dice_between(rolled, 0, 1);
    made.skin = dice_colour(rolled, skins + (tone < 0.6 ? 0 : 2), tone < 0.6 ? 5 : 6);
    bool dark = colour_lightness(made.skin) < 0.62;
    made.hair =
        dice_chance(rolled, 0.12) ? dice_colour(rolled, rare_hairs, 4) : dice_colour(rolled, hairs, dark ? 3 : 7);
    made.iris = dice_colour(rolled, irises, dark ? 3 : 6);
    made.width = 36 + dice_around(rolled, 2) - 2 * made.feminine;
    made.chin = 55 + dice_around(rolled, 2.5) - 2 * made.feminine;
    made.brow = 43 + dice_around(rolled, 2);
    made.jaw = (made.feminine ? 0.68 : 0.8) + dice_around(rolled, 0.05);
    made.yaw = dice_around(rolled, 0.5);
    made.roll = dice_around(rolled, 0.08);
    made.light = dice_between(rolled, -1, 1);
    made.eyes = 17.5 + dice_around(rolled, 1);
    made.open = dice_between(rolled, 0.75, 1.2);
    made.smile = dice_between(rolled, -0.15, 1);
    made.mouth = 12 + 4 * fmax(made.smile, 0) + dice_around(rolled, 1);
    made.lips = (made.feminine ? 4.2 : 3) + dice_around(rolled, 0.5);
    made.teeth = made.smile > 0.45 && dice_chance(rolled, 0.8);
    colour red = made.feminine ? colour_hex(0xb5303f) : colour_hex(0xa8544c);
    made.lip = colour_mix(made.skin, red, dice_between(rolled, 0.4, made.feminine ? 0.9 : 0.6));
    static const enum hair_style styles[2][6] = {
        {HAIR_BALD, HAIR_SHORT, HAIR_SHORT, HAIR_SWEPT, HAIR_SWEPT, HAIR_CURLY},
        {HAIR_LONG, HAIR_LONG, HAIR_BOB, HAIR_BUN, HAIR_CURLY, HAIR_LONG}};
    made.style = styles[made.feminine][dice_below(rolled, 6)];
    made.parting = dice_between(rolled, -1, 1);
    made.bearded = !made.feminine && dice_chance(rolled, 0.25);
    made.moustached = !made.feminine && (made.bearded || dice_chance(rolled, 0.12));
    made.glasses = dice_chance(rolled, 0.14);
    made.frame = dice_chance(rolled, 0.6) ? colour_hex(0x221e1c) : dice_colour(rolled, hairs + 2, 4);
    return made;
}

/* Skin in shadow goes to reddish brown, not to grey. */
static colour shadow(const face *of, double share)
{
    return colour_mix(of->skin, colour_hex(0x2a0d06), share);
}

/* Two tones and a few spots out of focus, as behind a portrait. */
static void background(cairo_t *on, dice *rolled)
{
    double hue = dice_between(rolled, 0, 1), spread = dice_around(rolled, 0.08);
    double saturation = dice_between(rolled, 0.05, 0.5), value = dice_between(rolled, 0.15, 0.95);
    colour above = colour_hsv(hue, saturation, value);
    colour below = colour_hsv(hue + spread, saturation, fmin(value * dice_between(rolled, 0.5, 1.3), 1));
    double slant = dice_between(rolled, -89, 89);
    cairo_rectangle(on, -10, -10, 198, 238);
    brush_fill_blend(on, 89 - slant, 0, 89 + slant, 218, above, below);
    for (unsigned i = dice_below(rolled, 5); i > 0; i--) {
        double x = dice_between(rolled, 0, 178), y = dice_between(rolled, 0, 218);
        colour spot = colour_hsv(hue + dice_around(rolled, 0.1), saturation, dice_between(rolled, 0.1, 1));
        brush_glow(on, x, y, dice_between(rolled, 20, 70), colour_faded(spot, dice_between(rolled, 0.2, 0.6)));
    }
}

static void body(cairo_t *on, const face *of, dice *rolled)
{
    colour cloth =
        colour_hsv(dice_between(rolled, 0, 1), dice_between(rolled, 0, 0.8), dice_between(rolled, 0.1, 0.95));
    double shoulder = of->feminine ? 62 : 74, neck = of->feminine ? 15 : 20, fall = dice_between(rolled, 8, 20);
    cairo_move_to(on, -shoulder - 40, 150);
    cairo_curve_to(on, -shoulder - 8, 70 + fall, -shoulder + 20, 78, -neck - 4, 66);
    cairo_line_to(on, neck + 4, 66);
    cairo_curve_to(on, shoulder - 20, 78, shoulder + 8, 70 + fall, shoulder + 40, 150);
    cairo_close_path(on);
    brush_fill_blend(on, -60 * of->light, 70, 60 * of->light, 90, colour_lit(cloth, -0.35), colour_lit(cloth, 0.1));
    double cut = dice_between(rolled, 74, of->feminine ? 104 : 86);
    cairo_move_to(on, -neck, 30);
    cairo_line_to(on, neck, 30);
    cairo_line_to(on, neck + 5, 68);
    cairo_line_to(on, 0, cut);
    cairo_line_to(on, -neck - 5, 68);
    cairo_close_path(on);
    brush_fill_blend(on, 0, 46, 0, 84, shadow(of, 0.42), shadow(of, 0.12));
}

/* The outline, from the forehead round the jaw. */
static void head_path(cairo_t *on, const face *of)
{
    double w = of->width, jaw = of->jaw * w, chin = of->chin, top = -of->brow;
    cairo_move_to(on, 0, top);
    cairo_curve_to(on, 0.75 * w, top, w, -24, w, -4);
    cairo_curve_to(on, w, 22, jaw * 1.12, 30, jaw * 0.9, chin - 13);
    cairo_curve_to(on, jaw * 0.66, chin - 2, jaw * 0.3, chin, 0, chin);
    cairo_curve_to(on, -jaw * 0.3, chin, -jaw * 0.66, chin - 2, -jaw * 0.9, chin - 13);
    cairo_curve_to(on, -jaw * 1.12, 30, -w, 22, -w, -4);
    cairo_curve_to(on, -w, -24, -0.75 * w, top, 0, top);
    cairo_close_path(on);
}

static void head(cairo_t *on, const face *of)
{
    colour shade = shadow(of, 0.3), bright = colour_lit(of->skin, 0.12);
    for (int side = -1; side <= 1; side += 2) {
        brush_ellipse(on, side * (of->width - 0.5) - 2 * of->yaw, 4, 5, 9);
        brush_fill(on, shadow(of, side * of->light > 0 ? 0.08 : 0.28));
    }
    head_path(on, of);
    brush_fill_blend(on, -of->width * of->light, 10, of->width * of->light, -10, shade, bright);
    cairo_save(on);
    head_path(on, of);
    cairo_clip(on);
    brush_glow(on, 12 * of->light + 6 * of->yaw, -24, 34, colour_faded(colour_lit(of->skin, 0.4), 0.4));
    for (int side = -1; side <= 1; side += 2)
        brush_glow(on, side * 19 + 7 * of->yaw, 21, 15,
                   colour_faded(colour_mix(of->skin, colour_hex(0xd0453c), 0.45), 0.3 + 0.15 * of->feminine));
    brush_glow(on, 0, of->chin + 8, 26, colour_faded(shadow(of, 0.5), 0.35));
    cairo_restore(on);
}

static void beard(cairo_t *on, const face *of)
{
    colour stubble = colour_faded(colour_lit(of->hair, -0.15), 0.85);
    double shift = 7 * of->yaw;
    if (of->bearded) {
        cairo_save(on);
        head_path(on, of);
        cairo_clip(on);
        cairo_move_to(on, -of->width - 2, 6);
        cairo_curve_to(on, -of->width + 6, 30, -20 + shift, 25, -16 + shift, 25);
        cairo_line_to(on, 16 + shift, 25);
        cairo_curve_to(on, 20 + shift, 25, of->width - 6, 30, of->width + 2, 6);
        cairo_line_to(on, 60, 80);
        cairo_line_to(on, -60, 80);
        cairo_close_path(on);
        brush_fill(on, stubble);
        cairo_restore(on);
    } else if (of->moustached) {
        cairo_move_to(on, -14 + shift, 31);
        cairo_curve_to(on, -8 + shift, 22, 8 + shift, 22, 14 + shift, 31);
        cairo_curve_to(on, 6 + shift, 28, -6 + shift, 28, -14 + shift, 31);
        brush_fill(on, stubble);
    }
}

/* Left and right in the picture; the eye on the side it looks to is narrower. */
static void eye(cairo_t *on, const face *of, int side)
{
    double x = side * of->eyes + 6 * of->yaw, wide = 8.2 * (1 - 0.16 * side * of->yaw), high = 4.3 * of->open;
    double gaze = 1.6 * of->yaw;
    high *= 1 - 0.2 * fmax(of->smile, 0);
    brush_glow(on, x, -1, 14, colour_faded(shadow(of, 0.5), 0.5));
    cairo_save(on);
    cairo_move_to(on, x - wide, 0.6);
    cairo_curve_to(on, x - wide * 0.5, -high * 1.35, x + wide * 0.5, -high * 1.35, x + wide, 0);
    cairo_curve_to(on, x + wide * 0.5, high * 1.05, x - wide * 0.5, high * 1.05, x - wide, 0.6);
    cairo_close_path(on);
    cairo_clip_preserve(on);
    brush_fill(on, colour_hex(0xf1ece7));
    brush_ellipse(on, x + gaze, -0.4, 4.2, 4.2);
    brush_fill(on, of->iris);
    brush_ellipse(on, x + gaze, -0.4, 2, 2);
    brush_fill(on, colour_hex(0x120d0b));
    brush_ellipse(on, x + gaze + 1.4 * (of->light > 0 ? 1 : -1), -1.9, 1, 1);
    brush_fill(on, colour_hex(0xffffff));
    cairo_restore(on);
    cairo_move_to(on, x - wide - 0.6, 0.6);
    cairo_curve_to(on, x - wide * 0.5, -high * 1.4, x + wide * 0.5, -high * 1.4, x + wide + 0.6, 0);
    brush_stroke(on, of->feminine ? 2.4 : 1.5, colour_faded(colour_hex(0x1c1310), 0.85));

    colour brow = colour_mix(colour_lit(of->hair, -0.3), of->skin, of->style == HAIR_BALD ? 0.1 : 0.15);
    double lift = -10.5 - high * 0.6 - 2 * of->open;
    cairo_move_to(on, x - side * 9, lift + 2.2);
    cairo_curve_to(on, x - side * 4, lift - 1.5, x + side * 5, lift - 2.2, x + side * 11, lift + 2.4);
    cairo_set_line_cap(on, CAIRO_LINE_CAP_ROUND);
    brush_stroke(on, of->feminine ? 2 : 3.4, colour_faded(brow, 0.9));
}

static void nose(cairo_t *on, const face *of)
{
    double x = 9 * of->yaw, side = of->light > 0 ? -1 : 1;
    colour shade = colour_faded(shadow(of, 0.45), 0.5);
    cairo_move_to(on, x * 0.6 + side * 3, -2);
    cairo_curve_to(on, x + side * 3, 8, x + side * 7, 14, x + side * 7, 17);
    cairo_curve_to(on, x + side * 6, 20, x + side * 3, 20, x, 20.5);
    cairo_curve_to(on, x + side * 1, 14, x + side * 1, 8, x * 0.6 + side * 3, -2);
    brush_fill(on, colour_faded(shade, 0.35));
    for (int nostril = -1; nostril <= 1; nostril += 2) {
        brush_ellipse(on, x + nostril * 3.6, 19.3, 1.9, 1.1);
        brush_fill(on, colour_faded(shadow(of, 0.65), 0.8));
    }
    brush_glow(on, x - side * 0.8, 12, 6, colour_faded(colour_lit(of->skin, 0.5), 0.55));
}

static void mouth(cairo_t *on, const face *of)
{
    double x = 7.5 * of->yaw, y = 34, half = of->mouth, bend = 5 * of->smile, full = of->lips;
    double corner = y - bend * 0.6, gap = of->teeth ? 2.2 + 4.2 * of->smile : 0;
    cairo_move_to(on, x - half, corner);
    cairo_curve_to(on, x - half * 0.5, y - full, x - 3, y - full - 0.8, x, y - full + 0.6);
    cairo_curve_to(on, x + 3, y - full - 0.8, x + half * 0.5, y - full, x + half, corner);
    cairo_curve_to(on, x + half * 0.5, y + bend + full * 1.3 + gap * 0.7, x - half * 0.5,
                   y + bend + full * 1.3 + gap * 0.7, x - half, corner);
    brush_fill(on, of->lip);
    cairo_move_to(on, x - half * 0.92, corner + 0.3);
    cairo_curve_to(on, x - half * 0.4, y + bend * 0.3, x + half * 0.4, y + bend * 0.3, x + half * 0.92, corner + 0.3);
    if (of->teeth) {
        cairo_curve_to(on, x + half * 0.4, y + bend + gap, x - half * 0.4, y + bend + gap, x - half * 0.92,
                       corner + 0.3);
        brush_fill(on, colour_hex(0xf5f1ea));
    } else {
        brush_stroke(on, 1.3, colour_faded(colour_lit(of->lip, -0.6), 0.9));
    }
    brush_glow(on, x, y + bend + full + gap + 7, 8, colour_faded(shadow(of, 0.4), 0.3));
}

static void glasses(cairo_t *on, const face *of)
{
    double x = 6 * of->yaw;
    for (int side = -1; side <= 1; side += 2) {
        brush_ellipse(on, x + side * of->eyes, 1, 13, 10.5);
        brush_colour(on, (colour){1, 1, 1, 0.12});
        cairo_fill_preserve(on);
        brush_stroke(on, 2.1, of->frame);
        cairo_move_to(on, x + side * (of->eyes + 13), -1);
        cairo_line_to(on, side * of->width, -4);
        brush_stroke(on, 2, of->frame);
    }
    cairo_move_to(on, x - of->eyes + 12.6, -1);
    cairo_curve_to(on, x - 2, -4, x + 2, -4, x + of->eyes - 12.6, -1);
    brush_stroke(on, 2.1, of->frame);
}

void draw_face(cairo_t *on, dice *rolled)
{
    face drawn = choose(rolled);
    background(on, rolled);
    double size = 1 + dice_around(rolled, 0.04);
    cairo_translate(on, 89 + dice_around(rolled, 2), 105 + dice_around(rolled, 2));
    cairo_scale(on, size, size);
    cairo_save(on);
    cairo_rotate(on, drawn.roll);
    hair_back(on, &drawn, rolled);
    cairo_restore(on);
    body(on, &drawn, rolled);
    cairo_rotate(on, drawn.roll);
    head(on, &drawn);
    beard(on, &drawn);
    eye(on, &drawn, -1);
    eye(on, &drawn, 1);
    nose(on, &drawn);
    mouth(on, &drawn);
    hair_front(on, &drawn, rolled);
    if (drawn.glasses)
        glasses(on, &drawn);
}

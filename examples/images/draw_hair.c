#include "images/face.h"

#include <math.h>

static const double turn = 6.283185307179586;

/* Lighter on the side of the light. */
static void fill_hair(cairo_t *on, const face *of, double darker)
{
    double side = 1.2 * of->width * of->light;
    brush_fill_blend(on, -side, 10, side, -30, colour_lit(of->hair, -0.35 - darker),
                     colour_lit(of->hair, 0.14 - darker));
}

static void curls(cairo_t *on, const face *of, dice *rolled, double reach, double low)
{
    enum { CURLS = 22 };
    for (int i = 0; i < CURLS; i++) {
        double angle = turn * (0.5 - low + (0.5 + 2 * low) * i / (CURLS - 1));
        double radius = reach + dice_around(rolled, 1.5), curl = dice_between(rolled, 9, 13);
        brush_ellipse(on, (of->width + radius) * cos(angle), -6 + (of->brow - 4 + radius) * sin(angle), curl, curl);
    }
    fill_hair(on, of, 0.05);
}

/* Down both sides to `length`, swinging outwards by `swing`. */
static void curtain(cairo_t *on, const face *of, double length, double swing)
{
    double w = of->width + 7, top = -of->brow - 13;
    cairo_move_to(on, 0, top);
    cairo_curve_to(on, 0.8 * w, top, w + 3, -30, w + 2, 0);
    cairo_curve_to(on, w + 2, length * 0.5, w + swing, length * 0.7, w + swing * 0.6, length);
    cairo_curve_to(on, w * 0.5, length + 6, -w * 0.5, length + 6, -w - swing * 0.6, length);
    cairo_curve_to(on, -w - swing, length * 0.7, -w - 2, length * 0.5, -w - 2, 0);
    cairo_curve_to(on, -w - 3, -30, -0.8 * w, top, 0, top);
    cairo_close_path(on);
    fill_hair(on, of, 0.2);
}

void hair_back(cairo_t *on, const face *of, dice *rolled)
{
    switch (of->style) {
    case HAIR_CURLY:
        curls(on, of, rolled, dice_between(rolled, 0, 10), of->feminine ? 0.17 : 0.02);
        break;
    case HAIR_BOB:
        curtain(on, of, dice_between(rolled, 38, 56), dice_between(rolled, 0, 10));
        break;
    case HAIR_LONG:
        curtain(on, of, dice_between(rolled, 80, 120), dice_between(rolled, 2, 16));
        break;
    case HAIR_BUN:
        brush_ellipse(on, 4 * of->parting, -of->brow - 16, 17, 14);
        fill_hair(on, of, 0.1);
        break;
    default:
        break;
    }
}

/* The crown, down to the temples, with a hairline whose highest point is at `peak`. */
static void crown(cairo_t *on, const face *of, double lift, double line, double peak, double temple)
{
    double w = of->width + 2.5, top = -of->brow - lift;
    cairo_move_to(on, -w, temple);
    cairo_curve_to(on, -w - 3, -28, -0.85 * w, top, 0, top);
    cairo_curve_to(on, 0.85 * w, top, w + 3, -28, w, temple);
    cairo_curve_to(on, w - 5, temple - 12, w - 4, line + 8, 0.62 * w, line + 3);
    cairo_curve_to(on, 0.45 * w, line - 2, peak + 6, line - 4, peak, line - 5);
    cairo_curve_to(on, peak - 6, line - 4, -0.45 * w, line - 2, -0.62 * w, line + 3);
    cairo_curve_to(on, -w + 4, line + 8, -w + 5, temple - 12, -w, temple);
    cairo_close_path(on);
    fill_hair(on, of, 0);
}

/* Two wings that fall from a parting to the sides of the face. */
static void wings(cairo_t *on, const face *of, double lift, double length, double cover)
{
    double w = of->width + 5, top = -of->brow - lift, part = 14 * of->parting;
    for (int side = -1; side <= 1; side += 2) {
        cairo_move_to(on, part, top + 1);
        cairo_curve_to(on, side * 0.8 * w, top - 1, side * (w + 3), -32, side * (w + 1), length);
        cairo_curve_to(on, side * (w - 7), length - 8, side * (w - cover * 0.6), -8, side * (w - cover), -24);
        cairo_curve_to(on, side * (w - cover - 8), -32, part + side * 5, top + 14, part, top + 1);
        fill_hair(on, of, 0);
    }
}

/* A few strands that catch the light. */
static void shine(cairo_t *on, const face *of, double lift)
{
    double top = -of->brow - lift, x = 16 * of->light;
    cairo_save(on);
    cairo_scale(on, 1, 0.5);
    brush_glow(on, x, 2 * (top + 7), 18, colour_faded(colour_lit(of->hair, 0.45), 0.35));
    cairo_restore(on);
}

void hair_front(cairo_t *on, const face *of, dice *rolled)
{
    double lift = dice_between(rolled, 6, 12), line = -of->brow + dice_between(rolled, 8, 16);
    switch (of->style) {
    case HAIR_BALD:
        return;
    case HAIR_SHORT:
        crown(on, of, lift, line, 10 * of->parting, dice_between(rolled, -8, 6));
        break;
    case HAIR_SWEPT:
        crown(on, of, lift + 4, line, 10 * (of->parting > 0 ? 1 : -1), dice_between(rolled, -6, 8));
        break;
    case HAIR_CURLY:
        crown(on, of, lift, line, 0, -10);
        break;
    case HAIR_BUN:
        crown(on, of, lift, line, 0, 2);
        break;
    default:
        if (dice_chance(rolled, 0.25))
            crown(on, of, lift + 2, -22, 8 * of->parting, 12);
        else
            wings(on, of, lift + 2, dice_between(rolled, 20, 44), dice_between(rolled, 9, 15));
    }
    shine(on, of, lift);
}

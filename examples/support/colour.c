#include "colour.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

static colour from_hex(uint32_t hex)
{
    return (colour){(double)(hex >> 16 & 0xff) / 255, (double)(hex >> 8 & 0xff) / 255, (double)(hex & 0xff) / 255, 1};
}

colour colour_of(enum ink ink)
{
    static const uint32_t hex[] = {
        [INK_TEXT] = 0x2a2d34,  [INK_MUTED] = 0x767b85,  [INK_GRID] = 0xe7e9ed,
        [INK_PAPER] = 0xffffff, [INK_MODEL] = 0xcf5b36,  [INK_TARGET] = 0x2b6c9e,
        [INK_GREEN] = 0x3c8d6a, [INK_VIOLET] = 0x7f5ba6, [INK_GOLD] = 0xb98a14,
    };
    return from_hex(hex[ink]);
}

colour colour_faded(colour base, double opacity)
{
    base.opacity = opacity;
    return base;
}

/* Oklab (Ottosson 2020): equal distances in it look equally different. */
typedef struct oklab {
    double lightness, a, b;
} oklab;

static double to_linear(double value)
{
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double from_linear(double value)
{
    value = fmin(fmax(value, 0), 1);
    return value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055;
}

static oklab to_oklab(colour from)
{
    double red = to_linear(from.red), green = to_linear(from.green), blue = to_linear(from.blue);
    double l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return (oklab){0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                   1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                   0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

static colour from_oklab(oklab from)
{
    double l = pow(from.lightness + 0.3963377774 * from.a + 0.2158037573 * from.b, 3);
    double m = pow(from.lightness - 0.1055613458 * from.a - 0.0638541728 * from.b, 3);
    double s = pow(from.lightness - 0.0894841775 * from.a - 1.2914855480 * from.b, 3);
    return (colour){from_linear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                    from_linear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                    from_linear(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 1};
}

colour colour_map_at(enum colour_map map, double share)
{
    static const uint32_t sequential[] = {0xfdfdfe, 0xd9e6f0, 0x9fc3dd, 0x5b98c3, 0x2b6c9e, 0x17456b, 0x0b2540};
    static const uint32_t diverging[] = {0x8a2c14, 0xcf5b36, 0xeda386, 0xfaf9f8, 0x93bbd8, 0x2b6c9e, 0x123e61};
    const uint32_t *anchors = map == MAP_SEQUENTIAL ? sequential : diverging;
    double position = fmin(fmax(share, 0), 1) * 6;
    size_t below = position >= 6 ? 5 : (size_t)position;
    oklab from = to_oklab(from_hex(anchors[below])), to = to_oklab(from_hex(anchors[below + 1]));
    double part = position - (double)below;
    return from_oklab((oklab){from.lightness + part * (to.lightness - from.lightness), from.a + part * (to.a - from.a),
                              from.b + part * (to.b - from.b)});
}

double colour_lightness(colour of)
{
    return to_oklab(of).lightness;
}

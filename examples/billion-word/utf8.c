#include "utf8.h"

/* The first byte of a character. Ranges of the second one keep out what has a shorter form, surrogates, and what is
 * beyond U+10FFFF (Unicode 15, table 3-7). */
static size_t begin(utf8_decoder *decoder, uint8_t byte, uint32_t *point)
{
    if (byte < 0x80) {
        *point = byte;
        return 1;
    }
    if (byte < 0xc2 || byte > 0xf4) {
        decoder->replaced++;
        *point = UTF8_REPLACEMENT;
        return 1;
    }
    decoder->missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    decoder->point = byte & (0x3fu >> decoder->missing);
    decoder->low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    decoder->high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return 0;
}

size_t utf8_end(utf8_decoder *decoder, uint32_t points[1])
{
    if (decoder->missing == 0)
        return 0;
    decoder->missing = 0;
    decoder->replaced++;
    points[0] = UTF8_REPLACEMENT;
    return 1;
}

size_t utf8_decode(utf8_decoder *decoder, uint8_t byte, uint32_t points[2])
{
    if (decoder->missing == 0)
        return begin(decoder, byte, points);
    if (byte < decoder->low || byte > decoder->high) {
        size_t broken = utf8_end(decoder, points);
        return broken + begin(decoder, byte, points + broken);
    }
    decoder->point = decoder->point << 6 | (byte & 0x3fu);
    decoder->low = 0x80;
    decoder->high = 0xbf;
    if (--decoder->missing > 0)
        return 0;
    points[0] = decoder->point;
    return 1;
}

size_t utf8_encode(uint32_t point, char bytes[UTF8_BYTES_MOST])
{
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; point >>= 6)
        bytes[i] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)((0xf00u >> length & 0xf0u) | point);
    return length;
}

/*
 * EXIF data are a TIFF file without pixels: a header, and a directory of entries of 12 bytes. JPEG has them in a
 * segment APP1, PNG in a chunk eXIf, WebP in a chunk EXIF. All sizes and places come from the file, and any may be
 * wrong.
 */
#include "images/exif.h"

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

typedef struct span {
    const uint8_t *bytes;
    size_t size;
} span;

static const span nothing = {NULL, 0};

static span from(span of, size_t at)
{
    return at < of.size ? (span){of.bytes + at, of.size - at} : nothing;
}

static bool begins(span of, const char *with, size_t length)
{
    return of.size >= length && memcmp(of.bytes, with, length) == 0;
}

static uint32_t whole_number(const uint8_t *bytes, size_t count, bool little)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes[little ? count - 1 - i : i];
    return value;
}

/* Segments up to the first scan. */
static span find_in_jpeg(span file)
{
    enum { FILL = 0xff, APP1 = 0xe1, SCAN = 0xda, END = 0xd9, ALONE_FIRST = 0xd0, ALONE_LAST = 0xd7 };
    span left = from(file, 2);
    while (left.size >= 4 && left.bytes[0] == FILL) {
        uint8_t marker = left.bytes[1];
        size_t length = whole_number(left.bytes + 2, 2, false);
        if (marker == FILL || (marker >= ALONE_FIRST && marker <= ALONE_LAST)) {
            left = from(left, marker == FILL ? 1 : 2);
            continue;
        }
        if (marker == SCAN || marker == END || length < 2 || length > left.size - 2)
            break;
        span segment = {left.bytes + 4, length - 2};
        if (marker == APP1 && begins(segment, "Exif\0", 6))
            return segment;
        left = from(left, 2 + length);
    }
    return nothing;
}

/* The chunk may stand before or behind the pixels; a damaged one says nothing. */
static span find_in_png(span file)
{
    enum { AROUND = 12 };
    span left = from(file, 8);
    while (left.size >= AROUND) {
        size_t length = whole_number(left.bytes, 4, false);
        if (length > left.size - AROUND)
            break;
        if (begins(from(left, 4), "eXIf", 4)) {
            uint32_t sum = whole_number(left.bytes + 8 + length, 4, false);
            bool sound = crc32(0, left.bytes + 4, (uInt)(4 + length)) == sum;
            return sound ? (span){left.bytes + 8, length} : nothing;
        }
        left = from(left, AROUND + length);
    }
    return nothing;
}

/* Files of the extended form say at their beginning whether they have such a chunk. */
static span find_in_webp(span file)
{
    enum { HEAD = 8, FLAG_EXIF = 0x08 };
    span left = from(file, 12);
    if (!begins(left, "VP8X", 4) || left.size <= HEAD || !(left.bytes[HEAD] & FLAG_EXIF))
        return nothing;
    while (left.size > HEAD) {
        size_t length = whole_number(left.bytes + 4, 4, true);
        if (length > left.size - HEAD)
            break;
        if (begins(left, "EXIF", 4))
            return (span){left.bytes + HEAD, length};
        left = from(left, HEAD + length);
        left = from(left, length % 2);
    }
    return nothing;
}

static span find(span file)
{
    if (begins(file, "\xff\xd8\xff", 3))
        return find_in_jpeg(file);
    if (begins(file, "\x89PNG\r\n\x1a\n", 8))
        return find_in_png(file);
    return begins(file, "RIFF", 4) && begins(from(file, 8), "WEBP", 4) ? find_in_webp(file) : nothing;
}

/* A whole number of an entry, alone; 0 for anything else. */
static uint32_t entry_value(const uint8_t *entry, bool little)
{
    enum { TYPE_BYTE = 1, TYPE_SHORT = 3, TYPE_LONG = 4 };
    if (whole_number(entry + 4, 4, little) != 1)
        return 0;
    switch (whole_number(entry + 2, 2, little)) {
    case TYPE_BYTE:
        return entry[8];
    case TYPE_SHORT:
        return whole_number(entry + 8, 2, little);
    case TYPE_LONG:
        return whole_number(entry + 8, 4, little);
    default:
        return 0;
    }
}

int exif_orientation(const uint8_t *bytes, size_t size)
{
    enum { ENTRY = 12, TAG_ORIENTATION = 0x0112 };
    span tiff = find((span){bytes, size});
    uint32_t found = 1;
    while (begins(tiff, "Exif\0", 6))
        tiff = from(tiff, 6);
    bool little = begins(tiff, "II*\0", 4);
    if (tiff.size < 8 || (!little && !begins(tiff, "MM\0*", 4)))
        return 1;
    span directory = from(tiff, whole_number(tiff.bytes + 4, 4, little));
    size_t count = directory.size >= 2 ? whole_number(directory.bytes, 2, little) : 0;
    for (span left = from(directory, 2); count > 0 && left.size >= ENTRY; left = from(left, ENTRY), count--)
        if (whole_number(left.bytes, 2, little) == TAG_ORIENTATION)
            found = entry_value(left.bytes, little);
    return found >= 1 && found <= 8 ? (int)found : 1;
}

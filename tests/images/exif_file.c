#include "exif_file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

typedef struct writing {
    uint8_t *bytes;
    size_t size;
} writing;

static void put_bytes(writing *to, const void *bytes, size_t count)
{
    memcpy(to->bytes + to->size, bytes, count);
    to->size += count;
}

static void put_number(writing *to, size_t value, size_t count, int little)
{
    for (size_t i = 0; i < count; i++)
        to->bytes[to->size++] = (uint8_t)(value >> 8 * (little ? i : count - 1 - i));
}

static void put_entry(writing *to, size_t tag, size_t type, size_t count, size_t value, int little)
{
    const size_t used = type == 3 && count == 1 ? 2 : 4;
    put_number(to, tag, 2, little);
    put_number(to, type, 2, little);
    put_number(to, count, 4, little);
    put_number(to, value, used, little);
    put_number(to, 0, 4 - used, little);
}

size_t exif_make(int orientation, int little, uint8_t exif[EXIF_MOST])
{
    enum { AT = 10 };
    writing to = {exif, 0};
    put_bytes(&to, little ? "II" : "MM", 2);
    put_number(&to, 42, 2, little);
    put_number(&to, AT, 4, little);
    put_number(&to, 0, 2, little); /* what the header need not be followed by */
    put_number(&to, 3, 2, little);
    put_entry(&to, 0x0100, 4, 1, 3000, little);
    put_entry(&to, 0x0112, 3, 1, (size_t)orientation, little);
    put_entry(&to, 0x011a, 5, 1, AT + 2 + 3 * 12 + 4, little);
    put_number(&to, 0, 4, little);
    put_number(&to, 72, 4, little);
    put_number(&to, 1, 4, little);
    return to.size;
}

/* Behind the marker that begins the file. */
static void put_in_jpeg(writing *to, const uint8_t *bytes, size_t size, const uint8_t *exif, size_t exif_size)
{
    put_bytes(to, bytes, 2);
    put_bytes(to, "\xff\xe1", 2);
    put_number(to, 2 + 6 + exif_size, 2, 0);
    put_bytes(to, "Exif\0", 6);
    put_bytes(to, exif, exif_size);
    put_bytes(to, bytes + 2, size - 2);
}

/* Behind the header, or before the end. */
static void put_in_png(writing *to, const uint8_t *bytes, size_t size, const uint8_t *exif, size_t exif_size,
                       int behind)
{
    const size_t at = behind ? size - 12 : 33;
    put_bytes(to, bytes, at);
    put_number(to, exif_size, 4, 0);
    size_t chunk = to->size;
    put_bytes(to, "eXIf", 4);
    put_bytes(to, exif, exif_size);
    put_number(to, crc32(0, to->bytes + chunk, (uInt)(4 + exif_size)), 4, 0);
    put_bytes(to, bytes + at, size - at);
}

/* The extended form, with the size that the simple one has within: 14 bits each at 26 of a lossy file. */
static void put_in_webp(writing *to, const uint8_t *bytes, size_t size, const uint8_t *exif, size_t exif_size)
{
    size_t width = (bytes[26] | (size_t)bytes[27] << 8) & 0x3fff,
           height = (bytes[28] | (size_t)bytes[29] << 8) & 0x3fff;
    put_bytes(to, bytes, 12);
    put_bytes(to, "VP8X", 4);
    put_number(to, 10, 4, 1);
    put_number(to, 0x08, 4, 1);
    put_number(to, width - 1, 3, 1);
    put_number(to, height - 1, 3, 1);
    put_bytes(to, bytes + 12, size - 12);
    put_bytes(to, "EXIF", 4);
    put_number(to, exif_size, 4, 1);
    put_bytes(to, exif, exif_size);
    put_number(to, 0, exif_size % 2, 1);
    writing whole = {to->bytes, 4};
    put_number(&whole, to->size - 8, 4, 1);
}

uint8_t *exif_put(enum image_format format, const uint8_t *bytes, size_t size, const uint8_t *exif, size_t exif_size,
                  int behind, size_t *put)
{
    writing to = {malloc(size + exif_size + 64), 0};
    if (!to.bytes)
        return NULL;
    if (format == IMAGE_JPEG)
        put_in_jpeg(&to, bytes, size, exif, exif_size);
    else if (format == IMAGE_PNG)
        put_in_png(&to, bytes, size, exif, exif_size, behind);
    else
        put_in_webp(&to, bytes, size, exif, exif_size);
    *put = to.size;
    return to.bytes;
}

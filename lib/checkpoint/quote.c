/* Parts of error messages about files: parts of texts, and the system's reasons. */
#include "checkpoint/safetensors.h"

#include <stdio.h>
#include <string.h>

enum { PART = 80, PATH_PART = 110, LEAD = 24 };

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* [first, last) of the text, moved inwards to whole characters, with dots where something is missing. */
static quoted quote_range(const char *text, size_t length, size_t first, size_t last)
{
    while (first < last && first > 0 && continues_character(text[first]))
        first++;
    while (last > first && last < length && continues_character(text[last]))
        last--;
    quoted part;
    snprintf(part.text, sizeof part.text, "%s%.*s%s", first > 0 ? "..." : "", (int)(last - first), text + first,
             last < length ? "..." : "");
    for (char *at = part.text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 127)
            *at = '?';
    return part;
}

quoted quote(const char *text, size_t about)
{
    size_t length = strlen(text);
    size_t first = length <= PART || about <= LEAD ? 0 : about - LEAD;
    if (first > 0 && first + PART > length)
        first = length - PART;
    return quote_range(text, length, first, first + PART < length ? first + PART : length);
}

quoted quote_path(const char *path)
{
    size_t length = strlen(path);
    return quote_range(path, length, length > PATH_PART ? length - PATH_PART : 0, length);
}

quoted quote_bytes(const char *bytes, size_t count)
{
    char text[PART + 1];
    if (count > PART)
        count = PART;
    memcpy(text, bytes, count);
    text[count] = '\0';
    return quote(text, 0);
}

quoted system_reason(int error)
{
    quoted reason;
    if (strerror_r(error, reason.text, sizeof reason.text) != 0)
        snprintf(reason.text, sizeof reason.text, "error %d", error);
    return reason;
}

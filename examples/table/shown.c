#include "shown.h"

#include <string.h>

static size_t bytes_of(unsigned char first)
{
    return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t shown(const char *text, size_t most, char into[SHOWN_SIZE])
{
    size_t count = 0;
    char *to = into;
    for (; *text && count < most; count++) {
        unsigned char first = (unsigned char)*text;
        size_t bytes = bytes_of(first), have = strnlen(text, bytes);
        /* C0, DEL, and C1, which is U+0080 to U+009F */
        if (first < ' ' || first == 0x7f || (first == 0xc2 && (unsigned char)text[1] < 0xa0))
            *to++ = '?';
        else
            to = (char *)memcpy(to, text, have) + have;
        text += have;
    }
    if (*text) {
        memcpy(to, "...", 3);
        to += 3;
        count += 3;
    }
    *to = '\0';
    return count;
}

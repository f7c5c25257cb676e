#include "packed.h"

#include <string.h>

const char *packed_kind(const void *bytes, size_t size)
{
    static const struct {
        const char *start;
        size_t length;
        const char *kind;
    } kinds[] = {{"\x1f\x8b", 2, "compressed by gzip; unpack it"},
                 {"\xfd"
                  "7zXZ",
                  5, "compressed by xz; unpack it"},
                 {"BZh", 3, "compressed by bzip2; unpack it"},
                 {"\x28\xb5\x2f\xfd", 4, "compressed by zstd; unpack it"},
                 {"PK\x03\x04", 4, "a zip archive or a spreadsheet; unpack it, or export a text file"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (size > kinds[i].length && memcmp(bytes, kinds[i].start, kinds[i].length) == 0)
            return kinds[i].kind;
    return NULL;
}

#include "csv_bytes.h"

#include "support/console.h"
#include "support/files.h"
#include "support/packed.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* How many bytes the character at `at` takes; 0 if it is not UTF-8 (RFC 3629). */
static size_t character_bytes(const unsigned char *at, size_t left)
{
    size_t bytes = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
    if (bytes > left)
        return 0;
    for (size_t i = 1; i < bytes; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    /* too long for what it says, a surrogate, or above U+10FFFF */
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return bytes;
}

/* The first byte that is NUL or begins no character; `size` if there is none. Eight at a time where all are ASCII. */
static size_t find_odd_byte(const char *bytes, size_t size)
{
    static const uint64_t high = 0x8080808080808080u, low = 0x0101010101010101u;
    for (size_t at = 0; at < size;) {
        uint64_t eight;
        if (size - at >= sizeof eight) {
            memcpy(&eight, bytes + at, sizeof eight);
            if ((eight & high) == 0 && ((eight - low) & high) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t taken = bytes[at] == '\0' ? 0 : character_bytes((const unsigned char *)bytes + at, size - at);
        if (taken == 0)
            return at;
        at += taken;
    }
    return size;
}

static size_t line_of(const char *bytes, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n' || (bytes[i] == '\r' && bytes[i + 1] != '\n');
    return line;
}

static bool check(const char *path, const char *bytes, size_t size)
{
    static const char utf16[] = "expected UTF-8, which 'iconv -f UTF-16 -t UTF-8' makes of it";
    if (size == 0)
        return complain("%s is empty; expected a line of names, and rows", path);
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return complain("%s is UTF-16; %s", path, utf16);
    size_t odd = find_odd_byte(bytes, size);
    if (odd == size)
        return true;
    const char *packed = packed_kind(bytes, size);
    if (packed)
        return complain("%s is %s", path, packed);
    if (bytes[odd] == '\0' && odd < 2 && size > 3 && bytes[odd + 2] == '\0')
        return complain("%s seems to be UTF-16; %s", path, utf16);
    if (bytes[odd] == '\0')
        return complain("%s, line %zu: a NUL byte; expected text", path, line_of(bytes, odd));
    return complain("%s, line %zu: the byte 0x%02x is not UTF-8; if the file is Latin-1, 'iconv -f LATIN1 -t UTF-8' "
                    "makes UTF-8 of it",
                    path, line_of(bytes, odd), (unsigned char)bytes[odd]);
}

/* A file may become shorter while it is read. */
static char *read_all(const char *path, FILE *stream, size_t *size)
{
    struct stat status;
    if (fstat(fileno(stream), &status) != 0) {
        complain("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    *size = (size_t)status.st_size;
    char *bytes = malloc(*size + 1);
    if (!bytes) {
        complain("no memory for the %zu MiB of %s", *size >> 20, path);
        return NULL;
    }
    *size = fread(bytes, 1, *size, stream);
    bytes[*size] = '\0';
    if (!ferror(stream))
        return bytes;
    complain("cannot read %s: %s", path, strerror(errno));
    free(bytes);
    return NULL;
}

char *csv_bytes_read(const char *path, size_t *size, size_t *begin)
{
    FILE *stream = file_open(path);
    if (!stream)
        return NULL;
    char *bytes = read_all(path, stream, size);
    fclose(stream);
    if (!bytes)
        return NULL;
    if (!check(path, bytes, *size)) {
        free(bytes);
        return NULL;
    }
    *begin = *size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return bytes;
}

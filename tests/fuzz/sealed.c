/* See sealed.h. */
#include "sealed.h"

#include "checkpoint/safetensors.h"
#include "driver.h"

#include <string.h>

void sealed_seal(char *bytes, size_t size)
{
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES && size >= BLOCK_LEAST; i++)
        length |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    if (size < BLOCK_LEAST || length > size - LENGTH_BYTES || length < BLOCK_LEAST - LENGTH_BYTES)
        return;
    size_t block = LENGTH_BYTES + (size_t)length;
    memcpy(bytes + LENGTH_BYTES, HEADER_START, sizeof HEADER_START - 1);
    memcpy(bytes + CHECKSUM_AT + CHECKSUM_DIGITS, HEADER_MIDDLE, sizeof HEADER_MIDDLE - 1);
    uLong sum = crc32_z(0, (const Bytef *)bytes + block, size - block);
    memcpy(bytes + DATA_CHECKSUM_AT, checksum_print(sum).digits, CHECKSUM_DIGITS);
    memcpy(bytes + CHECKSUM_AT, block_checksum(bytes, block).digits, CHECKSUM_DIGITS);
}

/* A file in the making: what stands before `header` counts as its block. */
typedef struct file_draft {
    char *bytes;
    size_t size, header;
} file_draft;

static void insert(file_draft *draft, size_t at, const char *text, size_t length)
{
    if (draft->size + length > FUZZ_ROOM)
        return;
    memmove(draft->bytes + at + length, draft->bytes + at, draft->size - at);
    memcpy(draft->bytes + at, text, length);
    draft->size += length;
    if (at <= draft->header)
        draft->header += length;
}

static void cut(file_draft *draft, size_t at, size_t length)
{
    memmove(draft->bytes + at, draft->bytes + at + length, draft->size - at - length);
    draft->size -= length;
    if (at < draft->header)
        draft->header -= length < draft->header - at ? length : draft->header - at;
}

static void wound(file_draft *draft)
{
    static const char *const words[] = {"{",       "}",   "[",        "]",          ",",    "\"",
                                        ":",       "0",   "-1",       "1e9",        "null", "true",
                                        "\\u0000", "\\n", "[[[[[[[[", "4294967296", "\xff", "9223372036854775807"};
    const char *word = words[fuzz_below(sizeof words / sizeof words[0])];
    char piece[64];
    size_t at = fuzz_below(draft->size), length = 1 + fuzz_below(sizeof piece);
    length = length > draft->size - at ? draft->size - at : length;
    memcpy(piece, draft->bytes + at, length);
    switch (fuzz_below(7)) {
    case 0:
        draft->bytes[at] = (char)(draft->bytes[at] ^ 1 << fuzz_below(8));
        break;
    case 1:
        draft->bytes[at] = (char)fuzz_below(256);
        break;
    case 2:
        insert(draft, at, word, strlen(word));
        break;
    case 3:
        insert(draft, fuzz_below(draft->size), piece, length);
        break;
    case 4:
        cut(draft, at, draft->size > 1 ? 1 : 0);
        break;
    case 5:
        cut(draft, at, draft->size > length ? length : 0);
        break;
    default: /* another digit, often of a shape or an offset */
        while (at + 1 < draft->size && (draft->bytes[at] < '0' || draft->bytes[at] > '9'))
            at++;
        draft->bytes[at] = (char)('0' + fuzz_below(10));
    }
}

/* Mostly the length in front fits the header. */
static void fit_length(file_draft *draft)
{
    if (fuzz_below(8) == 0 || draft->header < LENGTH_BYTES || draft->size < LENGTH_BYTES)
        return;
    for (int i = 0; i < LENGTH_BYTES; i++)
        draft->bytes[i] = (char)((uint64_t)(draft->header - LENGTH_BYTES) >> 8 * i & 255);
}

size_t sealed_damage(uint8_t *bytes, size_t size)
{
    file_draft draft = {.bytes = (char *)bytes, .size = size};
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES && size >= LENGTH_BYTES; i++)
        length |= (uint64_t)bytes[i] << 8 * i;
    draft.header = size >= LENGTH_BYTES && length <= size - LENGTH_BYTES ? LENGTH_BYTES + (size_t)length : 0;
    wound(&draft);
    fit_length(&draft);
    return draft.size;
}

/* CRC-32 as zlib and PNG have it: polynomial 0xedb88320, bits reversed. Eight tables take eight bytes a turn. */
#include "checkpoint/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void checksum_begin(checksum *sum)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = value & 1 ? value >> 1 ^ UINT32_C(0xedb88320) : value >> 1;
        sum->table[0][byte] = value;
    }
    for (int turn = 1; turn < 8; turn++)
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t value = sum->table[turn - 1][byte];
            sum->table[turn][byte] = value >> 8 ^ sum->table[0][value & 255];
        }
    sum->value = 0;
}

void checksum_add(checksum *sum, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    const uint32_t(*table)[256] = (const uint32_t(*)[256])sum->table;
    uint32_t value = ~sum->value;
    for (; count >= 8; count -= 8, at += 8) {
        uint32_t low, high;
        memcpy(&low, at, 4);
        memcpy(&high, at + 4, 4);
        low ^= value;
        value = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^ table[4][low >> 24] ^
                table[3][high & 255] ^ table[2][high >> 8 & 255] ^ table[1][high >> 16 & 255] ^ table[0][high >> 24];
    }
    for (; count > 0; count--)
        value = value >> 8 ^ table[0][(value ^ *at++) & 255];
    sum->value = ~value;
}

checksum_text checksum_print(const checksum *sum)
{
    checksum_text text;
    snprintf(text.digits, sizeof text.digits, "%08" PRIx32, sum->value);
    return text;
}

checksum_text block_checksum(const char *block, size_t size)
{
    checksum sum;
    checksum_begin(&sum);
    checksum_add(&sum, block, CHECKSUM_AT);
    checksum_add(&sum, "00000000", CHECKSUM_DIGITS);
    checksum_add(&sum, block + CHECKSUM_AT + CHECKSUM_DIGITS, size - CHECKSUM_AT - CHECKSUM_DIGITS);
    return checksum_print(&sum);
}

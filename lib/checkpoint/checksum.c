/* CRC-32 of a file's header and values, as text. */
#include "checkpoint/safetensors.h"

#include <stdio.h>

checksum_text checksum_print(uLong sum)
{
    checksum_text text;
    snprintf(text.digits, sizeof text.digits, "%08lx", sum);
    return text;
}

checksum_text block_checksum(const char *block, size_t size)
{
    const Bytef *bytes = (const Bytef *)block;
    uLong sum = crc32_z(0, bytes, CHECKSUM_AT);
    sum = crc32_z(sum, (const Bytef *)"00000000", CHECKSUM_DIGITS);
    return checksum_print(crc32_z(sum, bytes + CHECKSUM_AT + CHECKSUM_DIGITS, size - CHECKSUM_AT - CHECKSUM_DIGITS));
}

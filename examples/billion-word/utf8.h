/* Unicode code points from bytes and back. What is not UTF-8 becomes U+FFFD, once for each longest piece that could
 * have begun a character, as the Unicode standard advises. */
#ifndef BILLION_WORD_UTF8_H
#define BILLION_WORD_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xfffd, UTF8_POINTS = 0x110000, UTF8_BYTES_MOST = 4 };

/* Begins as zeros. */
typedef struct utf8_decoder {
    uint32_t point;    /* what the character's bytes so far say */
    uint8_t missing;   /* bytes it still needs */
    uint8_t low, high; /* range of the next one */
    uint32_t replaced; /* pieces that were not UTF-8 */
} utf8_decoder;

/* One more byte; gives the 0, 1 or 2 code points it completes: a byte that breaks a character off can be one itself. */
size_t utf8_decode(utf8_decoder *decoder, uint8_t byte, uint32_t points[2]);

/* No byte follows: gives the 0 or 1 code points of a character that was cut short. */
size_t utf8_end(utf8_decoder *decoder, uint32_t points[1]);

/* The bytes of a code point; their number. */
size_t utf8_encode(uint32_t point, char bytes[UTF8_BYTES_MOST]);

#endif

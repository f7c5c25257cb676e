/* Digests of numbers and arrays: whatever changes in one of them changes the digest, but for a chance of 2^-64. */
#include "trainer/ranks.h"

#include <string.h>

/* A bijection of the digest so far (the mixing of MurmurHash3's end). */
void digest_number(uint64_t *digest, uint64_t number)
{
    uint64_t mixed = *digest ^ number;
    mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccdu;
    mixed = (mixed ^ mixed >> 33) * 0xc4ceb9fe1a85ec53u;
    *digest = (mixed ^ mixed >> 33) + 0x9e3779b97f4a7c15u;
}

void digest_real(uint64_t *digest, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    digest_number(digest, bits);
}

/* Four chains side by side, since each waits for its multiplications. */
void digest_words(uint64_t *digest, const void *values, size_t count)
{
    enum { CHAINS = 4, WORDS = 2 * CHAINS };
    const char *from = values;
    uint64_t chain[CHAINS] = {1, 2, 3, 4}, word[CHAINS];
    for (size_t i = 0; i < count; i += WORDS) {
        size_t left = count - i;
        memset(word, 0, sizeof word);
        memcpy(word, from + 4 * i, left < WORDS ? 4 * left : sizeof word);
        for (size_t j = 0; j < CHAINS; j++)
            chain[j] = ((chain[j] ^ word[j]) << 29 | (chain[j] ^ word[j]) >> 35) * 0x9e3779b97f4a7c15u;
    }
    digest_number(digest, count);
    for (size_t j = 0; j < CHAINS; j++)
        digest_number(digest, chain[j]);
}

/*
 * Random numbers as a function of a key and a position: nothing to save, and the same numbers wherever a run is taken
 * up again. Philox4x32-10 (Salmon et al. 2011).
 */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a sequence is for; two sequences of one seed have different streams. */
typedef struct random_stream {
    uint64_t seed;
    uint32_t stream;
    uint64_t update; /* 0 where the sequence does not change with training */
} random_stream;

/* Four random words at a position. */
void random_words(random_stream stream, uint32_t position, uint32_t words[4]);

/* Uniform in (0, 1). */
double random_unit(uint32_t word);

/* Uniform in 0 ... bound - 1; bound is above 0. */
uint32_t random_below(uint32_t word, uint32_t bound);

/* Two independent standard normals from two words (Box and Muller 1958). */
void random_normals(uint32_t first, uint32_t second, double normals[2]);

#endif

/* See labels.h. Labelling l is a function of the seed and l alone. */
#include "plummer/labels.h"

#include <string.h>

enum { WORD = 64, DRAWN = 1024 /* random numbers at a time */ };

static void set_bit(uint64_t *bits, size_t i)
{
    bits[i / WORD] |= (uint64_t)1 << i % WORD;
}

/* Each subset of that size is equally likely: a sample is taken with the probability of those still wanted among those
 * left (Knuth, Algorithm 3.4.2S; Fan, Muller & Rezucha 1962). */
static void draw_labelling(const labels *from, size_t labelling, uint64_t *bits)
{
    random_key key = {from->seed, STREAM_PERMUTATION, labelling};
    uint32_t random[DRAWN];
    size_t wanted = from->n_target;
    for (size_t i = 0; i < from->samples && wanted > 0; i++) {
        if (i % DRAWN == 0)
            random_bits(key, i, DRAWN, random);
        if ((uint64_t)random[i % DRAWN] * (from->samples - i) >> 32 < wanted) {
            set_bit(bits, i);
            wanted--;
        }
    }
}

static void make_labelling(void *work, size_t labelling, size_t worker)
{
    (void)worker;
    labels *made = work;
    uint64_t *bits = made->bits + labelling * made->words;
    memset(bits, 0, made->words * sizeof *bits);
    if (labelling > 0) {
        draw_labelling(made, labelling, bits);
        return;
    }
    for (size_t i = made->samples - made->n_target; i < made->samples; i++)
        set_bit(bits, i);
}

coulomb_status labels_make(labels *made)
{
    size_t words;
    made->words = piece_count(made->samples, WORD);
    bool fits = size_product(made->labellings, made->words, &words);
    made->bits = memory_get(made->context, fits ? words : SIZE_MAX, sizeof *made->bits);
    if (made->bits == NULL)
        return COULOMB_ERROR_MEMORY;
    run_pieces(made->context, made->labellings, make_labelling, made);
    return COULOMB_OK;
}

void labels_release(labels *made)
{
    memory_release(made->context, made->bits);
}

void labels_read(const labels *from, size_t labelling, size_t count, size_t first, size_t n, double *values)
{
    for (size_t l = 0; l < count; l++) {
        const uint64_t *bits = from->bits + (labelling + l) * from->words;
        for (size_t i = 0; i < n; i++)
            values[l * n + i] = (double)(bits[(first + i) / WORD] >> (first + i) % WORD & 1);
    }
}

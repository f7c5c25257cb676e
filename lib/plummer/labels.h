/* Who belongs to which set, for many permutations of pooled samples. Only for files of this folder. */
#ifndef PLUMMER_LABELS_H
#define PLUMMER_LABELS_H

#include "plummer/handle.h"

/* A bit for each sample of each labelling: 1 for the target set. */
typedef struct labels {
    coulomb_context *context;
    uint64_t seed;
    size_t samples, n_target; /* of the samples n_target have a 1; in labelling 0 they are the last */
    size_t labellings;
    size_t words;   /* of a labelling */
    uint64_t *bits; /* [labellings, words] */
} labels;

coulomb_status labels_make(labels *made);
void labels_release(labels *made);

/* Samples [first, first + n) of labellings [labelling, labelling + count) as 0 and 1. */
void labels_read(const labels *from, size_t labelling, size_t count, size_t first, size_t n, double *values);

#endif

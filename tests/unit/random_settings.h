/* Random settings of potentials: dimension, kernel, exponent, epsilons, scale, distance from the origin, coincidence
 * and counts. A number makes a setting up, the same one in every run. */
#ifndef UNIT_RANDOM_SETTINGS_H
#define UNIT_RANDOM_SETTINGS_H

#include "unit/plummer_reference.h"

#include <coulomb/kernel.h>

enum { AT_MOST = 9 };

typedef struct setting {
    uint64_t number;
    charges all;
    double further[COULOMB_EPSILONS_MAX]; /* what all.further points to */
    float *at;
    size_t n_at;
    double scale, away; /* of all points, and how far they are from the origin in units of it */
    int self_terms;
    const char *kind; /* how the points lie */
} setting;

/* What float64 says of a setting. */
typedef struct expectation {
    reference *at, *model, *target; /* potentials */
    double *fields, *field_sizes;   /* [n_at, dimension], [n_at]: a magnitude is a vector's length */
    reference energy;
} expectation;

void setting_make(uint64_t number, setting *made);
void setting_free(setting *made);

expectation setting_expect(const setting *of);
void expectation_free(expectation *made);

double vector_length(size_t count, const double *values);

#endif

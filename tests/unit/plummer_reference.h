/* Potentials, fields and energies by naive loops in float64, for the tests of the fast ones. */
#ifndef UNIT_PLUMMER_REFERENCE_H
#define UNIT_PLUMMER_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

static const size_t no_sample = SIZE_MAX;

typedef struct charges {
    size_t dimension, n_model, n_target;
    float *model, *target;
    double exponent, epsilon;
    const double *further; /* epsilons beside the first */
    size_t n_further;
    int gaussian; /* the kernel; otherwise Plummer's */
} charges;

/* A value, and the sum of its terms' magnitudes: what its error is measured by. */
typedef struct reference {
    double value, size;
} reference;

/* Uniform between -1 and 1 plus `offset`, by charges_free() given back. */
charges charges_random(unsigned seed, size_t dimension, size_t n_model, size_t n_target, double exponent,
                       double epsilon);
void charges_free(charges *charges);
float *points_random(unsigned seed, size_t count, size_t dimension);

/* Potential at a; charges of these indices are left out and not counted. fields and field_sizes [dimension], or NULL.
 */
reference reference_potential(const charges *charges, const float *a, size_t without_model, size_t without_target,
                              double *fields, double *field_sizes);
reference reference_energy(const charges *charges, int keep_self_terms);

#endif

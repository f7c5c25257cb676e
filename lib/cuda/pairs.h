/* Sums over pairs on the GPU, as host code launches them. Rows are points at which something is wanted, columns are
 * charges. Every pair is computed at its row; a row's sums over the two sets are taken in the same order, so that equal
 * sets cancel exactly. For C and CUDA C++. */
#ifndef CUDA_PAIRS_H
#define CUDA_PAIRS_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    PAIR_MODEL,
    PAIR_TARGET,
    PAIR_SETS,
    PAIR_DIRECT_MOST = 32, /* dimensions up to which pairs are computed by differences alone */
    PAIR_SLICE = 1024,     /* most coordinates of one matrix product */
    PAIR_SCANNED = 4,      /* most arrays of a scan */
    PAIR_KERNELS = 8       /* most kernels of a sum */
};

/* A kernel in float32. */
typedef struct pair_formula {
    float epsilon2;                     /* added to squared distances; 0 of a Gaussian */
    float slope, slope_high, slope_low; /* -exponent/2, of a Gaussian -1 / (2 epsilon^2) in powers of 2; its leading 12
                                           bits and the rest */
} pair_formula;

/* How the sums are computed; decided on the device, where epsilons and the coordinates are. */
typedef struct pair_decision {
    enum { PAIR_FLOAT32, PAIR_FLOAT64, PAIR_NOT_FINITE } method;
    float largest;                /* magnitude of a coordinate, while it is being found */
    double epsilon[PAIR_KERNELS]; /* in ascending order */
    pair_formula function[PAIR_KERNELS];
} pair_decision;

/* Points at which potential, and field if that is not NULL, are wanted. */
typedef struct pair_rows {
    const float *points;
    size_t count;
    int own; /* the set whose pairs of equal index are left out; -1: none */
    float *potential;
    float *field;
} pair_rows;

typedef struct pair_work {
    size_t dimension;
    const float *columns[PAIR_SETS];
    size_t n_columns[PAIR_SETS];
    pair_rows rows[2];
    bool gaussian;
    double exponent, divisor[2][PAIR_SETS]; /* of sums at rows of either set; 0: there are no charges */
    size_t kernels;                         /* of the sum */
    const double *epsilon;                  /* [kernels] */
    bool field;
    double threshold; /* of |a-b|^2 + epsilon^2 over |a|^2 + |b|^2, below which a product lost too many digits */
    /* memory */
    pair_decision *decision;
    uint32_t *tickets; /* one for each tile of rows, and one for the scan; 0 between launches */
    double *sums;      /* [PAIR_SETS, groups, rows]; the first of each set's groups end as the totals */
    double *fields;    /* [PAIR_SETS, groups, rows, dimension] */
    /* cuts */
    size_t all_rows, tile, groups, width; /* rows of a tile; groups of `width` columns of each set */
} pair_work;

/* Look at all coordinates and choose the method. bounded: they are finite and none is above `largest`. */
typedef struct pair_scan {
    const float *array[PAIR_SCANNED];
    size_t count[PAIR_SCANNED];
    size_t dimension;
    bool bounded;
    float largest;
    bool gaussian;
    double exponent, power; /* power: of the steepest function that is summed */
    size_t kernels;
    const double *epsilon; /* [kernels] */
    pair_decision *decision;
    uint32_t *ticket;
} pair_scan;

void launch_pair_scan(cudaStream_t stream, const pair_scan *scan);

/* Few dimensions: kernels of up to so many. Tiles have PAIR_TILE rows, or PAIR_TILE times the last digit. */
enum { PAIR_TILE = 128 };
void launch_pairs_direct_2(cudaStream_t stream, const pair_work *work); /* 4 */
void launch_pairs_direct_3(cudaStream_t stream, const pair_work *work); /* 4 */
void launch_pairs_direct_4(cudaStream_t stream, const pair_work *work); /* 4 */
void launch_pairs_direct_8(cudaStream_t stream, const pair_work *work); /* 2 */
void launch_pairs_direct_16(cudaStream_t stream, const pair_work *work);
void launch_pairs_direct_32(cudaStream_t stream, const pair_work *work);

/* Energy of a batch from the totals of its rows, which are its charges. */
void launch_pair_energy(cudaStream_t stream, const pair_work *work, bool self_terms, double *energy);

/* --- many dimensions: matrix products of centred points --- */

/* centre[k] = mean of some of the points of all sets, for k below `width`; 0 from dimension on. */
void launch_pair_centre(cudaStream_t stream, const pair_work *work, size_t width, float *centre);

/* Arrays of points that are centred in one go: centred[i, width] = point i - centre, norms[i] its square, i counting
 * through all of them. */
typedef struct pair_shift {
    const float *points[2];
    size_t count[2], dimension, width;
    const float *centre;
    float *centred;
    double *norms;
} pair_shift;

void launch_pair_shift(cudaStream_t stream, const pair_shift *shift);

/* Columns of a set in a block: which, how many, and where they begin in a row of dots. */
typedef struct pair_range {
    size_t first, count, at;
} pair_range;

/* Rows, of both sets one after the other, against columns whose dots are there. */
typedef struct pair_block {
    const double *row_norms, *column_norms[PAIR_SETS]; /* of the first of all rows, of each set's first */
    const float *dots;                                 /* [slices, rows, columns] */
    size_t slices, first_row, rows, columns;
    pair_range range[PAIR_SETS];
    bool same;       /* rows are columns of their own set: pairs of equal index are a sample and itself */
    double *weights; /* [rows, columns] of the field; NULL: not wanted */
} pair_block;

/* Adds to the sums of the rows. */
void launch_pair_block(cudaStream_t stream, const pair_work *work, const pair_block *block);

/* Adds to the fields of the rows, which are all of the first set. */
void launch_pair_field(cudaStream_t stream, const pair_work *work, const pair_block *block);

/* Potentials and fields of a set of rows from totals: sums [PAIR_SETS, all_rows], rows starting at `first`. */
void launch_pair_results(cudaStream_t stream, const pair_work *work, int set, size_t first);

#ifdef __cplusplus
}
#endif

#endif

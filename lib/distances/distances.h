/* Squared distances between points: of all pairs of a tile by matrix products, and of one pair in float64. What the
 * sums over pairs and the search for neighbours have in common. */
#ifndef DISTANCES_DISTANCES_H
#define DISTANCES_DISTANCES_H

#include "kernels/kernels.h"

enum { DISTANCE_SLICE = 256 /* coordinates of one matrix product */ };

/* |a-b|^2 = |a|^2 + |b|^2 - 2 a.b for all rows and columns of a tile. Points are first centred near the mean of the
 * tile's points, slice by slice of the coordinates, and the slices' products are added in float64. */
typedef struct distance_tile {
    const kernels *kernels;
    size_t chunk, dimension;
    const float *rows, *columns;
    size_t n_rows, n_columns;         /* at most `chunk` */
    bool same;                        /* columns are the rows */
    double *row_norms, *column_norms; /* [chunk] */
    double *dots;                     /* [n_rows, n_columns] */
    float *values;                    /* likewise; one slice's dots */
    float *row_slice, *column_slice;  /* [chunk, DISTANCE_SLICE] centred */
    float centre[DISTANCE_SLICE];
} distance_tile;

/* Floats of working memory, and its division among the arrays; `chunk` is a multiple of 16. */
size_t distance_scratch(size_t chunk);
void distance_tile_lay_out(distance_tile *tile, float *scratch);

/* Coordinates [first, first + width) of the tile's points about their mean, or nearly that, to the slices; norms are
 * added to. */
void distance_tile_centre(distance_tile *tile, size_t first, size_t width);

/* Dots and norms of the tile. */
void distance_tile_dots(distance_tile *tile);

/* |a|^2 of the columns, wherever they are kept. */
const double *distance_column_norms(const distance_tile *tile);

/* In whatever order the sums are taken: |a|^2 + |b|^2 - 2 a.b is off by at most this much of |a|^2 + |b|^2 while all
 * squares are normal float32 numbers. A slice's products lose at most DISTANCE_SLICE 2^-24 = 2^-16 of it, its norms and
 * the centring less than a quarter of that. */
static const double distance_error = 0x1p-15;

/* |a-b|^2 in float64 throughout. */
double square_distance(size_t dimension, const float *a, const float *b);

#endif

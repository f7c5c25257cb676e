/* Potentials on the GPU from inside: where arrays stand in the memory of sums over pairs, and how the work is cut. */
#ifndef CUDA_PAIR_LAYOUT_H
#define CUDA_PAIR_LAYOUT_H

#include "cuda/cuda_device.h"
#include "cuda/pairs.h"

enum {
    PAIR_TICKETS = 16384, /* that stay 0 between launches */
    PAIR_ALIGNMENT = 256
};

struct device_pairs {
    cuda_device *cuda;
    char *memory;
    size_t bytes;
};

/* Where everything stands in the memory. */
typedef struct pair_layout {
    bool direct, many_tickets;
    bool copied, joined;              /* rows are copies; all columns go into one product */
    size_t rows, tile, groups, width; /* as in pair_work */
    size_t slice, slices, padded;     /* coordinates of a product, how many products, both together */
    size_t row_norms, column_norms, centre, centred_rows, centred_columns, dots, weights; /* in bytes, as below */
    size_t decision, tickets, sums, fields, total;
} pair_layout;

static inline size_t pair_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t pair_most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t pair_parts(size_t count, size_t part)
{
    return (count + part - 1) / part;
}

static inline size_t pair_carve(pair_layout *layout, size_t count, size_t size)
{
    size_t at = layout->total;
    layout->total += pair_parts(count * size, PAIR_ALIGNMENT) * PAIR_ALIGNMENT;
    return at;
}

/* pair_products.c: many dimensions. `separate`: rows are no columns. */
void pair_cut_products(pair_layout *layout, const pair_work *work, bool separate);
void pair_run_products(device_pairs *pairs, const pair_work *work, const pair_layout *layout, bool separate);

#endif

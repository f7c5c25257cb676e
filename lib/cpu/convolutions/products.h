/* The three matrix products behind convolutions. With `seen` the matrix of what each position's window sees in the big
 * image, [positions, columns], and `filters` [columns, channels of the small image]:
 *
 *   small += seen filters       a convolution's forward pass, a transposed one's way back
 *   big += what sees small filters^T        the other way round
 *   filter gradient = seen^T small
 *
 * `seen` never exists as a whole: it is made block by block in scratch space whose size does not grow with the batch
 * beyond a bound. The work is cut into at most SLOTS pieces, each with a scratch block of its own. */
#ifndef CONVOLUTIONS_PRODUCTS_H
#define CONVOLUTIONS_PRODUCTS_H

#include "cpu/convolutions/patches.h"
#include "cpu/layers/layers.h"

/* What the products work on, in op_run's terms. `transposed`: the parameter's layout is [kernel, small channels, big
 * channels] instead of [kernel, big channels, small channels]. */
typedef struct products {
    const op_run *run;
    window window;
    size_t channels; /* of the small image */
    bool transposed;
    const float *filters, *bias; /* bias: where results start from; NULL: from 0, or from what is there */
    bool add;                    /* to what is there */
    const float *big, *small;    /* what is read */
    float *big_result, *small_result, *filter_gradient;
} products;

/* Values of scratch space. */
size_t products_scratch(const products *p);

void products_gather(const products *p);  /* small_result from big and filters */
void products_scatter(const products *p); /* big_result from small and filters */
void products_filter_gradient(
    const products *p); /* filter_gradient from big and small, samples weighted by run->weight */

/* sums[j] (+)= the sum over all rows of dy [rows of a sample, channels], samples weighted; scratch as bias_scratch().
 */
void bias_gradient(const op_run *run, size_t rows, size_t channels, float *sums);
size_t bias_scratch(const op_run *run, size_t channels);

#endif

/* All kernels, compiled once per tier: KERNELS_TIER is the table's name in text, KERNELS_TABLE the symbol's. */
#include "kernels/kernels.h"

#include "kernels/lanes.inc.c"

#include "kernels/elementwise.inc.c"
#include "kernels/normalize.inc.c"
#include "kernels/pairwise.inc.c"
#include "kernels/rows.inc.c"
#include "kernels/update.inc.c"
#include "kernels/winograd.inc.c"

#include "kernels/distances.inc.c"
#include "kernels/product.inc.c"

const kernels KERNELS_TABLE = {
    .name = KERNELS_TIER,
    .product = product,
    .elu = elu,
    .relu = relu,
    .leaky_relu = leaky_relu,
    .tanh = scaled_tanh,
    .sigmoid = sigmoid,
    .elu_gradient = elu_gradient,
    .relu_gradient = relu_gradient,
    .leaky_relu_gradient = leaky_relu_gradient,
    .tanh_gradient = scaled_tanh_gradient,
    .sigmoid_gradient = sigmoid_gradient,
    .softmax = softmax,
    .softmax_gradient = softmax_gradient,
    .scale = scale,
    .shift = shift,
    .accumulate = accumulate,
    .add = add,
    .transpose = transpose,
    .transpose_part = transpose_part,
    .fill_rows = fill_rows,
    .sum_rows = sum_rows,
    .sum_squares = sum_squares,
    .sum_squares_rows = sum_squares_rows,
    .sum_products_rows = sum_products_rows,
    .normalize_rows = normalize_rows,
    .normalize_gradient_rows = normalize_gradient_rows,
    .all_finite = all_finite,
    .adam = adam,
    .sgd = sgd,
    .average = average,
    .pairs = &pairs,
    .winograd = &winograd,
};

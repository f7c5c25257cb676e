/* A tier's table of kernels, with the loops over arrays, which compile in no time. */
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"

#include "kernels/elementwise.inc.c"
#include "kernels/normalize.inc.c"
#include "kernels/rows.inc.c"
#include "kernels/update.inc.c"

#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)

const kernels IN_TIER(kernels) = {
    .name = TEXT(KERNELS_TIER),
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
    .soft_groups_gradient = soft_groups_gradient,
    .scale = scale,
    .shift = shift,
    .accumulate = accumulate,
    .add = add,
    .multiply = multiply,
    .gumbel = gumbel,
    .transpose = transpose,
    .transpose_part = transpose_part,
    .fill_rows = fill_rows,
    .sum_rows = sum_rows,
    .sum_squares = sum_squares,
    .sum_squares_rows = sum_squares_rows,
    .sum_products_rows = sum_products_rows,
    .normalize_rows = normalize_rows,
    .normalize_gradient_rows = normalize_gradient_rows,
    .largest = largest_magnitude,
    .adam = adam,
    .sgd = sgd,
    .average = average,
    .pairs = {&PAIR_TABLE(0), &PAIR_TABLE(1), &PAIR_TABLE(2), &PAIR_TABLE(3), &PAIR_TABLE(4)},
    .distances = &IN_TIER(distances),
    .winograd = &IN_TIER(winograd),
    .products = &IN_TIER(products),
};

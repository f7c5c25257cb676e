/* Convolutions by kernels of one pixel and stride 1: the matrix of patches is the big image itself, so they are dense
 * layers at every position. */
#include "cpu/convolutions/patch_blocks.h"
#include "products/whole_product.h"

static bool suits(const convolution *c)
{
    return window_is_plain(&c->window);
}

static size_t workspace(const convolution *c)
{
    return c->run->inference ? 0 : patch_gradient_workspace(c);
}

/* C[positions, columns] (+)= A[positions, depth] filters, each pixel being a row. */
static void multiply(const convolution *c, const float *a, size_t depth, float *result, size_t columns,
                     bool filters_transposed)
{
    const matrix_product product = {.b_transposed = filters_transposed,
                                    .m = c->run->count * window_area(c->window.small),
                                    .n = columns,
                                    .k = depth,
                                    .a = a,
                                    .lda = depth,
                                    .b = c->filters,
                                    .ldb = filters_transposed ? depth : columns,
                                    .bias = c->bias,
                                    .beta = c->add ? 1.0f : 0.0f,
                                    .c = result,
                                    .ldc = columns};
    whole_product(c->run->context, c->run->kernels, &product);
}

static void gather(const convolution *c)
{
    multiply(c, c->big, c->window.channels, c->small_result, c->channels, c->transposed);
}

static void scatter(const convolution *c)
{
    multiply(c, c->small, c->channels, c->big_result, c->window.channels, !c->transposed);
}

const convolution_method convolution_by_plain_products = {.name = "plain products",
                                                          .suits = suits,
                                                          .workspace = workspace,
                                                          .gather = gather,
                                                          .scatter = scatter,
                                                          .filter_gradient = patch_gradient};

/* Parts of products, and operands packed for good. B is packed column block by column block of a tile's width, each
 * [k, width], so that a block of any depth is in one piece. */
#include "products/product_kernels.h"
#include "products/products.h"

matrix_product product_part(const matrix_product *whole, size_t i, size_t rows, size_t j, size_t columns)
{
    matrix_product part = *whole;
    part.m = rows;
    part.n = columns;
    part.a += whole->a_transposed ? i : i * whole->lda;
    if (whole->packed_b != NULL)
        part.packed_b += j * whole->k;
    else
        part.b += whole->b_transposed ? j * whole->ldb : j;
    part.bias = whole->bias == NULL ? NULL : whole->bias + j;
    part.c += i * whole->ldc + j;
    return part;
}

size_t packed_values(const kernels *table, size_t k, size_t n)
{
    size_t width = table->products->columns;
    return (n + width - 1) / width * width * k;
}

void pack_columns(const kernels *table, bool transposed, size_t k, const float *b, size_t ldb, size_t j, size_t columns,
                  float *packed)
{
    const product_kernels *products = table->products;
    for (size_t done = 0; done < columns; done += products->columns) {
        size_t at = j + done, width = columns - done < products->columns ? columns - done : products->columns;
        matrix_view part = {transposed ? b + at * ldb : b + at, transposed ? 1 : ldb, transposed ? ldb : 1};
        products->pack_panel(&part, k, width, packed + at * k);
    }
}

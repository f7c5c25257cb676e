/* Products with blocks of given sizes. Only for files of this folder, and for tests that vary them. */
#ifndef PRODUCTS_PRODUCT_H
#define PRODUCTS_PRODUCT_H

#include "products/blocks.h"
#include "products/products.h"

void product_run_in_blocks(const kernels *table, const matrix_product *product, float *workspace,
                           product_blocks blocks);

#endif

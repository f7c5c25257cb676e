/* A matrix product on all threads of a context. */
#ifndef PRODUCTS_WHOLE_PRODUCT_H
#define PRODUCTS_WHOLE_PRODUCT_H

#include "base/base.h"
#include "products/products.h"

/* Not from a piece of other work. */
void whole_product(coulomb_context *context, const kernels *table, const matrix_product *product);

#endif

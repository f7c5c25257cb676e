/* A matrix product on all threads of a context. */
#ifndef PRODUCTS_WHOLE_PRODUCT_H
#define PRODUCTS_WHOLE_PRODUCT_H

#include "base/base.h"
#include "products/products.h"

/* Cut into pieces of C that depend on the sizes alone; an element's sum does not depend on the cut. */
void whole_product(coulomb_context *context, const kernels *table, const matrix_product *product);

#endif

/* Shapes of samples. */
#include "ops/ops.h"

#include <stdio.h>

size_t shape_size(const tensor_shape *shape)
{
    size_t size = 1;
    for (size_t i = 0; i < shape->rank; i++)
        if (!size_product(size, shape->extent[i], &size))
            return 0;
    return size;
}

bool shape_equal(const tensor_shape *a, const tensor_shape *b)
{
    if (a->rank != b->rank)
        return false;
    for (size_t i = 0; i < a->rank; i++)
        if (a->extent[i] != b->extent[i])
            return false;
    return true;
}

coulomb_status shape_make(coulomb_context *context, size_t rank, const size_t *extents, tensor_shape *made)
{
    if (extents == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "shape is NULL");
    if (rank < 1 || rank > COULOMB_RANK_MAX)
        return fail(context, COULOMB_ERROR_SHAPE, "rank is %zu; expected 1 to %d", rank, COULOMB_RANK_MAX);
    *made = (tensor_shape){.rank = rank};
    for (size_t i = 0; i < rank; i++) {
        if (extents[i] == 0)
            return fail(context, COULOMB_ERROR_SHAPE, "extent %zu of the shape is 0; expected at least 1", i);
        made->extent[i] = extents[i];
    }
    if (shape_size(made) == 0 || shape_size(made) > SIZE_MAX / 64)
        return fail(context, COULOMB_ERROR_SHAPE, "a sample of shape %s does not fit into memory",
                    shape_print(made).text);
    return COULOMB_OK;
}

shape_text shape_print(const tensor_shape *shape)
{
    shape_text printed = {"["};
    size_t used = 1;
    for (size_t i = 0; i < shape->rank && used < sizeof printed.text - 1; i++)
        used += (size_t)snprintf(printed.text + used, sizeof printed.text - used, i == 0 ? "%zu" : ", %zu",
                                 shape->extent[i]);
    if (used < sizeof printed.text - 1)
        snprintf(printed.text + used, sizeof printed.text - used, "]");
    return printed;
}

coulomb_status build_same_shape(op_build *build)
{
    build->shape = *build->input[0];
    return COULOMB_OK;
}

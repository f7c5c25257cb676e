#include "unit/test_context.h"

#include "unit/check_more.h"

coulomb_context *context;

void context_begin(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
}

void context_end(void)
{
    coulomb_context_free(context);
}

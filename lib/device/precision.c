/* The precision of products and of stored activations, which a device may have a choice of. */
#include "device/device.h"

coulomb_status coulomb_context_set_precision(coulomb_context *context, int32_t precision)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (context_busy(context))
        return fail(context, COULOMB_ERROR_STATE, "the precision cannot be set in a callback");
    if (precision < COULOMB_PRECISION_FLOAT32 || precision > COULOMB_PRECISION_BF16)
        return fail(context, COULOMB_ERROR_ARGUMENT, "precision is %d; expected COULOMB_PRECISION_* (1 to 3)",
                    precision);
    device *on = context_device(context);
    return on->table->set_precision(on, precision);
}

coulomb_status coulomb_context_get_precision(const coulomb_context *context, int32_t *precision)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (precision == NULL)
        return fail((coulomb_context *)context, COULOMB_ERROR_ARGUMENT, "precision is NULL");
    const device *on = context_device(context);
    *precision = on->table->get_precision(on);
    return COULOMB_OK;
}

#include "succeed.h"

#include "console.h"

bool succeeded(const coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return true;
    return complain("%s: %s (%s)", doing, coulomb_context_error(context), coulomb_status_name(status));
}

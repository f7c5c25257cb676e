#include "succeed.h"

#include "console.h"

bool succeeded(const coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return true;
    return complain("%s: %s (%s)", doing, coulomb_context_error(context), coulomb_status_name(status));
}

coulomb_context *context_with_threads(uint64_t threads)
{
    coulomb_context *context;
    coulomb_status status = coulomb_context_new(&context);
    if (status != COULOMB_OK) {
        complain("cannot create a context: %s", coulomb_status_name(status));
        return NULL;
    }
    if (succeeded(context, coulomb_context_set_threads(context, (size_t)threads), "starting threads"))
        return context;
    coulomb_context_free(context);
    return NULL;
}

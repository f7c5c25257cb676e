#include "succeed.h"

#include "console.h"

#include <string.h>

bool context_created(coulomb_status status)
{
    return status == COULOMB_OK ||
           complain("cannot create a context: %s",
                    status == COULOMB_ERROR_MEMORY ? "out of memory" : coulomb_status_name(status));
}

bool succeeded(const coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return true;
    const char *message = coulomb_context_error(context), *name = coulomb_status_name(status);
    /* what happened to another process is for that one to tell */
    if (strncmp(message, "rank ", strlen("rank ")) == 0)
        return complain_of_another("%s: %s (%s)", doing, message, name);
    /* a callback of the program itself has told what was wrong */
    if (status >= COULOMB_CALLER_FIRST && status <= COULOMB_CALLER_LAST)
        return false;
    return complain("%s: %s (%s)", doing, message, name);
}

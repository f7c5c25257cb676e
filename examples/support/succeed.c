#include "succeed.h"

#include "console.h"

#include <string.h>

bool succeeded(const coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return true;
    const char *message = coulomb_context_error(context), *name = coulomb_status_name(status);
    /* what happened to another process is for that one to tell */
    if (strncmp(message, "rank ", strlen("rank ")) == 0)
        return complain_of_another("%s: %s (%s)", doing, message, name);
    return complain("%s: %s (%s)", doing, message, name);
}

/* The library's moments from and to statistics files. */
#ifndef FID_MOMENTS_FILE_H
#define FID_MOMENTS_FILE_H

#include <coulomb/moments.h>
#include <stdbool.h>

/* NULL with a complaint. How many samples they come from is not in the file: none can be added. */
coulomb_moments *moments_read(coulomb_context *context, const char *path);

bool moments_write(coulomb_context *context, const coulomb_moments *moments, const char *path);

#endif

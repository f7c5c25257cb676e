/* Where generated samples go: one .npy file, or a new directory of PNG files. */
#ifndef IMAGE_GAN_DESTINATION_H
#define IMAGE_GAN_DESTINATION_H

#include "settings.h"

#include "support/files.h"
#include "support/lock.h"

typedef struct destination {
    const char *path;
    bool array; /* one .npy file */
    new_file file;
    owner_lock lock;
} destination;

/* Open what --generate-to or a default path names. A directory must be empty: samples of two calls in one would pass
 * for those of one. False with a complaint, and then there is nothing to close. */
bool destination_open(destination *to, const char *path, const settings *chosen);

/* Add samples, `first` of which is the number of the first. False with a complaint. */
bool destination_write(destination *to, const settings *chosen, uint64_t first, size_t count, const float *values);

/* `whole`: all samples were written; an array that is not whole is removed. False with a complaint. */
bool destination_close(destination *to, bool whole);

#endif

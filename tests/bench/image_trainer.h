/* The published image networks, ready to be trained, for the measurements here. */
#ifndef BENCH_IMAGE_TRAINER_H
#define BENCH_IMAGE_TRAINER_H

#include <coulomb/coulomb.h>

enum { IMAGE_CHANNELS = 3 };

struct image_trainer {
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
};

/* Generator `my` and a discriminator of the named preset; without data. `where` as for bench_context(). To be freed
 * even if it failed. */
coulomb_status image_trainer_new(struct image_trainer *made, const char *where, size_t side, const char *discriminator,
                                 size_t batch);

/* The program's exit status; a status other than COULOMB_OK is said. */
int image_trainer_free(struct image_trainer *t, coulomb_status status);

#endif

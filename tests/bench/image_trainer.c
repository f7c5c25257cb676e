#include "image_trainer.h"

#include "context.h"

#include <stdio.h>
#include <stdlib.h>

enum { LATENT = 32 };

coulomb_status image_trainer_new(struct image_trainer *made, const char *where, size_t side, const char *discriminator,
                                 size_t batch)
{
    const size_t image[] = {side, side, IMAGE_CHANNELS};
    *made = (struct image_trainer){.context = bench_context(where)};
    coulomb_status status = made->context == NULL ? COULOMB_ERROR_DEVICE : COULOMB_OK;
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(made->context, "coulomb-generator", image, 3, LATENT, 1, &made->generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(made->context, discriminator, image, 3, 0, 2, &made->discriminator);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(made->context, made->generator, made->discriminator, &made->trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_batch(made->trainer, batch);
    return status;
}

int image_trainer_free(struct image_trainer *t, coulomb_status status)
{
    if (status != COULOMB_OK)
        fprintf(stderr, "%s\n", t->context != NULL ? coulomb_context_error(t->context) : coulomb_status_name(status));
    coulomb_trainer_free(t->trainer);
    coulomb_network_free(t->discriminator);
    coulomb_network_free(t->generator);
    coulomb_context_free(t->context);
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A user's program, as far from the source tree as it gets: a few updates, and the library it runs with. */
#include <coulomb/coulomb.h>
#include <stdio.h>

static coulomb_status next_batch(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    for (size_t i = 0; i < 2 * count; i++)
        batch[i] = (update + i) % 3 == 0 ? 1.0f : -1.0f;
    return COULOMB_OK;
}

int main(void)
{
    const size_t point[] = {2};
    coulomb_context *context = NULL;
    coulomb_network *generator = NULL, *discriminator = NULL;
    coulomb_trainer *trainer = NULL;
    coulomb_status status = coulomb_context_new(&context);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-generator", point, 1, 4, 1, &generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-discriminator", point, 1, 0, 2, &discriminator);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(context, generator, discriminator, &trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(trainer, next_batch, NULL, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(trainer, 10, NULL, NULL);
    printf("%s, interface %u, %s, trained: %s\n", coulomb_version_string(), (unsigned)coulomb_abi_version(),
           coulomb_context_blas(context), coulomb_status_name(status));
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    return status != COULOMB_OK;
}

#include "unit/test_trainer.h"

#include <coulomb/network.h>

coulomb_network *generator, *discriminator;
coulomb_trainer *trainer;

void trainer_end(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    trainer = NULL;
    generator = discriminator = NULL;
}

/*
 * Training with other objectives on the same networks and data, to compare with. A loop of its own on the public
 * functions: forward, backward, optimizer.
 */
#ifndef GAUSSIAN25_RIVALS_H
#define GAUSSIAN25_RIVALS_H

#include "mixture.h"
#include "settings.h"

/* Train the networks until --steps or --stop-at updates are done or the user interrupts. False with a complaint. */
bool rivals_train(run *of, coulomb_context *context, coulomb_network *generator, coulomb_network *discriminator,
                  mixture *data, const settings *chosen);

#endif

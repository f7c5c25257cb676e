/*
 * What a program's networks and training will take, reserved and told before the first update or pass. A GPU says how
 * much it is only when memory is reserved.
 */
#ifndef SUPPORT_MEMORY_H
#define SUPPORT_MEMORY_H

#include "device.h"

#include <coulomb/trainer.h>
#include <stdbool.h>

enum { MEMORY_PARTS_MOST = 4 };

typedef struct memory_plan {
    coulomb_context *context;
    const device_settings *device;
    struct {
        const char *purpose; /* "for training" */
        size_t bytes;
    } part[MEMORY_PARTS_MOST], host;
    size_t parts;
    bool lacking; /* something failed, and the user was told */
} memory_plan;

/* The functions add parts to a plan, and do nothing more once one has failed; but what lacks memory is planned, too. */
memory_plan memory_begin(coulomb_context *context, const device_settings *device);

/* Training with as many samples at once: that of a trainer, whose networks are reserved (discriminator may be NULL); or
 * that of a network with an optimizer of its own, which keeps two moments. */
void memory_add_trainer(memory_plan *plan, const coulomb_trainer *trainer, coulomb_network *generator,
                        coulomb_network *discriminator, size_t samples);
void memory_add_trained(memory_plan *plan, const char *purpose, coulomb_network *network, size_t samples);

/* Evaluation of so many samples: of a network that has its parameters anyway, or of one that is there for this. */
void memory_add_samples(memory_plan *plan, const char *purpose, const coulomb_network *network, size_t samples);
void memory_add_evaluated(memory_plan *plan, const char *purpose, coulomb_network *network, size_t samples);

/* Arrays of the program's own. */
void memory_add_host(memory_plan *plan, const char *purpose, size_t bytes);

/* Print the plan. False if something failed. */
bool memory_tell(const memory_plan *plan);

#endif

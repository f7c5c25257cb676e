/*
 * The Fréchet inception distance while a generator is trained: options, and a measurement whenever the program asks.
 * Every measurement takes the same latents, so that successive values differ by what the generator learned.
 */
#ifndef FID_FID_MONITOR_H
#define FID_FID_MONITOR_H

#include "support/memory.h"
#include "support/options.h"

#include <coulomb/network.h>

typedef struct fid_monitor_settings {
    const char *stats, *inception; /* both or neither */
    uint64_t every, samples;
} fid_monitor_settings;

/* Add the rows --fid-stats, --inception, --fid-every and --fid-samples; what `settings` holds are the defaults. */
void fid_monitor_options(option_table *table, fid_monitor_settings *settings);

/* What must fit together. Call after options_parse(), and again when a run's recorded settings were read. */
bool fid_monitor_check(option_table *table, const fid_monitor_settings *settings);

typedef struct fid_monitor fid_monitor;

/* Load the network and the target's statistics, so that what is wrong with them is known before training starts. NULL
 * with a complaint; also NULL, without one, if the user wants none: see fid_monitor_wanted(). The context must outlive
 * it, and the settings too. */
fid_monitor *fid_monitor_open(coulomb_context *context, const fid_monitor_settings *settings);

/* Add the network's memory. */
void fid_monitor_plan(const fid_monitor *monitor, memory_plan *plan);

bool fid_monitor_wanted(const fid_monitor_settings *settings);

/* Hash of both files, by which a run knows them again. False with a complaint. */
bool fid_monitor_hash(const fid_monitor_settings *settings, uint64_t *hash);

/* Whether it is to be measured behind this update, counted from 1. False for NULL. */
bool fid_monitor_due(const fid_monitor *monitor, uint64_t update);

/* Measure between two updates. The generator's generation seed is set to the monitor's and its sequence used; the
 * parameters stay as they are. False with a complaint. A meeting of ranks, which share the work; the writer gets the
 * distance. */
bool fid_monitor_measure(fid_monitor *monitor, coulomb_network *generator, double *distance);

void fid_monitor_close(fid_monitor *monitor);

#endif

/*
 * Learning rates of both networks divided at once: behind updates that the user names, or when a measure of the samples
 * has stopped falling; and the end of a run where that no longer helps. Which drops a run has made is a function of its
 * history, so that nothing else has to be kept.
 */
#ifndef SUPPORT_RATE_DROPS_H
#define SUPPORT_RATE_DROPS_H

#include "training.h"

enum { RATE_DROPS_MOST = 64 };

typedef struct rate_drops {
    const char *list; /* of updates, as the user wrote it; NULL: none */
    double factor;
    uint64_t patience; /* measurements without improvement before a drop; 0: no drops by measurement */
    uint64_t measured_most;
    bool then_end; /* when the measure stands still after the last of these drops */

    uint64_t named[RATE_DROPS_MOST];
    size_t named_count;
    uint64_t measured[RATE_DROPS_MOST]; /* the updates behind which measurements led to a drop */
    size_t measured_count;
    double lowest; /* measured so far, if anything was */
    bool any;
    uint64_t waited;
    bool ended;
} rate_drops;

/* What a measurement leads to. */
enum rate_drops_verdict { RATES_STAY, RATES_DROP, RATES_END };

/* Add the rows; what `drops` holds are the defaults. */
void rate_drops_options(option_table *table, rate_drops *drops);

/* Read the list; call after options_parse(). */
bool rate_drops_check(rate_drops *drops);

/* Give both of a trainer's optimizers the settings' schedules with the drops. `drops` must outlive the trainer. */
bool rate_drops_apply(coulomb_context *context, coulomb_trainer *trainer, const training_settings *settings,
                      const rate_drops *drops);

/* Forget what was measured. */
void rate_drops_begin(rate_drops *drops);

/* Take note of what was measured behind an update. */
enum rate_drops_verdict rate_drops_measured(rate_drops *drops, uint64_t update, double value);

#endif

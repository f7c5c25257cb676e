/* The report of a run: rows that its generator makes beside those held out. */
#ifndef TABLE_COMPARISON_H
#define TABLE_COMPARISON_H

#include "learning_rows.h"

#include "support/run.h"

#include <coulomb/coulomb.h>

/*
 * Generate rows, measure them, and write report.json and report.png into the run's directory and the figures to `to`.
 * The generator's next rows are measured, so one that is to go on afterwards needs its seed again. Without two rows
 * held out it does nothing. False with a complaint.
 */
bool comparison_write(const run *of, coulomb_context *context, coulomb_network *generator, const learning_rows *rows,
                      uint64_t seed, FILE *to);

#endif

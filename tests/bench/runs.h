/* Times of updates as programs make them, many in one call: what can be done in advance for the next update is done
 * while one is computed. */
#ifndef BENCH_RUNS_H
#define BENCH_RUNS_H

#include <coulomb/trainer.h>
#include <stdbool.h>

/* Seconds an update, of `count` runs of `run` updates each; a run of 1 is a single step. */
coulomb_status time_runs(coulomb_trainer *trainer, size_t run, size_t count, double *seconds);

/* Whether to measure once more: at each line of standard input where a program was started with the word "again", which
 * another one writes whose measurements take turns with it. */
bool asked_again(const char *word);

#endif

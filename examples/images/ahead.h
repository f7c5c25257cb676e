/*
 * Batches made ahead of time: workers decode the updates after the one asked for last, sample by sample. What comes out
 * is the same as without workers; asking for any other update is right as well, and only costs the waiting.
 */
#ifndef IMAGES_AHEAD_H
#define IMAGES_AHEAD_H

#include "images/sample.h"

typedef struct ahead ahead;

/* NULL with a complaint if threads or memory are not to be had. The maker must outlive it. Whenever a batch is asked
 * for that workers have begun and not finished, another worker is started, up to `workers_most`. */
ahead *ahead_start(const sample_maker *maker, size_t workers, size_t workers_most);

size_t ahead_workers(const ahead *of);

/* Of an update's `total` samples those from `first` on, `count` of them. */
typedef struct batch_slice {
    size_t total, first, count;
} batch_slice;

/* These samples of an update into [count, size, size, channels]; damaged entries met are added to `met`, in the
 * samples' order. NULL if it went well, otherwise a constant message. From one thread at a time. */
const char *ahead_batch(ahead *of, uint64_t update, const batch_slice *slice, float *batch, damage_list *met);

/* Waits for the workers to end. NULL is allowed. */
void ahead_stop(ahead *of);

#endif

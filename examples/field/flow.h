/*
 * Theorem 1 without a network: the model samples themselves move up the slope of the potential, and the energy falls
 * until they are spread as the target is.
 */
#ifndef FIELD_FLOW_H
#define FIELD_FLOW_H

#include "settings.h"
#include "shapes.h"

#include <coulomb/plummer.h>

typedef struct flow {
    uint64_t updates;
    double *energy;     /* [updates + 1], with the final epsilon; the first is before the first move */
    uint64_t *frame_at; /* [frames] updates drawn */
    float *frames;      /* [frames, count, 2] where the model samples were */
    size_t frame_count;
    double floor; /* energy of an independent sample of the target, below 0 if there is none */
} flow;

/* Moves `samples->model`. */
bool flow_make(coulomb_context *context, coulomb_plummer *plummer, charges *samples, const settings *chosen,
               flow *made);

void flow_free(flow *made);

#endif

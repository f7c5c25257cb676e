/* How good the samples are: mode statistics and energies, beside those of a fresh sample of the target. */
#ifndef GAUSSIAN25_EVALUATION_H
#define GAUSSIAN25_EVALUATION_H

#include "mixture.h"
#include "settings.h"

#include <jansson.h>

/* Measures of one set of samples. */
typedef struct measures {
    size_t modes;
    double share;      /* within 3 sigma of the nearest mean */
    double divergence; /* of the mode histogram from equal shares, nats */
    double variance;   /* mean within modes */
    double energy;     /* against the target's fixed points */
    double mode_share[MIXTURE_MODES], mode_variance[MIXTURE_MODES];
} measures;

typedef struct evaluation {
    size_t count;
    float *model, *fresh; /* [count, 2] */
    measures of_model, of_fresh;
} evaluation;

/* Draw from the network and measure. */
bool evaluation_make(coulomb_context *context, coulomb_network *generator, const mixture *data, const settings *chosen,
                     evaluation *result);
void evaluation_free(evaluation *result);

/* The contents of metrics.json but for the settings. */
json_t *evaluation_json(const evaluation *result);

/* The main measures in a few lines on stdout. */
void evaluation_print(const evaluation *result);

/* Variance of a standard normal's coordinate within 3 sigma in the plane, which is what an exact model would show. */
extern const double variance_within_3_sigma;

/* Share within 3 sigma of an exact model. */
extern const double share_within_3_sigma;

#endif

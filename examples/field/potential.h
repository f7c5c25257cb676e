/* Potential and field of charges on the grid of a panel. */
#ifndef FIELD_POTENTIAL_H
#define FIELD_POTENTIAL_H

#include "shapes.h"
#include "support/landscape.h"

#include <coulomb/plummer.h>

typedef struct landscape {
    grid nodes;
    float *potential; /* [rows, columns] */
    float *slope;     /* [rows, columns, 2] the way a model sample moves, minus the field */
} landscape;

/* `columns` nodes across; as many rows as make the cells square. */
bool landscape_make(coulomb_context *context, coulomb_plummer *plummer, const float *model, size_t model_count,
                    const points *target, const axis *x, const axis *y, size_t columns, landscape *made);

void landscape_free(landscape *made);

/* The magnitude that all but the given share of the potentials stay below: colours chosen by it show more than peaks.
 * For a figure, which is told if memory lacks. */
double landscape_reach(const figure *sheet, const landscape *of, double share);

/* Axes of equal unit around some points. */
void frame_points(const points *a, const points *b, double aspect, axis *x, axis *y);

#endif

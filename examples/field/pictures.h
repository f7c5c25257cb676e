/* The field of two sets of samples, and the frames of a flow. */
#ifndef FIELD_PICTURES_H
#define FIELD_PICTURES_H

#include "flow.h"

/* Potential as colours and contour lines, field lines that model samples would follow, and the samples. */
bool picture_field(const char *path, coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                   const settings *chosen);

/* Frames side by side over the energy's fall. */
bool picture_flow(const char *path, coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                  const flow *of, const settings *chosen);

#endif

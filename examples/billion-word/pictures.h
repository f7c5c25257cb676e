/* history.png */
#ifndef BILLION_WORD_PICTURES_H
#define BILLION_WORD_PICTURES_H

#include "evaluation.h"

/* JSD-1 to JSD-6 over the updates with their floors and what the untrained generator had, and the training's own
 * figures, from the history at `rows_path`. */
bool picture_history(const char *path, const char *rows_path, const divergences *untrained, const divergences *floor);

#endif

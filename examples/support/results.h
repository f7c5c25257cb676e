/* Files that a run leaves in its directory beside checkpoints. */
#ifndef SUPPORT_RESULTS_H
#define SUPPORT_RESULTS_H

#include <stdbool.h>

/* Remove those of an earlier run, for one that begins anew: they would pass for its own until it replaces them, and
 * pictures of later updates for ever. False with a complaint. */
bool results_remove(const char *directory);

#endif

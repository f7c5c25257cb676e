/* Weights that any program can compute. */
#ifndef FID_TESTS_WEIGHTS_RULE_H
#define FID_TESTS_WEIGHTS_RULE_H

#include <coulomb/network.h>
#include <stddef.h>

/* The index-th of the evenly spread numbers from 0 to 1 that belong to a name. */
double rule_number(const char *name, size_t index);

/* Fill a network of inception_new() with what the port's network has by the rule: each of its arrays is drawn under the
 * port's name, and the normalisation is folded into the convolution. */
void weights_by_rule(coulomb_network *network);

/* Save the same in the working directory; the path is to be given to weights_remove(). */
char *weights_write(coulomb_network *network);
void weights_remove(char *path);

#endif

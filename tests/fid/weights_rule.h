/* Weights that any program can compute, and the file they stand in. */
#ifndef FID_TESTS_WEIGHTS_RULE_H
#define FID_TESTS_WEIGHTS_RULE_H

#include <coulomb/network.h>
#include <stdbool.h>
#include <stddef.h>

/* The index-th of the evenly spread numbers from 0 to 1 that belong to a name. */
double rule_number(const char *name, size_t index);

/* What to spoil in a file of weights; NULL or 0: nothing. */
typedef struct spoiling {
    const char *array;   /* the array concerned */
    const char *renamed; /* its name in the file; "" leaves it out */
    const char *type;    /* instead of F32 */
    size_t more;         /* added to its first extent */
    const char *value;   /* "nan" or "negative": its last value */
    const char *added;   /* an array of one value that is not the network's */
    size_t cut;          /* bytes missing at the file's end */
    bool zeros;          /* all values are 0, and take no room on disk */
} spoiling;

/* A file of weights for the network in the working directory; the path is to be given to weights_remove(). */
char *weights_write(const coulomb_network *network, const spoiling *spoilt);
void weights_remove(char *path);

#endif

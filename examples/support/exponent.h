/* The kernel's exponent on the command line, which may also be given as the paper's dimension. */
#ifndef SUPPORT_EXPONENT_H
#define SUPPORT_EXPONENT_H

#include "options.h"

/* Add the rows for both under the heading. */
void exponent_options(option_table *table, const char *group, double *exponent, double *dimension);

/* After options_parse(): where the dimension was given, the exponent that it means takes its place. */
bool exponent_check(option_table *table, double *exponent, double dimension);

#endif

/* Networks from files of coulomb_network_save(), without knowing their graph. */
#ifndef SUPPORT_NETWORK_FILE_H
#define SUPPORT_NETWORK_FILE_H

#include <coulomb/checkpoint.h>

/* Build the graph that the file describes and load its parameters. The latents' distribution is not in the file: it is
 * standard normal unless the caller sets another. NULL with a complaint. */
coulomb_network *network_from_file(coulomb_context *context, const char *path);

#endif

/* Writes weights for the feature network by a rule, into the working directory, and prints the file's name. */
#include "fid/inception.h"
#include "support/device.h"
#include "weights_rule.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    coulomb_context *context = device_context(&(device_settings){.threads = 1});
    coulomb_network *network = context ? inception_new(context) : NULL;
    if (!network)
        return EXIT_FAILURE;
    char *path = weights_write(network);
    puts(path);
    free(path);
    coulomb_network_free(network);
    coulomb_context_free(context);
    return EXIT_SUCCESS;
}

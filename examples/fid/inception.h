/*
 * The network whose features the Fréchet inception distance compares: Inception-v3 (Szegedy et al. 2016) as it was
 * trained on 2015-12-05, up to the global average of its last block. It differs from later Inception-v3 networks in
 * what its pools do: averages do not count padding, and the last block takes maxima where the one before it averages.
 *
 * Every convolution is followed by a normalisation with fixed statistics, which is a factor and an offset per channel;
 * convert_inception.py folds both into the convolution's weights and bias.
 */
#ifndef FID_INCEPTION_H
#define FID_INCEPTION_H

#include <coulomb/network.h>
#include <stdbool.h>

enum { INCEPTION_SIDE = 299, INCEPTION_CHANNELS = 3, INCEPTION_FEATURES = 2048 };

/* The network with zeros for weights: images [299, 299, 3] from -1 to 1 become features [2048]. NULL with a complaint.
 * Its convolutions are called as in the port, with '/' for the dots: "Mixed_5b/branch1x1". */
coulomb_network *inception_new(coulomb_context *context);

/* The same with the weights of a file that convert_inception.py or coulomb_network_save() wrote. NULL with a complaint.
 */
coulomb_network *inception_load(coulomb_context *context, const char *path);

#endif

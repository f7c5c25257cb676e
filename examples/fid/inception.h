/*
 * The network whose features the Fréchet inception distance compares: Inception-v3 (Szegedy et al. 2016) as it was
 * trained on 2015-12-05, up to the global average of its last block. It differs from later Inception-v3 networks in
 * what its pools do: averages do not count padding, and the last block takes maxima where the one before it averages.
 *
 * Every convolution is followed by a normalisation with fixed statistics, which is a factor and an offset per channel;
 * both are folded into the convolution's weights and bias when the weights are read.
 */
#ifndef FID_INCEPTION_H
#define FID_INCEPTION_H

#include <coulomb/network.h>
#include <stdbool.h>

enum { INCEPTION_SIDE = 299, INCEPTION_CHANNELS = 3, INCEPTION_FEATURES = 2048 };

/* The network without weights: images [299, 299, 3] from -1 to 1 become features [2048]. NULL with a complaint. Its
 * convolutions are called as in the weights file, with '/' for the dots: "Mixed_5b/branch1x1". */
coulomb_network *inception_new(coulomb_context *context);

/* The same with the weights of a safetensors file. The file has the arrays of PyTorch's port, float32: of each
 * convolution NAME.conv.weight [out, in, rows, columns] and of its normalisation NAME.bn.weight, .bias, .running_mean
 * and .running_var. The classifiers' arrays (fc.*, AuxLogits.*) and *.num_batches_tracked are ignored; anything else
 * that is missing, unknown, or of another type or shape is refused. NULL with a complaint. */
coulomb_network *inception_load(coulomb_context *context, const char *path);

/* Fill a network of inception_new(). False with a complaint; the weights are then undefined. */
bool inception_read_weights(coulomb_context *context, coulomb_network *network, const char *path);

#endif

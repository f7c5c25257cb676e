/* From pictures of 8 bits a channel to what the feature network takes. */
#ifndef FID_INCEPTION_INPUT_H
#define FID_INCEPTION_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* Resize a picture [height, width, 3] to [299, 299, 3] as PyTorch's port does, and bring it from 0 ... 255 to -1 ... 1:
 * bilinear between the four nearest pixels' centres, also when pixels are left out. Reference values were made so;
 * a filter that smooths first gives other distances. */
void inception_input(const uint8_t *pixels, size_t width, size_t height, float *values);

/* A generated value as the 8 bits of a picture file: limited to -1 ... 1, brought to 0 ... 255 and rounded to the
 * nearest whole number. */
uint8_t value_of_8_bits(float value);

#endif

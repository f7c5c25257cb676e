/* What methods of convolution share besides the geometry of windows. */
#include "cpu/convolutions/convolution.h"

#include <string.h>

void convolution_start_big(const convolution *c, size_t first_sample, size_t samples)
{
    size_t pixels = window_area(c->window.big), channels = c->window.channels;
    float *result = c->big_result + first_sample * pixels * channels;
    if (c->bias != NULL)
        c->run->kernels->fill_rows(samples * pixels, channels, c->bias, result);
    else if (!c->add)
        memset(result, 0, samples * pixels * channels * sizeof *result);
}

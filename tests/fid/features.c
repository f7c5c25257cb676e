/* The feature network by itself, for comparisons and for measuring its speed: features WEIGHTS PICTURES.npy
 * FEATURES.npy THREADS [ROUNDS]. Pictures are [count, height, width, 3], whole numbers from 0 to 255. Prints the
 * seconds of the fastest round. */
#include "fid/inception.h"
#include "fid/inception_input.h"
#include "support/device.h"
#include "support/npy.h"
#include "support/progress.h"
#include "support/succeed.h"

#include <stdio.h>
#include <stdlib.h>

static uint8_t *picture_bytes(const npy_array *pictures)
{
    size_t count = pictures->shape[0] * pictures->shape[1] * pictures->shape[2] * pictures->shape[3];
    uint8_t *bytes = malloc(count);
    for (size_t i = 0; bytes && i < count; i++)
        bytes[i] = (uint8_t)pictures->values[i];
    return bytes;
}

static int run(coulomb_context *context, coulomb_network *network, const npy_array *pictures, const char *path,
               int rounds)
{
    size_t count = pictures->shape[0], pixels = INCEPTION_SIDE * INCEPTION_SIDE * INCEPTION_CHANNELS;
    size_t one = pictures->shape[1] * pictures->shape[2] * INCEPTION_CHANNELS;
    uint8_t *bytes = picture_bytes(pictures);
    float *input = malloc(count * pixels * sizeof *input);
    float *features = malloc(count * INCEPTION_FEATURES * sizeof *features);
    bool done = bytes && input && features;
    double best = 0;
    for (int round = 0; done && round < rounds; round++) {
        double start = seconds_now();
        for (size_t i = 0; i < count; i++)
            inception_input(bytes + i * one, pictures->shape[2], pictures->shape[1], input + i * pixels);
        done = succeeded(context, coulomb_network_forward(network, count, input, features), "computing features");
        double seconds = seconds_now() - start;
        best = round == 0 || seconds < best ? seconds : best;
    }
    const size_t shape[] = {count, INCEPTION_FEATURES};
    done = done && npy_write(path, 2, shape, features);
    printf("%.4f\n", best);
    free(bytes);
    free(input);
    free(features);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argument_count, char **arguments)
{
    if (argument_count < 5 || argument_count > 6) {
        fprintf(stderr, "usage: %s WEIGHTS PICTURES.npy FEATURES.npy THREADS [ROUNDS]\n", arguments[0]);
        return 2;
    }
    npy_array pictures;
    coulomb_context *context = device_context(&(device_settings){.threads = strtoull(arguments[4], NULL, 10)});
    coulomb_network *network = context ? inception_load(context, arguments[1]) : NULL;
    int code = EXIT_FAILURE;
    if (network && npy_read(arguments[2], &pictures) && npy_round(arguments[2], &pictures)) {
        if (pictures.rank == 4 && pictures.shape[3] == INCEPTION_CHANNELS)
            code = run(context, network, &pictures, arguments[3], argument_count == 6 ? atoi(arguments[5]) : 1);
        npy_free(&pictures);
    }
    coulomb_network_free(network);
    coulomb_context_free(context);
    return code;
}

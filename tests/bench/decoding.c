/* How many images a second a data set gives, as training reads them: files decoded, cropped and resized. Arguments: the
 * set's directory, size, crop, "on" or "off" (--jpeg-scaling), workers, batches, rounds; prints medians of rounds. The
 * time of processors counts all threads, and suffers less from what else runs. */
#include "images/image_set.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { BATCH = 128, ROUNDS_MOST = 1000 };

static double processor_time(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static coulomb_status read_batches(image_set *set, uint64_t batches, uint64_t *update, float *values)
{
    coulomb_status status = COULOMB_OK;
    for (uint64_t i = 0; i < batches && status == COULOMB_OK; i++)
        status = image_set_batch(set, ++*update, BATCH, values);
    return status;
}

static coulomb_status measure(image_set *set, uint64_t batches, size_t rounds, float *values)
{
    static double seconds[ROUNDS_MOST], processor[ROUNDS_MOST];
    const double images = (double)(batches * BATCH);
    uint64_t update = 0;
    /* what is decoded ahead is there, as while training */
    coulomb_status status = read_batches(set, 2, &update, values);
    for (size_t i = 0; i < rounds && status == COULOMB_OK; i++) {
        double before = now(), used = processor_time();
        status = read_batches(set, batches, &update, values);
        seconds[i] = now() - before;
        processor[i] = processor_time() - used;
    }
    if (status != COULOMB_OK)
        fprintf(stderr, "%s\n", image_set_error(set));
    else
        printf("%.0f images a second, %.0f a second of processor time\n", images / median_of(seconds, rounds),
               images / median_of(processor, rounds));
    return status;
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 8 ? strtoul(arguments[7], NULL, 10) : 0;
    if (rounds < 1 || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: %s DIRECTORY SIZE CROP on|off WORKERS BATCHES ROUNDS, at most %d rounds\n",
                arguments[0], ROUNDS_MOST);
        return EXIT_FAILURE;
    }
    const image_set_options options = {.path = arguments[1],
                                       .size = strtoul(arguments[2], NULL, 10),
                                       .channels = 3,
                                       .crop = strtoul(arguments[3], NULL, 10),
                                       .filter = IMAGE_AREA,
                                       .scaled = strcmp(arguments[4], "on") == 0,
                                       .seed = 1,
                                       .workers = strtoul(arguments[5], NULL, 10)};
    float *values = calloc(BATCH * 3 * options.size * options.size, sizeof *values);
    image_set *set = NULL;
    coulomb_status status = COULOMB_ERROR_ARGUMENT;
    if (values && image_set_open(&options, &set))
        status = measure(set, strtoull(arguments[6], NULL, 10), rounds, values);
    image_set_close(set);
    free(values);
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

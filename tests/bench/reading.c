/* What reading images costs an update: updates whose batches come from a data set's files, in turns with the same
 * updates from memory. Wall-clock time is noisy; processor time of the whole process, decoding threads included, is
 * less so. Arguments: the set's directory, threads, side, discriminator (a preset's name), batch, rounds. */
#include "image_trainer.h"
#include "images/image_set.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { EACH = 4, ROUNDS_MOST = 250 };

static double processor_time(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

struct memory {
    const float *images;
    size_t values; /* of a batch */
};

static coulomb_status from_memory(void *user, uint64_t update, size_t count, float *batch)
{
    const struct memory *memory = user;
    (void)update;
    (void)count;
    memcpy(batch, memory->images, memory->values * sizeof *batch);
    return COULOMB_OK;
}

struct cost {
    double wall[EACH * ROUNDS_MOST], processor[EACH * ROUNDS_MOST];
    size_t count;
};

/* A few updates with data of one kind; the first is not counted, in which decoding ahead begins or ends. */
static coulomb_status updates(struct image_trainer *t, coulomb_batch_callback *data, void *user, struct cost *cost)
{
    coulomb_status status = coulomb_trainer_set_data(t->trainer, data, user, NULL);
    for (size_t i = 0; i <= EACH && status == COULOMB_OK; i++) {
        double wall = now(), processor = processor_time();
        status = coulomb_trainer_step(t->trainer);
        if (i == 0)
            continue;
        cost->wall[cost->count] = now() - wall;
        cost->processor[cost->count++] = processor_time() - processor;
    }
    return status;
}

static void tell(const char *what, double files, double memory)
{
    printf("  %s: %.3f s with files, %.3f s from memory: %+.1f %%\n", what, files, memory,
           100.0 * (files / memory - 1.0));
}

static coulomb_status measure(struct image_trainer *t, image_set *set, struct memory *memory, size_t rounds)
{
    static struct cost with_files, without;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < rounds && status == COULOMB_OK; i++) {
        status = updates(t, image_set_batch, set, &with_files);
        if (status == COULOMB_OK)
            status = updates(t, from_memory, memory, &without);
    }
    if (status != COULOMB_OK)
        return status;
    printf("An update, medians of %zu:\n", with_files.count);
    tell("wall clock", median_of(with_files.wall, with_files.count), median_of(without.wall, without.count));
    tell("processor ", median_of(with_files.processor, with_files.count), median_of(without.processor, without.count));
    return COULOMB_OK;
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 7 ? strtoul(arguments[6], NULL, 10) : 0;
    if (rounds < 1 || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: %s DIRECTORY THREADS SIDE DISCRIMINATOR BATCH ROUNDS, at most %d rounds\n",
                arguments[0], ROUNDS_MOST);
        return EXIT_FAILURE;
    }
    size_t side = strtoul(arguments[3], NULL, 10);
    size_t batch = strtoul(arguments[5], NULL, 10), values = batch * side * side * IMAGE_CHANNELS;
    float *images = calloc(values, sizeof *images);
    image_set *set = NULL;
    image_set_options options = {.path = arguments[1],
                                 .size = side,
                                 .channels = IMAGE_CHANNELS,
                                 .crop = 108,
                                 .filter = IMAGE_AREA,
                                 .seed = 1,
                                 .workers = 1};
    if (images == NULL || !image_set_open(&options, &set)) {
        free(images);
        return EXIT_FAILURE;
    }
    struct image_trainer t;
    struct memory memory = {images, values};
    coulomb_status status = image_trainer_new(&t, arguments[2], side, arguments[4], batch);
    if (status == COULOMB_OK)
        status = image_set_batch(set, 1, batch, images);
    if (status == COULOMB_OK)
        status = measure(&t, set, &memory, rounds);
    if (image_set_error(set)[0] != '\0')
        fprintf(stderr, "%s\n", image_set_error(set));
    image_set_close(set);
    free(images);
    return image_trainer_free(&t, status);
}

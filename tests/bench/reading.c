/* What reading images costs an update: runs of updates whose batches come from a data set's files, in turns with the
 * same updates from memory. As many threads decode as programs would find. Wall-clock time is noisy; processor time of
 * the whole process, decoding threads included, is less so. Arguments: the set's directory, threads (or a GPU's
 * precision, see context.h), side, discriminator (a preset's name), batch, rounds, updates of a run. */
#include "context.h"
#include "image_trainer.h"
#include "images/image_set.h"
#include "runs.h"
#include "support/ranks.h"
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ROUNDS_MOST = 250 };

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

/* Seconds an update, of each run. */
struct cost {
    double wall[ROUNDS_MOST], processor[ROUNDS_MOST];
    size_t count;
};

/* A run with data of one kind, after an update in which decoding ahead begins or ends. */
static coulomb_status updates(struct image_trainer *t, coulomb_batch_callback *data, void *user, size_t run,
                              struct cost *cost)
{
    coulomb_status status = coulomb_trainer_set_data(t->trainer, data, user, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_step(t->trainer);
    double processor = processor_time();
    if (status == COULOMB_OK)
        status = time_runs(t->trainer, run, 1, &cost->wall[cost->count]);
    cost->processor[cost->count++] = (processor_time() - processor) / (double)run;
    return status;
}

static void tell(const char *what, double files, double memory)
{
    printf("  %s: %.5f s with files, %.5f s from memory: %+.1f %%\n", what, files, memory,
           100.0 * (files / memory - 1.0));
}

static coulomb_status measure(struct image_trainer *t, image_set *set, struct memory *memory, size_t rounds, size_t run,
                              const char *where)
{
    static struct cost with_files, without, finding;
    char text[128];
    coulomb_status status = updates(t, image_set_batch, set, run, &finding); /* threads are started where it waits */
    for (size_t i = 0; i < rounds && status == COULOMB_OK; i++) {
        status = updates(t, image_set_batch, set, run, &with_files);
        if (status == COULOMB_OK)
            status = updates(t, from_memory, memory, run, &without);
    }
    if (status != COULOMB_OK)
        return status;
    bench_describe(t->context, where, sizeof text, text);
    printf("An update, %s, %zu threads decoding, medians of %zu runs of %zu:\n", text, image_set_workers(set), rounds,
           run);
    tell("wall clock", median_of(with_files.wall, with_files.count), median_of(without.wall, without.count));
    tell("processor ", median_of(with_files.processor, with_files.count), median_of(without.processor, without.count));
    return COULOMB_OK;
}

int main(int argument_count, char **arguments)
{
    size_t rounds = argument_count == 8 ? strtoul(arguments[6], NULL, 10) : 0;
    size_t run = argument_count == 8 ? strtoul(arguments[7], NULL, 10) : 0;
    if (rounds < 1 || rounds > ROUNDS_MOST || run < 1) {
        fprintf(stderr, "usage: %s DIRECTORY THREADS SIDE DISCRIMINATOR BATCH ROUNDS UPDATES, at most %d rounds\n",
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
                                 .workers = 1,
                                 .workers_most = ranks_processors()};
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
        status = measure(&t, set, &memory, rounds, run, arguments[2]);
    if (image_set_error(set)[0] != '\0')
        fprintf(stderr, "%s\n", image_set_error(set));
    image_set_close(set);
    free(images);
    return image_trainer_free(&t, status);
}

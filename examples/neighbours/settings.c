#include "settings.h"

#include "support/console.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

settings settings_default(void)
{
    return (settings){.out = "neighbours.png", .samples = 1024, .pairs = 10, .filter = IMAGE_AREA, .seed = 1};
}

void settings_options(option_table *table, settings *s)
{
    static const option_choice filters[] = {{"area", IMAGE_AREA}, {"bicubic", IMAGE_BICUBIC}, {NULL, 0}};
    static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    const option_row samples[] = {
        {.name = "model",
         .argument = "PATH",
         .text = &s->model,
         .help = "a generator (.safetensors), or a directory of its images"},
        {.name = "samples",
         .argument = "N",
         .count = &s->samples,
         .low = 2,
         .high = 100000,
         .help = "samples among which pairs are sought"},
        {.name = "pairs", .argument = "N", .count = &s->pairs, .low = 1, .high = 100, .help = "pairs that are shown"},
        {.name = "norm-averages",
         .choice = &s->norm_averages,
         .choices = on_or_off,
         .help = "let a generator's batch norm use its running averages instead of the samples' own statistics"},
        {.name = "seed", .argument = "N", .count = &s->seed, .help = "of the samples"},
    };
    const option_row images[] = {
        {.name = "training",
         .argument = "PATH",
         .text = &s->training,
         .help = "the training images: a directory tree of files, an LMDB, or CIFAR-10's files"},
        {.name = "size",
         .argument = "N",
         .count = &s->size,
         .high = 4096,
         .help = "bring a directory's images to N x N pixels; a generator's samples have their size"},
        {.name = "crop",
         .argument = "N",
         .count = &s->crop,
         .high = 65536,
         .help = "side of the centred square of each training image that is used, as in training; 0: the largest"},
        {.name = "filter",
         .choice = &s->filter,
         .choices = filters,
         .help = "how images are made smaller, as in "
                 "training"},
    };
    const option_row running[] = {
        {.name = "out", .argument = "FILE", .text = &s->out, .help = "the picture, a PNG file"},
        {.name = "threads",
         .argument = "N",
         .count = &s->threads,
         .high = 1024,
         .help = "threads; 0: one per processor. Results do not depend on it"},
    };
    options_add(table, "Samples", samples, COUNT(samples));
    options_add(table, "Images", images, COUNT(images));
    options_add(table, "Running", running, COUNT(running));
}

bool settings_generator(const settings *chosen)
{
    static const char end[] = ".safetensors";
    size_t length = strlen(chosen->model), tail = sizeof end - 1;
    return length > tail && strcmp(chosen->model + length - tail, end) == 0;
}

bool settings_check(option_table *table, const settings *chosen)
{
    if (!chosen->model || !chosen->training)
        return complain("--%s is missing", chosen->model ? "training" : "model");
    if (settings_generator(chosen) && chosen->size > 0)
        return complain("--size has no effect: the generator's samples have their size");
    if (!settings_generator(chosen) && chosen->size == 0)
        return complain("--size is missing: to how many pixels are the images in %s to be brought?", chosen->model);
    if (!settings_generator(chosen) && options_given(table, "norm-averages"))
        return complain("--norm-averages has no effect: %s is no generator's file", chosen->model);
    if (chosen->pairs > chosen->samples * (chosen->samples - 1) / 2)
        return complain("%d pairs are wanted, but %d samples make fewer", (int)chosen->pairs, (int)chosen->samples);
    return true;
}

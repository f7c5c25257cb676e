#include "settings.h"

#include "support/console.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

settings settings_default(void)
{
    return (settings){
        .out = "neighbours.png", .samples = 1024, .pairs = 10, .filter = IMAGE_AREA, .norm_averages = -1, .seed = 1};
}

void settings_options(option_table *table, settings *s)
{
    static const option_choice filters[] = {{"area", IMAGE_AREA}, {"bicubic", IMAGE_BICUBIC}, {NULL, 0}};
    static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    static const option_choice averages[] = {{"on", 1}, {"off", 0}, {"saved", -1}, {NULL, 0}};
    const option_row samples[] = {
        {.name = "model",
         .argument = "PATH",
         .text = &s->model,
         .help = "a generator (.safetensors) or a directory of its images"},
        {.name = "samples",
         .argument = "N",
         .count = &s->samples,
         .low = 2,
         .high = 100000,
         .help = "number of samples among which pairs are searched"},
        {.name = "pairs", .argument = "N", .count = &s->pairs, .low = 1, .high = 100, .help = "number of pairs shown"},
        {.name = "norm-averages",
         .choice = &s->norm_averages,
         .choices = averages,
         .help = "what batch norm uses in a generator: on: running averages; off: the statistics of the generated "
                 "batch; saved: as "
                 "its file says"},
        {.name = "seed", .argument = "N", .count = &s->seed, .help = "seed of the samples"},
    };
    const option_row images[] = {
        {.name = "training",
         .argument = "PATH",
         .text = &s->training,
         .help = "training images: a directory tree of image files, an LMDB, or CIFAR-10's files"},
        {.name = "size",
         .argument = "N",
         .count = &s->size,
         .high = 4096,
         .help = "resize a directory's images to N x N pixels; a generator's samples have their own size"},
        {.name = "crop",
         .argument = "N",
         .count = &s->crop,
         .high = 65536,
         .help = "side of the centred square crop of each training image, as in training; 0: the largest possible"},
        {.name = "filter", .choice = &s->filter, .choices = filters, .help = "resizing filter, as in training"},
        {.name = "apply-exif-rotation",
         .choice = &s->upright,
         .choices = on_or_off,
         .help = "turn images of files as the orientation in their EXIF data says, before they are cropped, as in "
                 "training"},
        {.name = "jpeg-scaling",
         .choice = &s->scaled,
         .choices = on_or_off,
         .help = "decode JPEG files at 1/2, 1/4 or 1/8 of their size where the crop stays at least twice as large as "
                 "wanted: faster, with slightly other values, as in training"},
    };
    static const char of_running[] = "Running";
    const option_row running[] = {
        {.name = "out", .argument = "FILE", .text = &s->out, .help = "output picture, a PNG file"},
    };
    options_add(table, "Samples", samples, COUNT(samples));
    options_add(table, "Images", images, COUNT(images));
    options_add(table, of_running, running, COUNT(running));
    device_options(table, of_running, &s->device, DEVICE_OF_NETWORKS);
}

bool settings_generator(const settings *chosen)
{
    static const char end[] = ".safetensors";
    size_t length = strlen(chosen->model), tail = sizeof end - 1;
    return length > tail && strcmp(chosen->model + length - tail, end) == 0;
}

bool settings_check(option_table *table, const settings *chosen)
{
    if (!device_check(&chosen->device))
        return false;
    if (!chosen->model || !chosen->training)
        return complain("--%s is missing", chosen->model ? "training" : "model");
    if (settings_generator(chosen) && chosen->size > 0)
        return complain("--size has no effect: the generator's samples have their size");
    if (!settings_generator(chosen) && chosen->size == 0)
        return complain("--size is missing; expected the size to which the images in %s are resized", chosen->model);
    if (!settings_generator(chosen) && options_given(table, "norm-averages"))
        return complain("--norm-averages has no effect: %s is not a generator file", chosen->model);
    if (chosen->pairs > chosen->samples * (chosen->samples - 1) / 2)
        return complain("--pairs is %d, but %d samples have fewer pairs", (int)chosen->pairs, (int)chosen->samples);
    return true;
}

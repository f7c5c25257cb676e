#include "settings.h"

#include "support/console.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

settings settings_default(void)
{
    return (settings){.channels = 3, .filter = IMAGE_AREA, .norm_averages = -1, .seed = 1};
}

static const option_choice channels[] = {{"1", 1}, {"3", 3}, {NULL, 0}};
static const option_choice filters[] = {{"area", IMAGE_AREA}, {"bicubic", IMAGE_BICUBIC}, {NULL, 0}};
static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
static const option_choice averages[] = {{"on", 1}, {"off", 0}, {"saved", -1}, {NULL, 0}};

static void side_options(option_table *table, settings *s)
{
    const option_row rows[] = {
        {.name = "model",
         .argument = "PATH",
         .text = &s->model,
         .help =
             "model samples: a directory of images, a generator (.safetensors), statistics (.npz) or features (.npy)"},
        {.name = "target", .argument = "PATH", .text = &s->target, .help = "target samples, in the same formats"},
        {.name = "features",
         .argument = "FILE",
         .text = &s->features,
         .help = "features of model samples, an npy file [count, dimension]; an alternative to --model"},
        {.name = "samples",
         .argument = "N",
         .count = &s->samples,
         .help = "number of model samples; 0: all of a directory, 50000 from a generator. The distance falls with more "
                 "samples: compare only values from equal numbers"},
        {.name = "target-samples",
         .argument = "N",
         .count = &s->target_samples,
         .help = "number of target samples; 0: all of a directory"},
        {.name = "inception",
         .argument = "FILE",
         .text = &s->inception,
         .help = "weights of the feature network, a safetensors file; required for images and generators"},
        {.name = "save-stats",
         .argument = "FILE",
         .text = &s->save_stats,
         .help = "write the target's mean and covariance to an npz file; --model is then optional"},
    };
    options_add(table, "Sides", rows, COUNT(rows));
}

void settings_options(option_table *table, settings *s)
{
    side_options(table, s);
    const option_row images[] = {
        {.name = "size",
         .argument = "N",
         .count = &s->size,
         .high = 4096,
         .help = "resize images of directories to N x N pixels first, as in training; 0: do not resize"},
        {.name = "channels", .choice = &s->channels, .choices = channels, .help = "with --size: 3: colour; 1: luma"},
        {.name = "crop",
         .argument = "N",
         .count = &s->crop,
         .high = 65536,
         .help = "with --size: side of the centred square crop; 0: the largest possible"},
        {.name = "filter", .choice = &s->filter, .choices = filters, .help = "with --size: resizing filter"},
        {.name = "apply-exif-rotation",
         .choice = &s->upright,
         .choices = on_or_off,
         .help = "turn images of files as the orientation in their EXIF data says, before they are cropped"},
        {.name = "jpeg-scaling",
         .choice = &s->scaled,
         .choices = on_or_off,
         .help =
             "with --size: decode JPEG files at 1/2, 1/4 or 1/8 of their size where the crop stays at least twice as "
             "large as wanted: faster, with slightly other values"},
    };
    static const char of_running[] = "Running";
    const option_row running[] = {
        {.name = "norm-averages",
         .choice = &s->norm_averages,
         .choices = averages,
         .help = "what batch norm uses in a generator: on: running averages; off: the statistics of the generated "
                 "batch; saved: as "
                 "its file says"},
        {.name = "seed",
         .argument = "N",
         .count = &s->seed,
         .help = "seed of generated samples and of the choice of images if not all are used"},
    };
    options_add(table, "Images", images, COUNT(images));
    options_add(table, of_running, running, COUNT(running));
    device_options(table, of_running, &s->device, DEVICE_OF_NETWORKS);
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

enum side_kind side_kind_of(const char *path)
{
    return ends_with(path, ".npz")           ? SIDE_STATISTICS
           : ends_with(path, ".npy")         ? SIDE_FEATURES
           : ends_with(path, ".safetensors") ? SIDE_GENERATOR
                                             : SIDE_PICTURES;
}

picture_form settings_form(const settings *chosen)
{
    return (picture_form){.upright = chosen->upright != 0,
                          .size = (size_t)chosen->size,
                          .scaled = chosen->scaled != 0,
                          .channels = (size_t)chosen->channels,
                          .crop = (size_t)chosen->crop,
                          .filter = (enum image_filter)chosen->filter};
}

static bool needs_inception(const char *path)
{
    return path && (side_kind_of(path) == SIDE_GENERATOR || side_kind_of(path) == SIDE_PICTURES);
}

static bool is_of_pictures(const char *path)
{
    return path && side_kind_of(path) == SIDE_PICTURES;
}

/* Options that would do nothing. */
static bool check_effects(option_table *table, const settings *chosen)
{
    static const char *const of_size[] = {"channels", "crop", "filter", "jpeg-scaling"};
    for (size_t i = 0; i < COUNT(of_size); i++)
        if (options_given(table, of_size[i]) && chosen->size == 0)
            return complain("--%s has no effect without --size", of_size[i]);
    if (chosen->samples > 0 && !needs_inception(chosen->model))
        return complain("--samples has no effect: --model is neither a directory of images nor a generator");
    if (chosen->target_samples > 0 && !needs_inception(chosen->target))
        return complain("--target-samples has no effect: --target is neither a directory of images nor a generator");
    if (chosen->inception && !needs_inception(chosen->model) && !needs_inception(chosen->target))
        return complain("--inception has no effect: neither side is a directory of images or a generator");
    static const char *const of_files[] = {"apply-exif-rotation", "jpeg-scaling"};
    for (size_t i = 0; i < COUNT(of_files); i++)
        if (options_given(table, of_files[i]) && !is_of_pictures(chosen->model) && !is_of_pictures(chosen->target))
            return complain("--%s has no effect: neither side is a directory of images", of_files[i]);
    return true;
}

bool settings_check(option_table *table, settings *chosen)
{
    if (!device_check(&chosen->device))
        return false;
    if (chosen->model && chosen->features)
        return complain("--model and --features both specify the model samples; give only one");
    if (chosen->features && side_kind_of(chosen->features) != SIDE_FEATURES)
        return complain("--features is %s; expected an npy file", chosen->features);
    if (chosen->features)
        chosen->model = chosen->features;
    if (!chosen->target)
        return complain("--target is missing; expected the samples to compare the model with");
    if (!chosen->model && !chosen->save_stats)
        return complain("--model is missing; it is optional only with --save-stats");
    if ((needs_inception(chosen->model) || needs_inception(chosen->target)) && !chosen->inception)
        return complain("--inception is missing: %s is not a file of features or statistics, and computing features "
                        "needs the network's weights",
                        needs_inception(chosen->model) ? chosen->model : chosen->target);
    return check_effects(table, chosen);
}

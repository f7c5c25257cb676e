#include "settings.h"

#include "support/console.h"

#include <inttypes.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

void settings_default(const experiment *about, settings *chosen)
{
    *chosen = (settings){
        .about = about,
        .run = {.checkpoint_every = 25000,
                .checkpoint_minutes = CHECKPOINT_MINUTES,
                .checkpoints_kept = 3,
                .history_every = 100},
        .training =
            {
                .steps = 500000,
                .seed = 1,
                .batch = 128,
                .shards = 1,
                .exponent = 1,
                .dimension = 3,
                .epsilon = 1,
                .epsilon_end = 1,
                .epsilon_decay_share = 1,
                .self_terms = 1,
                .loss = COULOMB_LOSS_L2,
                .potential_scale = 1,
                .decay_updates = 500000,
                .generator = {COULOMB_METHOD_ADAM, 1e-4, 1, 0.9, 0.999, 1e-8, 1e-7},
                .discriminator = {COULOMB_METHOD_ADAM, 5e-5, 1, 0.9, 0.999, 1e-8, 1e-7},
            },
        .drops = {.factor = 0.1, .measured_most = 2},
        .data =
            {
                .size = about->size,
                .channels = 3,
                .crop = about->crop,
                .filter = IMAGE_AREA,
                .held_out = 512,
                .workers = 1,
            },
        .latent = about->latent,
        .generator = {.type = GENERATOR_MY},
        .discriminator = {.type = DISCRIMINATOR_MY_BIG},
        .field = COULOMB_FIELD_POTENTIAL,
        .discriminator_rate_scale = 0.5,
        .results = {.statistics_every = 5000, .samples_every = 1000, .grid = 8, .generate_seed = 1},
        .fid = {.every = 5000, .samples = 5120},
    };
    chosen->run.out = about->out;
}

static const char *name_of(const option_choice *choices, int32_t value)
{
    while (choices->word && choices->value != value)
        choices++;
    return choices->word;
}

static const option_choice generators[] = {{"my", GENERATOR_MY},         {"my-tanh", GENERATOR_MY_TANH},
                                           {"dcgan", GENERATOR_DCGAN},   {"began", GENERATOR_BEGAN},
                                           {"resnet", GENERATOR_RESNET}, {NULL, 0}};

static const option_choice discriminators[] = {{"my", DISCRIMINATOR_MY},           {"my-big", DISCRIMINATOR_MY_BIG},
                                               {"my-big2", DISCRIMINATOR_MY_BIG2}, {"dcgan", DISCRIMINATOR_DCGAN},
                                               {"began", DISCRIMINATOR_BEGAN},     {"resnet", DISCRIMINATOR_RESNET},
                                               {"none", DISCRIMINATOR_NONE},       {NULL, 0}};

static const option_choice fields[] = {
    {"potential", COULOMB_FIELD_POTENTIAL}, {"drift", COULOMB_FIELD_DRIFT}, {NULL, 0}};

static void data_options(option_table *table, data_settings *d, const experiment *about)
{
    static const option_choice sizes[] = {{"32", 32}, {"64", 64}, {"128", 128}, {NULL, 0}};
    static const option_choice channels[] = {{"1", 1}, {"3", 3}, {NULL, 0}};
    static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    static const option_choice filters[] = {{"area", IMAGE_AREA}, {"bicubic", IMAGE_BICUBIC}, {NULL, 0}};
    const option_row rows[] = {
        {.name = "data", .argument = "PATH", .text = &d->path, .help = about->data_help},
        {.name = "size", .choice = &d->size, .choices = sizes, .help = "side of the images in pixels"},
        {.name = "channels", .choice = &d->channels, .choices = channels, .help = "3: colour; 1: luma only"},
        {.name = "crop",
         .argument = "N",
         .count = &d->crop,
         .high = 65536,
         .help = "side of the centred square crop of each image; 0: the largest possible"},
        {.name = "filter", .choice = &d->filter, .choices = filters, .help = "resizing filter"},
        {.name = "apply-exif-rotation",
         .choice = &d->upright,
         .choices = on_or_off,
         .help = "turn images of files as the orientation in their EXIF data says, before they are cropped"},
        {.name = "jpeg-scaling",
         .choice = &d->scaled,
         .choices = on_or_off,
         .help = "decode JPEG files at 1/2, 1/4 or 1/8 of their size where the crop stays at least twice as large as "
                 "wanted: faster, with slightly other values"},
        {.name = "held-out",
         .argument = "N",
         .count = &d->held_out,
         .high = 1e6,
         .help = "number of held-out images, used only for measurements; 0: none"},
        {.name = "workers",
         .argument = "N",
         .count = &d->workers,
         .high = 256,
         .passing = true,
         .help =
             "number of threads that decode images in advance; 0: none. Unless given, another one is started whenever "
             "an update has to wait for images, up to the number of processors. Results do not depend on it"},
    };
    options_add(table, "Data", rows, COUNT(rows));
}

static void network_options(option_table *table, settings *s)
{
    static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    const option_row rows[] = {
        {.name = "latent",
         .argument = "N",
         .count = &s->latent,
         .low = 1,
         .high = 65536,
         .help = "dimension of the latent"},
        {.name = "generator", .choice = &s->generator.type, .choices = generators, .help = "published network"},
        {.name = "generator-channels",
         .argument = "N",
         .count = &s->generator.channels,
         .high = 65536,
         .help = "for my and my-tanh: channels of the first 4 x 4 pixels, halved by each doubling of the side; "
                 "published: 1024; 0: as published"},
        {.name = "discriminator",
         .choice = &s->discriminator.type,
         .choices = discriminators,
         .help = "published network; none: the generator follows the field of the charges itself"},
        {.name = "discriminator-channels",
         .argument = "N",
         .count = &s->discriminator.channels,
         .high = 8192,
         .help = "for my, my-big and my-big2: channels of the first convolution, doubled by each of the other three; "
                 "published: 64, 128 and 256; 0: as published"},
        {.name = "synchronized-norm",
         .choice = &s->synchronized_norm,
         .choices = on_or_off,
         .help = "with several shards, take batch norm's statistics over the whole batch instead of each shard; shards "
                 "of one process then go forward together, in the memory of all"},
        {.name = "field",
         .choice = &s->field,
         .choices = fields,
         .help = "without a discriminator: follow the potential's gradient, or the normalised drift, which does not "
                 "fade far from the target"},
        {.name = "features",
         .argument = "FILE",
         .text = &s->features,
         .help =
             "a network whose input has the images' shape, as coulomb_network_save() writes it: distances are taken "
             "between what it finds in images, not between pixels. Inception's file does not fit"},
        {.name = "lr-discriminator-scale",
         .argument = "X",
         .number = &s->discriminator_rate_scale,
         .passing = true,
         .help = "the discriminator's learning rate as a multiple of the generator's; an alternative to "
                 "--lr-discriminator"},
    };
    options_add(table, "Networks", rows, COUNT(rows));
}

static void results_options(option_table *table, results_settings *r)
{
    static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    const option_row rows[] = {
        {.name = "statistics-every",
         .argument = "N",
         .count = &r->statistics_every,
         .low = 1,
         .help = "updates between measurements of the energy on held-out images; a multiple of --history-every"},
        {.name = "samples-every",
         .argument = "N",
         .count = &r->samples_every,
         .low = 1,
         .help = "updates between pictures of samples"},
        {.name = "grid",
         .argument = "N",
         .count = &r->grid,
         .low = 1,
         .high = 100,
         .help = "number of rows and columns of such a picture"},
        {.name = "norm-averages",
         .choice = &r->norm_averages,
         .choices = on_or_off,
         .help = "use batch norm's running averages when generating instead of the statistics of the generated batch, "
                 "which the reference uses"},
    };
    options_add(table, "Statistics and pictures", rows, COUNT(rows));
    const option_row generating[] = {
        {.name = "generate",
         .argument = "N",
         .count = &r->generate,
         .low = 1,
         .high = 1e9,
         .passing = true,
         .help = "do not train; write N samples of the run in --out"},
        {.name = "generate-from",
         .argument = "FILE",
         .text = &r->from,
         .passing = true,
         .help = "checkpoint or generator.safetensors of that run; default: its newest checkpoint"},
        {.name = "generate-to",
         .argument = "PATH",
         .text = &r->to,
         .passing = true,
         .help = "directory for PNG files, or a file name ending in .npy; default: the directory `generated` in --out"},
        {.name = "generate-seed",
         .argument = "N",
         .count = &r->generate_seed,
         .passing = true,
         .help = "seed of the latents; the pictures of the training show the first samples of seed 1"},
    };
    options_add(table, "Generating", generating, COUNT(generating));
}

void settings_options(option_table *table, settings *chosen)
{
    data_options(table, &chosen->data, chosen->about);
    run_options(table, &chosen->run);
    results_options(table, &chosen->results);
    training_options(table, &chosen->training);
    options_find(table, "epsilon-end")->help = "final epsilon; constant unless given";
    fid_monitor_options(table, &chosen->fid);
    rate_drops_options(table, &chosen->drops);
    network_options(table, chosen);
}

/* Options that say the same thing in two ways, or follow one another. */
static bool settle(option_table *table, settings *chosen)
{
    if (options_given(table, "lr-discriminator-scale")) {
        option_row *rate = options_find(table, "lr-discriminator");
        if (rate->given)
            return complain("--lr-discriminator-scale and --lr-discriminator are alternatives; give only one");
        chosen->training.discriminator.rate = chosen->discriminator_rate_scale * chosen->training.generator.rate;
        rate->given = true;
        options_find(table, "lr-discriminator-scale")->given = false;
    }
    /* epsilon is constant unless its end is named as well */
    if (options_given(table, "epsilon") && !options_given(table, "epsilon-end")) {
        chosen->training.epsilon_end = chosen->training.epsilon;
        options_find(table, "epsilon-end")->given = true;
    }
    return true;
}

/* Options that are of no use without a discriminator, or with one. */
static bool check_discriminator(option_table *table, const settings *chosen)
{
    static const char *const own[] = {"lr-discriminator-scale", "discriminator-channels"};
    if (chosen->discriminator.type != DISCRIMINATOR_NONE)
        return chosen->run.resume || !options_given(table, "field") || complain("--field is for --discriminator none");
    return training_without_discriminator(table, own, COUNT(own));
}

static bool check_networks(const settings *chosen)
{
    bool narrow_generator = chosen->generator.type == GENERATOR_MY || chosen->generator.type == GENERATOR_MY_TANH;
    bool narrow_discriminator = chosen->discriminator.type <= DISCRIMINATOR_MY_BIG2;
    if (chosen->generator.channels > 0 && !narrow_generator)
        return complain("--generator-channels applies to the generators my and my-tanh, not to %s",
                        name_of(generators, chosen->generator.type));
    if (chosen->discriminator.channels > 0 && !narrow_discriminator && chosen->discriminator.type != DISCRIMINATOR_NONE)
        return complain("--discriminator-channels applies to the discriminators my, my-big and my-big2, not to %s",
                        name_of(discriminators, chosen->discriminator.type));
    /* the side grows from 4 to half the image's */
    uint64_t halved = (uint64_t)chosen->data.size / 8;
    if (chosen->generator.channels % halved != 0)
        return complain("--generator-channels is %" PRIu64 "; expected a multiple of %" PRIu64
                        " for images of %d pixels, because each doubling of the side halves them",
                        chosen->generator.channels, halved, (int)chosen->data.size);
    return true;
}

static bool check_results(const settings *chosen, option_table *table)
{
    const results_settings *results = &chosen->results;
    if (results->generate == 0 && (results->from || results->to || options_given(table, "generate-seed")))
        return complain("--generate-from, --generate-to and --generate-seed have no effect without --generate");
    if (chosen->data.held_out > 0 && results->statistics_every % chosen->run.history_every != 0)
        return complain("--statistics-every is %" PRIu64 "; expected a multiple of --history-every, %" PRIu64,
                        results->statistics_every, chosen->run.history_every);
    if (fid_monitor_wanted(&chosen->fid) && chosen->fid.every % chosen->run.history_every != 0)
        return complain("--fid-every is %" PRIu64 "; expected a multiple of --history-every, %" PRIu64,
                        chosen->fid.every, chosen->run.history_every);
    if (chosen->drops.patience > 0 && chosen->data.held_out == 0 && !fid_monitor_wanted(&chosen->fid))
        return complain("--lr-plateau needs a measure: --held-out is 0 and --fid-stats is not given");
    if (chosen->drops.then_end && chosen->drops.patience == 0)
        return complain("--lr-plateau-end has no effect without --lr-plateau");
    if (chosen->data.held_out == 1)
        return complain("--held-out is 1; expected 0 or at least 2");
    return true;
}

bool settings_check(option_table *table, settings *chosen)
{
    chosen->data.workers_found = !options_given(table, "workers");
    if (!device_check(&chosen->run.device) || !check_discriminator(table, chosen) || !settle(table, chosen) ||
        !training_check(table, &chosen->training) || !rate_drops_check(&chosen->drops))
        return false;
    if (chosen->run.resume && chosen->run.overwrite)
        return complain("--resume continues a run, --overwrite starts a new one; give only one");
    if (chosen->results.generate > 0 && (chosen->run.resume || chosen->run.overwrite))
        return complain("--generate does not train; it cannot be combined with --resume or --overwrite");
    /* of a run that is resumed, what was not given is not known yet: open_fid() looks then */
    return (chosen->run.resume || fid_monitor_check(table, &chosen->fid)) && check_networks(chosen) &&
           check_results(chosen, table);
}

#include "settings.h"

#include "shapes.h"
#include "support/console.h"
#include "support/exponent.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice examples[] = {{"charges", EXAMPLE_CHARGES},
                                         {"ring", EXAMPLE_RING},
                                         {"blobs", EXAMPLE_BLOBS},
                                         {"gaussian25", EXAMPLE_GAUSSIAN25},
                                         {NULL, 0}};

settings settings_default(void)
{
    return (settings){
        .out = "field.png",
        .example = EXAMPLE_CHARGES,
        .samples = 1000,
        .seed = 1,
        .density = 26,
        .exponent = 1,
        .dimension = 3,
        .epsilon = 1,
        .updates = 1000,
        .frames = 5,
        .inertia = 0.5,
    };
}

void settings_options(option_table *table, settings *s)
{
    static const char of_kernel[] = "Kernel";
    const option_row sets[] = {
        {.name = "model",
         .argument = "FILE",
         .text = &s->model,
         .help = "model samples, which repel: an npy file [N, 2]"},
        {.name = "target",
         .argument = "FILE",
         .text = &s->target,
         .help = "target samples, which attract: an npy file [N, 2]"},
        {.name = "example",
         .argument = "NAME",
         .choice = &s->example,
         .choices = examples,
         .help = "built-in example if no files are given: charges (a few of each kind), ring (a blob becomes a ring), "
                 "blobs (a ring becomes three blobs) or gaussian25 (a blob becomes 25 Gaussians)"},
        {.name = "samples",
         .argument = "N",
         .count = &s->samples,
         .low = 2,
         .high = 100000,
         .help = "number of samples of each kind in the built-in examples other than charges"},
        {.name = "seed", .argument = "N", .count = &s->seed, .help = "seed of the built-in examples"},
    };
    const option_row kernel[] = {
        {.name = "epsilon",
         .argument = "X",
         .number = &s->epsilon,
         .low_excluded = true,
         .help = "softening length of the kernel, in the unit of the points"},
    };
    const option_row picture[] = {
        {.name = "out", .argument = "FILE", .text = &s->out, .help = "output picture, a PNG file"},
        {.name = "lines",
         .argument = "N",
         .count = &s->density,
         .low = 4,
         .high = 200,
         .help = "maximum number of field lines across the picture"},
    };
    const option_row flow[] = {
        {.name = "flow", .flag = &s->flow, .help = "move the model samples along the field and draw their course"},
        {.name = "updates",
         .argument = "N",
         .count = &s->updates,
         .low = 1,
         .high = 10000000,
         .help = "number of moves"},
        {.name = "frames",
         .argument = "N",
         .count = &s->frames,
         .low = 2,
         .high = 12,
         .help = "number of moments drawn"},
        {.name = "step",
         .argument = "X",
         .number = &s->step,
         .help = "initial step size for a gradient of 1; it adapts so that the energy falls. 0: chosen from epsilon"},
        {.name = "inertia",
         .argument = "X",
         .number = &s->inertia,
         .high = 1,
         .high_excluded = true,
         .help = "momentum: fraction of the last move that is added; 0: gradient only, which is slower"},
        {.name = "epsilon-start",
         .argument = "X",
         .number = &s->epsilon_start,
         .help = "initial softening length; it decays to --epsilon over the first half, so that no sample moves far at "
                 "first. 0: four times --epsilon"},
        {.name = "particles",
         .argument = "FILE",
         .text = &s->particles,
         .help = "write the moved samples to an npy file; default: the picture's name with .npy"},
    };
    options_add(table, "Samples", sets, COUNT(sets));
    exponent_options(table, of_kernel, &s->exponent, &s->dimension);
    options_add(table, of_kernel, kernel, COUNT(kernel));
    device_options(table, "Running", &s->device, DEVICE_OF_POTENTIALS);
    options_add(table, "Picture", picture, COUNT(picture));
    options_add(table, "Flow", flow, COUNT(flow));
}

bool settings_check(option_table *table, settings *chosen)
{
    static const char *const of_flow[] = {"updates", "frames", "step", "inertia", "epsilon-start", "particles"};
    if (!device_check(&chosen->device) || !exponent_check(table, &chosen->exponent, chosen->dimension))
        return false;
    if (!chosen->model != !chosen->target)
        return complain("--model and --target go together; only --%s was given", chosen->model ? "model" : "target");
    for (size_t i = 0; i < COUNT(of_flow); i++)
        if (options_given(table, of_flow[i]) && !chosen->flow)
            return complain("--%s has no effect without --flow", of_flow[i]);
    if (chosen->model && options_given(table, "example"))
        return complain("--example has no effect with --model and --target");
    if (chosen->flow && !options_given(table, "example"))
        chosen->example = EXAMPLE_BLOBS;
    return true;
}

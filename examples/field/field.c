/*
 * The paper's Figure 1: two sets of samples as charges, their potential and their field; and, with --flow, how model
 * samples that are free to move spread as the target is.
 */
#include "flow.h"
#include "pictures.h"
#include "settings.h"
#include "shapes.h"

#include "support/console.h"
#include "support/npy.h"
#include "support/process.h"
#include "support/succeed.h"

#include <coulomb/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char summary[] =
    "Draws two sets of points of the plane as charges: their potential, and the field that moves model samples to "
    "where mass is missing (Unterthiner et al. 2017, Figure 1). With --flow the model samples move, without a network, "
    "until the energy reaches its floor and both densities agree (Theorem 1).";

/* Where the moved samples go: --particles, or beside the picture. */
static bool particles_path(const settings *chosen, char path[4096])
{
    const char *name = chosen->particles ? chosen->particles : chosen->out;
    size_t length = strlen(name);
    if (!chosen->particles && length > 4 && strcmp(name + length - 4, ".png") == 0)
        length -= 4;
    if (length + 5 > 4096)
        return complain("the file name %.40s... is too long", name);
    snprintf(path, 4096, "%.*s%s", (int)length, name, chosen->particles ? "" : ".npy");
    return true;
}

static bool show_flow(coulomb_context *context, coulomb_plummer *plummer, charges *samples, const settings *chosen)
{
    char particles[4096];
    flow made;
    if (!particles_path(chosen, particles) || !flow_make(context, plummer, samples, chosen, &made))
        return false;
    const size_t shape[] = {samples->model.count, 2};
    bool done = npy_write(particles, 2, shape, samples->model.at) &&
                picture_flow(chosen->out, context, plummer, samples, &made, chosen);
    if (done) {
        printf("energy at start  %.4g\nenergy at end    %.4g\n", made.energy[0], made.energy[made.updates]);
        if (made.floor > 0)
            printf("of an independent sample of the target  %.4g\n", made.floor);
        printf("See %s; the moved samples are in %s.\n", chosen->out, particles);
    }
    flow_free(&made);
    return done;
}

static bool show_field(coulomb_context *context, coulomb_plummer *plummer, const charges *samples,
                       const settings *chosen)
{
    double energy;
    if (!succeeded(context,
                   coulomb_plummer_energy(plummer, 2, samples->model.at, samples->model.count, samples->target.at,
                                          samples->target.count, &energy),
                   "measuring the energy") ||
        !picture_field(chosen->out, context, plummer, samples, chosen))
        return false;
    printf("energy %.4g\nSee %s.\n", energy, chosen->out);
    return true;
}

static bool draw(const settings *chosen)
{
    charges samples;
    coulomb_plummer *plummer = NULL;
    coulomb_context *context = device_context(&chosen->device);
    bool done = chosen->model
                    ? charges_read(chosen->model, chosen->target, &samples)
                    : charges_example((enum example)chosen->example, (size_t)chosen->samples, chosen->seed, &samples);
    done =
        done && context &&
        succeeded(context, coulomb_plummer_new(context, chosen->exponent, chosen->epsilon, &plummer),
                  "creating a kernel") &&
        (chosen->flow ? show_flow(context, plummer, &samples, chosen) : show_field(context, plummer, &samples, chosen));
    coulomb_plummer_free(plummer);
    charges_free(&samples);
    if (context)
        coulomb_context_free(context);
    return done;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    options_begin(&table, "coulomb-field", summary);
    settings_options(&table, &chosen);
    int code = options_parse(&table, argument_count, arguments);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    return draw(&chosen) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}

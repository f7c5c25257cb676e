/*
 * The Fréchet inception distance between two sets of images, from directories, a generator, or statistics that were
 * found before.
 */
#include "features.h"
#include "inception.h"
#include "moments_file.h"
#include "settings.h"
#include "side.h"

#include "support/console.h"
#include "support/process.h"
#include "support/succeed.h"

#include <coulomb/coulomb.h>
#include <stdio.h>
#include <stdlib.h>

static const char summary[] =
    "Prints the Fréchet inception distance (Heusel et al. 2017) between a model's samples and real ones. Features of "
    "images come from the Inception network of 2015-12-05, whose weights are given by --inception; doc/fid.md "
    "describes where to get them and how to obtain comparable values.";

/* As many values to a sample on both sides. */
static bool same_dimension(const settings *chosen, const coulomb_moments *model, const coulomb_moments *target)
{
    size_t of_model = coulomb_moments_dimension(model), of_target = coulomb_moments_dimension(target);
    return of_model == of_target || complain("a sample of %s has %zu features, one of %s has %zu; expected as many",
                                             chosen->model, of_model, chosen->target, of_target);
}

/* False with a complaint; without a model there is nothing to measure. */
static bool compare(coulomb_context *context, coulomb_network *inception, const settings *chosen,
                    const coulomb_moments *target)
{
    double distance;
    if (!chosen->model)
        return true;
    coulomb_moments *model = side_moments(context, inception, chosen, "model", chosen->model, chosen->samples);
    bool done = model && same_dimension(chosen, model, target) &&
                succeeded(context, coulomb_moments_distance(model, target, &distance), "measuring");
    coulomb_moments_free(model);
    if (done)
        printf("%.10g\n", distance);
    return done;
}

static bool measure(coulomb_context *context, const settings *chosen)
{
    coulomb_network *inception = chosen->inception ? inception_load(context, chosen->inception) : NULL;
    memory_plan plan = memory_begin(context, &chosen->device);
    if (inception)
        features_plan(inception, &plan);
    coulomb_moments *target = NULL;
    bool done = (inception || !chosen->inception) && memory_tell(&plan);
    if (done)
        target = side_moments(context, inception, chosen, "target", chosen->target, chosen->target_samples);
    done = target && (!chosen->save_stats || moments_write(context, target, chosen->save_stats)) &&
           compare(context, inception, chosen, target);
    coulomb_moments_free(target);
    coulomb_network_free(inception);
    return done;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    options_begin(&table, "coulomb-fid", summary);
    settings_options(&table, &chosen);
    int code = options_parse(&table, argument_count, arguments);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    coulomb_context *context = device_context(&chosen.device);
    bool done = context && measure(context, &chosen);
    if (context)
        coulomb_context_free(context);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}

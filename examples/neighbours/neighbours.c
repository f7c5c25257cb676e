/*
 * The paper's Figure 3: does a generator repeat itself, or its training set? The most similar pairs among its samples,
 * the training images nearest to them, and the size of the support that so many duplicates would speak for.
 */
#include "pairs.h"
#include "settings.h"

#include "support/console.h"
#include "support/process.h"
#include "support/succeed.h"

#include <coulomb/coulomb.h>
#include <stdio.h>
#include <stdlib.h>

static const char summary[] = "Finds the most similar pairs among a model's samples and the training images nearest to "
                              "them (Unterthiner et al. 2017, Figure 3), draws them, and prints the birthday-paradox "
                              "estimate of the support size (Arora & Zhang 2017). Distances are those of pixels.";

static bool show(coulomb_context *context, const settings *chosen, const samples *of, training_images *training)
{
    size_t count = (size_t)chosen->pairs;
    pair *pairs = malloc(count * sizeof *pairs);
    if (!pairs)
        return complain("no memory for %zu pairs", count);
    bool done = pairs_find(context, of, training, count, pairs) && pairs_print(context, of, count, pairs) &&
                pairs_draw(chosen->out, of, training, count, pairs);
    if (done)
        printf("\nSee %s.\n", chosen->out);
    free(pairs);
    return done;
}

static bool compare(coulomb_context *context, const settings *chosen)
{
    samples of;
    training_images training;
    bool done = samples_make(context, chosen, &of);
    if (done && (done = training_images_open(chosen, of.side, &training))) {
        done = show(context, chosen, &of, &training);
        training_images_close(&training);
    }
    free(of.values);
    return done;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    options_begin(&table, "coulomb-neighbours", summary);
    settings_options(&table, &chosen);
    int code = options_parse(&table, argument_count, arguments);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    coulomb_context *context = device_context(&chosen.device);
    bool done = context && compare(context, &chosen);
    if (context)
        coulomb_context_free(context);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}

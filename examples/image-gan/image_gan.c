#include "image_gan.h"

#include "generating_run.h"
#include "settings.h"
#include "training_run.h"

#include "support/console.h"
#include "support/process.h"
#include "support/succeed.h"

#include <stdio.h>
#include <stdlib.h>

static const char written[] =
    " The paper's settings are the defaults; --generator-channels and --discriminator-channels select narrower "
    "networks. Writes to --out: history.csv, history.png, samples-NNNNNNN.png, samples-latest.png, "
    "interpolation-latest.png, checkpoint.safetensors and, at the end, generator.safetensors. Ctrl-C saves and stops; "
    "--resume continues to the same result; --generate writes samples of a run.";

static int complain_no_data(const experiment *about)
{
    complain("--data is missing. %s", about->source[0]);
    for (size_t i = 1; i < sizeof about->source / sizeof *about->source; i++)
        say("%s", about->source[i]);
    return EXIT_USAGE;
}

static bool open_run(run *of, option_table *table, const settings *chosen)
{
    return chosen->results.generate > 0 ? run_open_results(of, table, &chosen->run) : run_open(of, table, &chosen->run);
}

static int act(run *of, settings *chosen)
{
    coulomb_context *context = device_context(&chosen->run.device);
    if (!context)
        return EXIT_FAILURE;
    int code = chosen->results.generate > 0 ? generating_run(of, context, chosen) : training_run(of, context, chosen);
    coulomb_context_free(context);
    return code;
}

static int run_program(const experiment *about, int argument_count, char **arguments)
{
    static option_table table;
    static settings chosen;
    char summary[1024];
    run of;
    snprintf(summary, sizeof summary, "%s%s", about->summary, written);
    settings_default(about, &chosen);
    options_begin(&table, about->program, summary);
    settings_options(&table, &chosen);
    int code = run_begin(options_parse(&table, argument_count, arguments), &chosen.run);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    if (!chosen.data.path && !chosen.run.resume && chosen.results.generate == 0)
        return complain_no_data(about);
    code = EXIT_FAILURE;
    if (open_run(&of, &table, &chosen) && settings_check(&table, &chosen))
        code = act(&of, &chosen);
    run_close(&of);
    return code;
}

int image_gan(const experiment *about, int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(about, argument_count, arguments));
}

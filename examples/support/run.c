/* A run's directory. The loop stands in run_train.c. */
#include "run.h"

#include "console.h"
#include "files.h"
#include "json.h"

#include <string.h>
#include <unistd.h>

void run_options(option_table *table, run_settings *s)
{
    const option_row rows[] = {
        {.name = "out",
         .argument = "DIR",
         .text = &s->out,
         .passing = true,
         .help = "output directory; created if missing"},
        {.name = "resume",
         .flag = &s->resume,
         .passing = true,
         .help = "continue from the checkpoint in DIR; options not given keep the values of the run"},
        {.name = "overwrite",
         .flag = &s->overwrite,
         .passing = true,
         .help = "start a new run even if DIR contains a checkpoint"},
        {.name = "threads",
         .argument = "N",
         .count = &s->threads,
         .high = 1024,
         .passing = true,
         .help = "number of threads; 0: one per processor. Results do not depend on it"},
        {.name = "checkpoint-every",
         .argument = "N",
         .count = &s->checkpoint_every,
         .low = 1,
         .help = "updates between checkpoints"},
        {.name = "keep-checkpoints",
         .argument = "N",
         .count = &s->checkpoints_kept,
         .help = "number of recent checkpoints kept as checkpoint-NNNNNNN.safetensors; 0: only checkpoint.safetensors, "
                 "which is always the newest"},
        {.name = "history-every",
         .argument = "N",
         .count = &s->history_every,
         .low = 1,
         .help = "updates between rows of history.csv"},
        {.name = "stop-at",
         .argument = "N",
         .count = &s->stop_at,
         .passing = true,
         .help = "save and stop after update N, as Ctrl-C does; 0: never"},
    };
    options_add(table, "Run", rows, sizeof rows / sizeof *rows);
}

bool run_path(const run *of, const char *name, char path[RUN_PATH_SIZE])
{
    return path_join(of->settings->out, name, RUN_PATH_SIZE, path);
}

/* The settings that the run began with; `wanted` is the option that asked for them. */
static bool read_recorded(run *of, const char *wanted)
{
    char path[RUN_PATH_SIZE];
    if (!run_path(of, "settings.json", path) || !file_exists(path))
        return complain("%s: %s has no settings.json with the settings of the run", wanted, of->settings->out);
    of->recorded = json_read(path);
    if (!of->recorded)
        return false;
    const char *program = json_string_value(json_object_get(of->recorded, "program"));
    if (!program || strcmp(program, of->table->program) != 0)
        return complain("%s: %s belongs to %s, not to %s", wanted, path, program ? program : "another program",
                        of->table->program);
    return options_from_json(of->table, json_object_get(of->recorded, "settings"));
}

static bool open_resumed(run *of)
{
    char path[RUN_PATH_SIZE];
    if (!run_path(of, "checkpoint.safetensors", path) || !file_exists(path))
        return complain("--resume: there is no checkpoint in %s; omit --resume to start a run there",
                        of->settings->out);
    return read_recorded(of, "--resume");
}

static bool open_fresh(const run *of)
{
    char checkpoint[RUN_PATH_SIZE];
    if (!run_path(of, "checkpoint.safetensors", checkpoint))
        return false;
    return of->settings->overwrite || !file_exists(checkpoint) ||
           complain("%s contains a checkpoint; --resume continues from it, --overwrite starts a new run",
                    of->settings->out);
}

bool run_open(run *of, option_table *table, const run_settings *settings)
{
    *of = (run){.settings = settings, .table = table};
    if (settings->resume && file_exists(settings->out) && access(settings->out, W_OK) == 0)
        return open_resumed(of);
    if (settings->resume && !file_exists(settings->out))
        return complain("--resume: there is no directory %s", settings->out);
    return directory_prepare(settings->out) && (settings->resume ? open_resumed(of) : open_fresh(of));
}

bool run_open_results(run *of, option_table *table, const run_settings *settings)
{
    *of = (run){.settings = settings, .table = table};
    return read_recorded(of, "--out");
}

void run_close(run *of)
{
    json_decref(of->recorded);
    of->recorded = NULL;
}

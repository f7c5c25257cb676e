/* A run's directory. The loop stands in run_train.c. */
#include "run.h"

#include "console.h"
#include "directory.h"
#include "files.h"
#include "hash.h"
#include "json.h"
#include "ranks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
        {.name = "accept-changed-data",
         .flag = &s->accept_changed_data,
         .passing = true,
         .help =
             "with --resume: continue although the data set, or what samples are measured with, is not what the run "
             "began with"},
    };
    const option_row processes[] = {
        {.name = "alone",
         .flag = &s->alone,
         .passing = true,
         .help =
             "train in this process alone, even if mpirun or srun started several; otherwise they are one run, which "
             "needs libcoulomb-mpi and a suitable --shards"},
    };
    const option_row saving[] = {
        {.name = "checkpoint-every",
         .argument = "N",
         .count = &s->checkpoint_every,
         .low = 1,
         .help = "updates between checkpoints"},
        {.name = "checkpoint-minutes",
         .argument = "X",
         .number = &s->checkpoint_minutes,
         .help = "minutes after which checkpoint.safetensors is saved at the latest; 0: only every --checkpoint-every "
                 "updates"},
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
    static const char of_run[] = "Run";
    options_add(table, of_run, rows, sizeof rows / sizeof *rows);
    device_options(table, of_run, &s->device, DEVICE_OF_RUN);
    options_add(table, of_run, processes, sizeof processes / sizeof *processes);
    options_add(table, of_run, saving, sizeof saving / sizeof *saving);
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
    return options_from_json(of->table, json_object_get(of->recorded, "settings")) ||
           complain("%s: %s does not say how the run was made", wanted, path);
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
    bool exists;
    if (!run_path(of, "checkpoint.safetensors", checkpoint) || !file_look(checkpoint, &exists))
        return false;
    return of->settings->overwrite || !exists ||
           complain("%s contains a checkpoint; --resume continues from it, --overwrite starts a new run",
                    of->settings->out);
}

/* What a dead process left goes when its directory is this one's. */
static bool take_directory(run *of)
{
    return directory_lock_take(&of->lock, of->settings->out) && files_remove_temporary(of->settings->out);
}

static uint64_t hash_option(const option_row *row)
{
    char value[256];
    if (row->flag)
        return *row->flag;
    if (row->text)
        return *row->text && **row->text != '\0';
    option_value(row, sizeof value, value);
    return hash_bytes(HASH_START, value, strlen(value));
}

/* Of ranks. Texts are paths, which may differ between hosts, but are given to all or none; and each may have threads of
 * its own. */
static bool same_options(const option_table *table)
{
    uint64_t own[OPTIONS_MOST] = {0}, first[OPTIONS_MOST];
    const char *differs = NULL;
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].flag || !table->rows[i].passing)
            own[i] = hash_option(&table->rows[i]);
    memcpy(first, own, sizeof first);
    if (!ranks_share(true, first, sizeof first))
        return false;
    for (size_t i = table->count; i > 0; i--)
        if (own[i - 1] != first[i - 1])
            differs = table->rows[i - 1].name;
    return ranks_agree(!differs || complain_of_another("rank %zu and rank 0 differ in --%s", ranks_own(), differs));
}

/* What coulomb_trainer_set_communicator() demands, in the user's words. */
static bool check_shards(option_table *table)
{
    const option_row *row = options_find(table, "shards");
    size_t ranks = ranks_count();
    if (ranks == 1 || !row)
        return true;
    uint64_t shards = *row->count, each = shards / ranks;
    if (shards % ranks == 0 && (each & (each - 1)) == 0)
        return true;
    return complain("--shards is %" PRIu64
                    "; expected %zu, the number of processes, times 1, 2, 4 or another power of 2",
                    shards, ranks);
}

int run_begin(int parsed, const run_settings *settings)
{
    if (parsed == EXIT_SUCCESS)
        return parsed;
    return ranks_begin(settings->alone) ? parsed : EXIT_FAILURE;
}

/* What a run writes below its data would be read as data by the next one, and by its own continuation. */
static bool apart_from_data(const run *of)
{
    const option_row *row = options_find(of->table, "data");
    const char *data = row && row->text ? *row->text : NULL, *out = of->settings->out;
    return !data || !directory_holds(data, out) ||
           complain("--out is %s, in the directory of the data, %s: what the run writes there would become data; give "
                    "another directory",
                    out, data);
}

static bool open_directory(run *of)
{
    const run_settings *settings = of->settings;
    if (settings->accept_changed_data && !settings->resume)
        return complain("--accept-changed-data has no effect without --resume");
    if (settings->resume && !file_exists(settings->out))
        return complain("--resume: there is no directory %s", settings->out);
    if (!settings->resume && !apart_from_data(of))
        return false;
    if (ranks_writes() && !(directory_prepare(settings->out) && take_directory(of)))
        return false;
    if (settings->resume)
        return open_resumed(of);
    return !ranks_writes() || open_fresh(of);
}

bool run_open(run *of, option_table *table, const run_settings *settings)
{
    *of = (run){.settings = settings, .table = table};
    if (!ranks_agree(open_directory(of)) || !same_options(table) || !check_shards(table))
        return false;
    if (ranks_count() > 1)
        say("%zu processes train together.", ranks_count());
    return true;
}

bool run_alone(void)
{
    return ranks_count() == 1 || complain("processes share only training; start this in one, or give --alone");
}

bool run_open_results(run *of, option_table *table, const run_settings *settings)
{
    *of = (run){.settings = settings, .table = table};
    return run_alone() && read_recorded(of, "--out");
}

void run_close(run *of)
{
    lock_release(&of->lock);
    json_decref(of->recorded);
    of->recorded = NULL;
}

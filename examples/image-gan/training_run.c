#include "training_run.h"

#include "held_out.h"
#include "networks.h"
#include "samples.h"

#include "support/console.h"
#include "support/hash.h"
#include "support/history.h"
#include "support/history_picture.h"
#include "support/interrupt.h"
#include "support/memory.h"
#include "support/ranks.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Columns of history.csv behind those that all programs have. */
enum { COLUMN_HELD_OUT, COLUMN_FLOOR, COLUMN_FID, OWN_COLUMNS };
static const char *const own_columns[OWN_COLUMNS] = {"energy_held_out", "energy_training_images", "fid"};

typedef struct experiment_run {
    run *of;
    coulomb_context *context;
    settings *chosen;
    image_set *set;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    coulomb_network *sampled; /* the generator, or its average */
    held_out held_out;
    fid_monitor *fid; /* NULL: not wanted */
} experiment_run;

/* --- what is written --- */

static bool write_pictures(const experiment_run *at)
{
    static const history_chart own[] = {
        {"Energy on images held out",
         "energy",
         true,
         {{HISTORY_COLUMNS + COLUMN_HELD_OUT, "model samples", INK_MODEL, false},
          {HISTORY_COLUMNS + COLUMN_FLOOR, "training images", INK_MUTED, true}},
         2},
        {"Fréchet inception distance",
         "distance",
         true,
         {{HISTORY_COLUMNS + COLUMN_FID, "model samples", INK_MODEL, false}},
         1},
    };
    size_t first = at->held_out.count > 0 ? 0 : 1, behind = at->fid ? 2 : 1;
    char path[RUN_PATH_SIZE], rows[RUN_PATH_SIZE];
    return samples_picture(at->of, at->context, at->sampled, at->chosen) &&
           samples_interpolation(at->of, at->context, at->sampled, at->chosen) &&
           run_path(at->of, "history.csv", rows) && run_path(at->of, "history.png", path) &&
           history_picture(path, rows, HISTORY_COLUMNS + OWN_COLUMNS, &at->chosen->training, own + first,
                           behind - first);
}

static bool energy_due(const experiment_run *at, uint64_t update)
{
    return at->chosen->data.held_out > 0 && update % at->chosen->results.statistics_every == 0;
}

static bool measure_energy(experiment_run *at, uint64_t update, double *values)
{
    if (!energy_due(at, update) || !ranks_writes())
        return true;
    values[COLUMN_FLOOR] = at->held_out.floor;
    return held_out_energy(&at->held_out, at->context, at->sampled, &values[COLUMN_HELD_OUT]);
}

/* What decides on a plateau. */
static size_t plateau_column(const experiment_run *at)
{
    return at->fid ? COLUMN_FID : COLUMN_HELD_OUT;
}

/* Drop the rates or end the run if what was measured stands still. */
static void judge(experiment_run *at, uint64_t update, double value)
{
    rate_drops *drops = &at->chosen->drops;
    enum rate_drops_verdict verdict = rate_drops_measured(drops, update, value);
    char then[64] = "this is the end";
    if (verdict == RATES_STAY)
        return;
    if (verdict == RATES_DROP)
        snprintf(then, sizeof then, "learning rates times %g", drops->factor);
    say("The %s has not fallen for %" PRIu64 " measurements: %s after update %" PRIu64 ".",
        at->fid ? "Fréchet inception distance" : "energy on held-out images", drops->patience, then, update);
}

static bool complete(void *user)
{
    const experiment_run *at = user;
    return at->chosen->drops.ended;
}

static bool measure(void *user, const run *of, double *values)
{
    experiment_run *at = user;
    for (size_t i = 0; i < OWN_COLUMNS; i++)
        values[i] = NAN;
    bool fid_due = fid_monitor_due(at->fid, of->done);
    if (!fid_due && !energy_due(at, of->done))
        return true;
    bool fine = measure_energy(at, of->done, values) &&
                (!fid_due || fid_monitor_measure(at->fid, at->sampled, &values[COLUMN_FID]));
    if (!ranks_share(fine, values, OWN_COLUMNS * sizeof *values))
        return false;
    judge(at, of->done, values[plateau_column(at)]);
    return true;
}

/* Take the rates up where the history left them. */
static bool recall_measurements(experiment_run *at, const run *of)
{
    char path[RUN_PATH_SIZE];
    history_rows rows;
    rate_drops_begin(&at->chosen->drops);
    if (!run_path(of, "history.csv", path) || !history_read(path, HISTORY_COLUMNS + OWN_COLUMNS, &rows))
        return false;
    for (size_t i = 0; i < rows.rows; i++) {
        const double *row = rows.values + i * rows.columns;
        rate_drops_measured(&at->chosen->drops, (uint64_t)row[HISTORY_UPDATE],
                            row[HISTORY_COLUMNS + plateau_column(at)]);
    }
    free(rows.values);
    return true;
}

/* Of ranks, the writer has the history. */
static bool recall_together(experiment_run *at, const run *of)
{
    rate_drops *drops = &at->chosen->drops;
    bool fine = !ranks_writes() || recall_measurements(at, of);
    rate_drops shared = *drops;
    if (!ranks_share(fine, &shared, sizeof shared))
        return false;
    shared.list = drops->list;
    *drops = shared;
    return true;
}

static bool begin(void *user, const run *of)
{
    experiment_run *at = user;
    if (!recall_together(at, of))
        return false;
    if (at->held_out.count > 0)
        say("Energy between training images and held-out images: %.3g.", at->held_out.floor);
    /* where it all starts from */
    return !ranks_writes() || of->done > 0 || samples_picture(of, at->context, at->sampled, at->chosen);
}

static bool updated(void *user, const run *of)
{
    const experiment_run *at = user;
    return of->done % at->chosen->results.samples_every != 0 || write_pictures(at);
}

/* --- making and freeing --- */

static bool open_set(experiment_run *at)
{
    const data_settings *data = &at->chosen->data;
    const image_set_options options = {
        .path = data->path,
        .drawn = at->chosen->about->drawn,
        .size = (size_t)data->size,
        .channels = (size_t)data->channels,
        .crop = (size_t)data->crop,
        .filter = (enum image_filter)data->filter,
        .upright = data->upright != 0,
        .scaled = data->scaled != 0,
        .seed = at->chosen->training.seed,
        .held_out = (size_t)data->held_out,
        .workers = (size_t)data->workers,
        .workers_most = data->workers_found ? ranks_processors() : 0,
    };
    return image_set_open(&options, &at->set);
}

/* What updates see also depends on how images are cut and which are held out. */
static data_identity data_of_run(const experiment_run *at)
{
    const data_settings *data = &at->chosen->data;
    const uint64_t ways[] = {data->held_out, data->crop, (uint64_t)data->filter, (uint64_t)data->channels};
    data_identity identity = image_set_identity(at->set);
    identity.hash = hash_bytes(identity.hash, ways, sizeof ways);
    if (data->upright)
        identity.hash = hash_bytes(identity.hash, &data->upright, sizeof data->upright);
    if (data->scaled)
        identity.hash = hash_bytes(identity.hash, "scaled", 6);
    return identity;
}

static bool choose_sampled(experiment_run *at)
{
    at->sampled = at->generator;
    if (at->chosen->training.averaging == 0)
        return true;
    coulomb_status status = coulomb_trainer_average(at->trainer, &at->sampled);
    if (status == COULOMB_OK)
        status = coulomb_network_set_running_averages(at->sampled, at->chosen->results.norm_averages);
    return succeeded(at->context, status, "averaging the generator");
}

static bool open_fid(experiment_run *at)
{
    if (!fid_monitor_check(at->of->table, &at->chosen->fid))
        return false;
    if (!fid_monitor_wanted(&at->chosen->fid))
        return true;
    at->fid = fid_monitor_open(at->context, &at->chosen->fid);
    return at->fid != NULL;
}

static bool record_fid(const experiment_run *at)
{
    uint64_t hash;
    return !at->fid ||
           (fid_monitor_hash(&at->chosen->fid, &hash) && run_set_measures(at->of, hash, "--fid-stats and --inception"));
}

/* --- memory --- */

/* Samples that are generated together when batch norm normalises by their own statistics, see
 * coulomb_network_set_running_averages(); a bound otherwise. */
enum { BLOCK = 128 };

/* With synchronised batch norm all samples of a process go through a network together. */
static size_t samples_at_once(const settings *chosen)
{
    training_settings together = chosen->training;
    if (chosen->synchronized_norm)
        together.shards = ranks_count();
    return training_samples_at_once(&together);
}

static bool plan_memory(const experiment_run *at)
{
    memory_plan plan = memory_begin(at->context, &at->of->settings->device);
    memory_add_trainer(&plan, at->trainer, at->generator, at->discriminator, samples_at_once(at->chosen));
    memory_add_samples(&plan, "for generating pictures", at->sampled, BLOCK);
    if (at->fid)
        fid_monitor_plan(at->fid, &plan);
    memory_add_host(&plan, "for held-out images", held_out_memory(at->chosen));
    return memory_tell(&plan);
}

/* With the reason told where it fails, which may be one rank alone; once, because a failing update may be read again.
 */
static coulomb_status read_images(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    image_set *set = user;
    bool failed_before = image_set_error(set)[0] != '\0';
    coulomb_status status = image_set_slice(set, update, total, first, count, batch);
    if (status != COULOMB_OK && !failed_before)
        complain("%s", image_set_error(set));
    return status;
}

static bool make_networks(experiment_run *at)
{
    bool alone = at->chosen->discriminator.type == DISCRIMINATOR_NONE;
    at->generator = networks_generator(at->context, at->chosen);
    if (at->generator && !alone)
        at->discriminator = networks_discriminator(at->context, at->chosen);
    return at->generator && (alone || at->discriminator);
}

/* What stands for the discriminator, or beside it. */
static bool choose_field(const experiment_run *at)
{
    const settings *chosen = at->chosen;
    if (chosen->discriminator.type == DISCRIMINATOR_NONE &&
        !succeeded(at->context, coulomb_trainer_set_field(at->trainer, chosen->field), "choosing the field"))
        return false;
    if (!chosen->features)
        return true;
    coulomb_network *features = networks_features(at->context, chosen);
    bool done = features && succeeded(at->context, coulomb_trainer_set_features(at->trainer, features), "--features");
    coulomb_network_free(features); /* the trainer holds it */
    return done;
}

static bool prepare(experiment_run *at)
{
    return make_networks(at) &&
           succeeded(at->context, coulomb_trainer_new(at->context, at->generator, at->discriminator, &at->trainer),
                     "creating the trainer") &&
           training_apply(at->context, at->trainer, &at->chosen->training) && choose_field(at) &&
           succeeded(at->context, coulomb_trainer_set_synchronized_norm(at->trainer, at->chosen->synchronized_norm),
                     "setting --synchronized-norm") &&
           rate_drops_apply(at->context, at->trainer, &at->chosen->training, &at->chosen->drops) &&
           choose_sampled(at) && open_fid(at) && plan_memory(at) && open_set(at) &&
           run_set_data(at->of, data_of_run(at)) &&
           (!ranks_writes() || held_out_begin(&at->held_out, at->context, at->set, at->chosen)) &&
           succeeded(at->context, coulomb_trainer_set_data_slice(at->trainer, read_images, at->set, NULL),
                     "setting the data") &&
           record_fid(at);
}

static void release(experiment_run *at)
{
    fid_monitor_close(at->fid);
    coulomb_trainer_free(at->trainer);
    coulomb_network_free(at->discriminator);
    coulomb_network_free(at->generator);
    held_out_end(&at->held_out);
    if (at->set)
        image_set_close(at->set);
}

static bool write_results(const experiment_run *at)
{
    char path[RUN_PATH_SIZE];
    if (!write_pictures(at) || !run_path(at->of, "generator.safetensors", path) ||
        !succeeded(at->context, coulomb_network_save(at->sampled, path), "saving the generator"))
        return false;
    printf("See samples-latest.png, interpolation-latest.png and history.png in %s.\n", at->of->settings->out);
    return true;
}

static int train(experiment_run *at)
{
    const run_additions additions = {own_columns, OWN_COLUMNS, begin, measure, updated, complete, at};
    enum run_end end = run_train(at->of, at->context, at->trainer, at->chosen->training.steps, &additions);
    if (image_set_damaged(at->set) > 0)
        say("%zu damaged image%s skipped.", image_set_damaged(at->set),
            image_set_damaged(at->set) == 1 ? " was" : "s were");
    if (end == RUN_STOPPED)
        return interrupt_signal() ? interrupt_exit_code() : EXIT_SUCCESS;
    return end == RUN_COMPLETE && (!ranks_writes() || write_results(at)) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int training_run(run *of, coulomb_context *context, settings *chosen)
{
    experiment_run at = {.of = of, .context = context, .chosen = chosen};
    int code = prepare(&at) ? train(&at) : EXIT_FAILURE;
    release(&at);
    return code;
}

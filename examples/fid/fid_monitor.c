#include "fid_monitor.h"

#include "features.h"
#include "inception.h"
#include "moments_file.h"

#include "support/console.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/ranks.h"
#include "support/sequence.h"
#include "support/succeed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { LATENT_SEED = 1 };

struct fid_monitor {
    coulomb_context *context;
    const fid_monitor_settings *settings;
    coulomb_network *inception;
    coulomb_moments *target;
};

void fid_monitor_options(option_table *table, fid_monitor_settings *settings)
{
    const option_row rows[] = {
        {.name = "fid-stats",
         .argument = "FILE",
         .text = &settings->stats,
         .help = "Inception statistics of the target, an npz file written by `coulomb-fid --save-stats`; enables "
                 "measuring the Fréchet inception distance while training"},
        {.name = "inception",
         .argument = "FILE",
         .text = &settings->inception,
         .help = "weights of the feature network, a safetensors file; required with --fid-stats"},
        {.name = "fid-every",
         .argument = "N",
         .count = &settings->every,
         .low = 1,
         .help = "updates between measurements of the distance"},
        {.name = "fid-samples",
         .argument = "N",
         .count = &settings->samples,
         .low = 2,
         .help = "number of samples per measurement; values from different numbers are not comparable"},
    };
    options_add(table, "Fréchet inception distance", rows, COUNT(rows));
}

/* A run that is resumed has recorded what was not given as nothing. */
static bool named(const char *path)
{
    return path && *path != '\0';
}

bool fid_monitor_wanted(const fid_monitor_settings *settings)
{
    return named(settings->stats) && named(settings->inception);
}

bool fid_monitor_check(option_table *table, const fid_monitor_settings *settings)
{
    static const char *const depending[] = {"fid-every", "fid-samples"};
    if (named(settings->stats) != named(settings->inception))
        return complain("--fid-stats and --inception go together; only --%s was given",
                        named(settings->stats) ? "fid-stats" : "inception");
    for (size_t i = 0; i < COUNT(depending) && !named(settings->stats); i++)
        if (options_given(table, depending[i]))
            return complain("--%s has no effect without --fid-stats", depending[i]);
    return true;
}

static bool open_both(fid_monitor *monitor)
{
    monitor->target = moments_read(monitor->context, monitor->settings->stats);
    if (!monitor->target)
        return false;
    if (coulomb_moments_dimension(monitor->target) != INCEPTION_FEATURES)
        return complain("%s has statistics of %zu dimensions; the Inception network's features have %d",
                        monitor->settings->stats, coulomb_moments_dimension(monitor->target), INCEPTION_FEATURES);
    monitor->inception = inception_load(monitor->context, monitor->settings->inception);
    return monitor->inception != NULL;
}

fid_monitor *fid_monitor_open(coulomb_context *context, const fid_monitor_settings *settings)
{
    if (!fid_monitor_wanted(settings))
        return NULL;
    fid_monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor) {
        complain("no memory to measure the Fréchet inception distance");
        return NULL;
    }
    monitor->context = context;
    monitor->settings = settings;
    if (open_both(monitor))
        return monitor;
    fid_monitor_close(monitor);
    return NULL;
}

void fid_monitor_plan(const fid_monitor *monitor, memory_plan *plan)
{
    features_plan(monitor->inception, plan);
}

static bool hash_file(const char *path, uint64_t *hash)
{
    unsigned char bytes[1 << 14];
    size_t count;
    FILE *stream = file_open(path);
    if (!stream)
        return false;
    while ((count = fread(bytes, 1, sizeof bytes, stream)) > 0)
        *hash = hash_bytes(*hash, bytes, count);
    bool done = ferror(stream) == 0 || complain("cannot read %s: %s", path, strerror(errno));
    fclose(stream);
    return done;
}

bool fid_monitor_hash(const fid_monitor_settings *settings, uint64_t *hash)
{
    *hash = HASH_START;
    return hash_file(settings->stats, hash) && hash_file(settings->inception, hash);
}

bool fid_monitor_due(const fid_monitor *monitor, uint64_t update)
{
    return monitor && update % monitor->settings->every == 0;
}

static bool measure(fid_monitor *monitor, coulomb_network *generator, double *distance)
{
    uint64_t taken;
    coulomb_moments *model = NULL;
    pictures *of = pictures_generate(monitor->context, generator, LATENT_SEED);
    bool done = of && succeeded(monitor->context, coulomb_moments_new(monitor->context, INCEPTION_FEATURES, &model),
                                "allocating statistics");
    done = done &&
           features_add(monitor->context, monitor->inception, of, monitor->settings->samples, false, model, &taken) &&
           (!ranks_writes() || succeeded(monitor->context, coulomb_moments_distance(model, monitor->target, distance),
                                         "measuring the Fréchet inception distance"));
    if (done && ranks_writes())
        *distance = (double)(float)*distance; /* as the history keeps it, from which resumed runs go on */
    coulomb_moments_free(model);
    pictures_close(of);
    return done;
}

bool fid_monitor_measure(fid_monitor *monitor, coulomb_network *generator, double *distance)
{
    uint64_t own;
    if (!succeeded(monitor->context, sequence_begin(generator, LATENT_SEED, &own), "seeding the generator"))
        return false;
    bool done = measure(monitor, generator, distance);
    return succeeded(monitor->context, sequence_end(generator, own, COULOMB_OK), "seeding the generator") && done;
}

void fid_monitor_close(fid_monitor *monitor)
{
    if (!monitor)
        return;
    coulomb_moments_free(monitor->target);
    coulomb_network_free(monitor->inception);
    free(monitor);
}

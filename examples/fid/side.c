#include "side.h"

#include "features.h"
#include "inception.h"
#include "moments_file.h"
#include "moments_float64.h"
#include "settings.h"

#include "support/console.h"
#include "support/npy.h"
#include "support/succeed.h"

#include <inttypes.h>

/* As many as the literature takes. */
enum { GENERATED = 50000 };

static coulomb_moments *moments_new(coulomb_context *context, size_t dimension)
{
    coulomb_moments *moments;
    return succeeded(context, coulomb_moments_new(context, dimension, &moments), "allocating statistics") ? moments
                                                                                                          : NULL;
}

/* Moments that could not be filled are freed here. */
static coulomb_moments *filled(coulomb_moments *moments, bool done)
{
    if (done)
        return moments;
    coulomb_moments_free(moments);
    return NULL;
}

static coulomb_moments *moments_of_features(coulomb_context *context, const char *path)
{
    npy_array read;
    if (!npy_read(path, &read))
        return NULL;
    coulomb_moments *moments = NULL;
    if (read.rank != 2 || read.shape[0] < 2)
        complain("%s has %zu dimensions and %zu rows; expected features [count, dimension] with at least 2 rows", path,
                 read.rank, read.rank > 0 ? read.shape[0] : 0);
    else if (read.wide)
        moments = moments_of_float64(context, path, read.wide, read.shape[0], read.shape[1]);
    else
        moments = moments_new(context, read.shape[1]);
    if (moments && read.values)
        moments = filled(
            moments, succeeded(context, coulomb_moments_add(moments, read.values, read.shape[0]), "adding features"));
    npy_free(&read);
    return moments;
}

static coulomb_moments *moments_of_pictures(coulomb_context *context, coulomb_network *inception, pictures *of,
                                            const char *name, const char *path, uint64_t samples)
{
    uint64_t there = pictures_count(of), taken;
    if (samples > there) {
        complain("%" PRIu64 " samples of the %s are needed; %s has %" PRIu64, samples, name, path, there);
        return NULL;
    }
    coulomb_moments *moments = moments_new(context, INCEPTION_FEATURES);
    if (!moments)
        return NULL;
    uint64_t wanted = samples > 0 ? samples : there == UINT64_MAX ? GENERATED : there;
    say("%s: features of %" PRIu64 " pictures of %s", name, wanted, path);
    if (!features_add(context, inception, of, wanted, true, moments, &taken))
        return filled(moments, false);
    if (samples > 0 && taken < samples)
        return filled(moments, complain("%" PRIu64 " samples of the %s are needed; %s has %" PRIu64 " undamaged ones",
                                        samples, name, path, taken));
    if (taken < 2)
        return filled(moments, complain("%s has %" PRIu64 " undamaged pictures; expected at least 2", path, taken));
    return moments;
}

/* With so few, the covariance is singular. Statistics of unknown origin have a count of 0. */
static void warn_of_few(const coulomb_moments *moments, const char *name)
{
    uint64_t count = coulomb_moments_count(moments);
    size_t dimension = coulomb_moments_dimension(moments);
    if (count > 0 && count <= dimension)
        say("%s: %" PRIu64 " samples are too few for %zu features: the distance is much larger than with many samples",
            name, count, dimension);
}

coulomb_moments *side_moments(coulomb_context *context, coulomb_network *inception, const settings *chosen,
                              const char *name, const char *path, uint64_t samples)
{
    enum side_kind kind = side_kind_of(path);
    coulomb_moments *moments = NULL;
    if (kind == SIDE_STATISTICS) {
        moments = moments_read(context, path);
    } else if (kind == SIDE_FEATURES) {
        moments = moments_of_features(context, path);
    } else {
        pictures *of = kind == SIDE_GENERATOR ? pictures_of_network(context, path, chosen->norm_averages, chosen->seed)
                                              : pictures_open(path, settings_form(chosen), chosen->seed);
        memory_plan plan = memory_begin(context, &chosen->device);
        if (of)
            pictures_plan(of, &plan);
        if (of && memory_tell(&plan))
            moments = moments_of_pictures(context, inception, of, name, path, samples);
        pictures_close(of);
    }
    if (moments)
        warn_of_few(moments, name);
    return moments;
}

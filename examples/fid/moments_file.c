#include "moments_file.h"

#include "statistics.h"

#include "support/console.h"
#include "support/succeed.h"

#include <stdlib.h>

/* The file does not say how many samples it comes from. */
enum { UNKNOWN = 0 };

coulomb_moments *moments_read(coulomb_context *context, const char *path)
{
    statistics read;
    coulomb_moments *moments = NULL;
    if (!statistics_read(path, &read))
        return NULL;
    coulomb_status status = coulomb_moments_new(context, read.dimension, &moments);
    if (status == COULOMB_OK)
        status = coulomb_moments_set(moments, UNKNOWN, read.mean, read.covariance);
    statistics_free(&read);
    if (status == COULOMB_OK)
        return moments;
    complain("%s: %s", path, coulomb_context_error(context));
    coulomb_moments_free(moments);
    return NULL;
}

bool moments_write(coulomb_context *context, const coulomb_moments *moments, const char *path)
{
    size_t d = coulomb_moments_dimension(moments);
    statistics made = {
        .dimension = d, .mean = malloc(d * sizeof(double)), .covariance = malloc(d * d * sizeof(double))};
    bool done = made.mean && made.covariance;
    if (!done)
        complain("no memory to write %s", path);
    done = done && succeeded(context, coulomb_moments_mean(moments, made.mean), "reading the mean") &&
           succeeded(context, coulomb_moments_covariance(moments, made.covariance), "reading the covariance") &&
           statistics_write(path, &made);
    statistics_free(&made);
    return done;
}

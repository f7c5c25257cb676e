/* Mean and covariance of features, block by block. A block is centred about its own mean; what its mean is away from
 * the mean before joins as one vector more (Chan, Golub & LeVeque 1983), and one matrix product takes in all. */
#include "metrics/moments.h"

#include "linalg/linalg.h"
#include "metrics/input.h"

#include <math.h>
#include <string.h>

enum { STRIP = 256 /* coordinates of a piece */ };

static void end(void *object)
{
    coulomb_moments *moments = object;
    coulomb_context *context = moments->context;
    memory_release(context, moments->mean);
    memory_release(context, moments->squares);
    memory_release(context, moments->block);
    memory_release(context, moments->distance);
}

static coulomb_moments *make(coulomb_context *context, size_t dimension)
{
    coulomb_moments *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return NULL;
    made->context = context;
    made->dimension = dimension;
    made->divisor = 1;
    made->mean = memory_get_zeroed(context, dimension, sizeof *made->mean);
    made->squares = memory_get_zeroed(context, dimension * dimension, sizeof *made->squares);
    made->block = memory_get(context, (MOMENTS_BLOCK + 1) * dimension, sizeof *made->block);
    made->distance = memory_get(context, dimension, sizeof *made->distance);
    bool there = made->mean != NULL && made->squares != NULL && made->block != NULL && made->distance != NULL;
    if (there && float64_reserve(context, large_gram_pieces(dimension)) == COULOMB_OK)
        return made;
    object_release(made);
    return NULL;
}

coulomb_status coulomb_moments_new(coulomb_context *context, size_t dimension, coulomb_moments **moments)
{
    if (moments != NULL)
        *moments = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (moments == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "moments is NULL");
    if (dimension < 1 || dimension > MOMENTS_DIMENSION_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "dimension is %zu; expected 1 to %d", dimension,
                    MOMENTS_DIMENSION_MOST);
    *moments = make(context, dimension);
    return *moments == NULL ? COULOMB_ERROR_MEMORY : COULOMB_OK;
}

void coulomb_moments_free(coulomb_moments *moments)
{
    object_release(moments);
}

coulomb_status moments_check_idle(const coulomb_moments *moments, const char *caller)
{
    if (moments == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (moments->busy)
        return fail(moments->context, COULOMB_ERROR_STATE, "%s was called from a callback of the same handle", caller);
    return COULOMB_OK;
}

static coulomb_status check_growing(const coulomb_moments *moments)
{
    if (moments->count > 0 || !moments->there)
        return COULOMB_OK;
    return fail(moments->context, COULOMB_ERROR_STATE,
                "the moments were set without a count; features can be added only if it is known");
}

/* --- adding --- */

/* Sums stand over count - 1 again, where moments that were set stand over 1. */
static void undivide(coulomb_moments *moments)
{
    double factor = moments->count > 1 ? (double)(moments->count - 1) / moments->divisor : 1;
    for (size_t i = 0; factor != 1 && i < moments->dimension * moments->dimension; i++)
        moments->squares[i] *= factor;
    moments->divisor *= factor;
}

/* `more` vectors, whose mean is moments->distance away, have joined. */
static void move_mean(coulomb_moments *moments, uint64_t more)
{
    double share = (double)more / (double)(moments->count + more);
    for (size_t i = 0; i < moments->dimension; i++)
        moments->mean[i] += share * moments->distance[i];
    moments->count += more;
    moments->divisor = moments->count > 1 ? (double)(moments->count - 1) : 1;
    moments->there = true;
}

typedef struct centred_block {
    coulomb_moments *moments;
    const float *features;
    size_t count;
} centred_block;

/* One strip of coordinates of a block: its mean goes to `distance`, deviations from that to `block`. */
static void centre_strip(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const centred_block *c = work;
    coulomb_moments *moments = c->moments;
    size_t dimension = moments->dimension, first = piece * STRIP;
    size_t last = dimension - first < STRIP ? dimension : first + STRIP;
    double mean[STRIP] = {0};
    for (size_t i = 0; i < c->count; i++)
        for (size_t j = first; j < last; j++)
            mean[j - first] += (double)c->features[i * dimension + j];
    for (size_t j = first; j < last; j++)
        mean[j - first] /= (double)c->count;
    for (size_t i = 0; i < c->count; i++)
        for (size_t j = first; j < last; j++)
            moments->block[i * dimension + j] = (double)c->features[i * dimension + j] - mean[j - first];
    double before = (double)moments->count, weight = sqrt(before * (double)c->count / (before + (double)c->count));
    for (size_t j = first; j < last; j++) {
        moments->distance[j] = mean[j - first] - moments->mean[j];
        moments->block[c->count * dimension + j] = weight * moments->distance[j];
    }
}

static void add_block(coulomb_moments *moments, const float *features, size_t count)
{
    size_t dimension = moments->dimension;
    centred_block centred = {moments, features, count};
    run_pieces(moments->context, piece_count(dimension, STRIP), centre_strip, &centred);
    size_t rows = moments->count > 0 ? count + 1 : count;
    large_gram_run(moments->context, &(large_gram){dimension, rows, moments->block, moments->squares});
    move_mean(moments, count);
}

static void add_checked(coulomb_moments *moments, const float *features, size_t count)
{
    undivide(moments);
    for (size_t first = 0; first < count; first += MOMENTS_BLOCK)
        add_block(moments, features + first * moments->dimension,
                  count - first < MOMENTS_BLOCK ? count - first : MOMENTS_BLOCK);
}

coulomb_status coulomb_moments_add(coulomb_moments *moments, const float *features, size_t count)
{
    coulomb_status status = moments_check_idle(moments, __func__);
    if (status == COULOMB_OK)
        status = check_growing(moments);
    if (status == COULOMB_OK)
        status = input_check(moments->context, &(input_points){"feature vector", moments->dimension, 0, count},
                             features, NULL);
    if (status == COULOMB_OK)
        add_checked(moments, features, count);
    return status;
}

/* Moments of the streamed features alone, so that a callback that fails has changed nothing. */
static coulomb_status read_stream(coulomb_moments *streamed, size_t count, coulomb_points_callback *read, void *user)
{
    coulomb_context *context = streamed->context;
    float *features = memory_get(context, MOMENTS_BLOCK * streamed->dimension, sizeof *features);
    if (features == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = COULOMB_OK;
    for (size_t first = 0; first < count && status == COULOMB_OK; first += MOMENTS_BLOCK) {
        size_t rest = count - first, n = rest < MOMENTS_BLOCK ? rest : MOMENTS_BLOCK;
        status = input_read(context, &(input_points){"feature vector", streamed->dimension, first, n}, read, user,
                            features, NULL);
        if (status == COULOMB_OK)
            add_block(streamed, features, n);
    }
    memory_release(context, features);
    return status;
}

static void merge(coulomb_moments *moments, const coulomb_moments *other)
{
    size_t dimension = moments->dimension;
    double before = (double)moments->count, more = (double)other->count, weight = before * more / (before + more);
    undivide(moments);
    for (size_t i = 0; i < dimension; i++)
        moments->distance[i] = other->mean[i] - moments->mean[i];
    for (size_t i = 0; i < dimension; i++)
        for (size_t j = 0; j <= i; j++)
            moments->squares[i * dimension + j] +=
                other->squares[i * dimension + j] + weight * moments->distance[i] * moments->distance[j];
    move_mean(moments, other->count);
}

coulomb_status coulomb_moments_add_streamed(coulomb_moments *moments, coulomb_points_callback *features, void *user,
                                            size_t count)
{
    coulomb_status status = moments_check_idle(moments, __func__);
    if (status == COULOMB_OK)
        status = check_growing(moments);
    if (status != COULOMB_OK || count == 0)
        return status;
    if (features == NULL)
        return fail(moments->context, COULOMB_ERROR_ARGUMENT,
                    "features is NULL; expected a callback that writes %zu feature vectors", count);
    coulomb_moments *streamed = make(moments->context, moments->dimension);
    if (streamed == NULL)
        return COULOMB_ERROR_MEMORY;
    object_hold(moments); /* the callback may free it */
    moments->busy = true;
    status = read_stream(streamed, count, features, user);
    moments->busy = false;
    if (status == COULOMB_OK)
        merge(moments, streamed);
    object_release(streamed);
    object_release(moments);
    return status;
}

/* --- reading --- */

size_t coulomb_moments_dimension(const coulomb_moments *moments)
{
    return moments == NULL ? 0 : moments->dimension;
}

uint64_t coulomb_moments_count(const coulomb_moments *moments)
{
    return moments == NULL ? 0 : moments->count;
}

coulomb_status coulomb_moments_mean(const coulomb_moments *moments, double *mean)
{
    if (moments == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (mean == NULL)
        return fail(moments->context, COULOMB_ERROR_ARGUMENT, "mean is NULL");
    if (!moments->there)
        return fail(moments->context, COULOMB_ERROR_STATE, "there are no features; expected at least one");
    memcpy(mean, moments->mean, moments->dimension * sizeof *mean);
    return COULOMB_OK;
}

coulomb_status coulomb_moments_covariance(const coulomb_moments *moments, double *covariance)
{
    if (moments == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (covariance == NULL)
        return fail(moments->context, COULOMB_ERROR_ARGUMENT, "covariance is NULL");
    if (!moments->there || moments->count == 1)
        return fail(moments->context, COULOMB_ERROR_STATE, "there are %d features; expected at least 2",
                    (int)moments->count);
    size_t n = moments->dimension;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            covariance[i * n + j] = covariance[j * n + i] = moments->squares[i * n + j] / moments->divisor;
    return COULOMB_OK;
}

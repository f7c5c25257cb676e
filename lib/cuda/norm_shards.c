/* Batch norm over the samples of several shards, those of other processes included: the GPU sums over each shard here,
 * the host adds up the sums of all, and the GPU goes on with the totals. So a pass waits for the GPU at each such node:
 * twice forward, since squares are taken about the mean of all, though the GPU reads its rows once. */
#include "cuda/layer_rows.h"

#include <string.h>

enum { SHARDS_AT_ONCE = 16 /* whose sums are copied together */ };

size_t cuda_norm_room(size_t channels)
{
    return size_aligned(launch_sums_bytes(channels), PACKED_ALIGNMENT);
}

size_t cuda_norm_shards_bytes(size_t channels)
{
    return (size_t)SHARDS_AT_ONCE * 2 * channels * sizeof(double);
}

static double *sums_on_device(const node_run *run, const layer_norm *norm)
{
    return (double *)(void *)(run->scratch + cuda_norm_room(norm->channels));
}

static size_t shard_count(const node_run *run)
{
    return (run->count + run->shards->shard - 1) / run->shards->shard;
}

static size_t all_rows(const node_run *run, const layer_norm *norm)
{
    return run->shards->samples * (run->node->size / norm->channels);
}

static stored shifted(stored x, size_t values)
{
    if (x.at != NULL)
        x.at = (char *)x.at + values * value_bytes(x.half);
    return x;
}

static float *of_shard(const node_run *run, float *gradient, size_t shard)
{
    return gradient == NULL ? NULL : gradient + shard * run->gradients_apart;
}

/* A shard's rows, with its own parameter gradients. */
static layer_norm shard_of(const node_run *run, const layer_norm *norm, size_t shard)
{
    layer_norm part = *norm;
    size_t first = shard * run->shards->shard, left = run->count - first;
    size_t count = left < run->shards->shard ? left : run->shards->shard;
    part.rows = count * (run->node->size / norm->channels);
    part.x = shifted(norm->x, first * run->node->size);
    part.dy = shifted(norm->dy, first * run->node->size);
    part.shift_gradient = of_shard(run, norm->shift_gradient, shard);
    part.scale_gradient = of_shard(run, norm->scale_gradient, shard);
    return part;
}

/* Brings `values` of each of some shards to the host; zeros where the GPU fails. What the launches before left behind
 * must be asked for first: copies forget it. */
static void fetch(const node_run *run, double *to, const double *from, size_t values)
{
    cuda_launched(run->cuda, "summing over a shard");
    if (cuda_copy_out(&run->cuda->base, to, from, values * sizeof *to) != COULOMB_OK)
        memset(to, 0, values * sizeof *to);
}

typedef void shard_function(const node_run *run, const layer_norm *shard, double *sums, size_t at, size_t together);

/* Calls `function` for each shard, and brings the sums to shards->sums: of `apart` rows of channels each, one row of
 * all shards after another, or else the rows of a shard together. */
static void sum_shards(const node_run *run, const layer_norm *norm, bool apart, shard_function *function)
{
    size_t channels = norm->channels, shards = shard_count(run), row = shards * channels;
    double *sums = sums_on_device(run, norm), *host = run->shards->sums;
    for (size_t first = 0; first < shards; first += SHARDS_AT_ONCE) {
        size_t left = shards - first, together = left < SHARDS_AT_ONCE ? left : SHARDS_AT_ONCE;
        for (size_t i = 0; i < together; i++) {
            const layer_norm shard = shard_of(run, norm, first + i);
            function(run, &shard, sums, i, together);
        }
        if (apart) {
            fetch(run, host + first * channels, sums, together * channels);
            fetch(run, host + row + first * channels, sums + together * channels, together * channels);
        } else {
            fetch(run, host + 2 * first * channels, sums, 2 * together * channels);
        }
    }
}

static void sum_statistics(const node_run *run, const layer_norm *shard, double *sums, size_t at, size_t together)
{
    launch_norm_shard(run->stream, shard, sums + at * shard->channels, sums + (together + at) * shard->channels);
}

static void sum_gradients(const node_run *run, const layer_norm *shard, double *sums, size_t at, size_t together)
{
    (void)together;
    launch_norm_shard_gradients(run->stream, shard, sums + 2 * at * shard->channels);
}

/* From each shard's sum and squares about its own mean to squares about the mean of all, which replaces the first
 * shard's squares. */
static void move_squares(const node_run *run, const layer_norm *norm, const double *total)
{
    size_t channels = norm->channels, shards = shard_count(run), rows = all_rows(run, norm);
    double *sums = run->shards->sums, *squares = sums + shards * channels;
    for (size_t shard = 0; shard < shards; shard++) {
        double n = (double)shard_of(run, norm, shard).rows;
        for (size_t j = 0; j < channels; j++) {
            double off = sums[shard * channels + j] / n - total[j] / (double)rows;
            sums[shard * channels + j] = squares[shard * channels + j] + n * off * off;
        }
    }
    for (size_t j = 0; j < channels; j++)
        squares[j] = total[j] / (double)rows;
}

/* The totals' two rows to the GPU. */
static const double *send(const node_run *run, const layer_norm *norm, const double *first, const double *second)
{
    double *totals = sums_on_device(run, norm);
    size_t bytes = norm->channels * sizeof *totals;
    cuda_copy_in(&run->cuda->base, totals, first, bytes);
    cuda_copy_in(&run->cuda->base, totals + norm->channels, second, bytes);
    cuda_flush_copies(run->cuda);
    return totals;
}

void cuda_norm_shards_forward(const node_run *run, const layer_norm *norm)
{
    const device_shards *shards = run->shards;
    sum_shards(run, norm, true, sum_statistics);
    move_squares(run, norm, shards->add(shards, norm->channels));
    const double *mean = shards->sums + shard_count(run) * norm->channels;
    const double *totals = send(run, norm, mean, shards->add(shards, norm->channels));
    launch_norm_together(run->stream, norm, all_rows(run, norm), totals);
}

void cuda_norm_shards_backward(const node_run *run, const layer_norm *norm)
{
    const device_shards *shards = run->shards;
    sum_shards(run, norm, false, sum_gradients);
    const double *total = shards->add(shards, 2 * norm->channels);
    const double *totals = send(run, norm, total, total + norm->channels);
    launch_norm_together_gradients(run->stream, norm, all_rows(run, norm), totals);
}

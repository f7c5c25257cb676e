/* Batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, with the batch's own statistics, or with running averages of them. Backward needs x.
 *
 * Notes, from forward to backward: the mean, 1/sqrt(variance + epsilon), and scale times that, [3, channels]. */
#include "cpu/layers/layers.h"

#include <math.h>
#include <string.h>

enum { PARTS = 64, ROWS_OF_CHUNK = 256, VALUES_OF_PIECE = 16384, SUMS = 2 };

/* Parameters: shift, then scale if it is learned, then the running mean and variance. */
static const float *scale_of(const op_run *run)
{
    return run->settings->learned_scale ? run->parameter[1] : NULL;
}

static size_t mean_index(const op_run *run)
{
    return run->settings->learned_scale ? 2 : 1;
}

static size_t channels_of(const op_run *run)
{
    return run->shape->extent[run->shape->rank - 1];
}

static size_t rows_of(const op_run *run)
{
    return run->count * (run->size / channels_of(run));
}

static size_t batch_norm_notes(const op_run *run)
{
    return 3 * channels_of(run);
}

/* --- sums over rows: parts of the rows, each in chunks that float32 sums are exact enough for --- */

static size_t rows_of_part(const op_run *run)
{
    size_t rows = rows_of(run), parts = piece_count(rows, ROWS_OF_CHUNK);
    return piece_count(rows, parts > PARTS ? PARTS : parts);
}

static size_t part_count(const op_run *run)
{
    return piece_count(rows_of(run), rows_of_part(run));
}

/* Per part two rows of sums, then two rows for what backward makes of them. */
static size_t batch_norm_scratch(const op_run *run)
{
    return (PARTS + 1) * SUMS * channels_of(run);
}

/* Where the part that begins with this row has its sums. */
static float *part_sums(const op_run *run, size_t first)
{
    return run->scratch + first / rows_of_part(run) * SUMS * channels_of(run);
}

static size_t chunk_rows(size_t done, size_t rows)
{
    return rows - done < ROWS_OF_CHUNK ? rows - done : ROWS_OF_CHUNK;
}

static void sum_part(const op_run *run, size_t first, size_t rows)
{
    size_t channels = channels_of(run);
    for (size_t done = 0; done < rows; done += ROWS_OF_CHUNK)
        run->kernels->sum_rows(chunk_rows(done, rows), channels, run->input[0] + (first + done) * channels,
                               part_sums(run, first), done > 0);
}

static void sum_squares_part(const op_run *run, size_t first, size_t rows)
{
    size_t channels = channels_of(run);
    for (size_t done = 0; done < rows; done += ROWS_OF_CHUNK)
        run->kernels->sum_squares_rows(chunk_rows(done, rows), channels, run->input[0] + (first + done) * channels,
                                       run->notes, part_sums(run, first), done > 0);
}

static void sum_gradient_part(const op_run *run, size_t first, size_t rows)
{
    size_t channels = channels_of(run);
    float *sums = part_sums(run, first);
    for (size_t done = 0; done < rows; done += ROWS_OF_CHUNK) {
        size_t chunk = chunk_rows(done, rows), at = (first + done) * channels;
        run->kernels->sum_rows(chunk, channels, run->output_gradient + at, sums, done > 0);
        run->kernels->sum_products_rows(chunk, channels, run->input[0] + at, run->notes, run->output_gradient + at,
                                        sums + channels, done > 0);
    }
}

/* The parts' sums of a channel, added in order. `which`: of the two. */
static double total(const op_run *run, size_t which, size_t channel)
{
    size_t channels = channels_of(run), parts = part_count(run);
    double sum = 0.0;
    for (size_t part = 0; part < parts; part++)
        sum += (double)run->scratch[(part * SUMS + which) * channels + channel];
    return sum;
}

/* --- what is normalised together: the run's samples, or all shards of all processes --- */

static size_t rows_together(const op_run *run)
{
    return run->shards == NULL ? rows_of(run) : run->shards->samples * (run->size / channels_of(run));
}

static size_t shards_of(const op_run *run)
{
    return run->shards == NULL ? 1 : piece_count(run->count, run->shards->shard);
}

static op_run shard_of(const op_run *run, size_t shard)
{
    op_run part = *run;
    size_t first = shard * run->shards->shard;
    part.count = run->count - first < run->shards->shard ? run->count - first : run->shards->shard;
    part.input[0] += first * run->size;
    part.output_gradient = run->output_gradient == NULL ? NULL : run->output_gradient + first * run->size;
    return part;
}

/* So many sums of each channel over all shards, after each shard's own; NULL: there are none, and total() has the sums.
 */
static const double *sum_together(const op_run *run, size_t kinds, value_piece *function)
{
    size_t channels = channels_of(run), sums = kinds * channels;
    if (run->shards == NULL) {
        run_items(run, rows_of(run), rows_of_part(run), function);
        return NULL;
    }
    for (size_t shard = 0; shard < shards_of(run); shard++) {
        op_run part = shard_of(run, shard);
        run_items(&part, rows_of(&part), rows_of_part(&part), function);
        for (size_t i = 0; i < sums; i++)
            run->shards->sums[shard * sums + i] = total(&part, i / channels, i % channels);
    }
    return run->shards->add(run->shards, sums);
}

static double total_of(const op_run *run, const double *together, size_t which, size_t channel)
{
    return together == NULL ? total(run, which, channel) : together[which * channels_of(run) + channel];
}

/* --- forward --- */

static void note_variance(const op_run *run, size_t channel, double variance)
{
    size_t channels = channels_of(run);
    const float *scale = scale_of(run);
    double inverse = 1.0 / sqrt((variance > 0.0 ? variance : 0.0) + run->settings->epsilon);
    run->notes[channels + channel] = (float)inverse;
    run->notes[2 * channels + channel] = (float)(scale == NULL ? inverse : (double)scale[channel] * inverse);
}

/* Where running averages move: momentum of what they were, and the rest is the batch's. */
static void move_average(const op_run *run, size_t index, size_t channel, double batch)
{
    if (run->staged[index] == NULL)
        return;
    double momentum = run->settings->momentum, before = (double)run->staged[index][channel];
    run->staged[index][channel] = (float)(momentum * before + (1.0 - momentum) * batch);
}

static void find_statistics(const op_run *run)
{
    size_t channels = channels_of(run), rows = rows_together(run);
    const double *together = sum_together(run, 1, sum_part);
    for (size_t j = 0; j < channels; j++)
        run->notes[j] = (float)(total_of(run, together, 0, j) / (double)rows);
    together = sum_together(run, 1, sum_squares_part);
    for (size_t j = 0; j < channels; j++) {
        double squares = total_of(run, together, 0, j);
        note_variance(run, j, squares / (double)rows);
        move_average(run, mean_index(run), j, (double)run->notes[j]);
        move_average(run, mean_index(run) + 1, j, squares / (double)(rows > 1 ? rows - 1 : 1));
    }
}

static void use_running_averages(const op_run *run)
{
    size_t channels = channels_of(run);
    memcpy(run->notes, run->parameter[mean_index(run)], channels * sizeof *run->notes);
    for (size_t j = 0; j < channels; j++)
        note_variance(run, j, (double)run->parameter[mean_index(run) + 1][j]);
}

static size_t rows_of_piece(size_t channels)
{
    return channels > 0 && channels < VALUES_OF_PIECE ? VALUES_OF_PIECE / channels : 1;
}

static void normalize_piece(const op_run *run, size_t first, size_t rows)
{
    size_t channels = channels_of(run), at = first * channels;
    run->kernels->normalize_rows(rows, channels, run->input[0] + at, run->notes, run->notes + 2 * channels,
                                 run->parameter[0], run->output + at);
}

static void batch_norm_forward(const op_run *run)
{
    if (run->running)
        use_running_averages(run);
    else
        find_statistics(run);
    run_items(run, rows_of(run), rows_of_piece(channels_of(run)), normalize_piece);
}

/* --- backward --- */

static void gradient_piece(const op_run *run, size_t first, size_t rows)
{
    size_t channels = channels_of(run), at = first * channels;
    const float *offset = run->scratch + PARTS * SUMS * channels, *slope = offset + channels;
    run->kernels->normalize_gradient_rows(rows, channels, run->input[0] + at, run->notes, run->output_gradient + at,
                                          run->notes + 2 * channels, offset, slope, run->input_gradient[0] + at,
                                          run->add_input[0]);
}

static void add_gradient(const op_run *run, size_t shard, size_t index, size_t channel, double gradient)
{
    if (run->parameter_gradient[index] == NULL)
        return;
    float *place = run->parameter_gradient[index] + shard * run->gradients_apart + channel;
    *place = (float)((run->add_parameters ? (double)*place : 0.0) + gradient);
}

/* The scale's gradient, if it is learned and wanted. */
static bool wants_scale(const op_run *run)
{
    return scale_of(run) != NULL && run->parameter_gradient[1] != NULL;
}

/* From the sums of dy and of dy (x - mean): each shard has its own. */
static void find_parameter_gradients(const op_run *run)
{
    size_t channels = channels_of(run);
    for (size_t shard = 0; shard < shards_of(run); shard++) {
        const double *own = run->shards == NULL ? NULL : run->shards->sums + shard * SUMS * channels;
        for (size_t j = 0; j < channels; j++) {
            add_gradient(run, shard, 0, j, total_of(run, own, 0, j));
            if (wants_scale(run))
                add_gradient(run, shard, 1, j, total_of(run, own, 1, j) * (double)run->notes[channels + j]);
        }
    }
}

/* With x' = (x - mean) / sqrt(variance + epsilon): dx = factor (dy - mean(dy) - x' mean(dy x')) by the batch's
 * statistics, and factor dy by running averages, which do not depend on x. */
static void batch_norm_backward(const op_run *run)
{
    size_t channels = channels_of(run), rows = rows_together(run);
    float *offset = run->scratch + PARTS * SUMS * channels, *slope = offset + channels;
    const double *together = NULL;
    if (!run->running || run->parameter_gradient[0] != NULL || wants_scale(run))
        together = sum_together(run, SUMS, sum_gradient_part);
    else
        memset(run->scratch, 0, part_count(run) * SUMS * channels * sizeof *run->scratch);
    for (size_t j = 0; j < channels; j++) {
        double sum = total_of(run, together, 0, j), products = total_of(run, together, 1, j),
               inverse = (double)run->notes[channels + j];
        offset[j] = run->running ? 0.0f : (float)(sum / (double)rows);
        slope[j] = run->running ? 0.0f : (float)(products * inverse * inverse / (double)rows);
    }
    find_parameter_gradients(run);
    if (run->input_gradient[0] != NULL)
        run_items(run, rows_of(run), rows_of_piece(channels), gradient_piece);
}

const cpu_layer layer_batch_norm = {.keeps = KEEP_INPUT,
                                    .notes = batch_norm_notes,
                                    .scratch = batch_norm_scratch,
                                    .forward = batch_norm_forward,
                                    .backward = batch_norm_backward};

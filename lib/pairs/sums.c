/* Jobs are cut into tiles of fixed size. Tiles that add to the same place never run at the same time, and follow each
 * other in a fixed order: so the number of threads does not show in the results. */
#include "pairs/tiles.h"

#include <math.h>
#include <string.h>

enum {
    GROUP_PIECES = 64,      /* pieces a job of few rows is cut into */
    GROUP_PAIRS = 1 << 17,  /* pairs that are worth a group of their own */
    ALONE_WORK = 1 << 20,   /* coordinates of pairs up to which one thread is as fast as several */
    COLUMNS_OF_GROUP = 512, /* the longest chunk of any method */
    EXPONENT_MOST = 16      /* above, float32 distances would cost too many digits of their power */
};

void pair_workspace_release(coulomb_context *context, pair_workspace *workspace)
{
    buffer_release(context, &workspace->sums);
    buffer_release(context, &workspace->scratch);
}

/* The order in which epsilons are given does not show in the bits. */
static void sort(size_t count, double *values)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
            double larger = values[j - 1];
            values[j - 1] = values[j];
            values[j] = larger;
        }
}

void sums_begin(pair_sums *sums, coulomb_context *context, pair_workspace *workspace, const potential_kernel *kernel,
                size_t dimension)
{
    *sums = (pair_sums){.context = context,
                        .workspace = workspace,
                        .kernel = *kernel,
                        .kernels = context_kernels(context),
                        .dimension = dimension};
    sort(sums->kernel.epsilons, sums->kernel.epsilon);
}

static bool is_own(const pair_job *job)
{
    return job->kind == JOB_OWN || job->kind == JOB_OTHERS;
}

static bool is_rows(const pair_job *job)
{
    return job->kind == JOB_ROWS || job->kind == JOB_NEAR_ROWS;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Groups let several threads work for few rows. They must not depend on the threads, cost memory beyond the points'
 * own, or be too small to be worth it. */
static size_t choose_groups(size_t n_rows, size_t n_columns)
{
    if (n_rows == 0 || n_columns == 0)
        return 1;
    size_t groups = piece_count(GROUP_PIECES, piece_count(n_rows, COLUMNS_OF_GROUP));
    groups = least(groups, piece_count(n_columns, COLUMNS_OF_GROUP));
    groups = least(groups, 1 + n_columns / n_rows);
    double pairs = (double)n_rows * (double)n_columns;
    return pairs < (double)groups * GROUP_PAIRS ? 1 + (size_t)(pairs / GROUP_PAIRS) : groups;
}

size_t sums_add(pair_sums *sums, job_kind kind, const float *rows, size_t n_rows, const float *columns,
                size_t n_columns)
{
    pair_job *made = &sums->jobs[sums->n_jobs];
    *made = (pair_job){.kind = kind, .rows = rows, .columns = columns, .n_rows = n_rows, .n_columns = n_columns};
    made->groups = is_rows(made) ? choose_groups(n_rows, n_columns) : 1;
    return sums->n_jobs++;
}

static bool add_product(size_t a, size_t b, size_t c, size_t *total)
{
    size_t product;
    if (!size_product(a, b, &product) || !size_product(product, c, &product) || product > SIZE_MAX - *total)
        return false;
    *total += product;
    return true;
}

static size_t column_count(const pair_job *job)
{
    return is_rows(job) ? 0 : job->n_columns;
}

static size_t field_size(const pair_sums *sums)
{
    return sums->with_fields ? sums->dimension : 0;
}

/* Values of all jobs' results; SIZE_MAX, which is refused with a message, if they do not fit. */
static size_t count_results(const pair_sums *sums)
{
    size_t total = 0;
    for (size_t i = 0; i < sums->n_jobs; i++) {
        const pair_job *job = &sums->jobs[i];
        if (!add_product(job->groups, job->n_rows, 1 + field_size(sums), &total) ||
            !add_product(column_count(job), 1, 1, &total))
            return SIZE_MAX;
    }
    return total;
}

coulomb_status sums_reserve(pair_sums *sums)
{
    size_t total = count_results(sums), field = field_size(sums);
    coulomb_status status = buffer_reserve(sums->context, &sums->workspace->sums, total, sizeof(double));
    if (status != COULOMB_OK || total == 0)
        return status;
    double *place = sums->workspace->sums.data;
    memset(place, 0, total * sizeof *place);
    for (size_t i = 0; i < sums->n_jobs; i++) {
        pair_job *job = &sums->jobs[i];
        job->row_sums = place;
        place += job->groups * job->n_rows;
        job->column_sums = place;
        place += column_count(job);
        job->fields = sums->with_fields ? place : NULL;
        place += job->groups * job->n_rows * field;
    }
    return COULOMB_OK;
}

/* Every term, and sums of some hundred, must stay normal float32 numbers; but a Gaussian's may be 0. */
static bool fits_float(const pair_sums *sums, double epsilon, double power, double largest)
{
    double low = 2.0 * log2(epsilon);
    double high = log2(exp2(low) + 4.0 * (double)sums->dimension * largest * largest);
    if (sums->kernel.kind == COULOMB_KERNEL_GAUSSIAN)
        return low > -40.0 && low < 40.0 && high < 120.0;
    return power <= EXPONENT_MOST && low > -100.0 && high < 120.0 && -0.5 * power * low < 110.0 &&
           0.5 * power * high < 122.0;
}

static void choose_method(pair_sums *sums, float largest)
{
    const potential_kernel *kernel = &sums->kernel;
    bool gaussian = kernel->kind == COULOMB_KERNEL_GAUSSIAN, fits = true;
    double power = (gaussian ? 0.0 : kernel->exponent) + (sums->with_fields ? 2.0 : 0.0);
    for (size_t i = 0; i < kernel->epsilons; i++) {
        fits = fits && fits_float(sums, kernel->epsilon[i], power, (double)largest);
        sums->function[i] = gaussian ? gaussian_function_of(kernel->epsilon[i])
                                     : pair_function_of(kernel->exponent, kernel->epsilon[i]);
    }
    if (!fits)
        sums->method = &tile_float64;
    else if (sums->dimension <= PAIR_DIMENSION_MOST)
        sums->method = &tile_differences;
    else
        sums->method = &tile_products;
    sums->threshold = (gaussian ? power : kernel->exponent + 2.0) / 32.0;
    sums->chunk = sums->method->chunk(sums);
    /* A whole number of cache lines, so that threads do not share them. */
    sums->scratch_size = piece_count(sums->method->scratch(sums), 16) * 16;
}

/* --- rounds: in each, the tiles of a job have rows and columns of their own --- */

static size_t job_rounds(const pair_job *job, size_t chunk)
{
    size_t rows = piece_count(job->n_rows, chunk), columns = piece_count(job->n_columns, chunk);
    if (rows == 0 || columns == 0)
        return 0;
    if (is_rows(job))
        return 1;
    return is_own(job) ? rows / 2 + 1 : rows > columns ? rows : columns;
}

static size_t job_pieces(const pair_job *job, size_t chunk, size_t round)
{
    if (round >= job_rounds(job, chunk))
        return 0;
    size_t rows = piece_count(job->n_rows, chunk), columns = piece_count(job->n_columns, chunk);
    if (is_rows(job))
        return rows * job->groups;
    if (is_own(job))
        return round > 0 && 2 * round == rows ? round : rows;
    return least(rows, columns);
}

static void add_tile(const pair_sums *sums, const pair_job *job, size_t row_chunk, size_t column_chunk, size_t group,
                     float *scratch)
{
    size_t chunk = sums->chunk, row = row_chunk * chunk, column = column_chunk * chunk;
    size_t place = group * job->n_rows + row;
    bool diagonal = row_chunk == column_chunk;
    pair_tile tile = {
        .rows = job->rows + row * sums->dimension,
        .columns = job->columns + column * sums->dimension,
        .n_rows = least(chunk, job->n_rows - row),
        .n_columns = least(chunk, job->n_columns - column),
        .same = diagonal && is_own(job),
        .others = diagonal && (job->kind == JOB_OTHERS || job->kind == JOB_NEAR_ROWS),
        .row_sums = job->row_sums + place,
    };
    if (!is_rows(job) && !tile.same)
        tile.column_sums = job->column_sums + column;
    if (job->fields != NULL)
        tile.fields = job->fields + place * sums->dimension;
    sums->method->add(sums, &tile, scratch);
}

static void add_piece(const pair_sums *sums, const pair_job *job, size_t piece, float *scratch)
{
    size_t chunk = sums->chunk, round = sums->round;
    size_t rows = piece_count(job->n_rows, chunk), columns = piece_count(job->n_columns, chunk);
    if (is_rows(job)) {
        size_t group = piece / rows, width = piece_count(columns, job->groups);
        for (size_t column = group * width; column < least(columns, (group + 1) * width); column++)
            add_tile(sums, job, piece % rows, column, group, scratch);
    } else if (rows <= columns) {
        add_tile(sums, job, piece, (piece + round) % columns, 0, scratch);
    } else {
        add_tile(sums, job, (piece + round) % rows, piece, 0, scratch);
    }
}

/* Each worker has scratch memory of its own. */
static void round_piece(void *work, size_t piece, size_t worker)
{
    const pair_sums *sums = work;
    const pair_job *job = sums->jobs;
    for (size_t n; piece >= (n = job_pieces(job, sums->chunk, sums->round)); job++)
        piece -= n;
    float *scratch = sums->workspace->scratch.data; /* NULL where the method needs none */
    add_piece(sums, job, piece, scratch == NULL ? NULL : scratch + worker * sums->scratch_size);
}

static size_t choose_workers(const pair_sums *sums)
{
    double work = 0.0;
    for (size_t i = 0; i < sums->n_jobs; i++)
        work += (double)sums->jobs[i].n_rows * (double)sums->jobs[i].n_columns * (double)(sums->dimension + 8);
    size_t threads = context_threads(sums->context);
    return work <= ALONE_WORK ? 1 : threads;
}

bool sums_memory(pair_sums *sums, sums_bytes *bytes)
{
    choose_method(sums, 1.0f);
    return size_product(count_results(sums), sizeof(double), &bytes->sums) &&
           size_product(choose_workers(sums) * sums->scratch_size, sizeof(float), &bytes->scratch);
}

coulomb_status sums_run(pair_sums *sums, float largest)
{
    choose_method(sums, largest);
    size_t workers = choose_workers(sums), rounds = 0, chunk = sums->chunk;
    coulomb_status status =
        buffer_reserve(sums->context, &sums->workspace->scratch, workers * sums->scratch_size, sizeof(float));
    if (status != COULOMB_OK)
        return status;
    for (size_t i = 0; i < sums->n_jobs; i++) {
        size_t own = job_rounds(&sums->jobs[i], chunk);
        rounds = own > rounds ? own : rounds;
    }
    for (sums->round = 0; sums->round < rounds; sums->round++) {
        size_t pieces = 0;
        for (size_t i = 0; i < sums->n_jobs; i++)
            pieces += job_pieces(&sums->jobs[i], chunk, sums->round);
        if (workers > 1)
            run_pieces(sums->context, pieces, round_piece, sums);
        for (size_t piece = 0; workers == 1 && piece < pieces; piece++)
            round_piece(sums, piece, 0);
    }
    return COULOMB_OK;
}

/* --- results --- */

static void add_groups(double *sums, size_t groups, size_t n)
{
    for (size_t group = 1; group < groups; group++)
        for (size_t i = 0; i < n; i++)
            sums[i] += sums[group * n + i];
}

void sums_finish(pair_sums *sums)
{
    for (size_t i = 0; i < sums->n_jobs; i++) {
        pair_job *job = &sums->jobs[i];
        add_groups(job->row_sums, job->groups, job->n_rows);
        if (job->fields != NULL)
            add_groups(job->fields, job->groups, job->n_rows * sums->dimension);
        for (size_t row = 0; is_own(job) && row < job->n_rows; row++)
            job->row_sums[row] += job->column_sums[row];
    }
}

double job_total(const pair_job *job)
{
    double total = 0.0;
    for (size_t row = 0; row < job->n_rows; row++)
        total += job->row_sums[row];
    return total;
}

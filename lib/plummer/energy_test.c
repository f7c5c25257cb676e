/* Permutation test of the energy. Let K be the matrix of k between all pooled samples, its diagonal left out, and b a
 * labelling, 1 for target samples and 0 for model samples. Then the sums of k within the target set, between the sets
 * and within the model set are b K b, 1 K b - b K b and 1 K 1 - 2 1 K b + b K b. So tile by tile of K a matrix product
 * with all labellings gives all permutations' energies, and each pair is computed once. */
#include "distances/distances.h"
#include "linalg/linalg.h"
#include "plummer/labels.h"

#include <math.h>
#include <string.h>

enum {
    CHUNK = 256,      /* samples of a tile */
    LABELLINGS = 512, /* of one matrix product */
    PERMUTATIONS_MOST = 1000000
};

typedef struct energy_test {
    coulomb_plummer *plummer;
    size_t dimension, n_model, n_target, samples;
    const float *model, *target;
    bool products; /* distances by matrix products */
    labels labels;
    size_t chunks;
    double *within;   /* [chunks, labellings] b K b of a row of tiles */
    double *touching; /* [chunks, labellings] 1 K b */
    double *totals;   /* [chunks] 1 K 1 */
    float *scratch;   /* of each worker: distance_scratch(), then: */
    double *working;  /* of each worker, see test_tile */
    float *points;    /* [samples, dimension] pooled */
} energy_test;

/* What one worker has in hand. */
typedef struct test_tile {
    energy_test *test;
    distance_tile distances;
    size_t row, column;    /* numbers of the tile's first samples */
    double *values;        /* [CHUNK, CHUNK] k */
    double *row_sums;      /* [CHUNK] of values */
    double *row_labels;    /* [LABELLINGS, CHUNK] */
    double *column_labels; /* likewise */
    double *products;      /* likewise; column labels times values^T */
} test_tile;

static size_t working_size(void)
{
    return CHUNK * CHUNK + CHUNK + 3 * LABELLINGS * CHUNK;
}

static void lay_out(test_tile *tile, size_t worker)
{
    distance_tile_lay_out(&tile->distances, tile->test->scratch + worker * distance_scratch(CHUNK));
    tile->values = tile->test->working + worker * working_size();
    tile->row_sums = tile->values + CHUNK * CHUNK;
    tile->row_labels = tile->row_sums + CHUNK;
    tile->column_labels = tile->row_labels + LABELLINGS * CHUNK;
    tile->products = tile->column_labels + LABELLINGS * CHUNK;
}

/* Where products lost too many digits, and in few dimensions, by differences. */
static double tile_square(const test_tile *tile, size_t i, size_t j)
{
    const distance_tile *d = &tile->distances;
    if (tile->test->products) {
        double norms = d->row_norms[i] + distance_column_norms(d)[j];
        double square = norms - 2.0 * d->dots[i * d->n_columns + j];
        if (kernel_bears(&tile->test->plummer->kernel, square, norms))
            return fmax(square, 0.0);
    }
    return square_distance(d->dimension, d->rows + i * d->dimension, d->columns + j * d->dimension);
}

static void find_values(test_tile *tile)
{
    const distance_tile *d = &tile->distances;
    for (size_t i = 0; i < d->n_rows; i++) {
        double *values = tile->values + i * d->n_columns, sum = 0.0;
        for (size_t j = 0; j < d->n_columns; j++) {
            if (d->same && j <= i) /* the diagonal is left out, below it K is as above */
                values[j] = j == i ? 0.0 : tile->values[j * d->n_columns + i];
            else
                values[j] = kernel_value(&tile->test->plummer->kernel, tile_square(tile, i, j));
            sum += values[j];
        }
        tile->row_sums[i] = sum;
    }
}

/* The tile's part in labellings [first, first + count); beside the diagonal it stands for its mirror image too. */
static void add_labellings(test_tile *tile, size_t first, size_t count, double *within, double *touching)
{
    const distance_tile *d = &tile->distances;
    const labels *all = &tile->test->labels;
    labels_read(all, first, count, tile->row, d->n_rows, tile->row_labels);
    labels_read(all, first, count, tile->column, d->n_columns, tile->column_labels);
    float64_product_run(&(float64_product){.b_transposed = true,
                                           .m = count,
                                           .n = d->n_rows,
                                           .k = d->n_columns,
                                           .a = tile->column_labels,
                                           .lda = d->n_columns,
                                           .b = tile->values,
                                           .ldb = d->n_columns,
                                           .c = tile->products,
                                           .ldc = d->n_rows});
    for (size_t l = 0; l < count; l++) {
        const double *product = tile->products + l * d->n_rows, *label = tile->row_labels + l * d->n_rows;
        double inside = 0.0, column_side = 0.0, row_side = 0.0;
        for (size_t i = 0; i < d->n_rows; i++) {
            inside += label[i] * product[i];
            column_side += product[i];
            row_side += label[i] * tile->row_sums[i];
        }
        within[l] += d->same ? inside : 2.0 * inside;
        touching[l] += d->same ? column_side : column_side + row_side;
    }
}

static size_t chunk_size(const energy_test *test, size_t chunk)
{
    size_t rest = test->samples - chunk * CHUNK;
    return rest < CHUNK ? rest : CHUNK;
}

static void add_tile(energy_test *test, size_t row, size_t column, size_t worker)
{
    test_tile tile = {
        .test = test,
        .row = row * CHUNK,
        .column = column * CHUNK,
        .distances = {.kernels = context_kernels(test->plummer->context),
                      .chunk = CHUNK,
                      .dimension = test->dimension,
                      .rows = test->points + row * CHUNK * test->dimension,
                      .columns = test->points + column * CHUNK * test->dimension,
                      .n_rows = chunk_size(test, row),
                      .n_columns = chunk_size(test, column),
                      .same = row == column},
    };
    lay_out(&tile, worker);
    if (test->products)
        distance_tile_dots(&tile.distances);
    find_values(&tile);
    for (size_t i = 0; i < tile.distances.n_rows; i++)
        test->totals[row] += (row == column ? 1.0 : 2.0) * tile.row_sums[i];
    size_t labellings = test->labels.labellings;
    for (size_t first = 0; first < labellings; first += LABELLINGS) {
        size_t rest = labellings - first, place = row * labellings + first;
        add_labellings(&tile, first, rest < LABELLINGS ? rest : LABELLINGS, test->within + place,
                       test->touching + place);
    }
}

/* A piece is a row of tiles from the diagonal on, and has sums of its own. */
static void add_row(void *work, size_t row, size_t worker)
{
    energy_test *test = work;
    for (size_t column = row; column < test->chunks; column++)
        add_tile(test, row, column, worker);
}

static double *get_sums(energy_test *test, size_t labellings)
{
    size_t sums;
    bool fits = size_product(test->chunks, labellings, &sums);
    return memory_get_zeroed(test->plummer->context, fits ? sums : SIZE_MAX, sizeof(double));
}

static coulomb_status reserve(energy_test *test)
{
    coulomb_context *context = test->plummer->context;
    size_t threads = context_threads(context);
    test->chunks = piece_count(test->samples, CHUNK);
    test->points = memory_get(context, test->samples, test->dimension * sizeof(float));
    test->within = test->points == NULL ? NULL : get_sums(test, test->labels.labellings);
    test->touching = test->within == NULL ? NULL : get_sums(test, test->labels.labellings);
    test->totals = test->touching == NULL ? NULL : get_sums(test, 1);
    test->scratch = test->totals == NULL ? NULL : memory_get(context, threads * distance_scratch(CHUNK), sizeof(float));
    test->working = test->scratch == NULL ? NULL : memory_get(context, threads * working_size(), sizeof(double));
    return test->working == NULL ? COULOMB_ERROR_MEMORY : float64_reserve(context, threads);
}

static void release(energy_test *test)
{
    coulomb_context *context = test->plummer->context;
    memory_release(context, test->points);
    memory_release(context, test->within);
    memory_release(context, test->touching);
    memory_release(context, test->totals);
    memory_release(context, test->scratch);
    memory_release(context, test->working);
    labels_release(&test->labels);
}

/* Energy and the magnitude of its terms, of one labelling. */
typedef struct test_energy {
    double value, size;
} test_energy;

static test_energy energy_of(const energy_test *test, size_t labelling)
{
    const potential_kernel *kernel = &test->plummer->kernel;
    size_t labellings = test->labels.labellings;
    double within = 0.0, touching = 0.0, total = 0.0;
    for (size_t chunk = 0; chunk < test->chunks; chunk++) {
        within += test->within[chunk * labellings + labelling];
        touching += test->touching[chunk * labellings + labelling];
        total += test->totals[chunk];
    }
    double m = (double)test->n_model, n = (double)test->n_target, self = kernel->self_terms ? 1.0 : 0.0;
    double k0 = self * kernel_value(kernel, 0.0);
    double target = (within + n * k0) / (n * (n - 1.0 + self));
    double model = (total - 2.0 * touching + within + m * k0) / (m * (m - 1.0 + self));
    double cross = (touching - within) / (m * n);
    return (test_energy){0.5 * (target + model) - cross, 0.5 * (target + model) + cross};
}

static coulomb_status give(const energy_test *test, double *energy, double *p_value)
{
    const double tie = 1e-12; /* of the terms: rounding of labellings that differ in name only */
    test_energy observed = energy_of(test, 0);
    if (!isfinite(observed.size))
        return fail(test->plummer->context, COULOMB_ERROR_NOT_FINITE,
                    "energy is %g: its terms exceed the range of float64", observed.value);
    size_t reached = 1;
    for (size_t l = 1; l < test->labels.labellings; l++)
        reached += energy_of(test, l).value >= observed.value - tie * observed.size;
    if (energy != NULL)
        *energy = observed.value;
    *p_value = (double)reached / (double)test->labels.labellings;
    return COULOMB_OK;
}

static coulomb_status run_test(energy_test *test, double *energy, double *p_value)
{
    coulomb_context *context = test->plummer->context;
    size_t model_values = test->n_model * test->dimension, target_values = test->n_target * test->dimension;
    coulomb_status status = reserve(test);
    if (status == COULOMB_OK)
        status = labels_make(&test->labels);
    if (status == COULOMB_OK) {
        memcpy(test->points, test->model, model_values * sizeof(float));
        memcpy(test->points + model_values, test->target, target_values * sizeof(float));
        run_pieces(context, test->chunks, add_row, test);
        status = give(test, energy, p_value);
    }
    release(test);
    return status;
}

static coulomb_status check_counts(const coulomb_plummer *plummer, size_t n_model, size_t n_target, size_t permutations)
{
    const size_t most = (size_t)1 << 31;
    if (n_model < 2 || n_target < 2)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "n_%s is %zu; expected at least 2",
                    n_model < 2 ? "model" : "target", n_model < 2 ? n_model : n_target);
    if (n_model > most || n_target > most - n_model)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT,
                    "n_model is %zu and n_target is %zu; expected at most %zu together", n_model, n_target, most);
    if (permutations < 1 || permutations > PERMUTATIONS_MOST)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "permutations is %zu; expected 1 to %d", permutations,
                    PERMUTATIONS_MOST);
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_energy_test(coulomb_plummer *plummer, size_t dimension, const float *model,
                                           size_t n_model, const float *target, size_t n_target, size_t permutations,
                                           uint64_t seed, double *energy, double *p_value)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (p_value == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "p_value is NULL");
    float largest = 0.0f;
    status = check_dimension(plummer, dimension);
    if (status == COULOMB_OK)
        status = check_counts(plummer, n_model, n_target, permutations);
    if (status == COULOMB_OK)
        status = check_set(plummer, &(point_set){"model", "sample", model, n_model}, dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &(point_set){"target", "sample", target, n_target}, dimension, &largest);
    if (status != COULOMB_OK)
        return status;
    bool in_range = 16.0 * (double)dimension * (double)largest * (double)largest < 0x1p120;
    energy_test test = {.plummer = plummer,
                        .dimension = dimension,
                        .n_model = n_model,
                        .n_target = n_target,
                        .samples = n_model + n_target,
                        .model = model,
                        .target = target,
                        .products = dimension > PAIR_DIMENSION_MOST && in_range,
                        .labels = {.context = plummer->context,
                                   .seed = seed,
                                   .samples = n_model + n_target,
                                   .n_target = n_target,
                                   .labellings = permutations + 1}};
    return run_test(&test, energy, p_value);
}

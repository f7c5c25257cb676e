/* Fréchet distance between two Gaussians. The trace of (A^(1/2) B A^(1/2))^(1/2) is the sum of the roots of the
 * eigenvalues of F B F^T for any F with F^T F = A. With A = V diag(a) V^T, F = diag(a)^(1/2) V^T without the rows whose
 * eigenvalue is 0: so a singular A makes the matrix smaller, instead of adding roots of rounding errors. */
#include "metrics/moments.h"

#include "linalg/linalg.h"

#include <float.h>
#include <math.h>

typedef struct frechet {
    coulomb_context *context;
    const coulomb_moments *first, *second; /* A and B */
    const char *first_name;
    size_t n, rank;  /* rank: rows of F */
    double *factor;  /* [n, n] A, then its eigenvectors, then F in the last `rank` rows */
    double *working; /* [n, n] and more: F B, and what LAPACK wants */
    double *matrix;  /* [n, n] B, then F B F^T */
    double *values;  /* [n] */
    int *integers;
    eigen_size size; /* of `working` and `integers` */
} frechet;

static coulomb_status reserve(frechet *f)
{
    size_t n = f->n;
    eigen_size full = eigen_size_of(n, true), alone = eigen_size_of(n, false);
    f->size.reals = full.reals > alone.reals ? full.reals : alone.reals;
    f->size.reals = f->size.reals > n * n ? f->size.reals : n * n;
    f->size.integers = full.integers > alone.integers ? full.integers : alone.integers;
    f->factor = memory_get(f->context, n * n, sizeof(double));
    f->matrix = memory_get(f->context, n * n, sizeof(double));
    f->working = memory_get(f->context, f->size.reals, sizeof(double));
    f->values = memory_get(f->context, n, sizeof(double));
    f->integers = memory_get(f->context, f->size.integers, sizeof(int));
    bool there = f->factor != NULL && f->matrix != NULL && f->working != NULL && f->values != NULL;
    return there && f->integers != NULL ? float64_reserve(f->context, large_gram_pieces(n)) : COULOMB_ERROR_MEMORY;
}

static void release(frechet *f)
{
    memory_release(f->context, f->factor);
    memory_release(f->context, f->matrix);
    memory_release(f->context, f->working);
    memory_release(f->context, f->values);
    memory_release(f->context, f->integers);
}

static coulomb_status decompose(frechet *f, size_t n, bool vectors, double *matrix)
{
    if (eigen_symmetric(n, vectors, matrix, f->values, f->size, f->working, f->integers))
        return COULOMB_OK;
    return fail(f->context, COULOMB_ERROR_NOT_FINITE,
                "the eigenvalues of the covariances were not found: LAPACK did not converge");
}

/* F from A; eigenvalues that could be rounding alone count as 0. */
static coulomb_status find_factor(frechet *f)
{
    coulomb_status status = coulomb_moments_covariance(f->first, f->factor);
    if (status == COULOMB_OK)
        status = decompose(f, f->n, true, f->factor);
    if (status == COULOMB_OK)
        status = moments_check_eigenvalues(f->context, f->first_name, f->values, f->n);
    if (status != COULOMB_OK)
        return status;
    double least = (double)f->n * DBL_EPSILON * f->values[f->n - 1];
    size_t row = f->n;
    for (; row > 0 && f->values[row - 1] > least; row--)
        for (size_t i = 0; i < f->n; i++)
            f->factor[(row - 1) * f->n + i] *= sqrt(f->values[row - 1]);
    f->rank = f->n - row;
    return COULOMB_OK;
}

static coulomb_status multiply(frechet *f)
{
    size_t n = f->n, rank = f->rank;
    const double *factor = f->factor + (n - rank) * n;
    coulomb_status status = coulomb_moments_covariance(f->second, f->matrix);
    if (status != COULOMB_OK)
        return status;
    float64_product product = {
        .m = rank, .n = n, .k = n, .a = factor, .lda = n, .b = f->matrix, .ldb = n, .c = f->working, .ldc = n};
    large_product_run(f->context, &product);
    product = (float64_product){.m = rank,
                                .n = rank,
                                .k = n,
                                .a = f->working,
                                .lda = n,
                                .b = factor,
                                .ldb = n,
                                .b_transposed = true,
                                .c = f->matrix,
                                .ldc = rank};
    large_product_run(f->context, &product);
    for (size_t i = 0; i < rank * rank; i++)
        if (!isfinite(f->matrix[i]))
            return fail(f->context, COULOMB_ERROR_NOT_FINITE,
                        "the product of the covariances exceeds the range of float64");
    return COULOMB_OK;
}

static coulomb_status trace_of_root(frechet *f, double *trace)
{
    *trace = 0;
    coulomb_status status = find_factor(f);
    if (status == COULOMB_OK && f->rank > 0)
        status = multiply(f);
    if (status == COULOMB_OK && f->rank > 0)
        status = decompose(f, f->rank, false, f->matrix);
    for (size_t i = 0; status == COULOMB_OK && i < f->rank; i++)
        *trace += f->values[i] > 0 ? sqrt(f->values[i]) : 0;
    return status;
}

/* tr A + tr B + |mean_a - mean_b|^2 */
static double other_terms(const coulomb_moments *a, const coulomb_moments *b)
{
    double traces = 0, square = 0;
    for (size_t i = 0; i < a->dimension; i++) {
        size_t diagonal = i * a->dimension + i;
        double difference = a->mean[i] - b->mean[i];
        traces += a->squares[diagonal] / a->divisor + b->squares[diagonal] / b->divisor;
        square += difference * difference;
    }
    return traces + square;
}

static coulomb_status check_pair(const coulomb_moments *a, const coulomb_moments *b)
{
    if (a->dimension != b->dimension)
        return fail(a->context, COULOMB_ERROR_SHAPE, "a has %zu dimensions, b %zu; expected the same number",
                    a->dimension, b->dimension);
    const coulomb_moments *both[] = {a, b};
    for (size_t i = 0; i < 2; i++)
        if (!both[i]->there || both[i]->count == 1)
            return fail(a->context, COULOMB_ERROR_STATE, "%s holds %d feature vectors; expected at least 2",
                        i == 0 ? "a" : "b", (int)both[i]->count);
    return COULOMB_OK;
}

/* Fewer vectors make a smaller rank, and less work. */
static bool is_smaller(const coulomb_moments *b, const coulomb_moments *a)
{
    return b->count > 0 && b->count <= b->dimension && (a->count == 0 || b->count < a->count);
}

coulomb_status coulomb_moments_distance(const coulomb_moments *a, const coulomb_moments *b, double *distance)
{
    if (a == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (b == NULL || distance == NULL)
        return fail(a->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", b == NULL ? "b" : "distance");
    coulomb_status status = check_pair(a, b);
    if (status != COULOMB_OK)
        return status;
    bool swapped = is_smaller(b, a);
    frechet f = {.context = a->context,
                 .first = swapped ? b : a,
                 .second = swapped ? a : b,
                 .first_name = swapped ? "b" : "a",
                 .n = a->dimension};
    double trace = 0;
    status = reserve(&f);
    if (status == COULOMB_OK)
        status = trace_of_root(&f, &trace);
    release(&f);
    double found = other_terms(a, b) - 2 * trace;
    if (status == COULOMB_OK && !isfinite(found))
        status = fail(a->context, COULOMB_ERROR_NOT_FINITE, "the distance exceeds the range of float64");
    if (status == COULOMB_OK)
        *distance = found > 0 ? found : 0;
    return status;
}

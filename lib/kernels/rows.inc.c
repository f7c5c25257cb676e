/* Matrices row by row. */
#include "kernels/transpose.inc.c"

#include <math.h>

static void softmax(size_t rows, size_t n, const float *x, float *y)
{
    for (size_t i = 0; i < rows; i++, x += n, y += n) {
        float most = x[0];
        for (size_t j = 1; j < n; j++)
            most = x[j] > most ? x[j] : most;
        double sum = 0.0;
        for (size_t j = 0; j < n; j++) {
            y[j] = expf(x[j] - most);
            sum += (double)y[j];
        }
        float factor = (float)(1.0 / sum);
        for (size_t j = 0; j < n; j++)
            y[j] *= factor;
    }
}

/* dx = y (dy - sum_j dy_j y_j) */
static void softmax_gradient(size_t rows, size_t n, const float *y, const float *dy, float *dx, bool add)
{
    for (size_t i = 0; i < rows; i++, y += n, dy += n, dx += n) {
        double dot = 0.0;
        for (size_t j = 0; j < n; j++)
            dot += (double)dy[j] * (double)y[j];
        for (size_t j = 0; j < n; j++)
            dx[j] = (add ? dx[j] : 0.0f) + y[j] * (dy[j] - (float)dot);
    }
}

/* s becomes softmax(factor s) of one group. */
static void soft_group(size_t n, float factor, float *s)
{
    float most = s[0];
    for (size_t j = 1; j < n; j++)
        most = s[j] > most ? s[j] : most;
#pragma omp simd
    for (size_t j = 0; j < n; j++)
        s[j] = exp_negative(factor * (s[j] - most));
    double sum = 0.0;
    for (size_t j = 0; j < n; j++)
        sum += (double)s[j];
    float inverse = (float)(1.0 / sum);
    for (size_t j = 0; j < n; j++)
        s[j] *= inverse;
}

/* dx = factor s (dy - sum_j dy_j s_j) */
static void soft_groups_gradient(size_t groups, const size_t *group, float factor, float *s, const float *dy, float *dx,
                                 bool add)
{
    for (size_t i = 0; i < groups; s += group[i], dy += group[i], dx += group[i], i++) {
        soft_group(group[i], factor, s);
        double dot = 0.0;
        for (size_t j = 0; j < group[i]; j++)
            dot += (double)dy[j] * (double)s[j];
        for (size_t j = 0; j < group[i]; j++)
            dx[j] = (add ? dx[j] : 0.0f) + factor * s[j] * (dy[j] - (float)dot);
    }
}

static void transpose(size_t rows, size_t n, const float *x, float *y)
{
    transpose_part(rows, n, x, n, y, rows);
}

static void fill_rows(size_t rows, size_t n, const float *row, float *y)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(y + i * n, row, n * sizeof *row);
}

/* Blocks of columns stay in registers while the rows pass. */
static void sum_rows(size_t rows, size_t n, const float *x, float *sums, bool add)
{
    enum { COLUMNS = 64 };
    for (size_t first = 0; first < n; first += COLUMNS) {
        size_t columns = n - first < COLUMNS ? n - first : COLUMNS;
        float sum[COLUMNS] = {0};
        if (columns == COLUMNS)
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < COLUMNS; j++)
                    sum[j] += x[i * n + first + j];
        else
            for (size_t i = 0; i < rows; i++)
                for (size_t j = 0; j < columns; j++)
                    sum[j] += x[i * n + first + j];
        for (size_t j = 0; j < columns; j++)
            sums[first + j] = (add ? sums[first + j] : 0.0f) + sum[j];
    }
}

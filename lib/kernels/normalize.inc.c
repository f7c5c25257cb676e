/* Batch normalisation, row by row: a column is a channel. Sums over rows keep a block of columns in registers while the
 * rows pass; callers keep the rows of one call few, so that float32 sums stay exact enough. */

enum { NORMALIZE_COLUMNS = 64 };

static void sum_squares_rows(size_t rows, size_t n, const float *x, const float *mean, float *sums, bool add)
{
    for (size_t first = 0; first < n; first += NORMALIZE_COLUMNS) {
        size_t columns = n - first < NORMALIZE_COLUMNS ? n - first : NORMALIZE_COLUMNS;
        float sum[NORMALIZE_COLUMNS] = {0};
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                float difference = x[i * n + first + j] - mean[first + j];
                sum[j] += difference * difference;
            }
        for (size_t j = 0; j < columns; j++)
            sums[first + j] = (add ? sums[first + j] : 0.0f) + sum[j];
    }
}

static void sum_products_rows(size_t rows, size_t n, const float *x, const float *mean, const float *dy, float *sums,
                              bool add)
{
    for (size_t first = 0; first < n; first += NORMALIZE_COLUMNS) {
        size_t columns = n - first < NORMALIZE_COLUMNS ? n - first : NORMALIZE_COLUMNS;
        float sum[NORMALIZE_COLUMNS] = {0};
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++)
                sum[j] += (x[i * n + first + j] - mean[first + j]) * dy[i * n + first + j];
        for (size_t j = 0; j < columns; j++)
            sums[first + j] = (add ? sums[first + j] : 0.0f) + sum[j];
    }
}

static void normalize_rows(size_t rows, size_t n, const float *x, const float *mean, const float *factor,
                           const float *shift, float *y)
{
    for (size_t i = 0; i < rows; i++, x += n, y += n) {
#pragma omp simd
        for (size_t j = 0; j < n; j++)
            y[j] = (x[j] - mean[j]) * factor[j] + shift[j];
    }
}

static void normalize_gradient_rows(size_t rows, size_t n, const float *x, const float *mean, const float *dy,
                                    const float *factor, const float *offset, const float *slope, float *dx, bool add)
{
    for (size_t i = 0; i < rows; i++, x += n, dy += n, dx += n) {
        if (add) {
#pragma omp simd
            for (size_t j = 0; j < n; j++)
                dx[j] += factor[j] * (dy[j] - offset[j] - (x[j] - mean[j]) * slope[j]);
        } else {
#pragma omp simd
            for (size_t j = 0; j < n; j++)
                dx[j] = factor[j] * (dy[j] - offset[j] - (x[j] - mean[j]) * slope[j]);
        }
    }
}

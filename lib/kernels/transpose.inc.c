/* Transposing part of a matrix, for the units that need it. */
#include <stddef.h>
#include <string.h>

/* Four rows of four values each: interleaved twice, rows become columns. */
static inline void transpose_four(const float *x, size_t x_stride, float *y, size_t y_stride)
{
    typedef float four __attribute__((vector_size(16)));
    four row[4];
    for (size_t i = 0; i < 4; i++)
        memcpy(&row[i], x + i * x_stride, sizeof row[i]);
    four even_low = __builtin_shufflevector(row[0], row[2], 0, 4, 1, 5);
    four even_high = __builtin_shufflevector(row[0], row[2], 2, 6, 3, 7);
    four odd_low = __builtin_shufflevector(row[1], row[3], 0, 4, 1, 5);
    four odd_high = __builtin_shufflevector(row[1], row[3], 2, 6, 3, 7);
    row[0] = __builtin_shufflevector(even_low, odd_low, 0, 4, 1, 5);
    row[1] = __builtin_shufflevector(even_low, odd_low, 2, 6, 3, 7);
    row[2] = __builtin_shufflevector(even_high, odd_high, 0, 4, 1, 5);
    row[3] = __builtin_shufflevector(even_high, odd_high, 2, 6, 3, 7);
    for (size_t i = 0; i < 4; i++)
        memcpy(y + i * y_stride, &row[i], sizeof row[i]);
}

/* In tiles, so that both sides stay in the cache. */
static void transpose_part(size_t rows, size_t n, const float *restrict x, size_t x_stride, float *restrict y,
                           size_t y_stride)
{
    enum { TILE = 32 };
    size_t whole_rows = rows - rows % 4, whole_columns = n - n % 4;
    for (size_t tile = 0; tile < whole_columns; tile += TILE)
        for (size_t i = 0; i < whole_rows; i += 4)
            for (size_t j = tile; j < whole_columns && j < tile + TILE; j += 4)
                transpose_four(x + i * x_stride + j, x_stride, y + j * y_stride + i, y_stride);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = i < whole_rows ? whole_columns : 0; j < n; j++)
            y[j * y_stride + i] = x[i * x_stride + j];
}

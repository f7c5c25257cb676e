/* For MemorySanitizer: what libraries that are not instrumented write is initialised. Loaded before them. */
#define _GNU_SOURCE

#include <cblas.h>
#include <dlfcn.h>
#include <jansson.h>
#include <sanitizer/msan_interface.h>
#include <stdlib.h>

void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *stride, double *values,
             double *work, const int *work_size, int *whole, const int *whole_size, int *info);

/* Everything in jansson's memory counts as written. */
static void *zeroed(size_t size)
{
    return calloc(1, size);
}

__attribute__((constructor)) static void begin(void)
{
    json_set_alloc_funcs(zeroed, free);
}

static void rows_written(double *c, int rows, int columns, int stride)
{
    for (int row = 0; row < rows; row++)
        __msan_unpoison(c + (size_t)row * (size_t)stride, (size_t)columns * sizeof *c);
}

void cblas_dgemm(CBLAS_LAYOUT layout, CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, int m, int n, int k,
                 double alpha, const double *a, int stride_a, const double *b, int stride_b, double beta, double *c,
                 int stride_c)
{
    static void (*real)(CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, int, int, int, double, const double *, int,
                        const double *, int, double, double *, int);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "cblas_dgemm");
    real(layout, transpose_a, transpose_b, m, n, k, alpha, a, stride_a, b, stride_b, beta, c, stride_c);
    rows_written(c, layout == CblasRowMajor ? m : n, layout == CblasRowMajor ? n : m, stride_c);
}

void cblas_dsyrk(CBLAS_LAYOUT layout, CBLAS_UPLO triangle, CBLAS_TRANSPOSE transpose, int n, int k, double alpha,
                 const double *a, int stride_a, double beta, double *c, int stride_c)
{
    static void (*real)(CBLAS_LAYOUT, CBLAS_UPLO, CBLAS_TRANSPOSE, int, int, double, const double *, int, double,
                        double *, int);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "cblas_dsyrk");
    real(layout, triangle, transpose, n, k, alpha, a, stride_a, beta, c, stride_c);
    rows_written(c, n, n, stride_c);
}

void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *stride, double *values,
             double *work, const int *work_size, int *whole, const int *whole_size, int *info)
{
    static void (*real)(const char *, const char *, const int *, double *, const int *, double *, double *, const int *,
                        int *, const int *, int *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "dsyevd_");
    real(job, triangle, n, a, stride, values, work, work_size, whole, whole_size, info);
    rows_written(a, *n, *n, *stride);
    __msan_unpoison(values, (size_t)*n * sizeof *values);
    __msan_unpoison(work, sizeof *work);
    __msan_unpoison(whole, sizeof *whole);
    __msan_unpoison(info, sizeof *info);
}

json_t *json_loadb(const char *text, size_t size, size_t flags, json_error_t *error)
{
    static json_t *(*real)(const char *, size_t, size_t, json_error_t *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "json_loadb");
    json_t *read = real(text, size, flags, error);
    if (error)
        __msan_unpoison(error, sizeof *error);
    return read;
}

/* For MemorySanitizer: what libraries that are not instrumented write is initialised. Loaded before them, also into
 * programs without the sanitizer, such as its own. */
#define _GNU_SOURCE

#include <cblas.h>
#include <dlfcn.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>

void __msan_unpoison(const volatile void *at, size_t size) __attribute__((weak));
void __msan_scoped_disable_interceptor_checks(void) __attribute__((weak));

static void written(const void *at, size_t size)
{
    if (__msan_unpoison)
        __msan_unpoison(at, size);
}

void dsyevd_(const char *job, const char *triangle, const int *n, double *a, const int *stride, double *values,
             double *work, const int *work_size, int *whole, const int *whole_size, int *info);

/* Everything in jansson's memory counts as written, also where a test has it allocated by another function. */
static json_malloc_t allocate = malloc;

static void *allocate_written(size_t size)
{
    void *made = allocate(size);
    if (made)
        written(made, size);
    return made;
}

void json_set_alloc_funcs(json_malloc_t get, json_free_t release)
{
    void (*real)(json_malloc_t, json_free_t);
    *(void **)&real = dlsym(RTLD_NEXT, "json_set_alloc_funcs");
    allocate = get;
    real(allocate_written, release);
}

__attribute__((constructor)) static void begin(void)
{
    json_set_alloc_funcs(malloc, free);
    /* libraries pass what they have on their stacks to functions of the C library */
    if (__msan_scoped_disable_interceptor_checks)
        __msan_scoped_disable_interceptor_checks();
}

/* clang 14 knows the names that these had before glibc 2.33. With _FILE_OFFSET_BITS=64, programs call the second of
 * each pair; the structure is the same where a long has 64 bits. */
static int written_stat(const char *name, int descriptor, const char *path, struct stat *about)
{
    void *real = dlsym(RTLD_NEXT, name);
    written(about, sizeof *about);
    return path ? ((int (*)(const char *, struct stat *))real)(path, about)
                : ((int (*)(int, struct stat *))real)(descriptor, about);
}

int fstat(int descriptor, struct stat *about)
{
    return written_stat("fstat", descriptor, NULL, about);
}

int fstat64(int descriptor, struct stat64 *about)
{
    return written_stat("fstat64", descriptor, NULL, (struct stat *)about);
}

int stat(const char *path, struct stat *about)
{
    return written_stat("stat", -1, path, about);
}

int stat64(const char *path, struct stat64 *about)
{
    return written_stat("stat64", -1, path, (struct stat *)about);
}

int lstat(const char *path, struct stat *about)
{
    return written_stat("lstat", -1, path, about);
}

int lstat64(const char *path, struct stat64 *about)
{
    return written_stat("lstat64", -1, path, (struct stat *)about);
}

static void rows_written(double *c, int rows, int columns, int stride)
{
    for (int row = 0; row < rows; row++)
        written(c + (size_t)row * (size_t)stride, (size_t)columns * sizeof *c);
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
    written(values, (size_t)*n * sizeof *values);
    written(work, sizeof *work);
    written(whole, sizeof *whole);
    written(info, sizeof *info);
}

json_t *json_loadb(const char *text, size_t size, size_t flags, json_error_t *error)
{
    static json_t *(*real)(const char *, size_t, size_t, json_error_t *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "json_loadb");
    json_t *read = real(text, size, flags, error);
    if (error)
        written(error, sizeof *error);
    return read;
}

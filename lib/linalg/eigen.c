/* Eigenvalues of symmetric matrices: LAPACK's divide and conquer does them. LAPACK is Fortran: all arguments are
 * addresses, and the lengths of texts follow at the end. */
#include "linalg/linalg.h"

extern void dsyevd_(const char *job, const char *triangle, const int *n, double *matrix, const int *stride,
                    double *values, double *reals, const int *n_reals, int *integers, const int *n_integers, int *info,
                    size_t job_length, size_t triangle_length);

static int decompose(size_t n, bool vectors, double *matrix, double *values, double *reals, int n_reals, int *integers,
                     int n_integers)
{
    int order = (int)n, info = 0;
    dsyevd_(vectors ? "V" : "N", "U", &order, matrix, &order, values, reals, &n_reals, integers, &n_integers, &info, 1,
            1);
    return info;
}

eigen_size eigen_size_of(size_t n, bool vectors)
{
    double none = 0.0, reals = 0.0;
    int integers = 0;
    decompose(n, vectors, &none, &none, &reals, -1, &integers, -1);
    return (eigen_size){(size_t)reals, (size_t)integers};
}

/* Row by row a lower triangle is what column by column is an upper one; likewise eigenvectors in columns. */
bool eigen_symmetric(size_t n, bool vectors, double *matrix, double *values, eigen_size size, double *reals,
                     int *integers)
{
    return decompose(n, vectors, matrix, values, reals, (int)size.reals, integers, (int)size.integers) == 0;
}

/* Rates of float32 matrix products of the sizes that networks and distances have, and of squares: our kernels beside
 * SGEMM with each of OpenBLAS's kernels that this processor runs, and beside the most that it can multiply and add.
 * Arguments: threads (1), rounds (3). Each rate is the best of the rounds, as the machine may have other work;
 * OpenBLAS chooses its kernel when it starts, so every rate is taken in a process of its own. */
#define _GNU_SOURCE
#include "products/whole_product.h"
#include "timing.h"

#include <cblas.h>
#include <coulomb/coulomb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct size {
    const char *name;
    size_t m, n, k;
    bool a_transposed, b_transposed;
} sizes[] = {
    {"dense 128, forward", 128, 128, 128, false, false},
    {"dense 128, input gradient", 128, 128, 128, false, true},
    {"dense 128, weight gradient", 128, 128, 128, true, false},
    {"dense 32 to 16384", 128, 16384, 32, false, false},
    {"im2col, 3 channels to 128", 256, 128, 75, false, false},
    {"im2col, 128 channels to 3", 256, 75, 128, false, false},
    {"im2col, filter gradient", 75, 128, 256, true, false},
    {"minimal filtering 128 to 256", 512, 256, 512, false, false},
    {"minimal filtering 256 to 512", 256, 512, 1024, false, false},
    {"minimal filtering 512 to 1024", 128, 1024, 2048, false, false},
    {"the same, input gradient", 128, 2048, 1024, false, true},
    {"the same, filter gradient", 2048, 1024, 128, true, false},
    {"distances, slice of 256", 256, 256, 256, false, true},
    {"square 256", 256, 256, 256, false, false},
    {"square 512", 512, 512, 512, false, false},
    {"square 1024", 1024, 1024, 1024, false, false},
    {"square 2048", 2048, 2048, 2048, false, false},
    {"square 4096", 4096, 4096, 4096, false, false},
};

enum { SIZES = sizeof sizes / sizeof sizes[0], LARGEST = 4096 * 4096, THREADS_MOST = 64, SIDES_MOST = 8 };

static float *random_matrix(size_t values)
{
    float *made = aligned_alloc(128, values * sizeof *made);
    for (size_t i = 0; made != NULL && i < values; i++)
        made[i] = (float)(i * 2654435761u % 1024) * 0x1p-9f - 1.0f;
    return made;
}

/* OpenBLAS alone has it. */
extern char *openblas_get_corename(void) __attribute__((weak));

static const char *core_name(void)
{
    return openblas_get_corename == NULL ? "BLAS" : openblas_get_corename();
}

typedef struct side {
    coulomb_context *context; /* NULL: SGEMM */
    float *a, *b, *c;
} side;

static void multiply(const side *s, const struct size *z)
{
    matrix_product p = {.a_transposed = z->a_transposed,
                        .b_transposed = z->b_transposed,
                        .m = z->m,
                        .n = z->n,
                        .k = z->k,
                        .a = s->a,
                        .lda = z->a_transposed ? z->m : z->k,
                        .b = s->b,
                        .ldb = z->b_transposed ? z->k : z->n,
                        .c = s->c,
                        .ldc = z->n};
    if (s->context != NULL)
        whole_product(s->context, kernels_best(), &p);
    else
        cblas_sgemm(CblasRowMajor, p.a_transposed ? CblasTrans : CblasNoTrans,
                    p.b_transposed ? CblasTrans : CblasNoTrans, (int)p.m, (int)p.n, (int)p.k, 1.0f, p.a, (int)p.lda,
                    p.b, (int)p.ldb, 0.0f, p.c, (int)p.ldc);
}

/* One thread is timed by its own clock, which stands still while others have the processor. */
static double clock_of(size_t threads)
{
    struct timespec time;
    if (threads > 1)
        return now();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The tenth part is faster: less is what the clock gets wrong, more is the machine's other work. */
static double typical(double *seconds, size_t count)
{
    qsort(seconds, count, sizeof *seconds, ascending);
    return seconds[count / 10];
}

/* GFLOP/s of many repetitions. */
static double rate(const side *s, const struct size *z, size_t threads)
{
    enum { MOST = 2000 };
    static double seconds[MOST];
    double flop = 2.0 * (double)z->m * (double)z->n * (double)z->k, start = now();
    size_t count = 0;
    while (count < 3 || (now() - start < 0.15 && count < MOST)) {
        double before = clock_of(threads);
        multiply(s, z);
        seconds[count++] = clock_of(threads) - before;
    }
    return 1e-9 * flop / typical(seconds, count);
}

/* --- what the processor can do: sums that do not wait for one another --- */

#if defined(__x86_64__)
typedef float vector __attribute__((vector_size(64)));

__attribute__((target("avx512f"))) static void add_up_wide(size_t rounds)
{
    vector s[12] = {{0}}, x = {1e-9f};
    for (size_t i = 0; i < rounds; i++) {
#define ONE(j) __asm__ volatile("vfmadd231ps %1, %1, %0" : "+v"(s[j]) : "v"(x));
        ONE(0) ONE(1) ONE(2) ONE(3) ONE(4) ONE(5) ONE(6) ONE(7) ONE(8) ONE(9) ONE(10) ONE(11)
#undef ONE
    }
}

typedef float half_vector __attribute__((vector_size(32)));

__attribute__((target("avx2,fma"))) static void add_up(size_t rounds)
{
    half_vector s[12] = {{0}}, x = {1e-9f};
    for (size_t i = 0; i < rounds; i++) {
#define ONE(j) __asm__ volatile("vfmadd231ps %1, %1, %0" : "+x"(s[j]) : "x"(x));
        ONE(0) ONE(1) ONE(2) ONE(3) ONE(4) ONE(5) ONE(6) ONE(7) ONE(8) ONE(9) ONE(10) ONE(11)
#undef ONE
    }
}
#endif

static void *peak_thread(void *argument)
{
    enum { ROUNDS = 100000, TIMES = 200 };
    double seconds[TIMES], *found = argument;
    *found = 0.0;
#if defined(__x86_64__)
    bool wide = strcmp(kernels_best()->name, "avx512") == 0;
    if (strcmp(kernels_best()->name, "portable") == 0)
        return NULL;
    for (size_t i = 0; i < TIMES; i++) {
        double before = clock_of(1);
        wide ? add_up_wide(ROUNDS) : add_up(ROUNDS);
        seconds[i] = clock_of(1) - before;
    }
    *found = 1e-9 * 2.0 * 12.0 * ROUNDS * (wide ? 16.0 : 8.0) / typical(seconds, TIMES);
#endif
    return NULL;
}

static double peak(size_t threads)
{
    pthread_t thread[THREADS_MOST];
    double rates[THREADS_MOST], sum = 0.0;
    size_t started = 0;
    while (started < threads && pthread_create(&thread[started], NULL, peak_thread, &rates[started]) == 0)
        started++;
    for (size_t i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
        sum += rates[i];
    }
    return sum;
}

/* --- a child: one rate a line --- */

static int child(const char *what, size_t threads)
{
    side s = {.a = random_matrix(LARGEST), .b = random_matrix(LARGEST), .c = random_matrix(LARGEST)};
    bool ours = strcmp(what, "ours") == 0;
    if (s.a == NULL || s.b == NULL || s.c == NULL)
        return EXIT_FAILURE;
    /* Only for our own side: a context gives OpenBLAS one thread. */
    if (ours && (coulomb_context_new(&s.context) != COULOMB_OK ||
                 coulomb_context_set_threads(s.context, threads) != COULOMB_OK))
        return EXIT_FAILURE;
    printf("%s\n", ours ? kernels_best()->name : core_name());
    for (size_t i = 0; i < SIZES; i++)
        printf("%.1f\n", rate(&s, &sizes[i], threads));
    return EXIT_SUCCESS;
}

/* --- the parent --- */

typedef struct column {
    const char *core; /* of OpenBLAS; NULL: ours */
    char name[32];    /* of the kernel that ran; empty: none yet */
    double best[SIZES];
} column;

static void read_child(const char *program, size_t threads, column *c)
{
    char command[1000], line[64];
    snprintf(command, sizeof command, "OPENBLAS_CORETYPE=%s OPENBLAS_NUM_THREADS=%zu '%s' --child %s %zu 2>/dev/null",
             c->core == NULL ? "" : c->core, threads, program, c->core == NULL ? "ours" : "blas", threads);
    FILE *out = popen(command, "r");
    if (out == NULL)
        return;
    if (fgets(line, sizeof line, out) != NULL)
        snprintf(c->name, sizeof c->name, "%.*s", (int)strcspn(line, "\n"), line);
    for (size_t i = 0; i < SIZES && fgets(line, sizeof line, out) != NULL; i++) {
        double found = strtod(line, NULL);
        c->best[i] = found > c->best[i] ? found : c->best[i];
    }
    pclose(out);
}

static void print_table(size_t threads, const column *columns, size_t count, double most)
{
    printf("GFLOP/s, %zu thread(s); the most there is: %.0f\n%-30s", threads, most, "");
    for (size_t c = 0; c < count; c++)
        printf(" %10.10s", columns[c].name);
    printf("  ours/best  ours/most\n");
    for (size_t i = 0; i < SIZES; i++) {
        double best = 0.0;
        printf("%-30s", sizes[i].name);
        for (size_t c = 0; c < count; c++) {
            printf(" %10.1f", columns[c].best[i]);
            best = c > 0 && columns[c].best[i] > best ? columns[c].best[i] : best;
        }
        printf("  %9.2f  %9.2f\n", columns[0].best[i] / best, columns[0].best[i] / most);
    }
}

int main(int count, char **words)
{
    size_t threads = count > 1 ? (size_t)strtoull(words[1], NULL, 10) : 1,
           rounds = count > 2 ? (size_t)atoi(words[2]) : 3;
    if (count > 3 && strcmp(words[1], "--child") == 0)
        return child(words[2], (size_t)strtoull(words[3], NULL, 10));
    if (threads < 1 || threads > THREADS_MOST)
        return EXIT_FAILURE;
    column columns[SIDES_MOST] = {{.core = NULL}, {.core = "Prescott"}, {.core = "Haswell"}, {.core = "Zen"}};
    size_t columns_used = 4;
    if (strcmp(kernels_best()->name, "avx512") == 0) {
        columns[columns_used++].core = "SkylakeX";
        columns[columns_used++].core = "Cooperlake";
    }
    double most = 0.0;
    for (size_t round = 0; round < rounds; round++) {
        double found = peak(threads);
        most = found > most ? found : most;
        for (size_t c = 0; c < columns_used; c++)
            read_child(words[0], threads, &columns[c]);
    }
    print_table(threads, columns, columns_used, most);
    return EXIT_SUCCESS;
}

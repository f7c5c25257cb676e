/* The kernel of matrix products against loops in double: every tier, shapes around the tiles' edges, all layouts
 * and starts. */
#include "products/product.h"
#include "products/whole_product.h"
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/tiers.h"

#include <math.h>
#include <string.h>

enum { VALUES = 96 * 1024, GUARD = 40, GAP_MOST = 5 };

enum start { FROM_ZERO, FROM_C, FROM_HALF_C, FROM_BIAS, STARTS };

/* A product within arrays: guards stand around C and in the gaps of all three. */
typedef struct fixture {
    matrix_product product;
    size_t used; /* values of c, guards included */
    float a[VALUES], b[VALUES], bias[VALUES], c[VALUES], before[VALUES];
} fixture;

static fixture f;

/* Stored matrices of `rows` rows, whose gaps are NaN: to read one would show. */
static void fill_matrix(unsigned seed, size_t rows, size_t columns, size_t stride, float *values)
{
    ck_assert_uint_le(rows * stride, VALUES);
    random_floats(seed, rows * stride, 1.0f, values);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = columns; j < stride; j++)
            values[i * stride + j] = NAN;
    for (size_t i = rows * stride; i < VALUES && i < rows * stride + GUARD; i++)
        values[i] = NAN;
}

static void make(size_t m, size_t n, size_t k, bool a_transposed, bool b_transposed, enum start start, unsigned seed)
{
    size_t gap = seed % GAP_MOST, ldc = n + gap;
    f.product = (matrix_product){.a_transposed = a_transposed,
                                 .b_transposed = b_transposed,
                                 .m = m,
                                 .n = n,
                                 .k = k,
                                 .a = f.a,
                                 .lda = (a_transposed ? m : k) + gap,
                                 .b = f.b,
                                 .ldb = (b_transposed ? k : n) + gap,
                                 .bias = start == FROM_BIAS ? f.bias : NULL,
                                 .beta = start == FROM_C        ? 1.0f
                                         : start == FROM_HALF_C ? 0.5f
                                                                : 0.0f,
                                 .c = f.c + GUARD,
                                 .ldc = ldc};
    fill_matrix(seed, a_transposed ? k : m, a_transposed ? m : k, f.product.lda, f.a);
    fill_matrix(seed + 1, b_transposed ? n : k, b_transposed ? k : n, f.product.ldb, f.b);
    fill_matrix(seed + 2, 1, n, n, f.bias);
    size_t whole = m * ldc + 2 * GUARD;
    ck_assert_uint_le(whole, VALUES);
    random_floats(seed + 3, whole, 1.0f, f.c);
    for (size_t i = 0; i < m && (start == FROM_ZERO || start == FROM_BIAS); i++)
        for (size_t j = 0; j < n; j++)
            f.product.c[i * ldc + j] = NAN;
    f.used = whole;
    memcpy(f.before, f.c, whole * sizeof *f.c);
}

static float workspace[PRODUCT_WORKSPACE];

static void restore(void)
{
    memcpy(f.c, f.before, f.used * sizeof *f.c);
}

/* The fixture's product, whose bits must be the same with a workspace and with packed B. */
static void run(const kernels *table)
{
    static float plain[VALUES], packed[2 * VALUES];
    matrix_product p = f.product;
    product_run(table, &p, NULL);
    memcpy(plain, f.c, f.used * sizeof *f.c);
    restore();
    product_run(table, &p, workspace);
    ck_assert_mem_eq(f.c, plain, f.used * sizeof *f.c);
    ck_assert_uint_le(packed_values(table, p.k, p.n), sizeof packed / sizeof *packed);
    pack_columns(table, p.b_transposed, p.k, p.b, p.ldb, 0, p.n, packed);
    restore();
    p.packed_b = packed;
    product_run(table, &p, workspace);
    ck_assert_mem_eq(f.c, plain, f.used * sizeof *f.c);
}

static double a_at(size_t i, size_t p)
{
    return (double)f.a[f.product.a_transposed ? p * f.product.lda + i : i * f.product.lda + p];
}

static double b_at(size_t p, size_t j)
{
    return (double)f.b[f.product.b_transposed ? j * f.product.ldb + p : p * f.product.ldb + j];
}

static void check_element(const char *name, size_t i, size_t j)
{
    const matrix_product *p = &f.product;
    double start = p->bias != NULL   ? (double)f.bias[j]
                   : p->beta == 0.0f ? 0.0
                                     : (double)p->beta * (double)f.before[GUARD + i * p->ldc + j];
    double sum = start, size = fabs(start);
    for (size_t q = 0; q < p->k; q++) {
        sum += a_at(i, q) * b_at(q, j);
        size += fabs(a_at(i, q) * b_at(q, j));
    }
    double found = (double)p->c[i * p->ldc + j];
    if (!(fabs(found - sum) <= 6e-8 * (double)(p->k + 2) * size))
        ck_abort_msg("%s, %zu x %zu x %zu, transposed %d %d, element %zu %zu is %.9g, expected %.9g", name, p->m, p->n,
                     p->k, p->a_transposed, p->b_transposed, i, j, found, sum);
}

/* All elements right, all else as before. */
static void check_product(const char *name)
{
    const matrix_product *p = &f.product;
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++)
            check_element(name, i, j);
    for (size_t place = 0; place < p->m * p->ldc + 2 * GUARD; place++) {
        size_t inside = place - GUARD;
        bool outside = place < GUARD || inside >= p->m * p->ldc || inside % p->ldc >= p->n;
        if (outside && memcmp(&f.c[place], &f.before[place], sizeof f.c[place]) != 0)
            ck_abort_msg("%s, %zu x %zu x %zu wrote to place %zu outside", name, p->m, p->n, p->k, place);
    }
}

START_TEST(products_match_loops_at_the_edges_of_tiles)
{
    static const size_t rows[] = {1, 2, 5, 6, 7, 8, 9, 12, 13, 17, 25};
    static const size_t columns[] = {1, 2, 4, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65};
    static const size_t depths[] = {0, 1, 2, 3, 4, 5, 7, 18};
    const kernels *table = tier_table(_i);
    unsigned seed = 1;
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        for (size_t n = 0; n < sizeof columns / sizeof columns[0]; n++)
            for (size_t d = 0; d < sizeof depths / sizeof depths[0]; d++)
                for (int way = 0; way < 4 * STARTS; way++) {
                    make(rows[r], columns[n], depths[d], way & 1, way & 2, (enum start)(way / 4), seed++);
                    run(table);
                    check_product(table->name);
                }
}
END_TEST

/* Panels end after some hundred rows of B, blocks after some hundred of A. */
START_TEST(products_match_loops_at_the_edges_of_panels)
{
    static const size_t shapes[][3] = {{3, 19, 255}, {3, 19, 257}, {9, 33, 256}, {270, 40, 300}, {520, 17, 33},
                                       {7, 32, 257}, {9, 16, 513}, {1, 8, 1030}, {21, 1, 1030},  {13, 64, 600}};
    const kernels *table = tier_table(_i);
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (int way = 0; way < 4 * STARTS; way++) {
            make(shapes[s][0], shapes[s][1], shapes[s][2], way & 1, way & 2, (enum start)(way / 4), 7 * (unsigned)way);
            run(table);
            check_product(table->name);
        }
}
END_TEST

START_TEST(products_match_loops_for_random_shapes)
{
    const kernels *table = tier_table(_i);
    for (unsigned seed = 1; seed <= 400; seed++) {
        size_t m = random_size(4 * seed, 1, 90), n = random_size(4 * seed + 1, 1, 90);
        size_t k = random_size(4 * seed + 2, 1, 90), way = random_size(4 * seed + 3, 0, 4 * STARTS - 1);
        make(m, n, k, way & 1, way & 2, (enum start)(way / 4), seed);
        run(table);
        check_product(table->name);
    }
}
END_TEST

/* Work is cut into rows, or columns, for threads: an element must not notice. */
START_TEST(elements_do_not_depend_on_how_the_work_is_cut)
{
    enum { M = 37, N = 45, K = 300 };
    const kernels *table = tier_table(_i / 4);
    make(M, N, K, _i & 1, _i & 2, FROM_BIAS, 5);
    const matrix_product whole = f.product;
    product_run(table, &whole, NULL);
    static float together[VALUES];
    memcpy(together, f.c, sizeof together);
    for (size_t size = 1; size < M; size += 4) {
        for (size_t i = 0; i < M; i += size) {
            matrix_product part = whole;
            part.m = M - i < size ? M - i : size;
            part.a += whole.a_transposed ? i : i * whole.lda;
            part.c += i * whole.ldc;
            product_run(table, &part, NULL);
        }
        ck_assert_mem_eq(f.c, together, (M * whole.ldc + 2 * GUARD) * sizeof *f.c);
        for (size_t j = 0; j < N; j += size) {
            matrix_product part = whole;
            part.n = N - j < size ? N - j : size;
            part.b += whole.b_transposed ? j * whole.ldb : j;
            part.bias += j;
            part.c += j;
            product_run(table, &part, NULL);
        }
        ck_assert_mem_eq(f.c, together, (M * whole.ldc + 2 * GUARD) * sizeof *f.c);
    }
}
END_TEST

START_TEST(what_is_not_finite_stays_in_its_row)
{
    enum { M = 20, N = 35, K = 9, ROW = 11 };
    const kernels *table = tier_table(_i / 4);
    const float values[] = {NAN, INFINITY, -INFINITY};
    for (size_t v = 0; v < 3; v++) {
        make(M, N, K, _i & 1, _i & 2, FROM_ZERO, 3);
        f.a[f.product.a_transposed ? 4 * f.product.lda + ROW : ROW * f.product.lda + 4] = values[v];
        run(table);
        for (size_t i = 0; i < M; i++)
            for (size_t j = 0; j < N; j++)
                ck_assert_int_eq(isfinite(f.product.c[i * f.product.ldc + j]) != 0, i != ROW);
    }
}
END_TEST

START_TEST(products_match_loops_for_larger_random_shapes)
{
    const kernels *table = tier_table(_i);
    for (unsigned seed = 1000; seed < 1030; seed++) {
        size_t m = random_size(4 * seed, 1, 300), n = random_size(4 * seed + 1, 1, 300);
        size_t k = random_size(4 * seed + 2, 1, 300), way = random_size(4 * seed + 3, 0, 4 * STARTS - 1);
        make(m, n, k, way & 1, way & 2, (enum start)(way / 4), seed);
        run(table);
        check_product(table->name);
    }
}
END_TEST

/* An element's bits are those of the chain start + a_1 b_1 + a_2 b_2 ..., however many rows and columns stand beside
 * it: alone, in a large product, and in one with the roles of A and B exchanged. */
START_TEST(elements_do_not_depend_on_their_neighbours)
{
    const kernels *table = tier_table(_i / 4);
    for (unsigned seed = 1; seed <= 20; seed++) {
        size_t m = random_size(3 * seed, 1, 290), n = random_size(3 * seed + 1, 1, 290);
        size_t k = random_size(3 * seed + 2, 1, 290);
        make(m, n, k, _i & 1, _i & 2, FROM_BIAS, seed);
        run(table);
        for (unsigned pick = 0; pick < 30; pick++) {
            size_t i = random_size(100 * seed + 2 * pick, 0, m - 1);
            size_t j = random_size(100 * seed + 2 * pick + 1, 0, n - 1);
            float alone = NAN;
            matrix_product one = f.product;
            one.m = one.n = one.ldc = 1;
            one.a += one.a_transposed ? i : i * one.lda;
            one.b += one.b_transposed ? j * one.ldb : j;
            one.bias += j;
            one.c = &alone;
            product_run(table, &one, NULL);
            ck_assert_mem_eq(&alone, &f.product.c[i * f.product.ldc + j], sizeof alone);
        }
    }
}
END_TEST

/* Blocks of all sizes: an element's chain of sums must be the same. */
START_TEST(elements_do_not_depend_on_the_sizes_of_blocks)
{
    static float expected[VALUES];
    const kernels *table = tier_table(_i / 4);
    for (unsigned seed = 1; seed <= 60; seed++) {
        size_t m = random_size(8 * seed, 1, 200), n = random_size(8 * seed + 1, 1, 300);
        size_t k = random_size(8 * seed + 2, 1, 300);
        make(m, n, k, _i & 1, _i & 2, (enum start)(seed % STARTS), seed);
        product_run(table, &f.product, NULL);
        memcpy(expected, f.c, f.used * sizeof *f.c);
        for (unsigned variant = 0; variant < 4; variant++) {
            product_blocks blocks = {.depth = random_size(100 * seed + 3 * variant, 1, variant == 0 ? 8 : 200),
                                     .rows = random_size(100 * seed + 3 * variant + 1, 1, 150),
                                     .columns = 32 * random_size(100 * seed + 3 * variant + 2, 1, 9)};
            restore();
            product_run_in_blocks(table, &f.product, variant == 3 ? NULL : workspace, blocks);
            ck_assert_mem_eq(f.c, expected, f.used * sizeof *f.c);
        }
    }
}
END_TEST

START_TEST(elements_do_not_depend_on_the_number_of_threads)
{
    static const size_t shapes[][3] = {{128, 128, 128}, {300, 290, 200}, {37, 290, 300}, {300, 33, 310}};
    static float expected[VALUES];
    const kernels *table = tier_table(_i);
    coulomb_context *context;
    ck_ok(context, coulomb_context_new(&context));
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (size_t threads = 1; threads <= 8; threads += threads < 3 ? 1 : 5) {
            make(shapes[s][0], shapes[s][1], shapes[s][2], s & 1, s & 2, FROM_BIAS, 11);
            ck_ok(context, coulomb_context_set_threads(context, threads));
            whole_product(context, table, &f.product);
            if (threads == 1)
                memcpy(expected, f.c, f.used * sizeof *f.c);
            ck_assert_mem_eq(f.c, expected, f.used * sizeof *f.c);
        }
    coulomb_context_free(context);
}
END_TEST

/* Parts of a product whose B is packed, and B packed by parts. */
START_TEST(packed_operands_serve_parts)
{
    enum { M = 40, N = 150, K = 77, CUT = 2 * PACKED_MULTIPLE };
    static float expected[VALUES], packed[2 * VALUES];
    const kernels *table = tier_table(_i / 4);
    make(M, N, K, _i & 1, _i & 2, FROM_BIAS, 9);
    product_run(table, &f.product, NULL);
    memcpy(expected, f.c, f.used * sizeof *f.c);
    matrix_product whole = f.product;
    for (size_t j = 0; j < N; j += CUT)
        pack_columns(table, whole.b_transposed, K, whole.b, whole.ldb, j, N - j < CUT ? N - j : CUT, packed);
    whole.packed_b = packed;
    whole.b = NULL;
    restore();
    for (size_t i = 0; i < M; i += 13)
        for (size_t j = 0; j < N; j += CUT) {
            matrix_product part = product_part(&whole, i, M - i < 13 ? M - i : 13, j, N - j < CUT ? N - j : CUT);
            product_run(table, &part, i == 0 ? NULL : workspace);
        }
    ck_assert_mem_eq(f.c, expected, f.used * sizeof *f.c);
}
END_TEST

Suite *suite_product(void)
{
    Suite *suite = suite_create("product");
    TCase *all = tcase_create("product");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, products_match_loops_at_the_edges_of_tiles, 0, tier_count());
    tcase_add_loop_test(all, products_match_loops_at_the_edges_of_panels, 0, tier_count());
    tcase_add_loop_test(all, products_match_loops_for_random_shapes, 0, tier_count());
    tcase_add_loop_test(all, elements_do_not_depend_on_how_the_work_is_cut, 0, 4 * tier_count());
    tcase_add_loop_test(all, what_is_not_finite_stays_in_its_row, 0, 4 * tier_count());
    tcase_add_loop_test(all, products_match_loops_for_larger_random_shapes, 0, tier_count());
    tcase_add_loop_test(all, elements_do_not_depend_on_their_neighbours, 0, 4 * tier_count());
    tcase_add_loop_test(all, elements_do_not_depend_on_the_sizes_of_blocks, 0, 4 * tier_count());
    tcase_add_loop_test(all, elements_do_not_depend_on_the_number_of_threads, 0, tier_count());
    tcase_add_loop_test(all, packed_operands_serve_parts, 0, 4 * tier_count());
    suite_add_tcase(suite, all);
    return suite;
}

/* The context: threads, log, allocator, error messages, codes. */
#include "base/context.h"
#include "unit/check_more.h"
#include "unit/ledger.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/coulomb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

START_TEST(status_numbers_are_frozen)
{
    ck_assert_int_eq(COULOMB_OK, 0);
    ck_assert_int_eq(COULOMB_ERROR_ARGUMENT, 1);
    ck_assert_int_eq(COULOMB_ERROR_SHAPE, 2);
    ck_assert_int_eq(COULOMB_ERROR_NOT_FOUND, 3);
    ck_assert_int_eq(COULOMB_ERROR_MEMORY, 4);
    ck_assert_int_eq(COULOMB_ERROR_NOT_FINITE, 5);
    ck_assert_int_eq(COULOMB_ERROR_STATE, 6);
    ck_assert_int_eq(COULOMB_ERROR_FILE, 7);
    ck_assert_int_eq(COULOMB_ERROR_FORMAT, 8);
    ck_assert_int_eq(COULOMB_ERROR_MISMATCH, 9);
    ck_assert_int_eq(COULOMB_ERROR_CALLBACK, 10);
    ck_assert_int_eq(COULOMB_ERROR_THREAD, 11);
    ck_assert_int_eq(COULOMB_CALLER_FIRST, 1000);
    ck_assert_int_eq(COULOMB_CALLER_LAST, 1999);
}
END_TEST

START_TEST(every_status_has_a_name)
{
    for (coulomb_status status = COULOMB_OK; status <= COULOMB_ERROR_THREAD; status++)
        ck_assert_str_ne(coulomb_status_name(status), "unknown status");
    ck_assert_str_eq(coulomb_status_name(COULOMB_ERROR_SHAPE), "COULOMB_ERROR_SHAPE");
    ck_assert_str_eq(coulomb_status_name(1500), "caller's code");
    ck_assert_str_eq(coulomb_status_name(-1), "unknown status");
}
END_TEST

#if COULOMB_VERSION >= 100 && COULOMB_VERSION_MAJOR + COULOMB_VERSION_MINOR > 0
enum { PREPROCESSOR_KNOWS_VERSION = 1 };
#else
enum { PREPROCESSOR_KNOWS_VERSION = 0 };
#endif

START_TEST(version_and_features_are_consistent)
{
    ck_assert_uint_eq(coulomb_version(), COULOMB_VERSION);
    ck_assert_int_eq(PREPROCESSOR_KNOWS_VERSION, 1);
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", COULOMB_VERSION_MAJOR, COULOMB_VERSION_MINOR, COULOMB_VERSION_PATCH);
    ck_assert_str_eq(coulomb_version_string(), text);
    ck_assert_int_eq(coulomb_has_feature("portable"), 1);
    ck_assert_int_eq(coulomb_has_feature(coulomb_context_kernels(context)), 1);
    ck_assert_int_eq(coulomb_has_feature("quantum"), 0);
    ck_assert_int_eq(coulomb_has_feature(NULL), 0);
    ck_assert_int_eq(coulomb_has_feature("openblas"), strncmp(coulomb_context_blas(context), "OpenBLAS", 8) == 0);
}
END_TEST

START_TEST(null_is_refused)
{
    ck_assert_int_eq(coulomb_context_new(NULL), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_set_threads(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_set_log(NULL, NULL, NULL, NULL), COULOMB_ERROR_ARGUMENT);
    coulomb_context *made = context;
    ck_assert_int_eq(coulomb_context_new_with_allocator(NULL, NULL, NULL, &made), COULOMB_ERROR_ARGUMENT);
    ck_assert_ptr_null(made);
    coulomb_context_free(NULL);
}
END_TEST

START_TEST(threads_out_of_range_are_named)
{
    ck_assert_int_eq(coulomb_context_set_threads(context, 1025), COULOMB_ERROR_ARGUMENT);
    ck_assert_str_eq(coulomb_context_error(context), "threads is 1025; expected 0 to 1024");
    size_t threads;
    ck_assert_int_eq(coulomb_context_get_threads(context, &threads), COULOMB_OK);
    ck_assert_uint_eq(threads, 1);
    ck_assert_int_eq(coulomb_context_set_threads(context, 0), COULOMB_OK);
    ck_assert_int_eq(coulomb_context_get_threads(context, &threads), COULOMB_OK);
    ck_assert_uint_ge(threads, 1);
    ck_assert_int_eq(coulomb_context_get_threads(NULL, &threads), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_get_threads(context, NULL), COULOMB_ERROR_ARGUMENT);
    ck_assert_str_eq(coulomb_context_error(context), "threads is NULL");
}
END_TEST

static size_t elus, moves, scans;

static void count_elu(size_t n, const float *x, float *y)
{
    elus++;
    kernels_named("portable")->elu(n, x, y);
}

static void count_adam(size_t n, const adam_factors *factors, const float *gradient, float *moment1, float *moment2,
                       float *parameter)
{
    moves++;
    kernels_named("portable")->adam(n, factors, gradient, moment1, moment2, parameter);
}

static float count_scan(size_t n, const float *x)
{
    scans++;
    return kernels_named("portable")->largest(n, x);
}

/* Networks, optimizers, potentials and measures compute with the kernels of their own context. */
START_TEST(a_cpu_computes_in_float32_alone)
{
    int32_t precision = 0;
    ck_assert_int_eq(coulomb_context_get_precision(context, &precision), COULOMB_OK);
    ck_assert_int_eq(precision, COULOMB_PRECISION_FLOAT32);
    ck_assert_int_eq(coulomb_context_set_precision(context, COULOMB_PRECISION_FLOAT32), COULOMB_OK);
    ck_fails(context, coulomb_context_set_precision(context, COULOMB_PRECISION_TF32), COULOMB_ERROR_ARGUMENT,
             "precision is COULOMB_PRECISION_TF32; a CPU computes in COULOMB_PRECISION_FLOAT32 alone");
    ck_fails(context, coulomb_context_set_precision(context, 4), COULOMB_ERROR_ARGUMENT, "precision is 4; expected");
    ck_fails(context, coulomb_context_get_precision(context, NULL), COULOMB_ERROR_ARGUMENT, "precision is NULL");
    ck_assert_int_eq(coulomb_context_set_precision(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_get_precision(NULL, &precision), COULOMB_ERROR_ARGUMENT);
    context_enter(context);
    ck_fails(context, coulomb_context_set_precision(context, 1), COULOMB_ERROR_STATE, "in a callback");
    context_leave(context);
}
END_TEST

START_TEST(kernels_are_the_contexts)
{
    kernels counting = *kernels_named("portable");
    counting.name = "counting";
    counting.elu = count_elu;
    counting.adam = count_adam;
    counting.largest = count_scan;
    context->kernels = &counting;
    ck_assert_str_eq(coulomb_context_kernels(context), "counting");
    coulomb_context *other;
    ck_assert_int_eq(coulomb_context_new(&other), COULOMB_OK);
    ck_assert_str_eq(coulomb_context_kernels(other), kernels_best()->name);
    ck_assert_str_eq(coulomb_context_kernels(NULL), "");
    coulomb_context_free(other);

    const float points[] = {0.0f, 1.0f, 3.0f, 7.0f};
    float result[4];
    coulomb_network *network;
    ck_assert_int_eq(coulomb_network_new(context, &network), COULOMB_OK);
    int32_t node;
    ck_assert_int_eq(coulomb_network_input(network, &(size_t){1}, 1, &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_dense(network, node, 1, NULL, &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_elu(network, node, &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_finish(network, node, 1), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_forward(network, 4, points, result), COULOMB_OK);
    ck_assert_uint_gt(elus, 0);
    ck_assert_int_eq(coulomb_network_backward(network, points, NULL, COULOMB_GRADIENT_WRITE), COULOMB_OK);
    coulomb_optimizer *optimizer;
    ck_assert_int_eq(coulomb_optimizer_new(network, &optimizer), COULOMB_OK);
    ck_assert_int_eq(coulomb_optimizer_step(optimizer, 1), COULOMB_OK);
    ck_assert_uint_gt(moves, 0);
    coulomb_optimizer_free(optimizer);
    coulomb_network_free(network);

    scans = 0;
    coulomb_plummer *plummer;
    ck_assert_int_eq(coulomb_plummer_new(context, 1.0, 1.0, &plummer), COULOMB_OK);
    ck_assert_int_eq(coulomb_plummer_potential(plummer, 1, points, 4, points, 2, points + 2, 2, result), COULOMB_OK);
    ck_assert_uint_eq(scans, 3);
    coulomb_plummer_free(plummer);
    size_t indices[2];
    ck_assert_int_eq(coulomb_closest_pairs(context, 1, points, 4, 1, indices, NULL), COULOMB_OK);
    ck_assert_uint_eq(scans, 4);
}
END_TEST

static void square(void *work, size_t piece, size_t worker)
{
    (void)worker;
    ((uint64_t *)work)[piece] += piece * piece;
}

enum { WORKERS_MOST = 5 };

static atomic_bool working[WORKERS_MOST];
static atomic_size_t mistakes;

/* Runs for long enough that every worker finds a piece. */
static void be_the_only_one(void *work, size_t piece, size_t worker)
{
    (void)piece;
    if (worker >= *(const size_t *)work || atomic_exchange(&working[worker], true)) {
        mistakes++;
        return;
    }
    nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    atomic_store(&working[worker], false);
}

START_TEST(a_worker_runs_one_piece_at_a_time)
{
    for (size_t threads = 1; threads <= WORKERS_MOST; threads++) {
        ck_assert_int_eq(coulomb_context_set_threads(context, threads), COULOMB_OK);
        run_pieces(context, 500, be_the_only_one, &threads);
        ck_assert_uint_eq(atomic_load(&mistakes), 0);
    }
}
END_TEST

/* Jobs short and many, so that workers come late, leave early and sleep. */
START_TEST(all_pieces_run_exactly_once)
{
    enum { PIECES = 1000, JOBS = 300 };
    static uint64_t sums[PIECES];
    size_t jobs = 0;
    for (size_t threads = 1; threads <= 5; threads++) {
        ck_assert_int_eq(coulomb_context_set_threads(context, threads), COULOMB_OK);
        for (size_t job = 0; job < JOBS; job++, jobs++) {
            run_pieces(context, job % 7 == 0 ? 1 : PIECES, square, sums);
            if (job % 7 == 0)
                for (size_t i = 1; i < PIECES; i++)
                    square(sums, i, 0);
            if (job % 100 == 50)
                nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        }
    }
    for (size_t i = 0; i < PIECES; i++)
        ck_assert_uint_eq(sums[i], jobs * i * i);
}
END_TEST

START_TEST(a_forked_child_works_on_alone)
{
    uint64_t sums[64] = {0};
    ck_assert_int_eq(coulomb_context_set_threads(context, 3), COULOMB_OK);
    run_pieces(context, 64, square, sums);
    pid_t child = fork();
    if (child == 0) {
        run_pieces(context, 64, square, sums);
        coulomb_context_free(context);
        _exit(sums[5] == 50 ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

static void count_line(void *user, int32_t level, const char *line)
{
    ck_assert(level == COULOMB_LOG_INFO || level == COULOMB_LOG_WARNING);
    ck_assert_ptr_null(strchr(line, '\n'));
    (*(int *)user)++;
}

static void count_destroyed(void *user)
{
    *(int *)user += 100;
}

START_TEST(log_names_kernels_and_releases_its_user)
{
    int lines = 0;
    ck_assert_int_eq(coulomb_context_set_log(context, count_line, &lines, count_destroyed), COULOMB_OK);
    ck_assert_int_eq(lines, 1);
    coulomb_log_callback *log = NULL;
    void *user = NULL;
    ck_assert_int_eq(coulomb_context_get_log(context, &log, &user), COULOMB_OK);
    ck_assert(log == count_line && user == &lines);
    ck_assert_int_eq(coulomb_context_get_log(context, &log, NULL), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_get_log(NULL, &log, &user), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_context_set_log(context, NULL, NULL, NULL), COULOMB_OK);
    ck_assert_int_ge(lines, 100);
}
END_TEST

START_TEST(memory_is_aligned_and_products_are_checked)
{
    for (size_t size = 1; size < 5000; size = size * 3 + 1) {
        char *memory = memory_get(context, size, 1);
        ck_assert_uint_eq((uintptr_t)memory % 64, 0);
        memset(memory, 1, size);
        memory_release(context, memory);
    }
    ck_assert_ptr_null(memory_get(context, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(memory_get(context, SIZE_MAX, 1));
    ck_assert_ptr_nonnull(strstr(coulomb_context_error(context), "does not fit"));
}
END_TEST

START_TEST(handles_may_be_freed_in_any_order)
{
    ledger book;
    coulomb_context *own;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    context_with_ledger(&book, &own);
    size_t two = 2;
    ck_assert_int_eq(coulomb_network_new_preset(own, "mlp-generator", &two, 1, 2, 1, &generator), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_new_preset(own, "mlp-discriminator", &two, 1, 0, 1, &discriminator), COULOMB_OK);
    ck_assert_int_eq(coulomb_trainer_new(own, generator, discriminator, &trainer), COULOMB_OK);
    coulomb_context_free(own);
    coulomb_network_free(discriminator);
    coulomb_trainer_free(trainer);
    float sample[2];
    ck_assert_int_eq(coulomb_network_generate(generator, 1, sample), COULOMB_OK);
    ck_assert_uint_gt(book.calls, 0);
    coulomb_network_free(generator);
    ck_assert_uint_eq(book.blocks, 0);
}
END_TEST

Suite *suite_context(void)
{
    Suite *suite = suite_create("context");
    TCase *all = tcase_create("context");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_test(all, status_numbers_are_frozen);
    tcase_add_test(all, every_status_has_a_name);
    tcase_add_test(all, version_and_features_are_consistent);
    tcase_add_test(all, null_is_refused);
    tcase_add_test(all, threads_out_of_range_are_named);
    tcase_add_test(all, a_cpu_computes_in_float32_alone);
    tcase_add_test(all, kernels_are_the_contexts);
    tcase_add_test(all, a_worker_runs_one_piece_at_a_time);
    tcase_add_test(all, all_pieces_run_exactly_once);
    tcase_add_test(all, a_forked_child_works_on_alone);
    tcase_add_test(all, log_names_kernels_and_releases_its_user);
    tcase_add_test(all, memory_is_aligned_and_products_are_checked);
    tcase_add_test(all, handles_may_be_freed_in_any_order);
    suite_add_tcase(suite, all);
    return suite;
}

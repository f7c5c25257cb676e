/* Hosts with habits of their own: each runs whole trainings, which must come to what they come to elsewhere and leave
 * everything of the host as it was. */
#define _GNU_SOURCE
#include "host_state.h"
#include "problem.h"
#include "unit/run_suites.h"

#include <check.h>
#include <dirent.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum { SMALL_STACK = 256 * 1024, THREADS = 3 };

static char directory[] = "/tmp/embedding.XXXXXX";

static void make_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void *nothing(void *argument)
{
    return argument;
}

/* With the first thread of a process a checker starts one of its own, which is not the library's. */
static void start_checkers_thread(void)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, nothing, NULL), 0);
    pthread_join(thread, NULL);
}

static void remove_directory(void)
{
    static const char *const names[] = {"a", "b", "c"};
    char path[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(directory), 0);
}

static const char *in_directory(const char *name)
{
    static _Thread_local char path[64];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

START_TEST(nothing_of_the_host_changes)
{
    for (int32_t kind = 0; kind < PROBLEMS; kind++) {
        problem_result result, again;
        problem_run(kind, 1, in_directory("a"), &result); /* what the BLAS sets up once is there now */
        host_state *before = host_state_take();
        problem_run(kind, THREADS, in_directory("a"), &again);
        host_state_is(before);
        problem_same(&result, &again);
    }
}
END_TEST

/* Within a call, too: in the data callback, only that the workers are there differs. */
static unsigned batches;
static sigset_t blocked_before;
static char locale_before[512];

static void look_around(void)
{
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < SIGRTMAX; i++)
        ck_assert_int_eq(sigismember(&blocked, i), sigismember(&blocked_before, i));
    ck_assert(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
    ck_assert_str_eq(setlocale(LC_ALL, NULL), locale_before);
    ck_assert_int_eq(fegetround(), FE_UPWARD);
    batches++;
}

START_TEST(callbacks_run_in_the_hosts_modes)
{
    problem opened;
    fesetround(FE_UPWARD);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked_before);
    snprintf(locale_before, sizeof locale_before, "%s", setlocale(LC_ALL, NULL));
    problem_open(&opened, PROBLEM_POINTS, THREADS);
    opened.at_each_batch = look_around;
    problem_train(&opened, 5);
    problem_close(&opened);
    ck_assert_uint_eq(batches, 5);
}
END_TEST

typedef struct running {
    pthread_t thread;
    pthread_barrier_t *together;
    int32_t kind;
    const char *name;
    problem_result result;
} running;

static void *run_together(void *argument)
{
    running *one = argument;
    pthread_barrier_wait(one->together);
    problem_run(one->kind, 2, in_directory(one->name), &one->result);
    return NULL;
}

START_TEST(two_contexts_on_two_threads_do_not_meet)
{
    static problem_result alone[PROBLEMS];
    pthread_barrier_t together;
    for (int32_t kind = 0; kind < PROBLEMS; kind++)
        problem_run(kind, 1, in_directory("a"), &alone[kind]);
    pthread_barrier_init(&together, NULL, PROBLEMS);
    for (int round = 0; round < 5; round++) {
        static running both[PROBLEMS];
        for (int32_t kind = 0; kind < PROBLEMS; kind++) {
            both[kind] = (running){.together = &together, .kind = kind, .name = kind == 0 ? "b" : "c"};
            ck_assert_int_eq(pthread_create(&both[kind].thread, NULL, run_together, &both[kind]), 0);
        }
        for (int32_t kind = 0; kind < PROBLEMS; kind++) {
            pthread_join(both[kind].thread, NULL);
            problem_same(&both[kind].result, &alone[kind]);
        }
    }
    pthread_barrier_destroy(&together);
}
END_TEST

/* Child and parent go on from the same update; the child sends what it came to. */
START_TEST(a_child_forked_after_use_trains_on_as_its_parent_does)
{
    for (int32_t kind = 0; kind < PROBLEMS; kind++) {
        problem opened;
        problem_result ours, theirs;
        int channel[2], status;
        problem_open(&opened, kind, THREADS);
        problem_train(&opened, 10);
        ck_assert_int_eq(pipe(channel), 0);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        problem_train(&opened, 20);
        problem_save(&opened, in_directory(child == 0 ? "a" : "b"));
        problem_measure(&opened, &ours);
        problem_close(&opened);
        if (child == 0)
            _exit(write(channel[1], &ours, sizeof ours) == (ssize_t)sizeof ours ? 0 : 1);
        close(channel[1]);
        size_t got = 0;
        for (ssize_t part;
             got < sizeof theirs && (part = read(channel[0], (char *)&theirs + got, sizeof theirs - got)) > 0;)
            got += (size_t)part;
        close(channel[0]);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        problem_same(&ours, &theirs);
    }
}
END_TEST

static void use_comma(void)
{
    setenv("LOCPATH", LOCALE_DIRECTORY, 1);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "de_DE.UTF-8"));
    ck_assert_str_eq(localeconv()->decimal_point, ",");
}

static bool same_files(const char *a, const char *b)
{
    char command[256];
    snprintf(command, sizeof command, "cmp %s/%s %s/%s", directory, a, directory, b);
    return system(command) == 0;
}

START_TEST(a_decimal_comma_changes_neither_files_nor_messages)
{
    problem opened;
    problem_result result, again;
    problem_run(PROBLEM_POINTS, 1, in_directory("a"), &result);
    use_comma();
    host_state *before = host_state_take();
    problem_run(PROBLEM_POINTS, 1, in_directory("b"), &again);
    problem_open(&opened, PROBLEM_POINTS, 1);
    ck_assert_int_eq(coulomb_trainer_set_averaging(opened.trainer, 1.5), COULOMB_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(coulomb_context_error(opened.context), " 1.5;"));
    problem_close(&opened);
    host_state_is(before);
    problem_same(&result, &again);
    ck_assert(same_files("a", "b"));
}
END_TEST

/* --- floating-point modes: results may follow the mode, but not the number of threads --- */

static void mode_nearest(void)
{
}

static void mode_up(void)
{
    fesetround(FE_UPWARD);
}

static void mode_down(void)
{
    fesetround(FE_DOWNWARD);
}

static void mode_to_zero(void)
{
    fesetround(FE_TOWARDZERO);
}

static void mode_flush(void)
{
#if defined(__SSE__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* subnormal results and operands are zero */
#endif
}

static void (*const modes[])(void) = {mode_nearest, mode_up, mode_down, mode_to_zero, mode_flush};

/* The workers are older than the mode. */
static void run_in_mode(void (*mode)(void), size_t threads, int32_t kind, problem_result *result)
{
    problem opened;
    problem_open(&opened, kind, threads);
    mode();
    host_state *before = host_state_take();
    problem_train(&opened, 10);
    problem_measure(&opened, result);
    host_state_is(before);
    problem_close(&opened);
    fesetenv(FE_DFL_ENV);
}

START_TEST(workers_compute_in_the_mode_of_the_calling_thread)
{
    for (int32_t kind = 0; kind < PROBLEMS; kind++) {
        problem_result one, several;
        run_in_mode(modes[_i], 1, kind, &one);
        run_in_mode(modes[_i], THREADS, kind, &several);
        problem_same(&one, &several);
    }
}
END_TEST

/* Saved in one mode and loaded in the other, both ways; settings such as 0.3 are the same text in both. */
START_TEST(checkpoints_are_the_same_in_every_mode)
{
    problem opened;
    for (int way = 0; way < 2; way++) {
        problem_open(&opened, PROBLEM_POINTS, 1);
        if (way == 0)
            modes[_i]();
        problem_save(&opened, in_directory(way == 0 ? "a" : "b"));
        fesetenv(FE_DFL_ENV);
        if (way == 1)
            modes[_i]();
        host_state *before = host_state_take();
        problem_load(&opened, in_directory(way == 0 ? "a" : "b"));
        host_state_is(before);
        problem_close(&opened);
        fesetenv(FE_DFL_ENV);
    }
    ck_assert(same_files("a", "b"));
}
END_TEST

START_TEST(messages_are_the_same_in_every_mode)
{
    coulomb_context *context;
    coulomb_plummer *plummer;
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    modes[_i]();
    ck_assert_int_eq(coulomb_plummer_new(context, 1.0, -0.1, &plummer), COULOMB_ERROR_ARGUMENT);
    fesetenv(FE_DFL_ENV);
    ck_assert_str_eq(coulomb_context_error(context), "epsilon is -0.1; expected a finite number above 0");
    coulomb_context_free(context);
}
END_TEST

/* --- signals --- */

/* Threads that were there before the workers: the host's, and those of the BLAS. */
static pid_t known[256];
static size_t known_count;
static atomic_uint interrupts, ticks, elsewhere;

static void know_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    ck_assert_ptr_nonnull(tasks);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL && known_count < sizeof known / sizeof *known;)
        if (entry->d_name[0] != '.')
            known[known_count++] = (pid_t)atol(entry->d_name);
    closedir(tasks);
}

static void take_signal(int number)
{
    size_t i = 0;
    atomic_fetch_add(number == SIGINT ? &interrupts : &ticks, 1);
    while (i < known_count && known[i] != (pid_t)syscall(SYS_gettid))
        i++;
    if (i == known_count)
        atomic_fetch_add(&elsewhere, 1);
}

static void interrupt(void)
{
    kill(getpid(), SIGINT);
}

/* Without SA_RESTART, so that the system's calls are cut short, too. */
static void handle(int number)
{
    struct sigaction action = {.sa_handler = take_signal};
    sigemptyset(&action.sa_mask);
    ck_assert_int_eq(sigaction(number, &action, NULL), 0);
}

/* A worker that took one would run the handler in a place the host knows nothing of. */
START_TEST(workers_take_no_signals)
{
    problem opened;
    problem_result quiet, disturbed;
    const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    problem_run(PROBLEM_IMAGES, 1, in_directory("a"), &quiet);
    know_threads();
    handle(SIGINT);
    handle(SIGALRM);
    host_state *before = host_state_take();
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 20; i++) {
        problem_run(PROBLEM_IMAGES, THREADS, in_directory("b"), &disturbed);
        problem_same(&quiet, &disturbed);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    problem_open(&opened, PROBLEM_POINTS, THREADS);
    opened.at_each_batch = interrupt;
    problem_train(&opened, 50);
    problem_close(&opened);
    host_state_is(before);
    unsigned got = atomic_load(&interrupts), ticked = atomic_load(&ticks), strayed = atomic_load(&elsewhere);
    ck_assert_uint_eq(got, 50);
    ck_assert_uint_gt(ticked, 10);
    ck_assert_uint_eq(strayed, 0);
}
END_TEST

/* --- a small stack --- */

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { STACK_IS_OURS = 0 }; /* the checkers need much of it */
#else
enum { STACK_IS_OURS = 1 };
#endif

static void *run_all(void *results)
{
    for (int32_t kind = 0; kind < PROBLEMS; kind++)
        problem_run(kind, THREADS, in_directory("a"), (problem_result *)results + kind);
    return NULL;
}

START_TEST(a_stack_of_256_kB_is_enough)
{
    static problem_result here[PROBLEMS], there[PROBLEMS];
    pthread_attr_t small;
    pthread_t thread;
    run_all(here);
    pthread_attr_init(&small);
    ck_assert_int_eq(pthread_attr_setstacksize(&small, SMALL_STACK), 0);
    ck_assert_int_eq(pthread_setattr_default_np(&small), 0); /* the workers' as well */
    ck_assert_int_eq(pthread_create(&thread, &small, run_all, there), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&small);
    for (int32_t kind = 0; kind < PROBLEMS; kind++)
        problem_same(&here[kind], &there[kind]);
}
END_TEST

static Suite *suite_embedding(void)
{
    enum { MODES = sizeof modes / sizeof *modes };
    Suite *suite = suite_create("embedding");
    TCase *all = tcase_create("hosts");
    tcase_add_checked_fixture(all, make_directory, remove_directory);
    tcase_add_checked_fixture(all, start_checkers_thread, NULL);
    tcase_set_timeout(all, 120);
    tcase_add_test(all, nothing_of_the_host_changes);
    tcase_add_test(all, callbacks_run_in_the_hosts_modes);
    tcase_add_test(all, two_contexts_on_two_threads_do_not_meet);
    tcase_add_test(all, a_child_forked_after_use_trains_on_as_its_parent_does);
    tcase_add_test(all, a_decimal_comma_changes_neither_files_nor_messages);
    tcase_add_loop_test(all, workers_compute_in_the_mode_of_the_calling_thread, 0, MODES);
    tcase_add_loop_test(all, checkpoints_are_the_same_in_every_mode, 0, MODES);
    tcase_add_loop_test(all, messages_are_the_same_in_every_mode, 0, MODES);
    tcase_add_test(all, workers_take_no_signals);
    if (STACK_IS_OURS)
        tcase_add_test(all, a_stack_of_256_kB_is_enough);
    suite_add_tcase(suite, all);
    return suite;
}

int main(int count, char **arguments)
{
    const named_suite suite = {"embedding", suite_embedding, NULL};
    return run_suites(&suite, 1, count, arguments);
}

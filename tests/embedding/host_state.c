#define _GNU_SOURCE
#include "host_state.h"

#include <check.h>
#include <dirent.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

enum { TEXT_SIZE = 1 << 16, SIGNALS = 65 };

struct host_state {
    int rounding, traps;
    unsigned
        vector_mode; /* rounding, traps and subnormal numbers of vectors, where they have a register of their own */
    locale_t thread_locale;
    char process_locale[512];
    struct sigaction signal[SIGNALS];
    sigset_t blocked;
    char environment[TEXT_SIZE];
    char directory[PATH_MAX];
    mode_t mask;
    char descriptors[TEXT_SIZE];
    size_t threads;
    cpu_set_t processors;
    int priority;
    struct rlimit stack;
};

static void take_floating(host_state *state)
{
    state->rounding = fegetround();
    state->traps = fegetexcept();
#if defined(__SSE__)
    enum { EVENTS = 0x3f };
    state->vector_mode = _mm_getcsr() & ~(unsigned)EVENTS;
#endif
}

static void take_signals(host_state *state)
{
    for (int i = 1; i < SIGNALS; i++)
        sigaction(i, NULL, &state->signal[i]); /* two belong to the C library: zero */
    pthread_sigmask(SIG_SETMASK, NULL, &state->blocked);
}

static void take_environment(host_state *state)
{
    size_t used = 0;
    for (char **variable = environ; *variable != NULL && used < TEXT_SIZE; variable++)
        used += (size_t)snprintf(state->environment + used, TEXT_SIZE - used, "%s\n", *variable);
}

/* "NUMBER FILE" for each open descriptor but that of the directory that is read. */
static void take_descriptors(host_state *state)
{
    size_t used = 0;
    DIR *directory = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL && used < TEXT_SIZE;) {
        char file[256] = "";
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(directory))
            continue;
        ck_assert_int_ge(readlinkat(dirfd(directory), entry->d_name, file, sizeof file - 1), 0);
        used += (size_t)snprintf(state->descriptors + used, TEXT_SIZE - used, "%s %s\n", entry->d_name, file);
    }
    closedir(directory);
}

static size_t count_threads(void)
{
    size_t count = 0;
    DIR *directory = opendir("/proc/self/task");
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

/* A thread that was waited for can be in the system's list for a moment more. */
static size_t count_threads_down_to(size_t expected)
{
    const struct timespec pause = {0, 1000000};
    size_t count = count_threads();
    for (int tries = 0; count > expected && tries < 1000; tries++) {
        nanosleep(&pause, NULL);
        count = count_threads();
    }
    return count;
}

host_state *host_state_take(void)
{
    host_state *state = calloc(1, sizeof *state);
    ck_assert_ptr_nonnull(state);
    take_floating(state);
    state->thread_locale = uselocale((locale_t)0);
    snprintf(state->process_locale, sizeof state->process_locale, "%s", setlocale(LC_ALL, NULL));
    take_signals(state);
    take_environment(state);
    ck_assert_ptr_nonnull(getcwd(state->directory, sizeof state->directory));
    state->mask = umask(0);
    umask(state->mask);
    take_descriptors(state);
    state->threads = count_threads();
    sched_getaffinity(0, sizeof state->processors, &state->processors);
    state->priority = getpriority(PRIO_PROCESS, 0);
    getrlimit(RLIMIT_STACK, &state->stack);
    return state;
}

/* What lies behind the signals in a set is not always written. */
static bool same_set(const sigset_t *a, const sigset_t *b)
{
    for (int i = 1; i < SIGNALS; i++)
        if (sigismember(a, i) != sigismember(b, i))
            return false;
    return true;
}

static void compare_signals(const host_state *before, const host_state *after)
{
    for (int i = 1; i < SIGNALS; i++) {
        const struct sigaction *a = &before->signal[i], *b = &after->signal[i];
        ck_assert_msg(a->sa_handler == b->sa_handler && a->sa_flags == b->sa_flags &&
                          same_set(&a->sa_mask, &b->sa_mask),
                      "what signal %d does has changed", i);
    }
    ck_assert_msg(same_set(&before->blocked, &after->blocked), "other signals are blocked");
}

void host_state_is(host_state *before)
{
    host_state *after = host_state_take();
    ck_assert_int_eq(after->rounding, before->rounding);
    ck_assert_int_eq(after->traps, before->traps);
    ck_assert_uint_eq(after->vector_mode, before->vector_mode);
    ck_assert(after->thread_locale == before->thread_locale);
    ck_assert_str_eq(after->process_locale, before->process_locale);
    compare_signals(before, after);
    ck_assert_str_eq(after->environment, before->environment);
    ck_assert_str_eq(after->directory, before->directory);
    ck_assert_uint_eq(after->mask, before->mask);
    ck_assert_str_eq(after->descriptors, before->descriptors);
    ck_assert_uint_eq(count_threads_down_to(before->threads), before->threads);
    ck_assert(CPU_EQUAL(&after->processors, &before->processors));
    ck_assert_int_eq(after->priority, before->priority);
    ck_assert(after->stack.rlim_cur == before->stack.rlim_cur && after->stack.rlim_max == before->stack.rlim_max);
    free(before);
    free(after);
}

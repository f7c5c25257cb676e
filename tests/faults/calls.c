/* Preloaded into a program: its call number FAULT_AT, counted from 1, of those that FAULT_CALL names (groups.h;
 * "change" for all that change files) fails; with FAULT_FROM=1 all from that one on do. FAULT_DOES says how: the number
 * of an error, "short" (half of what a read or write was asked for), "kill" (the process dies before the call) or
 * "killed" (after it). FAULT_COUNT names a file that receives the numbers of calls at the end. With FAULT_FILES=1 calls
 * on what is no file or directory do not count: processes of MPI speak through sockets. */
#define _GNU_SOURCE

#include "groups.h"
#include "journal.h"
#include "trap.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHANGES = GROUPS, COUNTERS };

static atomic_long counts[COUNTERS];
static bool chosen[COUNTERS];
static long failing;
static bool from, half, dies, dies_after, only_files;
static long error;

static bool is_change(const system_call *call, enum group group)
{
    switch (group) {
    case GROUP_WRITE:
    case GROUP_SYNC:
    case GROUP_RENAME:
    case GROUP_UNLINK:
    case GROUP_LINK:
    case GROUP_MKDIR:
    case GROUP_TRUNCATE:
        return true;
    case GROUP_OPEN:
        return call->number == SYS_openat && (call->arguments[2] & O_CREAT) != 0;
    default:
        return false;
    }
}

static long descriptor_of(const system_call *call, enum group group)
{
    switch (group) {
    case GROUP_READ:
    case GROUP_WRITE:
    case GROUP_CLOSE:
    case GROUP_LIST:
    case GROUP_CONTROL:
        return call->arguments[0];
    case GROUP_STAT:
        return call->number == SYS_fstat || call->number == SYS_newfstatat ? call->arguments[0] : -1;
    case GROUP_MAP:
        return call->arguments[4];
    default:
        return -1;
    }
}

static const char *path_of(const system_call *call, enum group group)
{
    if (group != GROUP_OPEN && group != GROUP_STAT && group != GROUP_ACCESS)
        return NULL;
    switch (call->number) {
    case SYS_fstat:
        return NULL;
    case SYS_openat:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_faccessat:
    case SYS_faccessat2:
        return call_address(call->arguments[1]);
    default:
        return call_address(call->arguments[0]);
    }
}

/* What draws looks for fonts and their settings in many places, of which most are not there; and messages of failures
 * must arrive. */
static bool is_spared(const system_call *call, enum group group)
{
    char name[64], place[256];
    const char *path = path_of(call, group);
    long descriptor = descriptor_of(call, group);
    if (path && path[0] != '\0')
        return strstr(path, "font") != NULL;
    if (descriptor < 0)
        return false;
    snprintf(name, sizeof name, "/proc/self/fd/%ld", descriptor);
    long length = call_with(SYS_readlink, (long)(intptr_t)name, (long)(intptr_t)place, sizeof place - 1, 0);
    place[length > 0 ? length : 0] = '\0';
    return descriptor == STDERR_FILENO || strstr(place, "font") != NULL || (only_files && place[0] != '/');
}

static bool is_its_turn(size_t counter)
{
    long count = atomic_fetch_add(&counts[counter], 1) + 1;
    return chosen[counter] && (from ? count >= failing : count == failing);
}

static bool fails(const system_call *call, enum group group)
{
    if (is_spared(call, group))
        return false;
    bool now = is_its_turn(group);
    return (is_change(call, group) && is_its_turn(CHANGES)) || now;
}

static void die(void)
{
    call_with(SYS_kill, getpid(), SIGKILL, 0, 0);
}

static long do_and_record(const system_call *call)
{
    long result = call_now(call);
    journal_add(call, result);
    return result;
}

static long answer_failing(const system_call *call, enum group group)
{
    if (dies)
        die();
    if (dies_after) {
        do_and_record(call);
        die();
    }
    if (half) {
        bool can = (group == GROUP_READ || group == GROUP_WRITE) && call->arguments[2] > 1 &&
                   call->number != SYS_readv && call->number != SYS_writev && call->number != SYS_pwritev;
        system_call shorter = *call;
        shorter.arguments[2] = can ? call->arguments[2] / 2 : call->arguments[2];
        return do_and_record(&shorter);
    }
    if (group == GROUP_CLOSE)
        do_and_record(call);
    return -error;
}

static long answer(const system_call *call)
{
    enum group group = GROUP_OPEN;
    for (size_t i = 0; i < GROUPED_CALLS; i++)
        if (grouped_calls[i].number == call->number)
            group = grouped_calls[i].group;
    return fails(call, group) ? answer_failing(call, group) : do_and_record(call);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
    return is_its_turn(GROUP_THREAD) ? (int)error : next(thread, attributes, run, argument);
}

static void choose(const char *name)
{
    chosen[CHANGES] = strcmp(name, "change") == 0;
    for (size_t i = 0; i < GROUPS; i++)
        chosen[i] = strcmp(name, group_names[i]) == 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *does = getenv("FAULT_DOES");
    long numbers[GROUPED_CALLS];
    only_files = getenv("FAULT_FILES") != NULL;
    if (name && at && does) {
        choose(name);
        failing = atol(at);
        from = strcmp(getenv("FAULT_FROM") ? getenv("FAULT_FROM") : "", "1") == 0;
        half = strcmp(does, "short") == 0;
        dies = strcmp(does, "kill") == 0;
        dies_after = strcmp(does, "killed") == 0;
        error = atol(does);
    }
    for (size_t i = 0; i < GROUPED_CALLS; i++)
        numbers[i] = grouped_calls[i].number;
    journal_begin();
    if (trap_calls(numbers, GROUPED_CALLS, answer) != 0)
        _exit(99);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    char text[32 * COUNTERS];
    size_t length = 0;
    for (size_t i = 0; i < COUNTERS; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s %ld\n",
                                   i == CHANGES ? "change" : group_names[i], (long)counts[i]);
    if (!path)
        return;
    long file = call_with(SYS_open, (long)(intptr_t)path, O_WRONLY | O_CREAT | O_TRUNC, 0600, 0);
    if (call_with(SYS_write, file, (long)(intptr_t)text, (long)length, 0) != (long)length)
        _exit(99);
    call_with(SYS_close, file, 0, 0, 0);
}

#define _GNU_SOURCE

#include "journal.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, DESCRIPTOR_LEAST = 1000 };

typedef struct entry {
    const char *operation;
    long descriptor, offset, length;
    const void *bytes;
    char path[PATH_SIZE], other[PATH_SIZE];
} entry;

static long log_file = -1;
static atomic_flag busy = ATOMIC_FLAG_INIT;

void journal_begin(void)
{
    const char *path = getenv("FAULT_JOURNAL");
    int opened = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (opened < 0)
        return;
    /* out of the way of the program's own */
    log_file = fcntl(opened, F_DUPFD_CLOEXEC, DESCRIPTOR_LEAST);
    close(opened);
}

/* Name of what a link of /proc/self leads to. */
static size_t read_place(long directory, char *path)
{
    char name[64] = "/proc/self/cwd";
    if (directory != AT_FDCWD)
        snprintf(name, sizeof name, "/proc/self/fd/%ld", directory);
    long length = call_with(SYS_readlink, (long)(intptr_t)name, (long)(intptr_t)path, PATH_SIZE - 1, 0);
    return length > 0 ? (size_t)length : 0;
}

static void absolute(long directory, long given, char *path)
{
    const char *name = call_address(given);
    size_t used = name[0] == '/' ? 0 : read_place((int)directory, path);
    if (name[0] != '/')
        path[used++] = '/';
    snprintf(path + used, PATH_SIZE - used, "%s", name);
}

static void put(const void *bytes, size_t count)
{
    if (call_with(SYS_write, log_file, (long)(intptr_t)bytes, (long)count, 0) != (long)count)
        _exit(99);
}

static void put_entry(const entry *made)
{
    char line[200];
    int length = snprintf(line, sizeof line, "%s %ld %ld %ld %zu %zu\n", made->operation, made->descriptor,
                          made->offset, made->length, strlen(made->path), strlen(made->other));
    put(line, (size_t)length);
    put(made->path, strlen(made->path));
    put(made->other, strlen(made->other));
    if (made->bytes)
        put(made->bytes, (size_t)made->length);
}

static long position(long descriptor)
{
    return call_with(SYS_lseek, descriptor, 0, SEEK_CUR, 0);
}

static bool describe_names(const system_call *call, entry *made)
{
    const long *a = call->arguments;
    switch (call->number) {
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_unlink:
        made->operation = call->number == SYS_mkdir ? "mkdir" : "unlink";
        absolute(AT_FDCWD, a[0], made->path);
        return true;
    case SYS_mkdirat:
    case SYS_unlinkat:
        made->operation = call->number == SYS_mkdirat ? "mkdir" : "unlink";
        absolute(a[0], a[1], made->path);
        return true;
    case SYS_rename:
    case SYS_link:
        made->operation = call->number == SYS_link ? "link" : "rename";
        absolute(AT_FDCWD, a[0], made->path);
        absolute(AT_FDCWD, a[1], made->other);
        return true;
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_linkat:
        made->operation = call->number == SYS_linkat                                       ? "link"
                          : call->number == SYS_renameat2 && (a[4] & RENAME_EXCHANGE) != 0 ? "exchange"
                                                                                           : "rename";
        absolute(a[0], a[1], made->path);
        absolute(a[2], a[3], made->other);
        return true;
    default:
        return false;
    }
}

static void describe_open(long directory, long path, long flags, long result, entry *made)
{
    made->operation = (flags & O_TRUNC) != 0 ? "truncated" : (flags & O_CREAT) != 0 ? "create" : "open";
    made->descriptor = result;
    absolute(directory, path, made->path);
}

static bool describe(const system_call *call, long result, entry *made)
{
    const long *a = call->arguments;
    made->descriptor = a[0];
    switch (call->number) {
    case SYS_open:
        describe_open(AT_FDCWD, a[0], a[1], result, made);
        return true;
    case SYS_openat:
        describe_open(a[0], a[1], a[2], result, made);
        return true;
    case SYS_write:
    case SYS_pwrite64:
        made->operation = "write";
        made->length = result;
        made->bytes = call_address(a[1]);
        made->offset = call->number == SYS_write ? position(a[0]) - result : a[3];
        return made->offset >= 0;
    case SYS_ftruncate:
        made->operation = "truncate";
        made->offset = a[1];
        return true;
    case SYS_fsync:
    case SYS_fdatasync:
        made->operation = "sync";
        return true;
    case SYS_syncfs:
        made->operation = "syncall";
        return true;
    default:
        return describe_names(call, made);
    }
}

/* A write of several pieces is one of each. */
static void put_pieces(const system_call *call, long result, entry *made)
{
    const long *a = call->arguments;
    const struct iovec *pieces = call_address(a[1]);
    made->operation = "write";
    made->descriptor = a[0];
    made->offset = call->number == SYS_writev ? position(a[0]) - result : a[3];
    for (long i = 0; i < a[2] && result > 0; i++) {
        made->bytes = pieces[i].iov_base;
        made->length = (long)pieces[i].iov_len < result ? (long)pieces[i].iov_len : result;
        if (made->offset >= 0)
            put_entry(made);
        made->offset += made->length;
        result -= made->length;
    }
}

void journal_add(const system_call *call, long result)
{
    static entry made;
    if (log_file < 0 || result < 0)
        return;
    while (atomic_flag_test_and_set(&busy))
        ;
    memset(&made, 0, sizeof made);
    if (call->number == SYS_writev || call->number == SYS_pwritev)
        put_pieces(call, result, &made);
    else if (describe(call, result, &made))
        put_entry(&made);
    atomic_flag_clear(&busy);
}

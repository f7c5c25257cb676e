/* The system calls that are made to fail or recorded, in groups that a program cannot tell apart. */
#ifndef FAULTS_GROUPS_H
#define FAULTS_GROUPS_H

#include <sys/syscall.h>

enum group {
    GROUP_OPEN,
    GROUP_READ,
    GROUP_WRITE,
    GROUP_SYNC,
    GROUP_CLOSE,
    GROUP_RENAME,
    GROUP_UNLINK,
    GROUP_LINK,
    GROUP_MKDIR,
    GROUP_STAT,
    GROUP_ACCESS,
    GROUP_LIST,
    GROUP_TRUNCATE,
    GROUP_SEEK,
    GROUP_CONTROL,
    GROUP_MODE,
    GROUP_MAP,
    GROUP_FOLLOW,
    GROUP_THREAD, /* pthread_create() */
    GROUPS
};

static const char *const group_names[GROUPS] = {"open",    "read",  "write", "sync",   "close", "rename",   "unlink",
                                                "link",    "mkdir", "stat",  "access", "list",  "truncate", "seek",
                                                "control", "mode",  "map",   "follow", "thread"};

static const struct grouped_call {
    long number;
    enum group group;
} grouped_calls[] = {
    {SYS_open, GROUP_OPEN},         {SYS_openat, GROUP_OPEN},        {SYS_creat, GROUP_OPEN},
    {SYS_read, GROUP_READ},         {SYS_pread64, GROUP_READ},       {SYS_readv, GROUP_READ},
    {SYS_write, GROUP_WRITE},       {SYS_pwrite64, GROUP_WRITE},     {SYS_writev, GROUP_WRITE},
    {SYS_pwritev, GROUP_WRITE},     {SYS_fsync, GROUP_SYNC},         {SYS_fdatasync, GROUP_SYNC},
    {SYS_syncfs, GROUP_SYNC},       {SYS_msync, GROUP_SYNC},         {SYS_close, GROUP_CLOSE},
    {SYS_rename, GROUP_RENAME},     {SYS_renameat, GROUP_RENAME},    {SYS_renameat2, GROUP_RENAME},
    {SYS_unlink, GROUP_UNLINK},     {SYS_unlinkat, GROUP_UNLINK},    {SYS_rmdir, GROUP_UNLINK},
    {SYS_link, GROUP_LINK},         {SYS_linkat, GROUP_LINK},        {SYS_mkdir, GROUP_MKDIR},
    {SYS_mkdirat, GROUP_MKDIR},     {SYS_stat, GROUP_STAT},          {SYS_lstat, GROUP_STAT},
    {SYS_fstat, GROUP_STAT},        {SYS_newfstatat, GROUP_STAT},    {SYS_statx, GROUP_STAT},
    {SYS_access, GROUP_ACCESS},     {SYS_faccessat, GROUP_ACCESS},   {SYS_faccessat2, GROUP_ACCESS},
    {SYS_getdents64, GROUP_LIST},   {SYS_ftruncate, GROUP_TRUNCATE}, {SYS_fallocate, GROUP_TRUNCATE},
    {SYS_lseek, GROUP_SEEK},        {SYS_fcntl, GROUP_CONTROL},      {SYS_fchmod, GROUP_MODE},
    {SYS_fchown, GROUP_MODE},       {SYS_mmap, GROUP_MAP},           {SYS_readlink, GROUP_FOLLOW},
    {SYS_readlinkat, GROUP_FOLLOW},
};

enum { GROUPED_CALLS = sizeof grouped_calls / sizeof *grouped_calls };

#endif

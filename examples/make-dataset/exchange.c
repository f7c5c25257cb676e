/* syncfs() and the exchange of two names are Linux's. */
#define _GNU_SOURCE

#include "exchange.h"

#include "support/console.h"
#include "support/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* All files at once: one by one a tree of 200,000 would wait for the disk as often. */
static bool write_through(const char *directory)
{
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = descriptor >= 0 && syncfs(descriptor) == 0;
    int reason = errno;
    if (descriptor >= 0)
        close(descriptor);
    return done || complain("cannot write %s to the disk: %s", directory, strerror(reason));
}

/* One after the other; a process that dies in between leaves both, which exchange_recover() undoes. */
static bool rename_twice(const char *made, const char *path, const char *old)
{
    if (rename(path, old) != 0)
        return complain("cannot rename %s: %s", path, strerror(errno));
    if (rename(made, path) == 0)
        return rename(old, made) == 0 || complain("the previous data set is in %s", old);
    complain("cannot rename to %s: %s", path, strerror(errno));
    if (rename(old, path) != 0)
        complain("the previous data set is in %s", old);
    return false;
}

bool exchange_directories(const char *made, const char *path, const char *old)
{
    if (!write_through(made))
        return false;
    bool done, exists;
    if (!file_look(path, &exists))
        return false;
    if (!exists)
        done = rename(made, path) == 0 || complain("cannot rename to %s: %s", path, strerror(errno));
    else if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        done = true;
    else if (errno == EINVAL || errno == ENOSYS)
        done = rename_twice(made, path, old);
    else
        done = complain("cannot replace %s: %s", path, strerror(errno));
    return done;
}

bool exchange_recover(const char *path, const char *old)
{
    bool exists;
    if (!file_look(old, &exists))
        return false;
    if (!exists)
        return true;
    if (file_exists(path))
        return complain("%s exists; remove it: the name is needed to replace %s", old, path);
    return rename(old, path) == 0 || complain("cannot rename %s to %s: %s", old, path, strerror(errno));
}

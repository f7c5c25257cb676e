#include "lock.h"

#include "console.h"
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char directory_lock_name[] = "run.lock";

enum { ATTEMPTS = 100 };

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

static bool complain_taken(int descriptor, const char *what)
{
    struct flock holder = whole_file();
    if (fcntl(descriptor, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0)
        return complain("%s is in use by process %ld; give another directory, or wait until it ends", what,
                        (long)holder.l_pid);
    return complain("%s is in use by another process; give another directory, or wait until it ends", what);
}

/* The one that held the file before removes it at its end: a lock counts only on the file that has the name. False with
 * a complaint if that cannot be told. */
static bool look_at_name(int descriptor, const char *path, bool *has_it)
{
    struct stat opened, named;
    *has_it = false;
    if (fstat(descriptor, &opened) != 0)
        return complain("cannot look at %s: %s", path, strerror(errno));
    if (lstat(path, &named) != 0)
        return errno == ENOENT || complain("cannot look at %s: %s", path, strerror(errno));
    *has_it = opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
    return true;
}

/* Open and lock the file; *again: it was removed meanwhile. */
static bool attempt(owner_lock *lock, const char *what, bool *again)
{
    struct flock wanted = whole_file();
    *again = false;
    lock->descriptor = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (lock->descriptor < 0)
        return complain("cannot create %s: %s", lock->path, strerror(errno));
    if (fcntl(lock->descriptor, F_SETLK, &wanted) == 0) {
        bool has_it;
        if (!look_at_name(lock->descriptor, lock->path, &has_it))
            return false;
        *again = !has_it;
        return has_it;
    }
    if (errno == EACCES || errno == EAGAIN)
        return complain_taken(lock->descriptor, what);
    say("%s cannot be locked (%s): make sure that no other process uses it", what, strerror(errno));
    return true;
}

bool lock_take(owner_lock *lock, const char *what, const char *path)
{
    bool again = true;
    lock->descriptor = -1;
    if (snprintf(lock->path, sizeof lock->path, "%s", path) >= (int)sizeof lock->path)
        return complain("the file name %.40s... is too long", path);
    for (int i = 0; i < ATTEMPTS && again; i++) {
        if (attempt(lock, what, &again))
            return true;
        if (lock->descriptor >= 0)
            close(lock->descriptor);
        lock->descriptor = -1;
    }
    return again ? complain("cannot lock %s: others keep removing its file", what) : false;
}

bool directory_lock_take(owner_lock *lock, const char *directory)
{
    char path[sizeof lock->path];
    *lock = (owner_lock){.descriptor = -1};
    return path_join(directory, directory_lock_name, sizeof path, path) && lock_take(lock, directory, path);
}

void lock_release(owner_lock *lock)
{
    if (lock->path[0] == '\0' || lock->descriptor < 0)
        return;
    unlink(lock->path);
    close(lock->descriptor);
    lock->descriptor = -1;
}

/* Replacing a file so that after a crash it is the old or the new one: a temporary file beside it, written,
 * synchronised and renamed. */
#include "checkpoint/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LINKS_MOST = 40,
    LINK_SIZE = 4096,
    BASE_MOST = 200,     /* bytes of the file's own name in the temporary one's: names end at 255 */
    SUFFIX_SIZE = 32,    /* ".", 16 digits, ".tmp" */
    ATTEMPTS = 100,      /* at a name that is free */
    WRITE_MOST = 1 << 30 /* bytes in one call: systems have limits of their own */
};

static coulomb_status cannot(const replacement *file, const char *reason)
{
    return fail(file->context, COULOMB_ERROR_FILE, "cannot save '%s': %s", file->shown.text, reason);
}

static coulomb_status cannot_now(const replacement *file)
{
    return cannot(file, system_reason(errno).text);
}

/* Bytes of the path up to and with its last slash. */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Follow one symbolic link: its target counts from its own directory. */
static coulomb_status follow(replacement *file, const char *target, size_t length)
{
    size_t directory = target[0] == '/' ? 0 : directory_length(file->path);
    char *followed = memory_get(file->context, directory + length + 1, 1);
    if (followed == NULL)
        return COULOMB_ERROR_MEMORY;
    memcpy(followed, file->path, directory);
    memcpy(followed + directory, target, length);
    followed[directory + length] = '\0';
    memory_release(file->context, file->path);
    file->path = followed;
    return COULOMB_OK;
}

/* In a directory that others can write to, a link may be a trap: only links of the process's user or of the directory's
 * are followed there. Systems have the same rule for what they follow themselves, but we look at links one by one. */
static bool may_follow(const replacement *file)
{
    struct stat link, directory;
    size_t length = directory_length(file->path);
    char above[LINK_SIZE];
    if (length >= sizeof above)
        return false;
    memcpy(above, length == 0 ? "." : file->path, length == 0 ? 1 : length);
    above[length == 0 ? 1 : length] = '\0';
    if (lstat(file->path, &link) != 0 || stat(above, &directory) != 0)
        return false;
    return (directory.st_mode & S_IWOTH) == 0 || link.st_uid == geteuid() || link.st_uid == directory.st_uid;
}

/* The file behind symbolic links is replaced, not the links; it need not exist yet. */
static coulomb_status follow_links(replacement *file)
{
    char target[LINK_SIZE];
    for (int links = 0; links < LINKS_MOST; links++) {
        ssize_t length = readlink(file->path, target, sizeof target);
        if (length < 0) /* not a link, or nothing; after another error a link might be taken for the file */
            return errno == EINVAL || errno == ENOENT ? COULOMB_OK : cannot_now(file);
        if (length == 0 || (size_t)length == sizeof target)
            return cannot(file, system_reason(ENAMETOOLONG).text);
        if (!may_follow(file))
            return cannot(file, "it is another user's link in a directory that everybody can write to");
        coulomb_status status = follow(file, target, (size_t)length);
        if (status != COULOMB_OK)
            return status;
    }
    return cannot(file, system_reason(ELOOP).text);
}

/* Only regular files are replaced, and only where writing to them would have been allowed. */
static coulomb_status look_at_old(const replacement *file, bool *exists, struct stat *old)
{
    *exists = stat(file->path, old) == 0;
    if (!*exists)
        return errno == ENOENT ? COULOMB_OK : cannot_now(file);
    if (S_ISDIR(old->st_mode))
        return cannot(file, system_reason(EISDIR).text);
    if (!S_ISREG(old->st_mode))
        return cannot(file, "it is not a regular file");
    return faccessat(AT_FDCWD, file->path, W_OK, AT_EACCESS) == 0 ? COULOMB_OK : cannot_now(file);
}

/* Where standard descriptors are closed, what the host prints must not land in the file. */
static void leave_standard_descriptors(replacement *file)
{
    if (file->descriptor < 0 || file->descriptor > STDERR_FILENO)
        return;
    int higher = fcntl(file->descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int reason = errno;
    close(file->descriptor);
    if (higher < 0)
        unlink(file->temporary);
    file->descriptor = higher;
    errno = reason;
}

/* The clock makes the names of processes on different machines differ, O_EXCL settles the rest. The process's umask
 * applies. */
static coulomb_status open_temporary(replacement *file)
{
    size_t directory = directory_length(file->path);
    size_t base = strnlen(file->path + directory, BASE_MOST);
    size_t size = directory + base + SUFFIX_SIZE;
    file->temporary = memory_get(file->context, size, 1);
    if (file->temporary == NULL)
        return COULOMB_ERROR_MEMORY;
    memcpy(file->temporary, file->path, directory + base);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t number = ((uint64_t)getpid() << 40) + (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    for (int i = 0; i < ATTEMPTS; i++) {
        snprintf(file->temporary + directory + base, SUFFIX_SIZE, ".%016" PRIx64 ".tmp", number + (uint64_t)i);
        do
            file->descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        while (file->descriptor < 0 && errno == EINTR);
        if (file->descriptor >= 0 || errno != EEXIST)
            break;
    }
    leave_standard_descriptors(file);
    file->made = file->descriptor >= 0;
    return file->made ? COULOMB_OK : cannot_now(file);
}

/* The new file gets the old one's permissions. Where its group cannot be kept, the group's rights shrink to
 * everybody's. */
static coulomb_status keep_permissions(const replacement *file, const struct stat *old)
{
    mode_t mode = old->st_mode & 0777;
    struct stat made;
    if (fstat(file->descriptor, &made) != 0)
        return cannot_now(file);
    bool foreign = made.st_uid != old->st_uid || made.st_gid != old->st_gid;
    if (foreign && fchown(file->descriptor, old->st_uid, old->st_gid) != 0 && made.st_gid != old->st_gid &&
        fchown(file->descriptor, (uid_t)-1, old->st_gid) != 0)
        mode &= (mode_t)(0707 | (mode & 07) << 3);
    return fchmod(file->descriptor, mode) == 0 ? COULOMB_OK : cannot_now(file);
}

coulomb_status replacement_begin(replacement *file, coulomb_context *context, const char *path)
{
    *file = (replacement){.context = context, .shown = quote_path(path), .descriptor = -1};
    file->path = memory_copy_string(context, path);
    if (file->path == NULL)
        return COULOMB_ERROR_MEMORY;
    struct stat old;
    bool exists;
    coulomb_status status = follow_links(file);
    if (status == COULOMB_OK)
        status = look_at_old(file, &exists, &old);
    if (status == COULOMB_OK)
        status = open_temporary(file);
    if (status == COULOMB_OK && exists)
        status = keep_permissions(file, &old);
    return status;
}

coulomb_status replacement_write(replacement *file, const void *bytes, size_t count)
{
    const char *at = bytes;
    while (count > 0) {
        ssize_t done = write(file->descriptor, at, count < WRITE_MOST ? count : WRITE_MOST);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? cannot_now(file) : cannot(file, system_reason(ENOSPC).text);
        at += done;
        count -= (size_t)done;
    }
    return COULOMB_OK;
}

static int synchronise(int descriptor)
{
    int done;
    do
        done = fsync(descriptor);
    while (done != 0 && errno == EINTR);
    return done;
}

/* The directory of the file, opened so that the renaming can be synchronised; -1 where it may not be read, as
 * after any failure. */
static int open_directory(const replacement *file)
{
    size_t length = directory_length(file->temporary);
    char after = file->temporary[length];
    file->temporary[length] = '\0';
    int directory = open(length == 0 ? "." : file->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    file->temporary[length] = after;
    return directory;
}

/* Some file systems cannot synchronise directories (EINVAL); nothing can be done about that, and the file is complete.
 */
static coulomb_status synchronise_directory(const replacement *file, int directory)
{
    if (directory < 0 || synchronise(directory) == 0 || errno == EINVAL)
        return COULOMB_OK;
    return fail(file->context, COULOMB_ERROR_FILE, "saved '%s', but it may not survive a crash of the system: %s",
                file->shown.text, system_reason(errno).text);
}

coulomb_status replacement_finish(replacement *file)
{
    if (synchronise(file->descriptor) != 0)
        return cannot_now(file);
    int descriptor = file->descriptor;
    file->descriptor = -1;
    if (close(descriptor) != 0)
        return cannot_now(file);
    int directory = open_directory(file);
    coulomb_status status = COULOMB_OK;
    if (directory < 0 && errno != EACCES)
        return cannot_now(file);
    if (rename(file->temporary, file->path) != 0)
        status = cannot_now(file);
    else
        file->made = false;
    if (status == COULOMB_OK)
        status = synchronise_directory(file, directory);
    if (directory >= 0)
        close(directory);
    return status;
}

void replacement_end(replacement *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    if (file->made)
        unlink(file->temporary);
    memory_release(file->context, file->path);
    memory_release(file->context, file->temporary);
}

#include "files.h"

#include "console.h"
#include "directory.h"
#include "leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Digits of temporary names; bytes of the file's own name in them, as names end at 255; attempts at a free one. */
enum { DIGITS = 16, BASE_MOST = 200, ATTEMPTS = 100 };
static const char temporary_end[] = ".tmp";

/* NAME.0123456789abcdef.tmp, which nobody calls a file of his own. */
static bool is_temporary(const char *name)
{
    size_t length = strlen(name), tail = 1 + DIGITS + sizeof temporary_end - 1;
    if (length <= tail)
        return false;
    const char *digits = name + length - tail + 1;
    return digits[-1] == '.' && strspn(digits, "0123456789abcdef") == DIGITS &&
           strcmp(digits + DIGITS, temporary_end) == 0;
}

/* Held as long as the file is written. */
static bool lock_whole(int descriptor)
{
    struct flock wanted = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_SETLK, &wanted) == 0;
}

/* A temporary file whose process has died: old enough to have been locked, and not locked. */
static bool is_abandoned(const char *path)
{
    enum { SECONDS = 60 };
    struct stat status;
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool abandoned = descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
                     time(NULL) - status.st_mtime > SECONDS && lock_whole(descriptor);
    if (descriptor >= 0)
        close(descriptor);
    return abandoned;
}

/* Remove what processes that died left of the same file. Once for each directory: of many files only the first looks.
 */
static void remove_abandoned(const char *path)
{
    static char looked_at[4096];
    char directory[4096], left[4096];
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t kept = strnlen(base, BASE_MOST);
    snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    if (strcmp(directory, looked_at) == 0)
        return;
    snprintf(looked_at, sizeof looked_at, "%s", directory);
    DIR *stream = opendir(directory);
    for (const struct dirent *entry; stream && (entry = readdir(stream));)
        if (is_temporary(entry->d_name) && strncmp(entry->d_name, base, kept) == 0 && entry->d_name[kept] == '.' &&
            path_join(directory, entry->d_name, sizeof left, left) && is_abandoned(left))
            unlink(left);
    if (stream)
        closedir(stream);
}

/* The clock makes names of processes on different machines differ, O_EXCL settles the rest. */
static int create_temporary(new_file *file)
{
    struct timespec now;
    int descriptor = -1;
    const char *slash = strrchr(file->path, '/'), *base = slash ? slash + 1 : file->path;
    int kept = (int)(base - file->path) + (int)strnlen(base, BASE_MOST);
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t number = ((uint64_t)getpid() << 40) + (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    for (uint64_t i = 0; i < ATTEMPTS && descriptor < 0; i++) {
        snprintf(file->temporary, sizeof file->temporary, "%.*s.%016" PRIx64 "%s", kept, file->path, number + i,
                 temporary_end);
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor < 0 && errno != EEXIST && errno != EINTR)
            break;
    }
    return descriptor;
}

/* A pipe or a device would be gone afterwards. */
static bool may_be_replaced(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISREG(status.st_mode) || complain("cannot write %s: it is not a regular file", path);
    return errno == ENOENT || errno == ELOOP || complain("cannot write %s: %s", path, strerror(errno));
}

bool file_begin(new_file *file, const char *path)
{
    file->stream = NULL;
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path)
        return complain("the file name %.40s... is too long", path);
    if (!may_be_replaced(path))
        return false;
    remove_abandoned(path);
    int descriptor = create_temporary(file);
    if (descriptor >= 0)
        lock_whole(descriptor);
    if (descriptor >= 0)
        file->stream = fdopen(descriptor, "wb");
    if (file->stream) {
        leftover_watch(file->temporary);
        return true;
    }
    complain("cannot write %s: %s", path, strerror(errno));
    if (descriptor >= 0) {
        close(descriptor);
        unlink(file->temporary);
    }
    return false;
}

bool file_commit(new_file *file)
{
    FILE *stream = file->stream;
    file->stream = NULL;
    bool failed = ferror(stream) != 0;
    int reason = failed ? errno : 0;
    if (!failed && (fflush(stream) != 0 || fsync(fileno(stream)) != 0)) {
        failed = true;
        reason = errno;
    }
    if (fclose(stream) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    if (!failed && rename(file->temporary, file->path) != 0) {
        failed = true;
        reason = errno;
    }
    if (failed)
        unlink(file->temporary);
    leftover_forget(file->temporary);
    if (!failed)
        return directory_sync_above(file->path);
    return complain("cannot write %s: %s", file->path, reason ? strerror(reason) : "the device is full");
}

void file_abandon(new_file *file)
{
    if (!file->stream)
        return;
    fclose(file->stream);
    file->stream = NULL;
    unlink(file->temporary);
    leftover_forget(file->temporary);
}

FILE *file_open(const char *path)
{
    struct stat status;
    /* without waiting, should it be a pipe */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool opened = descriptor >= 0 && fstat(descriptor, &status) == 0;
    if (!opened) {
        complain("cannot open %s: %s", path, strerror(errno));
    } else if (!S_ISREG(status.st_mode)) {
        complain("%s is not a regular file", path);
        opened = false;
    }
    FILE *stream = opened ? fdopen(descriptor, "rb") : NULL;
    if (opened && !stream)
        complain("cannot open %s: %s", path, strerror(errno));
    if (!stream && descriptor >= 0)
        close(descriptor);
    return stream;
}

static bool remove_chosen(void *user, const char *directory, const char *name)
{
    bool (*const *chosen)(const char *) = user;
    char path[4096];
    if (!(*chosen)(name))
        return true;
    return path_join(directory, name, sizeof path, path) &&
           (unlink(path) == 0 || complain("cannot remove %s: %s", path, strerror(errno)));
}

bool files_remove(const char *directory, bool (*chosen)(const char *name))
{
    return directory_visit(directory, remove_chosen, &chosen);
}

bool files_remove_temporary(const char *directory)
{
    return files_remove(directory, is_temporary);
}

bool file_look(const char *path, bool *exists)
{
    struct stat status;
    *exists = stat(path, &status) == 0;
    return *exists || errno == ENOENT || errno == ENOTDIR || complain("cannot look at %s: %s", path, strerror(errno));
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool make_directory(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int reason = errno;
    if (stat(path, &status) != 0)
        return complain("cannot create the directory %s: %s", path, strerror(reason == EEXIST ? errno : reason));
    return S_ISDIR(status.st_mode) ? true : complain("%s is a file; expected a directory", path);
}

bool directory_prepare(const char *path)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return complain("the directory name %.40s... is too long", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!make_directory(part))
            return false;
        *slash = '/';
    }
    if (!make_directory(part))
        return false;
    if (access(path, W_OK | X_OK) != 0)
        return complain("cannot write to the directory %s: %s", path, strerror(errno));
    return true;
}

bool path_join(const char *directory, const char *name, size_t size, char *path)
{
    size_t length = strlen(directory);
    const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";
    if ((size_t)snprintf(path, size, "%s%s%s", directory, slash, name) >= size)
        return complain("the name of %s in %.40s... is too long", name, directory);
    return true;
}

#include "directory.h"

#include "console.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The real path of as much of a path as exists. */
static char *real_beginning(const char *path)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return NULL;
    char *real = realpath(part, NULL);
    while (!real && errno == ENOENT) {
        char *slash = strrchr(part, '/');
        if (!slash)
            return realpath(".", NULL);
        slash[slash == part] = '\0';
        real = realpath(part, NULL);
        if (slash == part)
            break;
    }
    return real;
}

bool directory_holds(const char *directory, const char *path)
{
    struct stat status;
    char *outer = realpath(directory, NULL), *inner = real_beginning(path);
    bool holds = false;
    if (outer && inner && stat(outer, &status) == 0 && S_ISDIR(status.st_mode)) {
        size_t length = strcmp(outer, "/") == 0 ? 0 : strlen(outer);
        holds = strncmp(outer, inner, length) == 0 && (inner[length] == '/' || inner[length] == '\0');
    }
    free(outer);
    free(inner);
    return holds;
}

bool directory_visit(const char *directory, directory_visitor *visit, void *user)
{
    DIR *stream = opendir(directory);
    if (!stream)
        return complain("cannot list %s: %s", directory, strerror(errno));
    bool done = true;
    const struct dirent *entry;
    /* an error is told only by errno: without a look at it, names would go missing unnoticed */
    while (errno = 0, done && (entry = readdir(stream)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            done = visit(user, directory, entry->d_name);
    int reason = errno;
    closedir(stream);
    if (done && reason != 0)
        return complain("cannot list %s: %s", directory, strerror(reason));
    return done;
}

bool directory_sync(const char *directory)
{
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return errno == EACCES || complain("cannot open %s: %s", directory, strerror(errno));
    int code;
    do
        code = fsync(descriptor);
    while (code != 0 && errno == EINTR);
    int reason = errno;
    close(descriptor);
    return code == 0 || reason == EINVAL ||
           complain("what was written to %s may not survive a crash of the system: %s", directory, strerror(reason));
}

bool directory_sync_above(const char *path)
{
    char above[4096];
    const char *slash = strrchr(path, '/');
    if (!slash)
        return directory_sync(".");
    size_t length = slash == path ? 1 : (size_t)(slash - path);
    return snprintf(above, sizeof above, "%.*s", (int)length, path) < (int)sizeof above
               ? directory_sync(above)
               : complain("the file name %.40s... is too long", path);
}

#include "directory.h"

#include "console.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

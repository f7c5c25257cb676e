#include "files.h"

#include "console.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_begin(new_file *file, const char *path)
{
    file->stream = NULL;
    if (snprintf(file->path, sizeof file->path, "%s", path) >= (int)sizeof file->path)
        return complain("the file name %.40s... is too long", path);
    snprintf(file->temporary, sizeof file->temporary, "%s.XXXXXX", path);
    int descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return complain("cannot write %s: %s", path, strerror(errno));
    /* mkstemp keeps others out; results are as readable as any file the user makes */
    mode_t mask = umask(0);
    umask(mask);
    if (fchmod(descriptor, 0666 & ~mask) == 0)
        file->stream = fdopen(descriptor, "wb");
    if (file->stream)
        return true;
    complain("cannot write %s: %s", path, strerror(errno));
    close(descriptor);
    unlink(file->temporary);
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
    if (!failed)
        return true;
    unlink(file->temporary);
    return complain("cannot write %s: %s", file->path, reason ? strerror(reason) : "the device is full");
}

void file_abandon(new_file *file)
{
    if (!file->stream)
        return;
    fclose(file->stream);
    file->stream = NULL;
    unlink(file->temporary);
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static bool make_directory(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int reason = errno;
    if (stat(path, &status) != 0)
        return complain("cannot create the directory %s: %s", path, strerror(reason));
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

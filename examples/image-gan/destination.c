#include "destination.h"

#include "grid.h"
#include "samples.h"

#include "support/console.h"
#include "support/directory.h"
#include "support/npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* But for this process's own lock. */
static bool must_not_be(void *user, const char *directory, const char *name)
{
    (void)user;
    return strcmp(name, directory_lock_name) == 0 ||
           complain("%s contains %s; expected a directory that is empty or does not exist: remove it, or give another "
                    "one as --generate-to",
                    directory, name);
}

static bool open_directory(destination *to)
{
    if (!directory_prepare(to->path) || !directory_lock_take(&to->lock, to->path))
        return false;
    if (files_remove_temporary(to->path) && directory_visit(to->path, must_not_be, NULL))
        return true;
    lock_release(&to->lock);
    return false;
}

bool destination_open(destination *to, const char *path, const settings *chosen)
{
    size_t length = strlen(path), size = (size_t)chosen->data.size;
    const size_t shape[] = {(size_t)chosen->results.generate, size, size, (size_t)chosen->data.channels};
    *to = (destination){.path = path};
    to->array = length > 4 && strcmp(path + length - 4, ".npy") == 0;
    return to->array ? npy_begin(&to->file, path, 4, shape) : open_directory(to);
}

bool destination_write(destination *to, const settings *chosen, uint64_t first, size_t count, const float *values)
{
    const images made = {(size_t)chosen->data.size, (size_t)chosen->data.channels, values};
    if (to->array)
        return npy_append(&to->file, count * sample_values(chosen), values);
    bool done = true;
    for (size_t i = 0; i < count && done; i++) {
        char name[32], path[RUN_PATH_SIZE];
        snprintf(name, sizeof name, "%07" PRIu64 ".png", first + i);
        done = path_join(to->path, name, sizeof path, path) && image_write(&made, i, path);
    }
    return done;
}

bool destination_close(destination *to, bool whole)
{
    if (to->array && whole)
        return file_commit(&to->file);
    if (to->array)
        file_abandon(&to->file);
    else
        lock_release(&to->lock);
    return true;
}

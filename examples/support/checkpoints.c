#include "checkpoints.h"

#include "console.h"
#include "directory.h"
#include "files.h"
#include "succeed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static const char newest[] = "checkpoint.safetensors";

/* The update of checkpoint-NNNNNNN.safetensors; false for every other name. */
static bool read_number(const char *name, uint64_t *update)
{
    static const char prefix[] = "checkpoint-", suffix[] = ".safetensors";
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    const char *digits = name + sizeof prefix - 1;
    size_t length = strspn(digits, "0123456789");
    if (length == 0 || length > 19 || strcmp(digits + length, suffix) != 0)
        return false;
    *update = strtoull(digits, NULL, 10);
    return true;
}

static bool remove_file(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    if (!path_join(directory, name, sizeof path, path))
        return false;
    return unlink(path) == 0 || errno == ENOENT ? true : complain("cannot remove %s: %s", path, strerror(errno));
}

typedef struct pruning {
    uint64_t update, kept; /* what is kept: the last ones of those up to the update */
    uint64_t number, later;
} pruning;

static bool count_later(void *user, const char *directory, const char *name)
{
    pruning *of = user;
    uint64_t other;
    (void)directory;
    of->later += read_number(name, &other) && other > of->number && other <= of->update;
    return true;
}

static bool prune_one(void *user, const char *directory, const char *name)
{
    pruning *of = user;
    of->later = 0;
    if (!read_number(name, &of->number))
        return true;
    /* few files: counting the later ones anew for each is nothing beside writing one */
    if (!directory_visit(directory, count_later, of))
        return false;
    return (of->number <= of->update && of->later < of->kept) || remove_file(directory, name);
}

/* Remove numbered checkpoints but for the `kept` latest of those up to `update`. Those behind it are left by a run that
 * was taken up at an earlier one, and go as well. */
static bool prune(const char *directory, uint64_t update, uint64_t kept)
{
    pruning of = {.update = update, .kept = kept};
    return directory_visit(directory, prune_one, &of);
}

/* checkpoint.safetensors becomes another name of the same file; false where the file system has no such names. */
static bool name_newest(const char *path, const char *newest_path)
{
    char temporary[PATH_SIZE + 8];
    snprintf(temporary, sizeof temporary, "%s.link", newest_path);
    unlink(temporary);
    if (link(path, temporary) != 0)
        return false;
    /* of two names of one file rename() does nothing, and leaves both */
    bool done = rename(temporary, newest_path) == 0;
    unlink(temporary);
    return done;
}

bool checkpoints_save(const coulomb_context *context, coulomb_trainer *trainer, const char *directory, uint64_t update,
                      uint64_t kept)
{
    static const char doing[] = "saving the checkpoint";
    char newest_path[PATH_SIZE], path[PATH_SIZE], name[64];
    if (!path_join(directory, newest, sizeof newest_path, newest_path))
        return false;
    if (kept == 0)
        return succeeded(context, coulomb_trainer_save(trainer, newest_path), doing);
    snprintf(name, sizeof name, "checkpoint-%07" PRIu64 ".safetensors", update);
    if (!path_join(directory, name, sizeof path, path) ||
        !succeeded(context, coulomb_trainer_save(trainer, path), doing))
        return false;
    if (!name_newest(path, newest_path) && !succeeded(context, coulomb_trainer_save(trainer, newest_path), doing))
        return false;
    /* the new name must last before the old files go */
    return directory_sync(directory) && prune(directory, update, kept);
}

bool checkpoints_tidy(const char *directory, uint64_t kept)
{
    return kept == 0 || prune(directory, UINT64_MAX, kept);
}

bool checkpoints_remove(const char *directory)
{
    /* while the newest is there, its run is whole: the older ones go when it is gone for good */
    return remove_file(directory, newest) && directory_sync(directory) && prune(directory, 0, 0) &&
           directory_sync(directory);
}

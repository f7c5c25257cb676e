#include "output.h"

#include "exchange.h"

#include "support/console.h"
#include "support/directory.h"
#include "support/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char note_name[] = "made-by-coulomb-make-dataset.txt";

/* A digit for each '#'. */
static bool matches(const char *name, const char *pattern)
{
    for (; *pattern; name++, pattern++)
        if (*pattern == '#' ? *name < '0' || *name > '9' : *name != *pattern)
            return false;
    return *name == '\0';
}

/* Whether a file of that name may be one we wrote. Pictures have six digits or more. */
static bool is_ours(const char *name)
{
    static const char *const patterns[] = {"data.mdb",         "lock.mdb",  "data_batch_#.bin", "test_batch.bin",
                                           "batches.meta.txt", "flats.csv", note_name};
    static const char *const endings[] = {"#.jpg", "#.png", "#.webp"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (matches(name, patterns[i]))
            return true;
    size_t digits = strspn(name, "0123456789");
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (digits >= 6 && matches(name + digits - 1, endings[i]))
            return true;
    return false;
}

static bool must_be_ours(void *user, const char *directory, const char *name)
{
    (void)user;
    return is_ours(name) || complain("%s/%s was not written by this program; --overwrite does not remove it. Give "
                                     "another directory as --out",
                                     directory, name);
}

static bool must_not_be(void *user, const char *directory, const char *name)
{
    (void)user;
    return complain("%s exists and contains %s; --overwrite replaces only a data set written by this program",
                    directory, name);
}

static bool remove_name(void *user, const char *directory, const char *name)
{
    (void)user;
    char path[OUTPUT_PATH_SIZE];
    if (!path_join(directory, name, sizeof path, path))
        return false;
    return unlink(path) == 0 || complain("cannot remove %s: %s", path, strerror(errno));
}

static bool remove_directory(const char *path)
{
    if (!directory_visit(path, remove_name, NULL))
        return false;
    return rmdir(path) == 0 || complain("cannot remove %s: %s", path, strerror(errno));
}

/* What has the name itself, be it a link; false with a complaint if that cannot be told. */
static bool look_at(const char *path, struct stat *status, bool *exists)
{
    *exists = lstat(path, status) == 0;
    return *exists || errno == ENOENT || complain("cannot look at %s: %s", path, strerror(errno));
}

/* Nothing, an empty directory, or a data set of ours that may go. */
static bool may_take_place(const output *made)
{
    char note[OUTPUT_PATH_SIZE];
    struct stat status;
    bool exists;
    if (!look_at(made->path, &status, &exists))
        return false;
    if (!exists)
        return true;
    if (!S_ISDIR(status.st_mode))
        return complain("%s exists and is not a directory", made->path);
    if (!path_join(made->path, note_name, sizeof note, note))
        return false;
    if (!file_exists(note))
        return directory_visit(made->path, must_not_be, NULL);
    if (!made->overwrite)
        return complain("%s contains a data set already; --overwrite replaces it", made->path);
    return directory_visit(made->path, must_be_ours, NULL);
}

static bool make_parent(const char *path)
{
    char parent[OUTPUT_PATH_SIZE];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (!slash || slash == parent)
        return true;
    *slash = '\0';
    return directory_prepare(parent);
}

/* Names beside the directory's own. */
static bool name_beside(const output *made, const char *end, char path[OUTPUT_PATH_SIZE])
{
    return snprintf(path, OUTPUT_PATH_SIZE, "%s%s", made->path, end) < OUTPUT_PATH_SIZE ||
           complain("the directory name %.40s... is too long", made->path);
}

/* What a dead process left under the temporary name: a data set on its way, or the one that was replaced. */
static bool remove_remains(const output *made)
{
    struct stat status;
    bool exists;
    if (!look_at(made->temporary, &status, &exists))
        return false;
    if (!exists)
        return true;
    if (!S_ISDIR(status.st_mode))
        return complain("%s exists and is not a directory; remove it", made->temporary);
    return files_remove_temporary(made->temporary) && directory_visit(made->temporary, must_be_ours, NULL) &&
           remove_directory(made->temporary);
}

static bool prepare(output *made)
{
    if (!remove_remains(made) || !exchange_recover(made->path, made->old) || !may_take_place(made))
        return false;
    return mkdir(made->temporary, 0777) == 0 ||
           complain("cannot create a directory next to %s: %s", made->path, strerror(errno));
}

bool output_begin(output *made, const char *path, bool overwrite)
{
    char lock[OUTPUT_PATH_SIZE];
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    *made = (output){.overwrite = overwrite};
    if (length >= OUTPUT_PATH_SIZE)
        return complain("the directory name %.40s... is too long", path);
    memcpy(made->path, path, length);
    if (!name_beside(made, ".part", made->temporary) || !name_beside(made, ".old", made->old) ||
        !name_beside(made, ".lock", lock) || !make_parent(made->path) || !lock_take(&made->lock, made->path, lock))
        return false;
    if (prepare(made))
        return true;
    lock_release(&made->lock);
    return false;
}

static bool leave_note(const output *made, const char *note)
{
    char path[OUTPUT_PATH_SIZE];
    new_file file;
    if (!path_join(made->temporary, note_name, sizeof path, path) || !file_begin(&file, path))
        return false;
    fprintf(file.stream, "%s\n", note);
    return file_commit(&file);
}

static bool take_place(const output *made, const char *note)
{
    /* once more: the drawing took its time */
    return leave_note(made, note) && may_take_place(made) &&
           exchange_directories(made->temporary, made->path, made->old);
}

bool output_commit(output *made, const char *note)
{
    struct stat status;
    bool done = take_place(made, note), left;
    /* What is under the temporary name now is the data set that was replaced, or the one that cannot be. The former
     * goes when the new one would be found after a power loss. */
    bool settled = !done || directory_sync_above(made->path);
    settled = settled && look_at(made->temporary, &status, &left) && (!left || remove_directory(made->temporary));
    lock_release(&made->lock);
    return done && settled;
}

void output_abandon(output *made)
{
    remove_directory(made->temporary);
    lock_release(&made->lock);
}

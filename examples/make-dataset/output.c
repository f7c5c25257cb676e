#include "output.h"

#include "support/console.h"
#include "support/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
    static const char *const patterns[] = {"data.mdb",       "lock.mdb",         "data_batch_#.bin",
                                           "test_batch.bin", "batches.meta.txt", note_name};
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

typedef bool visit_name(const char *directory, const char *name);

static bool for_all(const char *path, visit_name *visit)
{
    DIR *directory = opendir(path);
    if (!directory)
        return complain("cannot read the directory %s: %s", path, strerror(errno));
    bool done = true;
    for (const struct dirent *entry; done && (entry = readdir(directory));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            done = visit(path, entry->d_name);
    closedir(directory);
    return done;
}

static bool must_be_ours(const char *directory, const char *name)
{
    return is_ours(name) || complain("%s/%s was not written by this program; --overwrite does not remove it. Give "
                                     "another directory as --out",
                                     directory, name);
}

static bool must_not_be(const char *directory, const char *name)
{
    return complain("%s exists and contains %s; --overwrite replaces only a data set written by this program",
                    directory, name);
}

static bool remove_name(const char *directory, const char *name)
{
    char path[OUTPUT_PATH_SIZE];
    if (!path_join(directory, name, sizeof path, path))
        return false;
    return unlink(path) == 0 || complain("cannot remove %s: %s", path, strerror(errno));
}

static bool remove_directory(const char *path)
{
    if (!for_all(path, remove_name))
        return false;
    return rmdir(path) == 0 || complain("cannot remove %s: %s", path, strerror(errno));
}

/* Nothing, an empty directory, or a data set of ours that may go. */
static bool may_take_place(const output *made)
{
    char note[OUTPUT_PATH_SIZE];
    struct stat status;
    if (lstat(made->path, &status) != 0)
        return true;
    if (!S_ISDIR(status.st_mode))
        return complain("%s exists and is not a directory", made->path);
    if (!made->overwrite)
        return for_all(made->path, must_not_be);
    if (!path_join(made->path, note_name, sizeof note, note))
        return false;
    return for_all(made->path, file_exists(note) ? must_be_ours : must_not_be);
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

bool output_begin(output *made, const char *path, bool overwrite)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length + 8 > OUTPUT_PATH_SIZE)
        return complain("the directory name %.40s... is too long", path);
    snprintf(made->path, sizeof made->path, "%.*s", (int)length, path);
    snprintf(made->temporary, sizeof made->temporary, "%.*s.XXXXXX", (int)length, path);
    made->overwrite = overwrite;
    if (!may_take_place(made) || !make_parent(made->path))
        return false;
    if (!mkdtemp(made->temporary))
        return complain("cannot create a directory next to %s: %s", made->path, strerror(errno));
    /* mkdtemp keeps others out; data sets are as readable as any directory the user makes */
    mode_t mask = umask(0);
    umask(mask);
    if (chmod(made->temporary, 0777 & ~mask) == 0)
        return true;
    complain("cannot create the directory %s: %s", made->path, strerror(errno));
    output_abandon(made);
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

bool output_commit(output *made, const char *note)
{
    char old[OUTPUT_PATH_SIZE + 8];
    /* once more: the drawing took its time */
    if (!leave_note(made, note) || !may_take_place(made)) {
        output_abandon(made);
        return false;
    }
    snprintf(old, sizeof old, "%s.old", made->temporary);
    bool replaced = rename(made->path, old) == 0;
    if (rename(made->temporary, made->path) == 0)
        return !replaced || remove_directory(old);
    complain("cannot rename to %s: %s", made->path, strerror(errno));
    if (replaced && rename(old, made->path) != 0)
        complain("the previous data set is in %s", old);
    output_abandon(made);
    return false;
}

void output_abandon(output *made)
{
    remove_directory(made->temporary);
}

/* Which files to read. */
#include "text.h"

#include "support/console.h"
#include "support/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, DEPTH_MOST = 16 };

static const char benchmark_directory[] = "training-monolingual.tokenized.shuffled";

static bool add_file(text_files *found, const char *path, uint64_t bytes)
{
    if (found->count == found->room) {
        size_t room = found->room > 0 ? 2 * found->room : 128;
        char **larger = realloc(found->paths, room * sizeof *larger);
        if (!larger)
            return complain("no memory for the names of files");
        found->paths = larger;
        found->room = room;
    }
    char *copy = strdup(path);
    if (!copy)
        return complain("no memory for the names of files");
    found->paths[found->count++] = copy;
    found->bytes += bytes;
    return true;
}

void text_files_free(text_files *found)
{
    for (size_t i = 0; i < found->count; i++)
        free(found->paths[i]);
    free(found->paths);
    *found = (text_files){0};
}

static bool complain_of_properties(const char *path)
{
    return complain("cannot read the properties of %s: %s", path, strerror(errno));
}

/* Without a part that is there, even as a link that leads nowhere, training would be on less text. */
static bool add_part(const char *path, text_files *found)
{
    struct stat link, status;
    if (lstat(path, &link) != 0)
        return errno == ENOENT || errno == ENOTDIR || complain_of_properties(path);
    if (stat(path, &status) != 0)
        return complain_of_properties(path);
    return !S_ISREG(status.st_mode) || add_file(found, path, (uint64_t)status.st_size);
}

/* The benchmark's parts 01 to 99; part 00 is kept out of its training directory. */
static bool add_benchmark(const char *directory, text_files *found)
{
    for (int part = 1; part < 100; part++) {
        char name[40], path[PATH_SIZE];
        snprintf(name, sizeof name, "news.en-%05d-of-00100", part);
        if (!path_join(directory, name, sizeof path, path) || !add_part(path, found))
            return false;
    }
    return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_tree(const char *directory, int depth, text_files *found);

/* Hidden files are left out; so are directories behind symbolic links, which can lead back up. */
static bool add_entry(const char *directory, const char *name, int depth, text_files *found)
{
    char path[PATH_SIZE];
    struct stat link, status;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (name[0] == '.') {
        found->left_out++;
        return true;
    }
    if (!path_join(directory, name, sizeof path, path))
        return false;
    if (lstat(path, &link) != 0 || stat(path, &status) != 0)
        return complain_of_properties(path);
    if (S_ISDIR(link.st_mode))
        return add_tree(path, depth + 1, found);
    if (S_ISREG(status.st_mode))
        return add_file(found, path, (uint64_t)status.st_size);
    found->left_out++;
    return true;
}

static bool add_tree(const char *directory, int depth, text_files *found)
{
    struct dirent **entries;
    if (depth > DEPTH_MOST)
        return complain("%s is more than %d directories deep", directory, DEPTH_MOST);
    int count = scandir(directory, &entries, NULL, by_name);
    if (count < 0)
        return complain("cannot read the directory %s: %s", directory, strerror(errno));
    bool fine = true;
    for (int i = 0; i < count; i++) {
        fine = fine && add_entry(directory, entries[i]->d_name, depth, found);
        free(entries[i]);
    }
    free(entries);
    return fine;
}

static bool find(const char *path, text_files *found)
{
    char below[PATH_SIZE];
    struct stat status;
    if (stat(path, &status) != 0)
        return complain("cannot read %s: %s; expected a directory of text files, a text file, or the word 'synthetic'",
                        path, strerror(errno));
    if (S_ISREG(status.st_mode))
        return add_file(found, path, (uint64_t)status.st_size);
    if (!S_ISDIR(status.st_mode))
        return complain("%s is neither a file nor a directory", path);
    if (!path_join(path, benchmark_directory, sizeof below, below) || !add_benchmark(below, found))
        return false;
    if (found->count == 0 && !add_benchmark(path, found))
        return false;
    if (found->count == 0 && !add_tree(path, 0, found))
        return false;
    return found->count > 0 ? true : complain("%s contains no files", path);
}

bool text_files_find(const char *path, text_files *found)
{
    *found = (text_files){0};
    bool fine = find(path, found);
    if (!fine)
        text_files_free(found);
    return fine;
}

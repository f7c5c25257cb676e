/* readdir() says what is a directory only beyond the POSIX of 2008; asking every file would take longer. */
#define _DEFAULT_SOURCE

#include "images/tree.h"

#include "images/source.h"
#include "support/console.h"
#include "support/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* The folders from the root to the one being read, to notice links that lead back up. */
typedef struct trail {
    dev_t device;
    ino_t file;
    const struct trail *above;
} trail;

/* Names of one folder: as they come, one after another in a block; then pointers to them, sorted. */
typedef struct listing {
    char *block;
    size_t used, room, count;
    const char **names;
} listing;

/* The array with room for `needed` things; NULL without memory, then the old pointer stays good. */
static void *grow(void *array, size_t *room, size_t needed, size_t size)
{
    if (array && needed <= *room)
        return array;
    size_t wanted = *room < 32 ? 64 : 2 * *room;
    if (wanted < needed)
        wanted = needed;
    void *larger = wanted <= SIZE_MAX / size ? realloc(array, wanted * size) : NULL;
    if (larger)
        *room = wanted;
    else
        complain("no memory for the names of the image files");
    return larger;
}

static bool listing_add(listing *list, const char *name)
{
    size_t length = strlen(name) + 1;
    char *block = grow(list->block, &list->room, list->used + length, 1);
    if (!block)
        return false;
    list->block = block;
    memcpy(list->block + list->used, name, length);
    list->used += length;
    list->count++;
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool listing_sort(listing *list)
{
    size_t room = 0;
    if (list->count == 0)
        return true;
    list->names = grow(NULL, &room, list->count, sizeof *list->names);
    if (!list->names)
        return false;
    const char *name = list->block;
    for (size_t i = 0; i < list->count; i++, name += strlen(name) + 1)
        list->names[i] = name;
    qsort(list->names, list->count, sizeof *list->names, by_bytes);
    return true;
}

static void listing_free(listing *list)
{
    free(list->block);
    free(list->names);
}

static bool ends_as_image(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".webp"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcasecmp(name + length - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool join(const char *folder, const char *name, char path[TREE_PATH_SIZE])
{
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (snprintf(path, TREE_PATH_SIZE, "%s%s%s", folder, slash, name) < TREE_PATH_SIZE)
        return true;
    return complain("the name of %s in %.60s... is too long", name, folder);
}

/* Some file systems do not say what an entry is, and a link may be to anything. */
static bool is_folder(const char *folder, const struct dirent *entry, bool *answer)
{
    char path[TREE_PATH_SIZE];
    struct stat status;
    *answer = entry->d_type == DT_DIR;
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return true;
    if (!join(folder, entry->d_name, path))
        return false;
    /* what a link leads to need not exist */
    bool found = stat(path, &status) == 0;
    *answer = found && S_ISDIR(status.st_mode);
    return found || errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
           complain("cannot look at %s: %s", path, strerror(errno));
}

static bool sort_out(tree *found, const char *path, const struct dirent *entry, listing *files, listing *folders)
{
    bool folder;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        return true;
    if (entry->d_name[0] == '.') {
        left_out_add(&found->others, entry->d_name);
        return true;
    }
    if (!is_folder(path, entry, &folder))
        return false;
    if (folder)
        return listing_add(folders, entry->d_name);
    if (ends_as_image(entry->d_name))
        return listing_add(files, entry->d_name);
    left_out_add(&found->others, entry->d_name);
    return true;
}

static bool list_folder(tree *found, const char *path, listing *files, listing *folders)
{
    DIR *directory = opendir(path);
    if (!directory)
        return complain("cannot read the directory %s: %s", path, strerror(errno));
    bool done = true;
    errno = 0;
    for (const struct dirent *entry; done && (entry = readdir(directory));) {
        done = sort_out(found, path, entry, files, folders);
        errno = 0;
    }
    int reason = errno;
    closedir(directory);
    if (done && reason != 0)
        return complain("cannot read the directory %s: %s", path, strerror(reason));
    return done && listing_sort(files) && listing_sort(folders);
}

static bool keep_name(tree *found, const char *name)
{
    size_t length = strlen(name) + 1;
    char *names = grow(found->names, &found->names_room, found->names_used + length, 1);
    if (!names)
        return false;
    found->names = names;
    size_t *start = grow(found->start, &found->count_room, found->count + 1, sizeof *start);
    if (!start)
        return false;
    found->start = start;
    memcpy(found->names + found->names_used, name, length);
    found->start[found->count++] = found->names_used;
    found->names_used += length;
    return true;
}

static bool keep_files(tree *found, const char *path, const listing *files)
{
    if (files->count == 0)
        return true;
    tree_folder *folders = grow(found->folders, &found->folder_room, found->folder_count + 1, sizeof *folders);
    if (!folders)
        return false;
    found->folders = folders;
    char *copy = strdup(path);
    if (!copy)
        return complain("no memory for the names of the image files");
    found->folders[found->folder_count++] = (tree_folder){copy, found->count};
    for (size_t i = 0; i < files->count; i++)
        if (!keep_name(found, files->names[i]))
            return false;
    return true;
}

/* Of the first folder that holds another data set. */
static bool note_other_format(tree *found, const char *path)
{
    bool is_lmdb, is_cifar;
    if (found->other_format[0])
        return true;
    if (!source_is_lmdb(path, &is_lmdb) || !source_is_cifar(path, &is_cifar))
        return false;
    if (is_lmdb || is_cifar)
        snprintf(found->other_format, sizeof found->other_format, "%s", path);
    return true;
}

static bool visit(tree *found, const char *path, const trail *above)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return complain("cannot read the directory %s: %s", path, strerror(errno));
    for (const trail *step = above; step; step = step->above)
        if (step->device == status.st_dev && step->file == status.st_ino)
            return complain("%s is a symbolic link to a directory above it; remove it", path);
    trail here = {status.st_dev, status.st_ino, above};

    listing files = {0}, folders = {0};
    bool done = list_folder(found, path, &files, &folders) && keep_files(found, path, &files);
    listing_free(&files);
    done = done && (!above || note_other_format(found, path));
    for (size_t i = 0; done && i < folders.count; i++) {
        char below[TREE_PATH_SIZE];
        done = join(path, folders.names[i], below) && visit(found, below, &here);
    }
    listing_free(&folders);
    return done;
}

bool tree_find(const char *path, tree *found)
{
    found->root_length = strlen(path);
    return visit(found, path, NULL);
}

uint64_t tree_hash(const tree *of)
{
    uint64_t hash = HASH_START;
    for (size_t i = 0; i < of->count; i++) {
        char path[TREE_PATH_SIZE];
        tree_path(of, i, path);
        const char *name = path + of->root_length;
        name += strspn(name, "/");
        hash = hash_bytes(hash, name, strlen(name) + 1);
    }
    return hash;
}

void tree_path(const tree *of, size_t file, char path[TREE_PATH_SIZE])
{
    size_t low = 0, high = of->folder_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (of->folders[middle].first <= file)
            low = middle;
        else
            high = middle;
    }
    const char *folder = of->folders[low].path, *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    snprintf(path, TREE_PATH_SIZE, "%s%s%s", folder, slash, of->names + of->start[file]);
}

void tree_free(tree *of)
{
    for (size_t i = 0; i < of->folder_count; i++)
        free(of->folders[i].path);
    free(of->folders);
    free(of->names);
    free(of->start);
}

#define _GNU_SOURCE

#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

void must(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(99);
}

void *checked(void *memory)
{
    must(memory != NULL, "memory");
    return memory;
}

int disk_add_file(disk *to, bool directory)
{
    to->files = checked(realloc(to->files, ((size_t)to->file_count + 1) * sizeof *to->files));
    to->files[to->file_count] = (disk_contents){.directory = directory};
    return to->file_count++;
}

static disk_name *find_name(const disk *of, int directory, const char *name)
{
    for (size_t i = 0; i < of->name_count; i++)
        if (of->names[i].directory == directory && strcmp(of->names[i].name, name) == 0)
            return &of->names[i];
    return NULL;
}

int disk_find(const disk *of, int directory, const char *name)
{
    const disk_name *found = find_name(of, directory, name);
    return found ? found->file : NOTHING;
}

static void set_name(disk *to, int directory, const char *name, int file)
{
    disk_name *found = find_name(to, directory, name);
    if (!found) {
        to->names = checked(realloc(to->names, (to->name_count + 1) * sizeof *to->names));
        found = &to->names[to->name_count++];
        found->directory = directory;
        snprintf(found->name, sizeof found->name, "%s", name);
    }
    found->file = file;
}

static void remove_name(disk *to, int directory, const char *name, int file)
{
    disk_name *found = find_name(to, directory, name);
    if (found && found->file == file)
        *found = to->names[--to->name_count];
}

static void resize(disk_contents *file, size_t size)
{
    file->bytes = checked(realloc(file->bytes, size + 1));
    if (size > file->size)
        memset(file->bytes + file->size, 0, size - file->size);
    file->size = size;
}

static void write_bytes(disk_contents *file, const disk_operation *operation, enum fate fate)
{
    size_t length = fate == FATE_TORN ? operation->length / 2 : operation->length;
    if (operation->offset + length > file->size)
        resize(file, operation->offset + length);
    if (fate != FATE_ZEROS)
        memcpy(file->bytes + operation->offset, operation->bytes, length);
}

void disk_apply(disk *to, const disk_operation *operation, enum fate fate)
{
    if (fate == FATE_MISSING)
        return;
    switch (operation->kind) {
    case OP_WRITE:
        write_bytes(&to->files[operation->file], operation, fate);
        break;
    case OP_TRUNCATE:
        resize(&to->files[operation->file], operation->offset);
        break;
    case OP_NAME:
        set_name(to, operation->directory, operation->name, operation->file);
        break;
    case OP_UNNAME:
        remove_name(to, operation->directory, operation->name, operation->file);
        break;
    case OP_MOVE:
        remove_name(to, operation->directory, operation->name, operation->file);
        set_name(to, operation->other, operation->other_name, operation->file);
        break;
    case OP_EXCHANGE:
        set_name(to, operation->directory, operation->name, operation->exchanged);
        set_name(to, operation->other, operation->other_name, operation->file);
        break;
    case OP_SYNC:
    case OP_SYNC_ALL:
        break;
    }
}

disk disk_copy(const disk *from)
{
    disk made = *from;
    made.files = checked(malloc(((size_t)from->file_count + 1) * sizeof *made.files));
    made.names = checked(malloc((from->name_count + 1) * sizeof *made.names));
    memcpy(made.names, from->names, from->name_count * sizeof *made.names);
    for (int i = 0; i < from->file_count; i++) {
        made.files[i] = from->files[i];
        made.files[i].bytes = checked(malloc(from->files[i].size + 1));
        if (from->files[i].size > 0)
            memcpy(made.files[i].bytes, from->files[i].bytes, from->files[i].size);
    }
    return made;
}

void disk_free(disk *of)
{
    for (int i = 0; i < of->file_count; i++)
        free(of->files[i].bytes);
    free(of->files);
    free(of->names);
    *of = (disk){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const disk_name *)a)->name, ((const disk_name *)b)->name);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

/* For each name below a directory, with its path. */
static uint64_t walk(const disk *of, int directory, const char *path, uint64_t hash)
{
    for (size_t i = 0; i < of->name_count; i++) {
        const disk_name *name = &of->names[i];
        const disk_contents *file = &of->files[name->file];
        char below[PATH_SIZE];
        if (name->directory != directory)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, name->name);
        hash = mix(hash, name->name, strlen(name->name) + 1);
        if (file->directory) {
            must(path[0] == '\0' || mkdir(below, 0777) == 0, below);
            hash = walk(of, name->file, path[0] ? below : path, mix(hash, "/", 1));
            continue;
        }
        hash = mix(hash, file->bytes, file->size);
        if (path[0] == '\0')
            continue;
        FILE *stream = fopen(below, "wb");
        must(stream && fwrite(file->bytes, 1, file->size, stream) == file->size && fclose(stream) == 0, below);
    }
    return hash;
}

uint64_t disk_hash(const disk *of)
{
    disk sorted = disk_copy(of);
    qsort(sorted.names, sorted.name_count, sizeof *sorted.names, by_name);
    uint64_t hash = walk(&sorted, 0, "", 0xcbf29ce484222325u);
    disk_free(&sorted);
    return hash;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    return place->level == 0 ? 0 : remove(path);
}

void disk_write(const disk *of, const char *path)
{
    must(nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0, path);
    walk(of, 0, path, 0);
}

static void read_contents(disk_contents *file, const char *path)
{
    FILE *stream = fopen(path, "rb");
    must(stream && fseek(stream, 0, SEEK_END) == 0, path);
    resize(file, (size_t)ftell(stream));
    rewind(stream);
    must(fread(file->bytes, 1, file->size, stream) == file->size, path);
    fclose(stream);
}

static void read_below(disk *to, int directory, const char *path)
{
    DIR *stream = opendir(path);
    must(stream != NULL, path);
    for (const struct dirent *entry; (entry = readdir(stream));) {
        char below[PATH_SIZE];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        must(stat(below, &status) == 0, below);
        int file = disk_add_file(to, S_ISDIR(status.st_mode));
        set_name(to, directory, entry->d_name, file);
        if (S_ISDIR(status.st_mode))
            read_below(to, file, below);
        else
            read_contents(&to->files[file], below);
    }
    closedir(stream);
}

void disk_read(disk *to, const char *path)
{
    *to = (disk){0};
    read_below(to, disk_add_file(to, true), path);
}

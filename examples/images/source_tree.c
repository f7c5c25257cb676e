/*
 * A directory tree of image files. Only names are held, one after another: for 200,000 files some 7 MB. Files count by
 * the ending of their name, so that lists and notes beside them are no damage; names that begin with a dot are left
 * out, as ls does. Links are followed.
 */
#include "images/source.h"

#include "images/tree.h"
#include "support/console.h"
#include "support/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No image file of any size we decode is larger. */
enum { FILE_MOST = 1 << 28 };

typedef struct tree_source {
    tree files;
    image_request request;
} tree_source;

static const char *read_bytes(int descriptor, size_t size, uint8_t *bytes)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(descriptor, bytes + done, size - done);
        if (got == 0)
            return "it became shorter while it was read";
        if (got < 0 && errno != EINTR)
            return source_refusal(errno);
        done += got > 0 ? (size_t)got : 0;
    }
    return NULL;
}

static const char *read_file(int descriptor, const image_request *request, image_crop *made)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return source_refusal(errno);
    if (!S_ISREG(status.st_mode))
        return "it is no file";
    if (status.st_size > FILE_MOST)
        return "it is larger than 256 MiB";
    size_t size = (size_t)status.st_size;
    uint8_t *bytes = malloc(size + 1);
    if (!bytes)
        return source_refusal(ENOMEM);
    const char *wrong = read_bytes(descriptor, size, bytes);
    if (!wrong)
        wrong = image_decode_crop(bytes, size, request, made);
    free(bytes);
    return wrong;
}

static const char *tree_read(void *data, uint64_t entry, image_crop *made)
{
    const tree_source *of = data;
    char path[TREE_PATH_SIZE];
    tree_path(&of->files, (size_t)entry, path);
    /* without waiting, should a pipe have taken the file's place */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return source_refusal(errno);
    const char *wrong = read_file(descriptor, &of->request, made);
    close(descriptor);
    return wrong;
}

static void tree_entry_name(void *data, uint64_t entry, size_t size, char *text)
{
    const tree_source *of = data;
    char path[TREE_PATH_SIZE];
    tree_path(&of->files, (size_t)entry, path);
    snprintf(text, size, "%s", path);
}

static void tree_close(void *data)
{
    tree_source *of = data;
    tree_free(&of->files);
    free(of);
}

/* Directories that people give in place of the right one below it. */
static bool complain_empty(const char *path, const tree *found)
{
    if (found->other_format[0])
        return complain("%s contains no images, but %s does: use that directory", path, found->other_format);
    if (found->others.count > 0)
        return complain("%s contains %zu files, but none with a name ending in .jpg, .jpeg, .png or .webp; check that "
                        "it is the directory of the images and that archives are unpacked",
                        path, found->others.count);
    return complain("%s is empty; expected a directory of .jpg, .png or .webp files, an LMDB (data.mdb) or CIFAR-10's "
                    "binary files (data_batch_1.bin ...)",
                    path);
}

static void note_left_out(const tree *found, size_t size, char *text)
{
    left_out_print(&found->others, size, text);
    if (found->other_format[0])
        snprintf(text + strlen(text), size - strlen(text), "; the LMDB or CIFAR-10's files in %.500s are not used",
                 found->other_format);
}

bool source_open_tree(const char *path, const image_request *request, image_source *made)
{
    tree_source *of = calloc(1, sizeof *of);
    if (!of)
        return complain("no memory for the names of the files in %s", path);
    const tree *found = &of->files;
    of->request = *request;
    if (!tree_find(path, &of->files) || (found->count == 0 && !complain_empty(path, found))) {
        tree_close(of);
        return false;
    }
    *made = (image_source){.count = found->count,
                           .hash = tree_hash(found),
                           .entries = "files",
                           .data = of,
                           .read = tree_read,
                           .name = tree_entry_name,
                           .close = tree_close};
    note_left_out(found, sizeof made->note, made->note);
    return true;
}

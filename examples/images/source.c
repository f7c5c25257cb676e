#include "images/source.h"

#include "images/decode.h"
#include "images/order.h"
#include "support/console.h"
#include "support/wording.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char too_many_files[] = "the system does not open more files at once";

bool source_exhausted(const char *message)
{
    return message == image_no_memory || message == too_many_files;
}

const char *source_refusal(int reason)
{
    switch (reason) {
    case ENOMEM:
        return image_no_memory;
    case EMFILE:
    case ENFILE:
        return too_many_files;
    case ENOENT:
        return "it is no longer there";
    case EACCES:
    case EPERM:
        return "its permissions forbid reading it";
    default:
        return "the system could not read it";
    }
}

static bool open_directory(const char *path, const image_request *request, image_source *made)
{
    struct stat status;
    bool is_lmdb, is_cifar;
    if (stat(path, &status) != 0)
        return complain("cannot read the images in %s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return complain("%s is a file; expected the directory that contains the images, the LMDB or CIFAR-10's files",
                        path);
    if (access(path, R_OK | X_OK) != 0)
        return complain("cannot read the directory %s: %s", path, strerror(errno));
    if (!source_is_lmdb(path, &is_lmdb) || !source_is_cifar(path, &is_cifar))
        return false;
    if (is_lmdb)
        return source_open_lmdb(path, request, made);
    if (is_cifar)
        return source_open_cifar(path, request, made);
    return source_open_tree(path, request, made);
}

bool source_open(const image_set_options *options, image_source *made)
{
    *made = (image_source){0};
    const bool drawn = strcmp(options->path, "synthetic") == 0;
    const image_request request = {
        .upright = options->upright, .scaled = options->scaled, .crop = options->crop, .size = options->size};
    if (!(drawn ? source_open_drawn(options, made) : open_directory(options->path, &request, made)))
        return false;
    if (made->count <= ORDER_MOST) {
        char counted[COUNTED_SIZE];
        format_counted(made->count, made->entries, counted);
        say("Images in %s: %s%s.", options->path, counted, made->note);
        return true;
    }
    complain("%s holds %" PRIu64 " %s; expected at most %" PRIu64, options->path, made->count, made->entries,
             ORDER_MOST);
    source_close(made);
    return false;
}

void source_close(image_source *source)
{
    if (source->close)
        source->close(source->data);
    *source = (image_source){0};
}

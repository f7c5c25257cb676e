/*
 * CIFAR-10's binary files: records of one byte of label and 32 x 32 pixels, all of red, then green, then blue
 * (Krizhevsky 2009). The five training files are read, not the test file.
 */
#include "images/source.h"

#include "images/decode.h"
#include "images/left_out.h"
#include "support/console.h"
#include "support/files.h"
#include "support/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 5, SIDE = 32, PLANE = SIDE * SIDE, RECORD = 1 + 3 * PLANE, CLASSES = 10 };

typedef struct cifar {
    char *path;
    image_request request;
    int descriptor[FILES];
    uint64_t records[FILES];
} cifar;

static bool file_path(const char *directory, int file, char path[4096])
{
    return snprintf(path, 4096, "%s/data_batch_%d.bin", directory, file + 1) < 4096;
}

bool source_is_cifar(const char *path, bool *answer)
{
    char file[4096];
    *answer = false;
    for (int i = 0; i < FILES && !*answer; i++)
        if (file_path(path, i, file) && !file_look(file, answer))
            return false;
    return true;
}

static int find_file(const cifar *of, uint64_t *record)
{
    int file = 0;
    while (*record >= of->records[file])
        *record -= of->records[file++];
    return file;
}

static const char *cifar_read(void *data, uint64_t entry, image_crop *made)
{
    const cifar *of = data;
    uint8_t bytes[RECORD];
    int file = find_file(of, &entry);
    for (size_t done = 0; done < RECORD;) {
        ssize_t got =
            pread(of->descriptor[file], bytes + done, RECORD - done, (off_t)(entry * RECORD + (uint64_t)done));
        if (got == 0)
            return "the file became shorter";
        if (got < 0 && errno != EINTR)
            return source_refusal(errno);
        done += got > 0 ? (size_t)got : 0;
    }
    if (bytes[0] >= CLASSES)
        return "its label is none of 0 to 9";
    const char *wrong = image_allocate(SIDE, SIDE, &made->decoded);
    if (wrong)
        return wrong;
    for (size_t i = 0; i < PLANE; i++)
        for (size_t channel = 0; channel < 3; channel++)
            made->decoded.pixels[3 * i + channel] = bytes[1 + channel * PLANE + i];
    image_place_in_whole(&of->request, 1, made);
    return NULL;
}

static void cifar_name(void *data, uint64_t entry, size_t size, char *text)
{
    const cifar *of = data;
    int file = find_file(of, &entry);
    snprintf(text, size, "record %" PRIu64 " of %s/data_batch_%d.bin", entry, of->path, file + 1);
}

static void cifar_close(void *data)
{
    cifar *of = data;
    for (int i = 0; i < FILES; i++)
        if (of->descriptor[i] >= 0)
            close(of->descriptor[i]);
    free(of->path);
    free(of);
}

/* A missing file is said and left out: a part of the data set is of use as well. */
static bool open_file(cifar *of, int file)
{
    char path[4096];
    struct stat status;
    if (!file_path(of->path, file, path))
        return complain("the directory name %.60s... is too long", of->path);
    of->descriptor[file] = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (of->descriptor[file] < 0 && errno == ENOENT) {
        say("%s is missing; continuing without it", path);
        return true;
    }
    if (of->descriptor[file] < 0 || fstat(of->descriptor[file], &status) != 0)
        return complain("cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return complain("%s is not a regular file", path);
    if (status.st_size % RECORD != 0)
        return complain("%s has %jd bytes; expected a multiple of %d: check that it was copied completely and belongs "
                        "to the binary version of CIFAR-10, not CIFAR-100",
                        path, (intmax_t)status.st_size, RECORD);
    of->records[file] = (uint64_t)(status.st_size / RECORD);
    return true;
}

static bool is_training_file(const char *name)
{
    static const char start[] = "data_batch_", end[] = ".bin";
    size_t length = sizeof start - 1;
    return strncmp(name, start, length) == 0 && name[length] >= '1' && name[length] <= '0' + FILES &&
           strcmp(name + length + 1, end) == 0;
}

bool source_open_cifar(const char *path, const image_request *request, image_source *made)
{
    cifar *of = calloc(1, sizeof *of);
    if (!of || !(of->path = strdup(path))) {
        free(of);
        return complain("no memory to read %s", path);
    }
    uint64_t count = 0;
    of->request = *request;
    for (int i = 0; i < FILES; i++)
        of->descriptor[i] = -1;
    bool done = true;
    for (int i = 0; done && i < FILES; i++) {
        done = open_file(of, i);
        count += of->records[i];
    }
    if (done && count == 0)
        done =
            complain("the files data_batch_1.bin to data_batch_5.bin in %s are empty; unpack the archive again", path);
    if (!done) {
        cifar_close(of);
        return false;
    }
    left_out others = {0};
    left_out_scan(&others, path, is_training_file);
    *made = (image_source){.count = count,
                           .hash = hash_bytes(HASH_START, of->records, sizeof of->records),
                           .entries = "records",
                           .data = of,
                           .read = cifar_read,
                           .name = cifar_name,
                           .close = cifar_close};
    left_out_print(&others, sizeof made->note, made->note);
    return true;
}

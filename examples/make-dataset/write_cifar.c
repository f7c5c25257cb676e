/* CIFAR-10's binary files: data_batch_1.bin to data_batch_5.bin, test_batch.bin, and the classes' names. */
#include "writer.h"

#include "support/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAINING_FILES = 5, PLANE = 32 * 32 };

typedef struct cifar_writer {
    const char *directory;
    const settings *chosen;
    FILE *stream;
    uint64_t left; /* records that the open file takes */
    int file;      /* the open one; the test file comes after the training files */
} cifar_writer;

/* Records of a file; the first ones take what is left over. */
static uint64_t share(const settings *chosen, int file)
{
    uint64_t each = chosen->count / TRAINING_FILES, over = chosen->count % TRAINING_FILES;
    return each + (file == TRAINING_FILES ? over > 0 : (uint64_t)file < over);
}

static uint64_t cifar_total(const settings *chosen)
{
    return chosen->count + share(chosen, TRAINING_FILES);
}

static bool complain_writing(const cifar_writer *to)
{
    return complain("cannot write to %s: %s", to->directory, strerror(errno));
}

static bool write_names(cifar_writer *to)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/batches.meta.txt", to->directory);
    FILE *stream = fopen(path, "w");
    if (!stream)
        return complain_writing(to);
    for (unsigned i = 0; i < OBJECT_CLASSES; i++)
        fprintf(stream, "%s\n", picture_class_name(i));
    bool failed = ferror(stream) != 0;
    return (fclose(stream) == 0 && !failed) || complain_writing(to);
}

static bool open_file(cifar_writer *to)
{
    char path[4200];
    if (to->file < TRAINING_FILES)
        snprintf(path, sizeof path, "%s/data_batch_%d.bin", to->directory, to->file + 1);
    else
        snprintf(path, sizeof path, "%s/test_batch.bin", to->directory);
    to->left = share(to->chosen, to->file);
    to->stream = fopen(path, "wb");
    return to->stream || complain_writing(to);
}

static bool close_file(cifar_writer *to)
{
    FILE *stream = to->stream;
    to->stream = NULL;
    to->file++;
    return fclose(stream) == 0 || complain_writing(to);
}

static void *cifar_begin(const char *directory, const settings *chosen)
{
    cifar_writer *to = calloc(1, sizeof *to);
    if (!to) {
        complain("no memory to write %s", directory);
        return NULL;
    }
    to->directory = directory;
    to->chosen = chosen;
    if (write_names(to))
        return to;
    free(to);
    return NULL;
}

static bool cifar_add(void *state, uint64_t number, const image *drawn)
{
    cifar_writer *to = state;
    uint8_t record[1 + 3 * PLANE];
    if (!to->stream && !open_file(to))
        return false;
    record[0] = (uint8_t)picture_class((picture){PICTURE_OBJECT, to->chosen->seed, number});
    for (size_t i = 0; i < PLANE; i++)
        for (size_t channel = 0; channel < 3; channel++)
            record[1 + channel * PLANE + i] = drawn->pixels[3 * i + channel];
    if (fwrite(record, sizeof record, 1, to->stream) != 1)
        return complain_writing(to);
    return --to->left > 0 || close_file(to);
}

static bool cifar_end(void *state, bool whole)
{
    cifar_writer *to = state;
    (void)whole; /* the last record closed the last file */
    if (to->stream)
        fclose(to->stream);
    free(to);
    return true;
}

const dataset_writer writer_cifar = {.total = cifar_total, .begin = cifar_begin, .add = cifar_add, .end = cifar_end};

/*
 * Where images come from: entries numbered from 0 in an order that is the same on every machine. One file per format;
 * which one is at a path is found by looking.
 */
#ifndef IMAGES_SOURCE_H
#define IMAGES_SOURCE_H

#include "images/image.h"
#include "images/image_set.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct image_source {
    uint64_t count;
    uint64_t hash;       /* of the entries' names or keys in their order */
    char note[1024];     /* what else there is and is not used, to be said behind the count; "" for nothing */
    const char *entries; /* what they are called in messages: "files", "records" */
    void *data;

    /* Decode an entry as image_decode_crop() does, for what was requested at opening; from several threads at once.
     * NULL if it went well; otherwise a constant message about "it", one of source_exhausted() or one that says how the
     * entry is damaged. */
    const char *(*read)(void *data, uint64_t entry, image_crop *made);

    /* What the user knows the entry by. */
    void (*name)(void *data, uint64_t entry, size_t size, char *text);

    void (*close)(void *data);
} image_source;

/* Find out what is at the options' path, open it and say what was found; the caller closes it with source_close().
 * False with a complaint.
 */
bool source_open(const image_set_options *options, image_source *made);

void source_close(image_source *source);

/* Whether a message of read() tells of the system's limits, not of the entry: it may be sound. */
bool source_exhausted(const char *message);

/* The system's refusal to open or read an entry as such a message. */
const char *source_refusal(int reason);

/* The formats; each false with a complaint. `path` names a directory. */
bool source_open_tree(const char *path, const image_request *request, image_source *made);
bool source_open_lmdb(const char *path, const image_request *request, image_source *made);
bool source_open_cifar(const char *path, const image_request *request, image_source *made);
bool source_open_drawn(const image_set_options *options, image_source *made);

/* Whether the directory holds such a thing; false with a complaint if that cannot be told. */
bool source_is_lmdb(const char *path, bool *answer);
bool source_is_cifar(const char *path, bool *answer);

#endif

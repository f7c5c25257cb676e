/*
 * A set of images as training data, from any of the formats the experiments use: a directory tree of JPEG, PNG and WebP
 * files, LSUN's LMDB, CIFAR-10's binary files, or drawn on the spot. Images are decoded by worker threads ahead of
 * time.
 *
 * The order is a random permutation per epoch, a pure function of the seed and the update number. Entries that are
 * damaged are left out, counted and named; too many of them are an error.
 */
#ifndef IMAGES_IMAGE_SET_H
#define IMAGES_IMAGE_SET_H

#include "images/image.h"
#include "support/data_identity.h"

#include <coulomb/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct image_set image_set;

typedef struct image_set_options {
    const char *path;  /* a directory, an LMDB directory, or "synthetic" */
    const char *drawn; /* what "synthetic" draws: "faces", "rooms", "objects" */
    size_t size;       /* pixels of a side */
    size_t channels;   /* 1 or 3 */
    size_t crop;       /* side of the centred square that is used; 0: the largest */
    enum image_filter filter;
    bool upright;        /* files are turned as their EXIF data say */
    bool scaled;         /* large JPEG files are decoded at a fraction of their size */
    uint64_t seed;       /* of the order, and of what is drawn */
    size_t held_out;     /* images kept apart, which no update sees */
    size_t workers;      /* threads that decode; 0: inside the callback */
    size_t workers_most; /* if there is a thread, so many at most are started where updates wait; 0: no more */
} image_set_options;

/* Open a set of whatever format is found at the path. False with a complaint that says what to check. */
bool image_set_open(const image_set_options *options, image_set **made);

void image_set_close(image_set *set);

/* All images, those held out too, and a hash of their names or keys. */
data_identity image_set_identity(const image_set *set);

/* Images that updates draw from. */
size_t image_set_count(const image_set *set);

/* Threads that decode now. */
size_t image_set_workers(const image_set *set);

/* Damaged entries met so far. */
size_t image_set_damaged(const image_set *set);

/* What image_set_batch() returns when it fails. */
enum { IMAGE_SET_FAILED = COULOMB_CALLER_FIRST + 300 };

/* Fits coulomb_trainer_set_data(), with the set as its user pointer: images as value/127.5 - 1, [count, size, size,
 * channels]. A function of update and count alone, in whatever order updates are asked for. From one thread at a time.
 */
coulomb_status image_set_batch(void *user, uint64_t update, size_t count, float *batch);

/* A part of an update's images, for coulomb_trainer_set_data_slice(): the same ones that the whole has there. */
coulomb_status image_set_slice(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch);

/* Why the callback failed; "" if it did not. */
const char *image_set_error(const image_set *set);

/* The first `count` of the images held out, in the same form. */
bool image_set_held_out(image_set *set, size_t count, float *values);

#endif

/*
 * What every program of this folder shares: inputs come from libFuzzer, or from sound ones that are damaged, as often
 * as the program's argument says. run.sh describes long rounds.
 */
#ifndef FUZZ_DRIVER_H
#define FUZZ_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FUZZ_ROOM = 1 << 22 };

/* Something that takes bytes, or reads a file of them: `take` and `seed`, or `read` and `write`. */
typedef struct fuzz_target {
    const char *name;

    /* Whatever the bytes are: false if they are refused. Ends the process if something is wrong. */
    bool (*take)(const uint8_t *bytes, size_t size);
    bool (*read)(const char *path);

    /* Make a sound input of at most FUZZ_ROOM bytes; of a few of them each is made once. */
    size_t (*seed)(size_t number, uint8_t *bytes);
    void (*write)(size_t number, const char *path);
    size_t seeds;

    const char *file; /* its name, in a directory of its own */

    /* Change something, with a few bytes more at most; returns the new size, at least 1. NULL: fuzz_damage(). */
    size_t (*damage)(uint8_t *bytes, size_t size);
    bool whole;   /* without damage, inputs are tried as well */
    double least; /* share of the damaged inputs that is to be taken, or nothing was tested */
} fuzz_target;

/* The program's targets. One alone serves libFuzzer: the first, or the one that $FUZZ_TARGET names. */
extern const fuzz_target fuzz_targets[];
extern const size_t fuzz_target_count;

/* Give back what the targets hold, and check that nothing is left. */
void fuzz_end(void);

/* Another byte, a digit for a digit, a part that is missing, or one that is there twice. */
size_t fuzz_damage(uint8_t *bytes, size_t size);

/* Uniform from 0 to bound - 1, the same in every run with one beginning. */
size_t fuzz_below(size_t bound);

/* Abort with what it was about. */
void fuzz_require(bool condition, const char *what);

#endif

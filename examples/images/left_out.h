/* Files beside the images that no sample comes from: how many of which kind, so that nothing is missing unsaid. */
#ifndef IMAGES_LEFT_OUT_H
#define IMAGES_LEFT_OUT_H

#include <stdbool.h>
#include <stddef.h>

enum { LEFT_OUT_KINDS = 16, LEFT_OUT_ENDING = 16 };

typedef struct left_out_kind {
    char ending[LEFT_OUT_ENDING]; /* in small letters; or what stands for it */
    size_t count;
} left_out_kind;

/* Starts as zeros. */
typedef struct left_out {
    size_t count, kinds;
    left_out_kind kind[LEFT_OUT_KINDS];
} left_out;

/* Count a file by the ending of its name. */
void left_out_add(left_out *of, const char *name);

/* Whether a file belongs to a data set. */
typedef bool belongs_to_set(const char *name);

/* Count what stands in a directory and does not belong to the set. */
void left_out_scan(left_out *of, const char *directory, belongs_to_set *belongs);

/* "; left out: 203 other files (200 .bmp, 3 .txt)", or nothing for none. */
void left_out_print(const left_out *of, size_t size, char *text);

#endif

/* Reading the arrays of a safetensors file that any program may have written. */
#ifndef SUPPORT_SAFETENSORS_H
#define SUPPORT_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct safetensors safetensors;

/* Open a file and check its header: every array lies inside the file, and is as long as its type and shape say. NULL
 * with a complaint. */
safetensors *safetensors_open(const char *path);

void safetensors_close(safetensors *file);

/* Read a float32 array of exactly this shape into `values`, all of which must be finite. False with a complaint. */
bool safetensors_read(safetensors *file, const char *name, size_t rank, const size_t *shape, float *values);

/* How many arrays there are, and their names in no particular order: NULL behind the last. */
size_t safetensors_count(const safetensors *file);
const char *safetensors_name(const safetensors *file, size_t index);

/* A text of the header's metadata; NULL if it is not there. */
const char *safetensors_metadata(const safetensors *file, const char *key);

#endif

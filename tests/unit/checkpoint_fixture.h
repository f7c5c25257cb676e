/* What the tests of checkpoints share: a small state, a directory to work in, memory that can run short, and files made
 * by hand. */
#ifndef UNIT_CHECKPOINT_FIXTURE_H
#define UNIT_CHECKPOINT_FIXTURE_H

#include "checkpoint/safetensors.h"
#include "device/arrays.h"
#include "unit/check_more.h" /* behind the library's headers: Check has a macro called fail */
#include "unit/ledger.h"
#include "unit/test_context.h"

/* Two arrays, a number and a setting. */
typedef struct sample_state {
    float weight[6], bias[2]; /* "layer.weight" [3, 2], "layer.bias" [2] */
    uint64_t update;
    double epsilon;
} sample_state;

extern ledger memory; /* of the context */

/* Before and after each test: context, and an empty directory. */
void begin_files(void);
void end_files(void);

/* The path of a file in the directory; lives until the next call but 7. */
const char *in_directory(const char *name);
size_t files_in_directory(void);

sample_state first_sample(void);
sample_state other_sample(void);
/* Where an array stands on the context's device: there itself, or in `room` with what it held; and the way back, which
 * releases the room. NULL when there is no memory. */
float *lend(device_array *room, float *own, size_t count);
void take_back(device_array *room, const float *lent, float *own, size_t count);
coulomb_status save_sample(sample_state *sample, const char *path);
coulomb_status load_sample(sample_state *sample, const char *path);

/* Whole files; what is read is to be freed. */
char *read_file(const char *path, size_t *size);
void write_file(const char *path, const void *bytes, size_t size);
bool file_equals(const char *path, const void *bytes, size_t size);

/* A file with a header of the caller's making and sound checksums: `metadata` follows the two checksums and begins with
 * a comma, `arrays` follows the metadata likewise. */
void write_by_hand(const char *path, const char *metadata, const char *arrays, const float *values, size_t count);

/* A finished preset network of samples of one dimension. */
coulomb_network *make_network(const char *preset, size_t width, size_t latent, uint64_t seed);
bool same_parameters(const coulomb_network *a, const coulomb_network *b);

#endif

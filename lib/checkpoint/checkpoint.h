/* State as a safetensors file: the layer above describes what there is, once, and the same description serves to save
 * and to load.
 *
 * Loading compares the file's header with the description, reads and checks all values, and only then copies:
 * everything or nothing.
 *
 * A host may print numbers with a decimal comma, or round upwards. Between state_begin() and state_end() the calling
 * thread, and it alone, has left the host's modes: whatever is printed or parsed meanwhile, here or by the layer above,
 * is the same in every host. */
#ifndef CHECKPOINT_CHECKPOINT_H
#define CHECKPOINT_CHECKPOINT_H

#include "device/arrays.h"
#include "ops/ops.h"

#include <coulomb/checkpoint.h>

enum { STATE_NAME = 96, STATE_TEXT = 2048 /* for those who print a text before they add it */, REAL_TEXT = 32 };

/* An array of float32, saved as a tensor of that name. */
typedef struct state_array {
    char name[STATE_NAME];
    tensor_shape shape;
    size_t size;   /* in values */
    float *values; /* on the context's device */
} state_array;

/* A whole number that a file carries and loading sets, such as the update number: in the metadata, in decimal. */
typedef struct state_number {
    char name[STATE_NAME];
    uint64_t most; /* a larger one is refused */
    uint64_t *value;
} state_number;

/* A text of the metadata. A setting at its standard is not written, and a missing one means the standard: a library
 * with more settings reads the files of one with fewer. So a standard must never change. */
typedef struct state_setting {
    char name[STATE_NAME];
    char *text;     /* owned by the state */
    char *standard; /* owned by the state; NULL: the file always has the setting */
    bool carried;   /* written, but not compared: training does not depend on it */
} state_setting;

/* Asked once by state_load(), when nothing can fail any more or something has failed: with the status so far and the
 * values that would be copied. Only if it returns COULOMB_OK they are. */
typedef struct load_agreement {
    coulomb_status (*ask)(void *user, coulomb_status status, const float *values, size_t count);
    void *user;
    bool asked;
} load_agreement;

typedef struct saved_state {
    coulomb_context *context;
    coulomb_status status; /* of the first addition that failed; what follows does nothing */
    host_modes host;
    bool left; /* the host's modes */
    buffer arrays, numbers, settings;
    size_t array_count, number_count, setting_count;
    buffer room;               /* for a copy of an array that the host cannot read */
    load_agreement *agreement; /* NULL: nobody is asked */
} saved_state;

/* Always in pairs, on one thread. */
void state_begin(saved_state *state, coulomb_context *context);
void state_end(saved_state *state);

/* Add to the description. Names must differ from each other and not start with "libcoulomb." or "__". What `values` and
 * `value` point to stays the caller's and must live until state_end(). */
void state_add_array(saved_state *state, const tensor_shape *shape, float *values, const char *name_format, ...)
    PRINTF_LIKE(4, 5);
void state_add_number(saved_state *state, const char *name, uint64_t most, uint64_t *value);

/* A setting that loading compares: a difference is COULOMB_ERROR_MISMATCH that names both texts. `standard` may be
 * NULL; texts are of any length. */
void state_add_setting(saved_state *state, const char *name, const char *standard, const char *text_format, ...)
    PRINTF_LIKE(4, 5);

/* The same, but carried: saved for those who read it, and not compared. */
void state_add_carried(saved_state *state, const char *name, const char *standard, const char *text_format, ...)
    PRINTF_LIKE(4, 5);

/* A setting that is a number, as print_real() prints it: the shortest text that reads back as the same one, "0.99". */
void state_add_real(saved_state *state, const char *name, double standard, double value);
void print_real(double value, char text[REAL_TEXT]);

/* What a file need not say. */
bool setting_is_standard(const state_setting *setting);

/* Where a file's bytes are: under a path, or in the caller's memory. */
typedef struct file_source {
    bool in_memory;
    const char *path;
    const void *bytes;
    size_t size;
} file_source;

/* Where they go. In memory, `size` receives their number; with a capacity of 0 nothing else happens. */
typedef struct file_target {
    bool in_memory;
    const char *path;
    void *bytes;
    size_t capacity, *size;
} file_target;

/* All of a network: its parameters as arrays PREFIX.NAME; its graph and its settings as PREFIX.graph, PREFIX.latent ...
 * The generation seed and the choice of running averages are carried. */
void state_add_network(saved_state *state, const char *prefix, const coulomb_network *network);

/* Write the file, replacing one under a path atomically; read it. `kind` ("trainer", "network") is part of the file and
 * must match; messages call the state "this KIND". An addition that failed is returned here; a path that is NULL or
 * empty is COULOMB_ERROR_ARGUMENT, and so is memory that is too small; saving a value that is not finite is
 * COULOMB_ERROR_NOT_FINITE. */
coulomb_status state_save(saved_state *state, const char *kind, const file_target *target);
coulomb_status state_load(saved_state *state, const char *kind, const file_source *source);

#endif

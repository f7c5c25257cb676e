/* The file format, shared by its writer and its reader.
 *
 * A file is a safetensors file: a block of the header's length (8 bytes, little-endian) and the header (JSON), then the
 * arrays' values without holes, little-endian. Ours are padded with spaces to a multiple of 8 bytes and sealed: the
 * header begins with "{ ", as no other writer begins one, and its "__metadata__" with two checksums at fixed places.
 * They are CRC-32 (that of zlib) in 8 lower-case hexadecimal digits, of the whole block with the first checksum's own
 * digits taken as '0', and of the values. So any flipped bit of a file is found, and the header can be trusted before
 * it is compared with anything. Numbers and settings follow in the metadata under their names.
 *
 * Other programs may have saved the same arrays and metadata again, in another order: without the seal, the checksums
 * in the metadata mean nothing. */
#ifndef CHECKPOINT_SAFETENSORS_H
#define CHECKPOINT_SAFETENSORS_H

#include "checkpoint/checkpoint.h"

#include <jansson.h>
#include <zlib.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "safetensors files are little-endian: values would have to be swapped here"
#endif

#define FORMAT_VERSION "1"
#define KEY_METADATA "__metadata__"
#define KEY_CHECKSUM "libcoulomb.checksum"
#define KEY_DATA_CHECKSUM "libcoulomb.data_checksum"
#define KEY_FORMAT "libcoulomb.format"
#define KEY_KIND "libcoulomb.kind"

/* What stands in front of the two checksums in every sealed file. */
#define HEADER_SEAL "{ "
#define HEADER_START HEADER_SEAL "\"" KEY_METADATA "\":{\"" KEY_CHECKSUM "\":\""
#define HEADER_MIDDLE "\",\"" KEY_DATA_CHECKSUM "\":\""

enum {
    LENGTH_BYTES = 8,
    CHECKSUM_DIGITS = 8,
    CHECKSUM_AT = LENGTH_BYTES + sizeof HEADER_START - 1, /* in the block */
    DATA_CHECKSUM_AT = CHECKSUM_AT + CHECKSUM_DIGITS + sizeof HEADER_MIDDLE - 1,
    BLOCK_LEAST = DATA_CHECKSUM_AT + CHECKSUM_DIGITS, /* of a sealed file */
    HEADER_MOST = 1 << 24 /* bytes: a hundred thousand arrays, and what their JSON takes when parsed stays bearable */
};

/* --- checksums --- */

typedef struct checksum_text {
    char digits[CHECKSUM_DIGITS + 1];
} checksum_text;

/* Of a sum that crc32_z() made. */
checksum_text checksum_print(uLong sum);

/* Of a block of at least BLOCK_LEAST bytes, with its own digits taken as '0'. */
checksum_text block_checksum(const char *block, size_t size);

/* --- texts for messages --- */

typedef struct quoted {
    char text[128];
} quoted;

/* Part of a text that may be long or from elsewhere, without control characters and cut between characters: from about
 * position `about` on, or of a path its end. */
quoted quote(const char *text, size_t about);
quoted quote_path(const char *path);
quoted quote_bytes(const char *bytes, size_t count);

/* The system's reason for an errno. */
quoted system_reason(int error);

/* --- reading --- */

/* A file while it is read. */
typedef struct file_reading {
    coulomb_context *context;
    quoted shown;   /* what messages call it */
    int descriptor; /* -1: in memory */
    const char *memory;
    size_t size, block_size;   /* of the file; of its block */
    json_t *header, *metadata; /* metadata: NULL if there is none */
    bool sealed;
    checksum_text data_checksum; /* of a sealed file */
} file_reading;

/* Its bytes: `begin` and `count` lie within the size that was found. */
coulomb_status source_open(file_reading *reading, const file_source *source);
coulomb_status source_read(const file_reading *reading, size_t begin, void *bytes, size_t count);
void source_close(file_reading *reading);

/* Open the file and check its header on its own: sound JSON, checksum right where it is sealed, arrays that cover the
 * rest of the file exactly. Memory is bounded by HEADER_MOST. In any case end it. */
coulomb_status reading_begin(file_reading *reading, coulomb_context *context, const file_source *source);
void reading_end(file_reading *reading);

/* Set the message "cannot load 'PATH': ..."; returns `code`. */
coulomb_status refuse(const file_reading *reading, coulomb_status code, const char *format, ...) PRINTF_LIKE(3, 4);

/* The metadata's text of that name; NULL if there is none. */
const char *reading_text(const file_reading *reading, const char *name);

/* An array that is wanted, and where it goes. */
typedef struct wanted_array {
    const char *name; /* in the file */
    size_t begin;     /* set by reading_find() */
    size_t size;      /* in values */
    float *values;
} wanted_array;

/* Find a float32 array of that shape: COULOMB_OK, or COULOMB_ERROR_MISMATCH for another type or shape. */
bool reading_has(const file_reading *reading, const char *name);
coulomb_status reading_find(const file_reading *reading, const char *name, const tensor_shape *shape,
                            wanted_array *found);

/* Read all of them or, on failure, none. Checks the values' checksum if there is one, and that what is wanted is
 * finite; memory is bounded by what is wanted. Sorts them. `agreement` may be NULL. */
coulomb_status reading_take(const file_reading *reading, wanted_array *wanted, size_t count, load_agreement *agreement);

/* A number in plain decimal; false if the text is not one. */
bool read_number(const char *text, uint64_t *value);

/* --- comparing --- */

/* Our own format and this kind of state, or the message says what the file holds instead. */
coulomb_status compare_kind(const file_reading *reading, const char *kind);

/* All that is in the file and in the state whose names begin with `prefix`: the first difference is named with both
 * values. The state's arrays need not be there yet. */
coulomb_status compare_state(const file_reading *reading, const saved_state *state, const char *kind,
                             const char *prefix);

/* Read the state's arrays and numbers from a file that was compared with it. */
coulomb_status take_state(const file_reading *reading, const saved_state *state);

/* --- networks --- */

typedef struct joined_name {
    char text[2 * STATE_NAME];
} joined_name;

/* "PREFIX.NAME" */
joined_name join(const char *prefix, const char *name);

/* Latents, generating and frozen parameters, under PREFIX.latent and so on: describe them; read them from a file. */
void add_network_settings(saved_state *state, const char *prefix, const coulomb_network *network);
coulomb_status read_network_settings(const file_reading *reading, const char *prefix, coulomb_network *network);

/* --- replacing a file --- */

/* A file that appears under its name only when it is complete. */
typedef struct replacement {
    coulomb_context *context;
    quoted shown;
    char *path, *temporary;
    int descriptor;
    bool made; /* the temporary file is there */
} replacement;

/* begin, write ... and finish, as long as there is no failure; then, in any case, end. Without a finish nothing has
 * changed on disk. */
coulomb_status replacement_begin(replacement *file, coulomb_context *context, const char *path);
coulomb_status replacement_write(replacement *file, const void *bytes, size_t count);
coulomb_status replacement_finish(replacement *file);
void replacement_end(replacement *file);

#endif

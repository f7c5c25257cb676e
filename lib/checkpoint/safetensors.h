/* The file format, shared by its writer and its reader.
 *
 * A file is a safetensors file: a block of the header's length (8 bytes, little-endian) and the header (JSON, padded
 * with spaces to a multiple of 8 bytes), then the arrays' values without holes, little-endian, in the header's order.
 * The header's "__metadata__" begins with two checksums at fixed places: CRC-32 (that of zlib) in 8 lower-case
 * hexadecimal digits, of the whole block with the first checksum's own digits taken as '0', and of the values. So any
 * flipped bit of a file is found, and the header can be trusted before it is compared with anything. Numbers and
 * settings follow in the metadata under their names. */
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

/* What stands in front of the two checksums in every file. */
#define HEADER_START "{\"" KEY_METADATA "\":{\"" KEY_CHECKSUM "\":\""
#define HEADER_MIDDLE "\",\"" KEY_DATA_CHECKSUM "\":\""

enum {
    LENGTH_BYTES = 8,
    CHECKSUM_DIGITS = 8,
    CHECKSUM_AT = LENGTH_BYTES + sizeof HEADER_START - 1, /* in the block */
    DATA_CHECKSUM_AT = CHECKSUM_AT + CHECKSUM_DIGITS + sizeof HEADER_MIDDLE - 1,
    BLOCK_LEAST = DATA_CHECKSUM_AT + CHECKSUM_DIGITS,
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

/* --- texts for sentences --- */

typedef struct quoted {
    char text[128];
} quoted;

/* Part of a text that may be long or of a stranger's making, without control characters and cut between characters:
 * from about position `about` on, or of a path its end. */
quoted quote(const char *text, size_t about);
quoted quote_path(const char *path);
quoted quote_bytes(const char *bytes, size_t count);

/* What the system says about an errno. */
quoted system_reason(int error);

/* --- the header --- */

/* The finished block for this state; to be released. */
coulomb_status header_write(const saved_state *state, const char *kind, char **block, size_t *size);

/* A file while it is read. */
typedef struct file_reading {
    const saved_state *state;
    const char *kind;
    quoted path;
    int descriptor;
    size_t size, block_size; /* of the file; of its block */
    json_t *header, *metadata;
    checksum_text data_checksum;
} file_reading;

/* The sentence "cannot load 'PATH': ..."; returns `code`. */
coulomb_status refuse(const file_reading *reading, coulomb_status code, const char *format, ...) PRINTF_LIKE(3, 4);

/* Check the length, given the file's first bytes and size, and set block_size: what follows may allocate that much. */
coulomb_status header_measure(file_reading *reading, const unsigned char length[LENGTH_BYTES]);

/* Check everything about the block that does not depend on the state, and keep its JSON. */
coulomb_status header_read(file_reading *reading, const char *block);

/* Compare the header with the state. */
coulomb_status header_compare(const file_reading *reading);

/* Of an array that is there: where its values start, in bytes from the first array's. */
size_t header_offset(const file_reading *reading, const char *name);

/* A number that is there; false if its text is none. */
bool header_number(const file_reading *reading, const char *name, uint64_t *value);

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

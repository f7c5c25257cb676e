/* Arbitrary bytes as a checkpoint and as a network's file: whatever they are, loading either succeeds with finite
 * values or changes nothing, says why, and gives all memory back.
 *
 * Damage is of the kinds that lead furthest in such files, mostly with the header's length and checksums made right. */
#include "checkpoint/safetensors.h"
#include "driver.h"
#include "network/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sample_state {
    float weight[6], bias[2];
    uint64_t update;
} sample_state;

static coulomb_context *context;
static size_t live;
static const char *path;

static coulomb_network *network;
static float *start; /* its parameters */

static const sample_state first = {.weight = {1, 2, 3, 4, 5, 6}, .bias = {7, 8}, .update = 41};

static void *get(void *user, size_t size)
{
    (void)user;
    live++;
    return malloc(size);
}

static void release(void *user, void *memory)
{
    (void)user;
    live--;
    free(memory);
}

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s; error message: %s; file: %s\n", what, coulomb_context_error(context), path);
    abort();
}

static void require_refused(coulomb_status status)
{
    require(status == COULOMB_ERROR_FORMAT || status == COULOMB_ERROR_MISMATCH, "unexpected status");
    require(coulomb_context_error(context)[0] != '\0', "no message");
}

static coulomb_network *make_network(void)
{
    const size_t two = 2;
    int32_t node;
    coulomb_network *made;
    coulomb_status status = coulomb_network_new(context, &made);
    status = status != COULOMB_OK ? status : coulomb_network_input(made, &two, 1, &node);
    status = status != COULOMB_OK ? status : coulomb_network_dense(made, node, 3, "first", &node);
    status = status != COULOMB_OK ? status : coulomb_network_batch_norm(made, node, 1e-3, 0.9, 1, NULL, &node);
    status = status != COULOMB_OK ? status : coulomb_network_leaky_relu(made, node, 0.1, &node);
    status = status != COULOMB_OK ? status : coulomb_network_dense(made, node, 1, NULL, &node);
    status = status != COULOMB_OK ? status : coulomb_network_finish(made, node, 7);
    status = status != COULOMB_OK ? status : coulomb_network_set_latent(made, COULOMB_DISTRIBUTION_UNIFORM, 0.3);
    status = status != COULOMB_OK ? status : coulomb_network_set_latent_signs(made, 1);
    require(status == COULOMB_OK, "no network");
    return made;
}

/* A context and a network, which live as long as the process. */
static void begin(void)
{
    if (context != NULL)
        return;
    require(coulomb_context_new_with_allocator(get, release, NULL, &context) == COULOMB_OK, "no context");
    network = make_network();
    start = malloc(network->graph.parameter_values * sizeof *start);
    require(start != NULL, "no memory");
    memcpy(start, network->values, network->graph.parameter_values * sizeof *start);
}

static void describe(saved_state *state, sample_state *sample)
{
    const tensor_shape weight = {.rank = 2, .extent = {3, 2}}, bias = {.rank = 1, .extent = {2}};
    state_begin(state, context);
    state_add_array(state, &weight, sample->weight, "layer.weight");
    state_add_array(state, &bias, sample->bias, "layer.bias");
    state_add_number(state, "update", UINT64_MAX, &sample->update);
    state_add_setting(state, "epsilon", "1", "0.5");
}

static bool load(void)
{
    size_t before = live;
    sample_state sample = first;
    saved_state state;
    describe(&state, &sample);
    coulomb_status status = state_load(&state, "sample", &(file_source){.path = path});
    state_end(&state);
    require(live == before, "memory was lost");
    if (status == COULOMB_OK) {
        require(find_not_finite(context, sample.weight, 6, NULL) == 6 &&
                    find_not_finite(context, sample.bias, 2, NULL) == 2,
                "not finite");
        return true;
    }
    require_refused(status);
    require(memcmp(&sample, &first, sizeof sample) == 0, "a failed load changed something");
    return false;
}

/* Open the network of the bytes, and load its parameters into another one of the same graph. */
static bool open_network(const void *bytes, size_t size)
{
    size_t before = live;
    coulomb_network *opened;
    coulomb_status status = coulomb_network_open_memory(context, bytes, size, COULOMB_PART_ONLY, &opened);
    if (status == COULOMB_OK)
        require(find_not_finite(context, opened->values, opened->graph.parameter_values, NULL) ==
                    opened->graph.parameter_values,
                "not finite");
    else
        require_refused(status);
    coulomb_network_free(opened);
    require(live == before, "memory was lost");
    memcpy(network->values, start, network->graph.parameter_values * sizeof *start);
    status = coulomb_network_load_parameters_memory(network, bytes, size, COULOMB_PART_ONLY);
    require(live == before, "memory was lost");
    require(find_not_finite(context, network->values, network->graph.parameter_values, NULL) ==
                network->graph.parameter_values,
            "not finite");
    if (status == COULOMB_OK)
        return true;
    require_refused(status);
    require(memcmp(network->values, start, network->graph.parameter_values * sizeof *start) == 0,
            "a failed load changed something");
    return false;
}

/* Make the checksums right, so that damage is met behind them too. */
static void seal(char *bytes, size_t size)
{
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES && size >= BLOCK_LEAST; i++)
        length |= (uint64_t)(unsigned char)bytes[i] << 8 * i;
    if (size < BLOCK_LEAST || length > size - LENGTH_BYTES || length < BLOCK_LEAST - LENGTH_BYTES)
        return;
    size_t block = LENGTH_BYTES + (size_t)length;
    memcpy(bytes + LENGTH_BYTES, HEADER_START, sizeof HEADER_START - 1);
    memcpy(bytes + CHECKSUM_AT + CHECKSUM_DIGITS, HEADER_MIDDLE, sizeof HEADER_MIDDLE - 1);
    uLong sum = crc32_z(0, (const Bytef *)bytes + block, size - block);
    memcpy(bytes + DATA_CHECKSUM_AT, checksum_print(sum).digits, CHECKSUM_DIGITS);
    memcpy(bytes + CHECKSUM_AT, block_checksum(bytes, block).digits, CHECKSUM_DIGITS);
}

/* As it is, and sealed. */
static bool read_file(const char *file)
{
    static char bytes[FUZZ_ROOM];
    FILE *stream = fopen(file, "r+b");
    require(stream != NULL, "cannot open");
    size_t size = fread(bytes, 1, sizeof bytes, stream);
    begin();
    path = file;
    bool loaded = load(), opened = open_network(bytes, size);
    seal(bytes, size);
    rewind(stream);
    require(fwrite(bytes, 1, size, stream) == size && fclose(stream) == 0, "cannot write");
    bool again = load();
    return open_network(bytes, size) || again || loaded || opened;
}

/* A sound file of each kind. */
static void write_file(size_t number, const char *file)
{
    begin();
    path = file;
    if (number == 0) {
        sample_state sample = first;
        saved_state state;
        describe(&state, &sample);
        require(state_save(&state, "sample", &(file_target){.path = path}) == COULOMB_OK, "cannot save");
        state_end(&state);
    } else {
        require(coulomb_network_save(network, path) == COULOMB_OK, "cannot save");
    }
}

/* --- damage --- */

/* A file in the making: what stands before `header` counts as its block. */
typedef struct file_draft {
    char *bytes;
    size_t size, header;
} file_draft;

static void insert(file_draft *draft, size_t at, const char *text, size_t length)
{
    if (draft->size + length > FUZZ_ROOM)
        return;
    memmove(draft->bytes + at + length, draft->bytes + at, draft->size - at);
    memcpy(draft->bytes + at, text, length);
    draft->size += length;
    if (at <= draft->header)
        draft->header += length;
}

static void cut(file_draft *draft, size_t at, size_t length)
{
    memmove(draft->bytes + at, draft->bytes + at + length, draft->size - at - length);
    draft->size -= length;
    if (at < draft->header)
        draft->header -= length < draft->header - at ? length : draft->header - at;
}

static void wound(file_draft *draft)
{
    static const char *const words[] = {"{",       "}",   "[",        "]",          ",",    "\"",
                                        ":",       "0",   "-1",       "1e9",        "null", "true",
                                        "\\u0000", "\\n", "[[[[[[[[", "4294967296", "\xff", "9223372036854775807"};
    const char *word = words[fuzz_below(sizeof words / sizeof words[0])];
    char piece[64];
    size_t at = fuzz_below(draft->size), length = 1 + fuzz_below(sizeof piece);
    length = length > draft->size - at ? draft->size - at : length;
    memcpy(piece, draft->bytes + at, length);
    switch (fuzz_below(7)) {
    case 0:
        draft->bytes[at] = (char)(draft->bytes[at] ^ 1 << fuzz_below(8));
        break;
    case 1:
        draft->bytes[at] = (char)fuzz_below(256);
        break;
    case 2:
        insert(draft, at, word, strlen(word));
        break;
    case 3:
        insert(draft, fuzz_below(draft->size), piece, length);
        break;
    case 4:
        cut(draft, at, draft->size > 1 ? 1 : 0);
        break;
    case 5:
        cut(draft, at, draft->size > length ? length : 0);
        break;
    default: /* another digit, often of a shape or an offset */
        while (at + 1 < draft->size && (draft->bytes[at] < '0' || draft->bytes[at] > '9'))
            at++;
        draft->bytes[at] = (char)('0' + fuzz_below(10));
    }
}

/* Mostly the length in front fits the header. */
static void fit_length(file_draft *draft)
{
    if (fuzz_below(8) == 0 || draft->header < LENGTH_BYTES || draft->size < LENGTH_BYTES)
        return;
    for (int i = 0; i < LENGTH_BYTES; i++)
        draft->bytes[i] = (char)((uint64_t)(draft->header - LENGTH_BYTES) >> 8 * i & 255);
}

static size_t damage(uint8_t *bytes, size_t size)
{
    file_draft draft = {.bytes = (char *)bytes, .size = size};
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES && size >= LENGTH_BYTES; i++)
        length |= (uint64_t)bytes[i] << 8 * i;
    draft.header = size >= LENGTH_BYTES && length <= size - LENGTH_BYTES ? LENGTH_BYTES + (size_t)length : 0;
    wound(&draft);
    fit_length(&draft);
    return draft.size;
}

void fuzz_end(void)
{
    free(start);
    coulomb_network_free(network);
    coulomb_context_free(context);
    require(live == 0, "memory was lost");
}

const fuzz_target fuzz_targets[] = {{.name = "checkpoint",
                                     .read = read_file,
                                     .write = write_file,
                                     .seeds = 2,
                                     .file = "checkpoint.safetensors",
                                     .damage = damage,
                                     .least = 0.001}};
const size_t fuzz_target_count = 1;

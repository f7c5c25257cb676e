/* Arbitrary bytes as a checkpoint and as a network's file: whatever they are, loading either succeeds with finite
 * values or changes nothing, says why, and gives all memory back.
 *
 * With libFuzzer: compile with -DLIBFUZZER -fsanitize=fuzzer. Otherwise a program that damages a sound file in random
 * ways, as often as its argument says, always the same ones. */
#include "checkpoint/safetensors.h"
#include "network/network.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

typedef struct sample_state {
    float weight[6], bias[2];
    uint64_t update;
} sample_state;

static coulomb_context *context;
static size_t live;
static int file;
static char path[256];

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
    fprintf(stderr, "%s; message: %s; file: %s\n", what, coulomb_context_error(context), path);
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

/* A context and a file without a name's protection: both live as long as the process. */
static void begin(void)
{
    const char *place = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/fuzz-checkpoint-XXXXXX", place == NULL ? "/tmp" : place);
    file = mkstemp(path);
    require(file >= 0, "no temporary file");
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
    state_add_number(state, "update", &sample->update);
    state_add_setting(state, "epsilon", "1", "0.5");
}

static void load(const void *bytes, size_t size)
{
    require(pwrite(file, bytes, size, 0) == (ssize_t)size && ftruncate(file, (off_t)size) == 0, "cannot write");
    size_t before = live;
    sample_state sample = first;
    saved_state state;
    describe(&state, &sample);
    coulomb_status status = state_load(&state, "sample", path);
    state_end(&state);
    require(live == before, "memory was lost");
    if (status == COULOMB_OK) {
        require(find_not_finite(context, sample.weight, 6, NULL) == 6 &&
                    find_not_finite(context, sample.bias, 2, NULL) == 2,
                "not finite");
        return;
    }
    require_refused(status);
    require(memcmp(&sample, &first, sizeof sample) == 0, "a failed load changed something");
}

/* Open the network of the bytes, and load its parameters into another one of the same graph. */
static void open_network(const void *bytes, size_t size)
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
        return;
    require_refused(status);
    require(memcmp(network->values, start, network->graph.parameter_values * sizeof *start) == 0,
            "a failed load changed something");
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (context == NULL)
        begin();
    load(bytes, size);
    open_network(bytes, size);
    char *sealed = malloc(size + 1);
    require(sealed != NULL, "no memory");
    memcpy(sealed, bytes, size);
    seal(sealed, size);
    load(sealed, size);
    open_network(sealed, size);
    free(sealed);
    return 0;
}

#ifndef LIBFUZZER

enum { ROOM = 4096 };

/* A file in the making: what stands before `header` counts as its block. */
typedef struct file_draft {
    char bytes[ROOM];
    size_t size, header;
} file_draft;

/* xorshift64* (Vigna 2016) */
static size_t below(size_t count)
{
    static uint64_t state = 88172645463325252u;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * UINT64_C(2685821657736338717)) >> 32) % count;
}

static void insert(file_draft *draft, size_t at, const char *text, size_t length)
{
    if (draft->size + length > ROOM)
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

static void damage(file_draft *draft)
{
    static const char *const words[] = {"{",       "}",   "[",        "]",          ",",    "\"",
                                        ":",       "0",   "-1",       "1e9",        "null", "true",
                                        "\\u0000", "\\n", "[[[[[[[[", "4294967296", "\xff", "9223372036854775807"};
    const char *word = words[below(sizeof words / sizeof words[0])];
    char piece[64];
    size_t at = below(draft->size), length = 1 + below(sizeof piece);
    length = length > draft->size - at ? draft->size - at : length;
    memcpy(piece, draft->bytes + at, length);
    switch (below(7)) {
    case 0:
        draft->bytes[at] = (char)(draft->bytes[at] ^ 1 << below(8));
        break;
    case 1:
        draft->bytes[at] = (char)below(256);
        break;
    case 2:
        insert(draft, at, word, strlen(word));
        break;
    case 3:
        insert(draft, below(draft->size), piece, length);
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
        draft->bytes[at] = (char)('0' + below(10));
    }
}

/* Mostly the length in front fits the header. */
static void fit_length(file_draft *draft)
{
    if (below(8) == 0 || draft->header < LENGTH_BYTES || draft->size < LENGTH_BYTES)
        return;
    for (int i = 0; i < LENGTH_BYTES; i++)
        draft->bytes[i] = (char)((uint64_t)(draft->header - LENGTH_BYTES) >> 8 * i & 255);
}

static void read_draft(file_draft *draft, size_t values)
{
    close(file);
    file = open(path, O_RDWR);
    ssize_t size = read(file, draft->bytes, ROOM);
    require(size > (ssize_t)(values * sizeof(float)) && size < ROOM, "cannot read");
    draft->size = (size_t)size;
    draft->header = draft->size - values * sizeof(float);
}

/* A sound file of each kind. */
static void read_sound(file_draft draft[2])
{
    sample_state sample = first;
    saved_state state;
    describe(&state, &sample);
    require(state_save(&state, "sample", path) == COULOMB_OK, "cannot save");
    state_end(&state);
    read_draft(&draft[0], 8);
    size_t values = 0;
    for (size_t i = 0; i < network->graph.parameters; i++)
        values += network->graph.parameter[i].size;
    require(coulomb_network_save(network, path) == COULOMB_OK, "cannot save");
    read_draft(&draft[1], values);
}

int main(int count, char **arguments)
{
    begin();
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : 50000;
    file_draft sound[2], damaged;
    read_sound(sound);
    for (size_t kind = 0; kind < 2; kind++)
        LLVMFuzzerTestOneInput((const uint8_t *)sound[kind].bytes, sound[kind].size);
    for (long i = 0; i < rounds; i++) {
        damaged = sound[i % 2];
        for (size_t wounds = 1 + below(3); wounds > 0; wounds--)
            damage(&damaged);
        fit_length(&damaged);
        LLVMFuzzerTestOneInput((const uint8_t *)damaged.bytes, damaged.size);
    }
    close(file);
    unlink(path);
    free(start);
    coulomb_network_free(network);
    coulomb_context_free(context);
    require(live == 0, "memory was lost");
    printf("1..1\nok - %ld damaged files are read or refused\n", rounds);
    return 0;
}

#endif

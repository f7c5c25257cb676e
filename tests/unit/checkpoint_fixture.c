/* What the tests of checkpoints share. */
#include "unit/checkpoint_fixture.h"

#include <coulomb/parameters.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

ledger memory;
static char directory[512];

void begin_files(void)
{
    context_with_ledger(&memory, &context);
    const char *place = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/checkpoint-XXXXXX", place == NULL ? "/tmp" : place);
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

/* Directories in the directory are empty. */
void end_files(void)
{
    coulomb_context_free(context);
    ck_assert_uint_eq(memory.blocks, 0);
    DIR *list = opendir(directory);
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list))
        remove(in_directory(entry->d_name));
    closedir(list);
    ck_assert_int_eq(rmdir(directory), 0);
}

const char *in_directory(const char *name)
{
    static char paths[8][1024];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

size_t files_in_directory(void)
{
    DIR *list = opendir(directory);
    size_t count = 0;
    while (readdir(list) != NULL)
        count++;
    closedir(list);
    return count - 2; /* "." and ".." */
}

sample_state first_sample(void)
{
    return (sample_state){.weight = {1, -2, 0.1f, -0.0f, 1e-44f, 3e38f}, .bias = {7, -7}, .update = 41, .epsilon = 0.5};
}

sample_state other_sample(void)
{
    return (sample_state){.weight = {9, 8, 7, 6, 5, 4}, .bias = {3, 2}, .update = 1, .epsilon = 0.5};
}

float *lend(device_array *room, float *own, size_t count)
{
    device *on = context_device(context);
    float *lent = device_lend(on, room, own, count, sizeof *own);
    if (lent != NULL)
        device_close(on, own, lent, count * sizeof *own);
    return lent;
}

void take_back(device_array *room, const float *lent, float *own, size_t count)
{
    device *on = context_device(context);
    ck_ok(context, device_return(on, lent, own, count * sizeof *own));
    device_release(on, room);
}

static coulomb_status save(saved_state *state, const char *path)
{
    return state_save(state, "sample", &(file_target){.path = path});
}

static coulomb_status load(saved_state *state, const char *path)
{
    return state_load(state, "sample", &(file_source){.path = path});
}

/* Save a sample, or load it; its arrays stand on the device meanwhile. */
static coulomb_status run_sample(sample_state *sample, const char *path,
                                 coulomb_status (*run)(saved_state *state, const char *path))
{
    enum { WEIGHT = sizeof sample->weight / sizeof(float), BIAS = sizeof sample->bias / sizeof(float) };
    const tensor_shape weight = {.rank = 2, .extent = {3, 2}}, bias = {.rank = 1, .extent = {2}};
    device_array rooms[2] = {0};
    float *weights = lend(&rooms[0], sample->weight, WEIGHT), *biases = lend(&rooms[1], sample->bias, BIAS);
    coulomb_status status = COULOMB_ERROR_MEMORY;
    if (weights != NULL && biases != NULL) {
        saved_state state;
        state_begin(&state, context);
        state_add_array(&state, &weight, weights, "%s.weight", "layer");
        state_add_array(&state, &bias, biases, "%s.bias", "layer");
        state_add_number(&state, "update", UINT64_MAX, &sample->update);
        state_add_real(&state, "epsilon", 1.0, sample->epsilon);
        status = run(&state, path);
        state_end(&state);
        take_back(&rooms[0], weights, sample->weight, WEIGHT);
        take_back(&rooms[1], biases, sample->bias, BIAS);
    }
    device_release(context_device(context), &rooms[0]);
    device_release(context_device(context), &rooms[1]);
    return status;
}

coulomb_status save_sample(sample_state *sample, const char *path)
{
    return run_sample(sample, path, save);
}

coulomb_status load_sample(sample_state *sample, const char *path)
{
    return run_sample(sample, path, load);
}

char *read_file(const char *path, size_t *size)
{
    struct stat about;
    int file = open(path, O_RDONLY);
    ck_assert_msg(file >= 0 && fstat(file, &about) == 0, "%s cannot be read", path);
    *size = (size_t)about.st_size;
    char *bytes = malloc(*size + 1);
    ck_assert_int_eq(read(file, bytes, *size), about.st_size);
    close(file);
    return bytes;
}

void write_file(const char *path, const void *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ck_assert_msg(file >= 0, "%s cannot be written", path);
    ck_assert_int_eq(write(file, bytes, size), (ssize_t)size);
    close(file);
}

bool file_equals(const char *path, const void *bytes, size_t size)
{
    size_t found;
    char *there = read_file(path, &found);
    bool equal = found == size && memcmp(there, bytes, size) == 0;
    free(there);
    return equal;
}

void write_by_hand(const char *path, const char *metadata, const char *arrays, const float *values, size_t count)
{
    uLong sum = crc32_z(0, (const Bytef *)values, count * sizeof *values);
    size_t room = BLOCK_LEAST + strlen(metadata) + strlen(arrays) + 16;
    char *block = malloc(room + count * sizeof *values);
    int length = snprintf(block + LENGTH_BYTES, room - LENGTH_BYTES, "%s00000000%s%s\"%s}%s}", HEADER_START,
                          HEADER_MIDDLE, checksum_print(sum).digits, metadata, arrays);
    for (int i = 0; i < LENGTH_BYTES; i++)
        block[i] = (char)((uint64_t)length >> 8 * i & 255);
    size_t size = LENGTH_BYTES + (size_t)length;
    memcpy(block + CHECKSUM_AT, block_checksum(block, size).digits, CHECKSUM_DIGITS);
    if (count > 0)
        memcpy(block + size, values, count * sizeof *values);
    write_file(path, block, size + count * sizeof *values);
    free(block);
}

coulomb_network *make_network(const char *preset, size_t width, size_t latent, uint64_t seed)
{
    coulomb_network *network;
    ck_ok(context, coulomb_network_new_preset(context, preset, &width, 1, latent, seed, &network));
    return network;
}

/* All parameters, to be freed. */
static float *parameters(const coulomb_network *network, size_t *count)
{
    float *values = NULL;
    *count = 0;
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        size_t rank, extents[COULOMB_RANK_MAX], size = 1;
        const char *name = coulomb_network_parameter_name(network, i);
        ck_ok(context, coulomb_network_parameter_shape(network, name, extents, COULOMB_RANK_MAX, &rank));
        for (size_t k = 0; k < rank; k++)
            size *= extents[k];
        values = realloc(values, (*count + size) * sizeof *values);
        ck_ok(context, coulomb_network_read_parameter(network, name, values + *count, size));
        *count += size;
    }
    return values;
}

bool same_parameters(const coulomb_network *a, const coulomb_network *b)
{
    size_t count_a, count_b;
    float *values_a = parameters(a, &count_a), *values_b = parameters(b, &count_b);
    bool same = count_a == count_b && memcmp(values_a, values_b, count_a * sizeof *values_a) == 0;
    free(values_a);
    free(values_b);
    return same;
}

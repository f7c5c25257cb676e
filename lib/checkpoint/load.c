/* From a file to a state: read and check everything, then copy. */
#include "checkpoint/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_MOST = 1 << 30 /* bytes in one call: systems have limits of their own */ };

/* O_NONBLOCK, so that a pipe without a writer is refused and not waited for. */
static coulomb_status open_file(file_reading *reading, const char *path)
{
    do
        reading->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (reading->descriptor < 0 && errno == EINTR);
    struct stat about;
    if (reading->descriptor < 0 || fstat(reading->descriptor, &about) != 0)
        return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(errno).text);
    if (S_ISDIR(about.st_mode))
        return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(EISDIR).text);
    if (!S_ISREG(about.st_mode))
        return refuse(reading, COULOMB_ERROR_FILE, "it is not a regular file");
    if ((uintmax_t)about.st_size > SIZE_MAX)
        return refuse(reading, COULOMB_ERROR_MEMORY, "it does not fit into memory");
    reading->size = (size_t)about.st_size;
    if (reading->size == 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it is empty");
    if (reading->size < LENGTH_BYTES)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it has only %zu bytes", reading->size);
    return COULOMB_OK;
}

static coulomb_status read_bytes(const file_reading *reading, void *bytes, size_t count)
{
    char *at = bytes;
    while (count > 0) {
        ssize_t done = read(reading->descriptor, at, count < READ_MOST ? count : READ_MOST);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return refuse(reading, COULOMB_ERROR_FILE, "%s", system_reason(errno).text);
        if (done == 0)
            return refuse(reading, COULOMB_ERROR_FORMAT, "it became shorter while it was read");
        at += done;
        count -= (size_t)done;
    }
    return COULOMB_OK;
}

static coulomb_status read_header(file_reading *reading)
{
    unsigned char length[LENGTH_BYTES];
    coulomb_status status = read_bytes(reading, length, LENGTH_BYTES);
    if (status == COULOMB_OK)
        status = header_measure(reading, length);
    if (status != COULOMB_OK)
        return status;
    coulomb_context *context = reading->state->context;
    char *block = memory_get(context, reading->block_size, 1);
    if (block == NULL)
        return COULOMB_ERROR_MEMORY;
    memcpy(block, length, LENGTH_BYTES);
    status = read_bytes(reading, block + LENGTH_BYTES, reading->block_size - LENGTH_BYTES);
    if (status == COULOMB_OK)
        status = header_read(reading, block);
    memory_release(context, block);
    return status;
}

/* Damage first: then values that are not finite were written so. */
static coulomb_status check_values(const file_reading *reading, const float *values, size_t bytes)
{
    checksum_text printed = checksum_print(crc32_z(0, (const Bytef *)values, bytes));
    if (memcmp(printed.digits, reading->data_checksum.digits, CHECKSUM_DIGITS) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its values are damaged: their checksum is %s, the header says %s",
                      printed.digits, reading->data_checksum.digits);
    const state_array *arrays = reading->state->arrays.data;
    for (size_t i = 0; i < reading->state->array_count; i++) {
        const float *array = values + header_offset(reading, arrays[i].name) / sizeof(float);
        size_t bad = first_not_finite(array, arrays[i].size);
        if (bad < arrays[i].size)
            return refuse(reading, COULOMB_ERROR_FORMAT, "value %zu of array '%s' is %g; expected finite numbers", bad,
                          arrays[i].name, (double)array[bad]);
    }
    return COULOMB_OK;
}

/* Nothing in here can fail. */
static void copy_all(const file_reading *reading, const float *values)
{
    const saved_state *state = reading->state;
    const state_array *arrays = state->arrays.data;
    for (size_t i = 0; i < state->array_count; i++)
        memcpy(arrays[i].values, values + header_offset(reading, arrays[i].name) / sizeof(float),
               arrays[i].size * sizeof(float));
    const state_number *numbers = state->numbers.data;
    for (size_t i = 0; i < state->number_count; i++)
        header_number(reading, numbers[i].name, numbers[i].value);
}

static coulomb_status read_values(const file_reading *reading)
{
    coulomb_context *context = reading->state->context;
    size_t bytes = reading->size - reading->block_size;
    float *values = memory_get(context, bytes, 1);
    if (values == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = read_bytes(reading, values, bytes);
    if (status == COULOMB_OK)
        status = check_values(reading, values, bytes);
    if (status == COULOMB_OK)
        copy_all(reading, values);
    memory_release(context, values);
    return status;
}

coulomb_status state_load(saved_state *state, const char *kind, const char *path)
{
    if (state->status != COULOMB_OK)
        return state->status;
    if (path == NULL || path[0] == '\0')
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "path is %s", path == NULL ? "NULL" : "empty");
    file_reading reading = {.state = state, .kind = kind, .path = quote_path(path)};
    coulomb_status status = open_file(&reading, path);
    if (status == COULOMB_OK)
        status = read_header(&reading);
    if (status == COULOMB_OK)
        status = header_compare(&reading);
    if (status == COULOMB_OK)
        status = read_values(&reading);
    json_decref(reading.header);
    if (reading.descriptor >= 0)
        close(reading.descriptor);
    return status;
}

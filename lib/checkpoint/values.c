/* The values of a safetensors file: read where they are wanted, after all of them were checked. */
#include "checkpoint/safetensors.h"

#include <stdlib.h>
#include <string.h>

enum { PART = 1 << 14 /* bytes at once of values that only their checksum is wanted of */ };

static int by_begin(const void *left, const void *right)
{
    const wanted_array *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

/* Add values that nobody wants to the checksum. */
static coulomb_status sum_bytes(const file_reading *reading, size_t begin, size_t end, uLong *sum)
{
    unsigned char part[PART];
    coulomb_status status = COULOMB_OK;
    while (begin < end && status == COULOMB_OK) {
        size_t count = end - begin < PART ? end - begin : PART;
        status = source_read(reading, reading->block_size + begin, part, count);
        if (status == COULOMB_OK)
            *sum = crc32_z(*sum, part, count);
        begin += count;
    }
    return status;
}

/* All wanted values, one array after the other, from the file's beginning to its end. */
static coulomb_status read_values(const file_reading *reading, const wanted_array *wanted, size_t count, float *values)
{
    uLong sum = 0;
    size_t at = 0, size = reading->size - reading->block_size;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < count && status == COULOMB_OK; i++) {
        size_t bytes = wanted[i].size * sizeof *values;
        if (reading->sealed)
            status = sum_bytes(reading, at, wanted[i].begin, &sum);
        if (status == COULOMB_OK)
            status = source_read(reading, reading->block_size + wanted[i].begin, values, bytes);
        if (status == COULOMB_OK && reading->sealed)
            sum = crc32_z(sum, (const Bytef *)values, bytes);
        at = wanted[i].begin + bytes;
        values += wanted[i].size;
    }
    if (status != COULOMB_OK || !reading->sealed)
        return status;
    status = sum_bytes(reading, at, size, &sum);
    checksum_text printed = checksum_print(sum);
    if (status == COULOMB_OK && memcmp(printed.digits, reading->data_checksum.digits, CHECKSUM_DIGITS) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "its values are damaged: the computed checksum is %s, the stored one %s", printed.digits,
                      reading->data_checksum.digits);
    return status;
}

static coulomb_status check_finite(const file_reading *reading, const wanted_array *wanted, size_t count,
                                   const float *values)
{
    for (size_t i = 0; i < count; values += wanted[i++].size) {
        size_t bad = find_not_finite(reading->context, values, wanted[i].size, NULL);
        if (bad < wanted[i].size)
            return refuse(reading, COULOMB_ERROR_FORMAT, "value %zu of array '%s' is %g; expected finite numbers", bad,
                          quote(wanted[i].name, 0).text, (double)values[bad]);
    }
    return COULOMB_OK;
}

coulomb_status reading_take(const file_reading *reading, wanted_array *wanted, size_t count, load_agreement *agreement)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += wanted[i].size; /* arrays of one file, which do not overlap */
    qsort(wanted, count, sizeof *wanted, by_begin);
    float *values = memory_get(reading->context, total, sizeof *values);
    if (values == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = read_values(reading, wanted, count, values);
    if (status == COULOMB_OK)
        status = check_finite(reading, wanted, count, values);
    if (status == COULOMB_OK && agreement != NULL) {
        agreement->asked = true;
        status = agreement->ask(agreement->user, status, values, total);
    }
    device *on = context_device(reading->context);
    const float *at = values;
    for (size_t i = 0; i < count && status == COULOMB_OK; at += wanted[i++].size)
        on->table->copy_in(on, wanted[i].values, at, wanted[i].size * sizeof *at);
    memory_release(reading->context, values);
    return status;
}

/* Statistics files: as NumPy writes them, our own, and damaged ones. */
#include "fid/statistics.h"
#include "suites.h"
#include "support/npz.h"
#include "unit/told.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { D = 3 };

static const double mean[D] = {1.5, -2.25, 1e-30};
static const double covariance[D * D] = {4.0, 0.5, -0.125, 0.5, 9.0, 1.0 / 3, -0.125, 1.0 / 3, 16.0};

static const char *golden(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", FID_GOLDEN_DIRECTORY, name);
    return path;
}

static const char *const sound[] = {"stored.npz", "deflated.npz", "streamed.npz", "wide.npz"};

START_TEST(reads_what_numpy_writes)
{
    statistics read;
    ck_assert(statistics_read(golden(sound[_i]), &read));
    ck_assert_uint_eq(read.dimension, D);
    ck_assert_mem_eq(read.mean, mean, sizeof mean);
    ck_assert_mem_eq(read.covariance, covariance, sizeof covariance);
    statistics_free(&read);
}
END_TEST

START_TEST(reads_float32_and_leaves_other_entries_alone)
{
    statistics read;
    ck_assert(statistics_read(golden("float32.npz"), &read));
    for (size_t i = 0; i < D; i++)
        ck_assert_double_eq(read.mean[i], (double)(float)mean[i]);
    for (size_t i = 0; i < D * D; i++)
        ck_assert_double_eq(read.covariance[i], (double)(float)covariance[i]);
    statistics_free(&read);
}
END_TEST

START_TEST(reads_fortran_order)
{
    const double added[D * D] = {0, 1, 2, 0, 0, 3, 0, 0, 0};
    statistics read;
    ck_assert(statistics_read(golden("fortran.npz"), &read));
    for (size_t i = 0; i < D * D; i++)
        ck_assert_double_eq(read.covariance[i], covariance[i] + added[i]);
    statistics_free(&read);
}
END_TEST

static const struct {
    const char *file, *told;
} refusals[] = {{"missing.npz", "has no entry 'sigma.npy'"},
                {"shapes.npz", "sigma is 2 x 2; mu has 3 values; expected 3 x 3"},
                {"infinite.npz", "value 4 of 'sigma.npy'"},
                {"integers.npz", "has values of type '<i8'; expected '<f4' or '<f8'"},
                {"no-such.npz", "cannot open"}};

START_TEST(refuses_what_does_not_fit)
{
    statistics read;
    const char *path = golden(refusals[_i].file);
    told_begin();
    bool done = statistics_read(path, &read);
    ck_told(refusals[_i].told);
    ck_assert(!done);
}
END_TEST

START_TEST(reads_its_own_files)
{
    statistics made = {.dimension = D, .mean = (double[D]){0}, .covariance = (double[D * D]){0}}, read;
    memcpy(made.mean, mean, sizeof mean);
    memcpy(made.covariance, covariance, sizeof covariance);
    ck_assert(statistics_write("fid-own.npz", &made));
    ck_assert(statistics_read("fid-own.npz", &read));
    ck_assert_uint_eq(read.dimension, D);
    ck_assert_mem_eq(read.mean, mean, sizeof mean);
    ck_assert_mem_eq(read.covariance, covariance, sizeof covariance);
    statistics_free(&read);
    unlink("fid-own.npz");
}
END_TEST

static unsigned char *load(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    unsigned char *bytes = malloc(1 << 16);
    ck_assert(stream && bytes);
    *size = fread(bytes, 1, 1 << 16, stream);
    fclose(stream);
    return bytes;
}

static const char damaged[] = "fid-damaged.npz";

static void store(const unsigned char *bytes, size_t size)
{
    FILE *stream = fopen(damaged, "wb");
    ck_assert_ptr_nonnull(stream);
    fwrite(bytes, 1, size, stream);
    ck_assert_int_eq(fclose(stream), 0);
}

/* Set a number of 32 bits in a record of the archive that has this signature. */
static void set_number(unsigned char *record, const char signature[4], size_t at, uint32_t value)
{
    ck_assert_mem_eq(record, signature, 4);
    for (int i = 0; i < 4; i++)
        record[at + (size_t)i] = (unsigned char)(value >> 8 * i);
}

/* A file of a thousand bytes that claims an entry of 4 GB: refused by the claim, before memory is asked for. */
START_TEST(refuses_sizes_that_the_file_cannot_hold)
{
    size_t size;
    unsigned char *bytes = load(golden("deflated.npz"), &size);
    unsigned char *end = bytes + size - 22;
    size_t directory = end[16] | (size_t)end[17] << 8;
    statistics read;
    set_number(bytes + directory, "PK\1\2", 24, UINT32_MAX - 1);
    store(bytes, size);
    told_begin();
    bool done = statistics_read(damaged, &read);
    ck_told("is damaged: entry 'mu.npy' cannot have 4294967294 bytes");
    ck_assert(!done);
    free(bytes);
    unlink(damaged);
}
END_TEST

/* The time of writing is not in the file; NumPy's own archives are of the same date. */
START_TEST(the_same_statistics_give_the_same_bytes)
{
    statistics made = {.dimension = D, .mean = (double[D]){0}, .covariance = (double[D * D]){0}};
    unsigned char *bytes[2];
    size_t size[2];
    for (int i = 0; i < 2; i++) {
        ck_assert(setenv("TZ", i ? "UTC-9" : "UTC", 1) == 0);
        ck_assert(statistics_write(damaged, &made));
        bytes[i] = load(damaged, &size[i]);
    }
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], size[0]);
    static const unsigned char first_of_1980[] = {0, 0, 0x21, 0};
    ck_assert_mem_eq(bytes[0] + 10, first_of_1980, 4);
    ck_assert_int_ne(access(damaged, X_OK), 0);
    free(bytes[0]);
    free(bytes[1]);
    unlink(damaged);
}
END_TEST

/* A file that is cut off anywhere is refused with an error message, never read. */
START_TEST(refuses_files_that_are_cut_off)
{
    size_t size;
    unsigned char *bytes = load(golden(sound[_i]), &size);
    store(bytes, size);
    for (size_t left = size; left-- > 0;) {
        statistics read;
        ck_assert_int_eq(truncate(damaged, (off_t)left), 0);
        told_begin();
        bool done = statistics_read(damaged, &read);
        ck_told(damaged);
        ck_assert_msg(!done, "read although only %zu of %zu bytes are left", left, size);
    }
    free(bytes);
    unlink(damaged);
}
END_TEST

/* Of a file with one byte changed either all values are the right ones (the byte does not matter, such as a date's), or
 * it is refused with an error message. */
START_TEST(finds_every_byte_that_matters)
{
    size_t size, refused = 0;
    unsigned char *bytes = load(golden(sound[_i]), &size);
    store(bytes, size);
    int file = open(damaged, O_WRONLY);
    ck_assert_int_ge(file, 0);
    for (size_t at = 0; at < size; at++) {
        unsigned char other = bytes[at] ^ (unsigned char)(1 << at % 8);
        statistics read;
        ck_assert_int_eq(pwrite(file, &other, 1, (off_t)at), 1);
        told_begin();
        bool done = statistics_read(damaged, &read);
        ck_told(done ? "" : damaged);
        ck_assert_int_eq(pwrite(file, bytes + at, 1, (off_t)at), 1);
        refused += !done;
        if (done) {
            ck_assert_uint_eq(read.dimension, D);
            ck_assert_mem_eq(read.mean, mean, sizeof mean);
            ck_assert_mem_eq(read.covariance, covariance, sizeof covariance);
            statistics_free(&read);
        }
    }
    ck_assert_uint_gt(refused, size / 2);
    close(file);
    free(bytes);
    unlink(damaged);
}
END_TEST

/* An archive of no statistics that would fill gigabytes: what is larger than any statistics is not decompressed. */
START_TEST(refuses_entries_larger_than_statistics)
{
    enum { VALUES = 8 * STATISTICS_MOST };
    double *zeros = calloc(VALUES, sizeof *zeros);
    const npz_array arrays[] = {{"mu.npy", 1, {VALUES}, zeros}};
    statistics read;
    ck_assert(npz_write(damaged, arrays, 1));
    told_begin();
    bool done = statistics_read(damaged, &read);
    ck_told("entry 'mu.npy' of fid-damaged.npz has 524416 bytes; expected at most 69632");
    ck_assert(!done);
    free(zeros);
    unlink(damaged);
}
END_TEST

Suite *suite_statistics(void)
{
    const int files = sizeof sound / sizeof *sound;
    Suite *suite = suite_create("statistics");
    TCase *cases = tcase_create("files");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, reads_what_numpy_writes, 0, files);
    tcase_add_test(cases, reads_float32_and_leaves_other_entries_alone);
    tcase_add_test(cases, reads_fortran_order);
    tcase_add_loop_test(cases, refuses_what_does_not_fit, 0, (int)(sizeof refusals / sizeof *refusals));
    tcase_add_test(cases, reads_its_own_files);
    tcase_add_test(cases, the_same_statistics_give_the_same_bytes);
    tcase_add_test(cases, refuses_sizes_that_the_file_cannot_hold);
    tcase_add_test(cases, refuses_entries_larger_than_statistics);
    tcase_add_loop_test(cases, refuses_files_that_are_cut_off, 0, files);
    tcase_add_loop_test(cases, finds_every_byte_that_matters, 0, files);
    suite_add_tcase(suite, cases);
    return suite;
}

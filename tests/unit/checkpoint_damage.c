/* Files that are cut, damaged, made up or somebody else's: each is refused with an error message, and the state stays
 * as it was. */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Loading is refused with this status, and changes nothing. */
static void refused(const char *path, coulomb_status status, const char *part)
{
    sample_state sample = other_sample(), before = sample;
    ck_fails(context, load_sample(&sample, path), status, part);
    ck_assert_mem_eq(&sample, &before, sizeof sample);
}

START_TEST(every_cut_is_noticed)
{
    sample_state sample = first_sample();
    const char *path = in_directory("cut");
    ck_ok(context, save_sample(&sample, path));
    size_t size;
    char *bytes = read_file(path, &size);
    for (size_t cut = 0; cut < size; cut++) {
        write_file(path, bytes, cut);
        refused(path, COULOMB_ERROR_FORMAT, "cannot load");
    }
    bytes[size] = 0;
    write_file(path, bytes, size + 1);
    refused(path, COULOMB_ERROR_FORMAT, "1 bytes after its last array");
    free(bytes);
}
END_TEST

START_TEST(every_flipped_bit_is_noticed)
{
    sample_state sample = first_sample();
    const char *path = in_directory("flipped");
    ck_ok(context, save_sample(&sample, path));
    size_t size;
    char *bytes = read_file(path, &size);
    int file = open(path, O_WRONLY);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        char flipped = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(pwrite(file, &flipped, 1, (off_t)(bit / 8)), 1);
        refused(path, COULOMB_ERROR_FORMAT, "cannot load");
        ck_assert_int_eq(pwrite(file, &bytes[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    close(file);
    ck_ok(context, load_sample(&sample, path));
    free(bytes);
}
END_TEST

#define METADATA ",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"0.5\""
#define ARRAY(name, shape, begin, end)                                                                                 \
    ",\"" name "\":{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" #begin "," #end "]}"
#define WEIGHT ARRAY("layer.weight", "3,2", 0, 24)
#define BIAS ARRAY("layer.bias", "2", 24, 32)

static const float eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

START_TEST(order_in_the_file_does_not_matter)
{
    const char *path = in_directory("by-hand");
    write_by_hand(path, METADATA, ARRAY("layer.bias", "2", 0, 8) ARRAY("layer.weight", "3,2", 8, 32), eight, 8);
    sample_state sample = other_sample();
    ck_ok(context, load_sample(&sample, path));
    ck_assert_mem_eq(sample.bias, eight, sizeof sample.bias);
    ck_assert_mem_eq(sample.weight, eight + 2, sizeof sample.weight);
    ck_assert_uint_eq(sample.update, 41);
}
END_TEST

/* Headers with sound checksums that are wrong in one way each; all in front of eight values. */
static const struct {
    const char *metadata, *arrays;
    coulomb_status status;
    const char *part;
} headers[] = {
    {METADATA, WEIGHT BIAS, COULOMB_OK, ""},
    /* places of arrays */
    {METADATA, WEIGHT ARRAY("layer.bias", "2", 20, 28), COULOMB_ERROR_FORMAT, "starts at byte 20; expected byte 24"},
    {METADATA, WEIGHT ARRAY("layer.bias", "1", 28, 32), COULOMB_ERROR_FORMAT, "starts at byte 28; expected byte 24"},
    {METADATA, WEIGHT ARRAY("layer.bias", "2", 28, 36), COULOMB_ERROR_FORMAT, "ends within array 'layer.bias'"},
    {METADATA, BIAS WEIGHT, COULOMB_OK, ""},
    {METADATA, WEIGHT ARRAY("layer.bias", "2", 24, 28), COULOMB_ERROR_FORMAT, "shape of 8 bytes"},
    {METADATA, WEIGHT ARRAY("layer.bias", "2", 24, 20), COULOMB_ERROR_FORMAT, "two ascending sizes"},
    {METADATA, WEIGHT ARRAY("layer.bias", "4", 24, 40), COULOMB_ERROR_FORMAT, "ends within array 'layer.bias'"},
    {METADATA, WEIGHT ARRAY("layer.bias", "1", 24, 28), COULOMB_ERROR_FORMAT, "4 bytes after its last array"},
    {METADATA, "", COULOMB_ERROR_FORMAT, "32 bytes after its last array"},
    {METADATA, WEIGHT ARRAY("layer.bias", "2", 24.0, 32), COULOMB_ERROR_FORMAT, "two ascending sizes"},
    {METADATA, ARRAY("layer.weight", "3,2", -24, 0) BIAS, COULOMB_ERROR_FORMAT, "two ascending sizes"},
    {METADATA, ARRAY("layer.weight", "3,2", 0, -24) BIAS, COULOMB_ERROR_FORMAT, "two ascending sizes"},
    /* shapes */
    {METADATA, ARRAY("layer.weight", "3,-2", 0, 24) BIAS, COULOMB_ERROR_FORMAT, "is not a list of sizes that fit"},
    {METADATA, ARRAY("layer.weight", "3,2.0", 0, 24) BIAS, COULOMB_ERROR_FORMAT, "is not a list of sizes that fit"},
    {METADATA, ARRAY("layer.weight", "3,\"2\"", 0, 24) BIAS, COULOMB_ERROR_FORMAT, "is not a list of sizes that fit"},
    {METADATA, ARRAY("layer.weight", "4611686018427387910,4", 0, 24) BIAS, COULOMB_ERROR_FORMAT,
     "is not a list of sizes that fit"},
    {METADATA, ARRAY("layer.weight", "4611686018427387910", 0, 24) BIAS, COULOMB_ERROR_FORMAT,
     "is not a list of sizes that fit"},
    {METADATA, ARRAY("layer.weight", "99999999999999999999", 0, 24) BIAS, COULOMB_ERROR_FORMAT, "not valid JSON"},
    {METADATA, ARRAY("layer.weight", "2,3", 0, 24) BIAS, COULOMB_ERROR_MISMATCH, "has shape [2, 3]; expected [3, 2]"},
    {METADATA, ARRAY("layer.weight", "6", 0, 24) BIAS, COULOMB_ERROR_MISMATCH, "has shape [6]; expected [3, 2]"},
    {METADATA, ARRAY("layer.weight", "3,2,1,1,1", 0, 24) BIAS, COULOMB_ERROR_MISMATCH, "has 5 dimensions"},
    /* descriptions of arrays */
    {METADATA, ",\"layer.weight\":{\"dtype\":\"I32\",\"shape\":[3,2],\"data_offsets\":[0,24]}" BIAS,
     COULOMB_ERROR_MISMATCH, "has dtype I32; expected F32"},
    {METADATA, ",\"layer.weight\":{\"dtype\":\"F32\",\"shape\":6,\"data_offsets\":[0,24]}" BIAS, COULOMB_ERROR_FORMAT,
     "is not a list of sizes that fit"},
    {METADATA, ",\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24,32]}" BIAS,
     COULOMB_ERROR_FORMAT, "two ascending sizes"},
    {METADATA, ",\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,2]}" BIAS, COULOMB_ERROR_FORMAT,
     "lacks dtype, shape or data_offsets"},
    {METADATA, ",\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24],\"more\":1}" BIAS,
     COULOMB_ERROR_FORMAT, "lacks dtype, shape or data_offsets"},
    {METADATA, ",\"layer.weight\":[0,24]" BIAS, COULOMB_ERROR_FORMAT, "lacks dtype, shape or data_offsets"},
    /* which arrays there are */
    {METADATA, WEIGHT ARRAY("layer.other", "2", 24, 32), COULOMB_ERROR_MISMATCH, "the file has no array 'layer.bias'"},
    {METADATA, WEIGHT BIAS ARRAY("more", "0", 32, 32), COULOMB_ERROR_MISMATCH, "the file has array 'more'"},
    {METADATA, WEIGHT BIAS ARRAY("a\\nb", "0", 32, 32), COULOMB_ERROR_MISMATCH, "the file has array 'a?b'"},
    {METADATA, WEIGHT WEIGHT BIAS, COULOMB_ERROR_FORMAT, "duplicate object key"},
    {METADATA, WEIGHT BIAS ",\"__metadata__\":{}", COULOMB_ERROR_FORMAT, "duplicate object key"},
    /* metadata */
    {METADATA ",\"update\":\"41\"", WEIGHT BIAS, COULOMB_ERROR_FORMAT, "duplicate object key"},
    {METADATA ",\"more\":\"1\"", WEIGHT BIAS, COULOMB_ERROR_MISMATCH, "the file has setting 'more'"},
    {METADATA ",\"more\":1", WEIGHT BIAS, COULOMB_ERROR_FORMAT, "'more' in its metadata is not a string"},
    {",\"libcoulomb.format\":\"2\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"0.5\"", WEIGHT BIAS,
     COULOMB_ERROR_FORMAT, "version is 2; expected 1"},
    {",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"0.5\"", WEIGHT BIAS, COULOMB_ERROR_FORMAT,
     "no libcoulomb.format"},
    {",\"libcoulomb.format\":\"1\",\"update\":\"41\",\"epsilon\":\"0.5\"", WEIGHT BIAS, COULOMB_ERROR_FORMAT,
     "no libcoulomb.kind"},
    {",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"tuple\",\"update\":\"41\",\"epsilon\":\"0.5\"", WEIGHT BIAS,
     COULOMB_ERROR_MISMATCH, "the file holds a tuple; expected a sample"},
    {",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"3\"", WEIGHT BIAS,
     COULOMB_ERROR_MISMATCH, "the file has epsilon 3, this sample has 0.5"},
    {",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"0.51\"", WEIGHT BIAS,
     COULOMB_ERROR_MISMATCH, "the file has epsilon 0.51, this sample has 0.5"},
    {",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\"", WEIGHT BIAS,
     COULOMB_ERROR_MISMATCH, "the file has epsilon 1 (the default), this sample has 0.5"},
    {",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"epsilon\":\"0.5\"", WEIGHT BIAS,
     COULOMB_ERROR_MISMATCH, "the file has no number 'update'"},
    /* JSON */
    {METADATA "}", WEIGHT BIAS, COULOMB_ERROR_FORMAT, "not valid JSON"},
    {METADATA, WEIGHT BIAS ",", COULOMB_ERROR_FORMAT, "not valid JSON"},
    {METADATA, WEIGHT BIAS "} {", COULOMB_ERROR_FORMAT, "not valid JSON"},
    {METADATA ",\"\xff\":\"\"", WEIGHT BIAS, COULOMB_ERROR_FORMAT, "not valid JSON"},
};

START_TEST(wrong_header_is_refused)
{
    const char *path = in_directory("by-hand");
    write_by_hand(path, headers[_i].metadata, headers[_i].arrays, eight, 8);
    if (headers[_i].status != COULOMB_OK) {
        refused(path, headers[_i].status, headers[_i].part);
    } else {
        sample_state sample = other_sample();
        ck_ok(context, load_sample(&sample, path));
        ck_assert_mem_eq(sample.weight, eight, sizeof sample.weight);
    }
}
END_TEST

static const struct {
    const char *text;
    uint64_t value;
    bool sound;
} numbers[] = {{"0", 0, true},
               {"18446744073709551615", UINT64_MAX, true},
               {"18446744073709551616", 0, false},
               {"184467440737095516150", 0, false},
               {"", 0, false},
               {"00", 0, false},
               {"041", 0, false},
               {"-1", 0, false},
               {"+1", 0, false},
               {" 1", 0, false},
               {"1 ", 0, false},
               {"1.0", 0, false},
               {"0x1", 0, false}};

START_TEST(number_is_plain_decimal)
{
    char metadata[256];
    snprintf(metadata, sizeof metadata,
             ",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"%s\",\"epsilon\":\"0.5\"",
             numbers[_i].text);
    const char *path = in_directory("by-hand");
    write_by_hand(path, metadata, WEIGHT BIAS, eight, 8);
    if (!numbers[_i].sound) {
        refused(path, COULOMB_ERROR_FORMAT, "its number update is '");
        return;
    }
    sample_state sample = other_sample();
    ck_ok(context, load_sample(&sample, path));
    ck_assert_uint_eq(sample.update, numbers[_i].value);
}
END_TEST

START_TEST(value_that_is_not_finite_is_named)
{
    const char *path = in_directory("by-hand");
    const float wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        float values[8] = {0};
        values[7] = wrong[i];
        write_by_hand(path, METADATA, WEIGHT BIAS, values, 8);
        refused(path, COULOMB_ERROR_FORMAT, "value 1 of array 'layer.bias' is ");
    }
}
END_TEST

static void write_sparse(const char *path, uint64_t header, off_t size)
{
    unsigned char length[LENGTH_BYTES];
    for (int i = 0; i < LENGTH_BYTES; i++)
        length[i] = header >> 8 * i & 255;
    write_file(path, length, sizeof length);
    ck_assert_int_eq(truncate(path, size), 0);
}

/* A file can claim any size; only what it can be in a sound file is allocated. */
START_TEST(claims_of_size_allocate_nothing)
{
    const char *path = in_directory("sparse");
    const uint64_t longer[] = {UINT64_MAX, INT64_MAX, (uint64_t)1 << 32, 993};
    memory.largest = 0;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        write_sparse(path, longer[i], 1000);
        refused(path, COULOMB_ERROR_FORMAT, "ends within its header");
    }
    write_sparse(path, HEADER_MOST + 1, (off_t)1 << 32);
    refused(path, COULOMB_ERROR_FORMAT, "16777217 bytes; expected at most 16777216");
    write_sparse(path, 0, 1000);
    refused(path, COULOMB_ERROR_FORMAT, "not valid JSON");
    write_by_hand(path, METADATA, ARRAY("layer.weight", "1048576,1024", 0, 4294967296) BIAS, NULL, 0);
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    ck_assert_int_eq(truncate(path, about.st_size + ((off_t)1 << 32)), 0);
    refused(path, COULOMB_ERROR_FORMAT, "array 'layer.bias' starts at byte 24; expected byte 4294967296");
    ck_assert_uint_lt(memory.largest, 20000);
}
END_TEST

START_TEST(file_of_another_program_is_no_puzzle)
{
    const char *path = in_directory("other");
    const char header[] = "\x60\0\0\0\0\0\0\0{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}         "
                          "                                          \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    write_file(path, header, 8 + 96 + 4);
    refused(path, COULOMB_ERROR_FORMAT, "expected a file that libcoulomb wrote");
}
END_TEST

TCase *checkpoint_damage(void)
{
    TCase *tests = tcase_create("damage");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_cut_is_noticed);
    tcase_add_test(tests, every_flipped_bit_is_noticed);
    tcase_add_test(tests, order_in_the_file_does_not_matter);
    tcase_add_loop_test(tests, wrong_header_is_refused, 0, (int)(sizeof headers / sizeof *headers));
    tcase_add_loop_test(tests, number_is_plain_decimal, 0, (int)(sizeof numbers / sizeof *numbers));
    tcase_add_test(tests, value_that_is_not_finite_is_named);
    tcase_add_test(tests, claims_of_size_allocate_nothing);
    tcase_add_test(tests, file_of_another_program_is_no_puzzle);
    return tests;
}

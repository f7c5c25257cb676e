/* Damaged models of coulomb-table: a zip archive of columns and a generator. Whatever the bytes are, the file is
 * refused, or its generator makes rows that can be written. The archive's checksums are made right too, so that damage
 * is met behind them. */
#include "driver.h"
#include "table/model_file.h"

#include <coulomb/network.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ROWS = 40, MADE = 8, VALUES_MOST = 1 << 18, WORK_MOST = 1 << 24 };

static coulomb_context *context;
static FILE *nowhere;

static void begin(void)
{
    if (context != NULL)
        return;
    fuzz_require(coulomb_context_new(&context) == COULOMB_OK, "no context");
    fuzz_require((nowhere = fopen("/dev/null", "w")) != NULL, "/dev/null");
}

/* --- rows --- */

static bool make_rows(const model *of)
{
    size_t width = of->encoding.width, memory;
    table decoded;
    if (width > VALUES_MOST / MADE ||
        coulomb_network_memory(of->generator, COULOMB_MEMORY_INFERENCE, MADE, &memory) != COULOMB_OK ||
        memory > WORK_MOST)
        return false;
    float *vectors = malloc(MADE * width * sizeof *vectors);
    fuzz_require(vectors != NULL, "memory");
    bool done = coulomb_network_generate(of->generator, MADE, vectors) == COULOMB_OK;
    for (size_t i = 0; done && i < MADE * width; i++)
        fuzz_require(isfinite(vectors[i]), "a value that is not finite");
    fuzz_require(!done || encoding_decode(&of->encoding, vectors, MADE, fuzz_below(2), &decoded), "decoding");
    free(vectors);
    if (!done)
        return false;
    table_write_header(decoded.of, nowhere);
    table_write_rows(&decoded, 0, nowhere);
    table_free(&decoded);
    return true;
}

static bool read_once(const char *path)
{
    model read;
    bool done = model_read(context, path, &read) && make_rows(&read);
    model_free(&read);
    return done;
}

/* --- checksums --- */

static uint32_t number_at(const uint8_t *bytes, int count)
{
    uint32_t number = 0;
    for (int i = count - 1; i >= 0; i--)
        number = number << 8 | bytes[i];
    return number;
}

static void put_sum(uint8_t *bytes, uLong sum)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(sum >> 8 * i);
}

/* An entry of the directory: its checksum at 16, the packed size at 20, its place at 42; there, the checksum at 14, and
 * the lengths of name and extra field at 26. */
static void seal_entry(uint8_t *bytes, size_t size, uint8_t *entry)
{
    enum { LOCAL = 30 };
    size_t place = number_at(entry + 42, 4), packed = number_at(entry + 20, 4);
    if (place + LOCAL > size)
        return;
    uint8_t *local = bytes + place;
    size_t data = place + LOCAL + number_at(local + 26, 2) + number_at(local + 28, 2);
    if (data > size || packed > size - data)
        return;
    uLong sum = crc32_z(0, bytes + data, packed);
    put_sum(entry + 16, sum);
    put_sum(local + 14, sum);
}

static void seal(uint8_t *bytes, size_t size)
{
    enum { ENTRY = 46 };
    for (size_t i = 0; i + ENTRY <= size; i++)
        if (memcmp(bytes + i, "PK\1\2", 4) == 0)
            seal_entry(bytes, size, bytes + i);
}

/* As it is, and sealed. */
static bool read_model(const char *path)
{
    static uint8_t bytes[FUZZ_ROOM];
    begin();
    bool done = read_once(path);
    FILE *stream = fopen(path, "r+b");
    fuzz_require(stream != NULL, path);
    size_t size = fread(bytes, 1, sizeof bytes, stream);
    seal(bytes, size);
    rewind(stream);
    fuzz_require(fwrite(bytes, 1, size, stream) == size && fclose(stream) == 0, path);
    return read_once(path) || done;
}

/* --- a sound one --- */

static void make_encoding(const char *path, encoding *made)
{
    static table read;
    static columns found;
    const encoding_options few = {.values_most = 4, .categories_most = 5, .all_categories_most = 9, .spike = 0.2};
    FILE *to = fopen(path, "wb");
    fuzz_require(to != NULL, path);
    fputs("name,n,day\n", to);
    for (int i = 0; i < ROWS; i++)
        fprintf(to, "K\xc3\xa4uze %d,%d.%d,2024-01-%02d\n", i % 3, i, i % 7, 1 + i % 28);
    fuzz_require(fclose(to) == 0 && table_read(path, &(table_options){0}, &found, &read), path);
    fuzz_require(encoding_make(&read, NULL, read.rows, &few, made), path);
    table_free(&read);
}

static void write_model(size_t number, const char *path)
{
    encoding made;
    coulomb_network *generator;
    const size_t two = 2;
    int32_t node = 0;
    char network[520];
    (void)number;
    begin();
    make_encoding(path, &made);
    snprintf(network, sizeof network, "%s.network", path);
    fuzz_require(coulomb_network_new(context, &generator) == COULOMB_OK &&
                     coulomb_network_input(generator, &two, 1, &node) == COULOMB_OK &&
                     coulomb_network_dense(generator, node, made.width, NULL, &node) == COULOMB_OK &&
                     coulomb_network_finish(generator, node, 3) == COULOMB_OK &&
                     coulomb_network_save(generator, network) == COULOMB_OK && model_write(path, &made, network),
                 path);
    remove(network);
    coulomb_network_free(generator);
    encoding_free(&made);
}

void fuzz_end(void)
{
    if (nowhere)
        fclose(nowhere);
    coulomb_context_free(context);
}

const fuzz_target fuzz_targets[] = {
    {.name = "archive", .read = read_model, .write = write_model, .seeds = 1, .file = "model", .least = 0.01}};
const size_t fuzz_target_count = 1;

/* Arbitrary bytes to every reader of the programs' files but databases (lmdb.c) and checkpoints (checkpoint.c):
 * whatever they are, the file is refused or read, and all memory is given back. */
#include "driver.h"

#include "billion-word/text.h"
#include "fid/statistics.h"
#include "images/exif.h"
#include "images/exif_file.h"
#include "images/source.h"
#include "support/history.h"
#include "support/json.h"
#include "support/npy.h"
#include "support/rate_drops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 3 };

typedef struct settings_read {
    bool flag;
    uint64_t count;
    double number;
    const char *text;
    int32_t choice;
} settings_read;

static settings_read chosen;

static void make_table(option_table *table)
{
    static const option_choice choices[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
    const option_row rows[] = {{.name = "flag", .flag = &chosen.flag},
                               {.name = "count", .count = &chosen.count, .high = 1e6},
                               {.name = "number", .number = &chosen.number},
                               {.name = "text", .text = &chosen.text},
                               {.name = "choice", .choice = &chosen.choice, .choices = choices}};
    chosen = (settings_read){.count = 7, .number = 0.1, .text = "a\xff\"b"};
    options_begin(table, "fuzz-readers", "");
    options_add(table, "", rows, sizeof rows / sizeof *rows);
}

static bool read_settings(const char *path)
{
    static option_table table;
    make_table(&table);
    json_t *read = json_read(path);
    bool done = read && options_from_json(&table, read);
    size_t length = done && chosen.text ? strlen(chosen.text) : 0;
    json_decref(read);
    return done && length < FUZZ_ROOM;
}

static void write_settings(size_t number, const char *path)
{
    (void)number;
    static option_table table;
    make_table(&table);
    json_t *made = json_from_options(&table);
    fuzz_require(json_write(path, made), path);
    json_decref(made);
}

static bool read_npy(const char *path)
{
    npy_array read;
    bool done = npy_read(path, &read) && npy_round(path, &read);
    npy_free(&read);
    return done;
}

static void write_npy(size_t number, const char *path)
{
    (void)number;
    const size_t shape[] = {3, 2};
    fuzz_require(npy_write(path, 2, shape, (const float[]){1, 2, 3, 4, 5, 6}), path);
}

static bool read_statistics(const char *path)
{
    statistics read;
    bool done = statistics_read(path, &read);
    if (done)
        statistics_free(&read);
    return done;
}

static void write_statistics(size_t number, const char *path)
{
    (void)number;
    const statistics made = {2, (double[]){1, 2}, (double[]){1, 0, 0, 1}};
    fuzz_require(statistics_write(path, &made), path);
}

static const char *const history_names[COLUMNS] = {"update", "loss", "energy"};

/* As pictures read it; and taken up again, after which all of its rows are sound. */
static bool read_history(const char *path)
{
    history_rows rows;
    history table;
    bool done = history_read(path, COLUMNS, &rows);
    if (done)
        free(rows.values);
    bool taken_up = history_open(&table, path, history_names, COLUMNS, 5);
    history_close(&table);
    if (!taken_up)
        return done;
    fuzz_require(history_read(path, COLUMNS, &rows), "a history that was taken up");
    for (size_t i = 0; i < rows.rows; i++)
        fuzz_require(rows.values[i * COLUMNS] <= 5 &&
                         (i == 0 || rows.values[i * COLUMNS] > rows.values[(i - 1) * COLUMNS]),
                     "rows in their order");
    free(rows.values);
    return true;
}

static void write_history(size_t number, const char *path)
{
    (void)number;
    history table;
    fuzz_require(history_open(&table, path, history_names, COLUMNS, 0), path);
    for (uint64_t update = 1; update < 10; update++)
        fuzz_require(history_append(&table, update, (const double[]){0.5, -1e-9}), path);
    history_close(&table);
}

static bool read_text(const char *path)
{
    corpus made;
    corpus_builder *builder = corpus_begin();
    if (!text_read(path, 1000, builder)) {
        corpus_abandon(builder);
        return false;
    }
    bool done = corpus_finish(builder, 20, &made);
    if (done)
        corpus_free(&made);
    return done;
}

static void write_text(size_t number, const char *path)
{
    (void)number;
    FILE *stream = fopen(path, "w");
    fuzz_require(stream, path);
    for (int i = 0; i < 30; i++)
        fprintf(stream, "line %d of Käuze\r\n", i);
    fclose(stream);
}

static bool read_image(const char *path)
{
    static uint8_t bytes[FUZZ_ROOM];
    const image_request requests[] = {{.upright = true}, {.upright = true, .scaled = true, .crop = 16, .size = 2}};
    bool decoded[2];
    FILE *stream = fopen(path, "rb");
    fuzz_require(stream != NULL, path);
    size_t size = fread(bytes, 1, sizeof bytes, stream);
    fclose(stream);
    for (size_t i = 0; i < 2; i++) {
        image_crop made;
        float values[3 * 2 * 2];
        decoded[i] = image_decode_crop(bytes, size, requests + i, &made) == NULL;
        if (!decoded[i])
            continue;
        fuzz_require(image_resize(&made.decoded, made.part, 2, 3, IMAGE_BICUBIC, values), "memory");
        image_free(&made.decoded);
    }
    fuzz_require(decoded[0] == decoded[1], "a picture is whole or not, however it is decoded");
    return decoded[0];
}

static void store(const char *path, const void *bytes, size_t size)
{
    FILE *stream = fopen(path, "wb");
    fuzz_require(stream && fwrite(bytes, 1, size, stream) == size && fclose(stream) == 0, path);
}

/* The second with EXIF data. */
static void write_image(size_t number, const char *path, enum image_format format)
{
    uint8_t pixels[3 * 24 * 17], exif[EXIF_MOST], *bytes;
    size_t size;
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * i >> 3);
    fuzz_require(image_encode(&(image){24, 17, pixels}, format, 70, &bytes, &size) == NULL, "encoding");
    if (number == 1) {
        uint8_t *put = exif_put(format, bytes, size, exif, exif_make(6, 1, exif), 0, &size);
        fuzz_require(put != NULL, "memory");
        free(bytes);
        bytes = put;
    }
    store(path, bytes, size);
    free(bytes);
}

static void write_jpeg(size_t number, const char *path)
{
    write_image(number, path, IMAGE_JPEG);
}

static void write_png(size_t number, const char *path)
{
    write_image(number, path, IMAGE_PNG);
}

static void write_webp(size_t number, const char *path)
{
    write_image(number, path, IMAGE_WEBP);
}

/* The data alone, in a file that is nothing else. */
static bool take_exif(const uint8_t *bytes, size_t size)
{
    size_t whole;
    uint8_t start[] = {0xff, 0xd8, 0xff, 0xd9};
    size_t used = size < 60000 ? size : 60000;
    uint8_t *file = exif_put(IMAGE_JPEG, start, sizeof start, bytes, used, 0, &whole);
    fuzz_require(file != NULL, "memory");
    int found = exif_orientation(file, whole);
    free(file);
    fuzz_require(found >= 1 && found <= 8, "an orientation");
    return found != 1;
}

static size_t seed_exif(size_t number, uint8_t *bytes)
{
    return exif_make(6, (int)number, bytes);
}

/* The file has the name of one of CIFAR-10's. Every record is decoded. */
static bool read_cifar(const char *path)
{
    image_source source;
    char directory[512];
    snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
    bool done = source_open_cifar(directory, &(image_request){.size = 0}, &source);
    for (uint64_t i = 0; done && i < source.count; i++) {
        char name[128];
        image_crop found;
        source.name(source.data, i, sizeof name, name);
        if (!source.read(source.data, i, &found))
            image_free(&found.decoded);
    }
    if (done)
        source.close(source.data);
    return done;
}

static void write_cifar(size_t number, const char *path)
{
    (void)number;
    enum { RECORDS = 3, RECORD = 1 + 3 * 32 * 32 };
    static uint8_t bytes[RECORDS * RECORD];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i % RECORD == 0 ? i / RECORD : i * i >> 4);
    store(path, bytes, sizeof bytes);
}

/* Records stay whole in most rounds. */
static size_t damage_cifar(uint8_t *bytes, size_t size)
{
    bytes[fuzz_below(size)] = (uint8_t)fuzz_below(256);
    return fuzz_below(4) ? size : fuzz_damage(bytes, size);
}

void fuzz_end(void)
{
}

const fuzz_target fuzz_targets[] = {
    {.name = "settings", .read = read_settings, .write = write_settings, .seeds = 1, .file = "settings.json"},
    {.name = "npy", .read = read_npy, .write = write_npy, .seeds = 1, .file = "a.npy"},
    {.name = "npz", .read = read_statistics, .write = write_statistics, .seeds = 1, .file = "a.npz"},
    {.name = "history", .read = read_history, .write = write_history, .seeds = 1, .file = "history.csv"},
    {.name = "text", .read = read_text, .write = write_text, .seeds = 1, .file = "text"},
    {.name = "jpeg", .read = read_image, .write = write_jpeg, .seeds = 2, .file = "a.jpg"},
    {.name = "png", .read = read_image, .write = write_png, .seeds = 2, .file = "a.png"},
    {.name = "webp", .read = read_image, .write = write_webp, .seeds = 2, .file = "a.webp"},
    {.name = "exif", .take = take_exif, .seed = seed_exif, .seeds = 2, .least = 0.1},
    {.name = "cifar",
     .read = read_cifar,
     .write = write_cifar,
     .seeds = 1,
     .file = "data_batch_1.bin",
     .damage = damage_cifar,
     .least = 0.1}};
const size_t fuzz_target_count = sizeof fuzz_targets / sizeof *fuzz_targets;

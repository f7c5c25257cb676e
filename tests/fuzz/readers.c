/* Arbitrary bytes to every reader of the programs but those of databases (lmdb.c) and checkpoints (checkpoint.c):
 * whatever they are, the file is refused or read, and all memory is given back.
 *
 * With libFuzzer: compile with -DLIBFUZZER -fsanitize=fuzzer; the first byte of an input chooses the reader. Otherwise
 * a program that damages sound files of each kind, as often as its argument says, always in the same ways. */
#include "billion-word/text.h"
#include "fid/statistics.h"
#include "images/image.h"
#include "support/history.h"
#include "support/json.h"
#include "support/npy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { FILE_MOST = 1 << 20, COLUMNS = 3 };

static char path[] = "/tmp/fuzz-readers.XXXXXX";
static int file = -1;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    perror(what);
    abort();
}

/* --- what reads, and what writes a sound file of its kind --- */

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

static bool read_settings(void)
{
    static option_table table;
    make_table(&table);
    json_t *read = json_read(path);
    bool done = read && options_from_json(&table, read);
    size_t length = done && chosen.text ? strlen(chosen.text) : 0;
    json_decref(read);
    return done && length < FILE_MOST;
}

static void write_settings(void)
{
    static option_table table;
    make_table(&table);
    json_t *made = json_from_options(&table);
    require(json_write(path, made), path);
    json_decref(made);
}

static bool read_npy(void)
{
    npy_array read;
    bool done = npy_read(path, &read) && npy_round(path, &read);
    npy_free(&read);
    return done;
}

static void write_npy(void)
{
    const size_t shape[] = {3, 2};
    require(npy_write(path, 2, shape, (const float[]){1, 2, 3, 4, 5, 6}), path);
}

static bool read_statistics(void)
{
    statistics read;
    bool done = statistics_read(path, &read);
    if (done)
        statistics_free(&read);
    return done;
}

static void write_statistics(void)
{
    const statistics made = {2, (double[]){1, 2}, (double[]){1, 0, 0, 1}};
    require(statistics_write(path, &made), path);
}

static bool read_history(void)
{
    history_rows rows;
    bool done = history_read(path, COLUMNS, &rows);
    if (done)
        free(rows.values);
    return done;
}

static void write_history(void)
{
    static const char *const names[COLUMNS] = {"update", "loss", "energy"};
    history table;
    require(history_open(&table, path, names, COLUMNS, 0), path);
    for (uint64_t update = 1; update < 10; update++)
        require(history_append(&table, update, (const double[]){0.5, -1e-9}), path);
    history_close(&table);
}

static bool read_text(void)
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

static void write_text(void)
{
    FILE *stream = fopen(path, "w");
    require(stream, path);
    for (int i = 0; i < 30; i++)
        fprintf(stream, "line %d of Käuze\r\n", i);
    fclose(stream);
}

static bool read_image(void)
{
    static uint8_t bytes[FILE_MOST];
    image made;
    ssize_t size = pread(file, bytes, sizeof bytes, 0);
    bool done = size >= 0 && image_decode(bytes, (size_t)size, &made) == NULL;
    if (done)
        image_free(&made);
    return done;
}

static void write_image(enum image_format format)
{
    uint8_t pixels[3 * 24 * 17], *bytes;
    size_t size;
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * i >> 3);
    require(image_encode(&(image){24, 17, pixels}, format, 70, &bytes, &size) == NULL, "encoding");
    FILE *stream = fopen(path, "wb");
    require(stream && fwrite(bytes, 1, size, stream) == size, path);
    fclose(stream);
    free(bytes);
}

static void write_jpeg(void)
{
    write_image(IMAGE_JPEG);
}

static void write_png(void)
{
    write_image(IMAGE_PNG);
}

static void write_webp(void)
{
    write_image(IMAGE_WEBP);
}

static const struct {
    const char *name;
    bool (*read)(void);
    void (*write)(void);
} readers[] = {{"settings", read_settings, write_settings},
               {"npy", read_npy, write_npy},
               {"npz", read_statistics, write_statistics},
               {"history", read_history, write_history},
               {"text", read_text, write_text},
               {"jpeg", read_image, write_jpeg},
               {"png", read_image, write_png},
               {"webp", read_image, write_webp}};

enum { READERS = sizeof readers / sizeof *readers };

/* --- rounds --- */

/* What is said of each damage is of no interest. */
static void begin(void)
{
    if (file >= 0)
        return;
    file = mkstemp(path);
    require(file >= 0, path);
    require(freopen("/dev/null", "w", stderr) != NULL, "/dev/null");
}

/* In place: some file systems wait for the disk when a file is made anew. */
static bool try_bytes(size_t reader, const uint8_t *bytes, size_t size)
{
    require(pwrite(file, bytes, size, 0) == (ssize_t)size && ftruncate(file, (off_t)size) == 0, path);
    return readers[reader].read();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    begin();
    if (size > 0)
        try_bytes(bytes[0] % READERS, bytes + 1, size - 1);
    return 0;
}

#ifndef LIBFUZZER

static uint32_t state = 1;

static size_t below(size_t bound)
{
    state = state * 1664525u + 1013904223u;
    return (size_t)(((uint64_t)state * bound) >> 32);
}

/* Another byte, a digit for a digit, a part that is missing, or one that is there twice. */
static size_t damage(uint8_t *bytes, size_t size)
{
    size_t at = below(size), length = 1 + below(8);
    switch (below(4)) {
    case 0:
        bytes[at] = (uint8_t)below(256);
        return size;
    case 1:
        for (; at < size && (bytes[at] < '0' || bytes[at] > '9'); at++)
            ;
        if (at < size)
            bytes[at] = (uint8_t)('0' + below(10));
        return size;
    case 2:
        length = length < size - at ? length : size - at - 1;
        memmove(bytes + at, bytes + at + length, size - at - length);
        return size - length;
    default:
        length = length < size - at ? length : size - at;
        memmove(bytes + at + length, bytes + at, size - at);
        return size + length;
    }
}

/* Rounds with one reader: how many of them it took. */
static long damage_often(size_t reader, long rounds)
{
    static uint8_t sound[FILE_MOST], bytes[FILE_MOST];
    long taken = 0;
    readers[reader].write();
    /* writers replace the file */
    close(file);
    file = open(path, O_RDWR);
    ssize_t read = pread(file, sound, sizeof sound, 0);
    require(read > 0 && readers[reader].read(), readers[reader].name);
    for (long i = 0; i < rounds; i++) {
        size_t size = (size_t)read;
        memcpy(bytes, sound, size);
        for (size_t wounds = 1 + below(4); wounds > 0; wounds--)
            size = damage(bytes, size);
        taken += try_bytes(reader, bytes, below(10) ? size : below(size));
    }
    return taken;
}

int main(int count, char **arguments)
{
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : 1000;
    begin();
    for (size_t i = 0; i < READERS; i++)
        printf("ok - %ld damaged files, %s: %ld are read\n", rounds, readers[i].name, damage_often(i, rounds));
    printf("1..%d\n", READERS);
    close(file);
    unlink(path);
    return 0;
}

#endif

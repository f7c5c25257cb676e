/* See driver.h. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *count, char ***arguments);

/* Where this file prints to. What programs say of each input is of no interest; what sanitizers say goes to the
 * descriptor. */
static FILE *results, *messages;

static void be_quiet(void)
{
    results = stdout;
    messages = stderr;
#ifdef __GLIBC__
    stdout = fopen("/dev/null", "w");
    stderr = fopen("/dev/null", "w");
#endif
}

void fuzz_require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(messages ? messages : stderr, "%s: %s\n", what, strerror(errno));
    abort();
}

/* xorshift64* (Vigna 2016) */
static uint64_t state = 88172645463325252u;

size_t fuzz_below(size_t bound)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * UINT64_C(2685821657736338717)) >> 32) % bound;
}

size_t fuzz_damage(uint8_t *bytes, size_t size)
{
    size_t at = fuzz_below(size), length = 1 + fuzz_below(8);
    length = length < size - at ? length : size - at;
    switch (fuzz_below(4)) {
    case 0:
        bytes[at] = (uint8_t)fuzz_below(256);
        return size;
    case 1:
        for (; at < size && (bytes[at] < '0' || bytes[at] > '9'); at++)
            ;
        if (at < size)
            bytes[at] = (uint8_t)('0' + fuzz_below(10));
        return size;
    case 2:
        memmove(bytes + at, bytes + at + length, size - at - length);
        return size > length ? size - length : 1;
    default:
        if (size + length > FUZZ_ROOM)
            return size;
        memmove(bytes + at + length, bytes + at, size - at);
        return size + length;
    }
}

/* --- files --- */

static char directory[256], path[512];

static void begin_files(const fuzz_target *target)
{
    const char *place = getenv("TMPDIR");
    if (!directory[0]) {
        snprintf(directory, sizeof directory, "%s/fuzz.XXXXXX", place ? place : "/tmp");
        fuzz_require(mkdtemp(directory) != NULL, directory);
    }
    snprintf(path, sizeof path, "%s/%s", directory, target->file);
}

/* In place: some file systems wait for the disk when a file is made anew. */
static void store(const char *name, const uint8_t *bytes, size_t size)
{
    int file = open(name, O_WRONLY | O_CREAT, 0600);
    fuzz_require(file >= 0 && write(file, bytes, size) == (ssize_t)size && ftruncate(file, (off_t)size) == 0, name);
    close(file);
}

static size_t load(const char *name, uint8_t *bytes)
{
    int file = open(name, O_RDONLY);
    ssize_t size = file < 0 ? -1 : read(file, bytes, FUZZ_ROOM);
    fuzz_require(size > 0 && size < FUZZ_ROOM, name);
    close(file);
    return (size_t)size;
}

static bool take(const fuzz_target *target, const uint8_t *bytes, size_t size)
{
    if (target->take)
        return target->take(bytes, size);
    begin_files(target);
    store(path, bytes, size);
    return target->read(path);
}

static size_t seed(const fuzz_target *target, size_t number, uint8_t *bytes)
{
    if (target->seed)
        return target->seed(number, bytes);
    begin_files(target);
    target->write(number, path);
    return load(path, bytes);
}

static void end(void)
{
    for (size_t i = 0; directory[0] && i < fuzz_target_count; i++)
        if (fuzz_targets[i].file) {
            begin_files(&fuzz_targets[i]);
            unlink(path);
        }
    rmdir(directory);
    fuzz_end();
}

/* --- libFuzzer --- */

static const fuzz_target *chosen = fuzz_targets;

static void choose(const char *name)
{
    for (size_t i = 0; i < fuzz_target_count; i++)
        if (strcmp(fuzz_targets[i].name, name) == 0)
            chosen = &fuzz_targets[i];
    fuzz_require(strcmp(chosen->name, name) == 0, name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    take(chosen, bytes, size);
    return 0;
}

/* Some sound inputs of each target in a directory of its name. */
static void write_seeds(const char *into)
{
    enum { MOST = 100 };
    static uint8_t bytes[FUZZ_ROOM];
    char name[4096];
    for (size_t i = 0; i < fuzz_target_count; i++) {
        snprintf(name, sizeof name, "%s/%s", into, fuzz_targets[i].name);
        mkdir(name, 0777);
        for (size_t number = 0; number < MOST && number < fuzz_targets[i].seeds; number++) {
            snprintf(name, sizeof name, "%s/%s/seed-%zu", into, fuzz_targets[i].name, number);
            store(name, bytes, seed(&fuzz_targets[i], number, bytes));
        }
        fprintf(results, "%s\n", fuzz_targets[i].name);
    }
    end();
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count;
    (void)arguments;
    be_quiet();
    const char *into = getenv("FUZZ_SEEDS"), *name = getenv("FUZZ_TARGET");
    if (into) {
        write_seeds(into);
        fflush(results);
        exit(0);
    }
    if (name)
        choose(name);
    else
        chosen = fuzz_targets;
    return 0;
}

/* --- damaged seeds --- */

#ifndef LIBFUZZER

enum { KEPT_MOST = 8 };

typedef struct sound_input {
    uint8_t *bytes;
    size_t size;
} sound_input;

static void keep_seeds(const fuzz_target *target, uint8_t *bytes, sound_input kept[KEPT_MOST])
{
    for (size_t i = 0; i < target->seeds && target->seeds <= KEPT_MOST; i++) {
        kept[i].size = seed(target, i, bytes);
        kept[i].bytes = malloc(kept[i].size);
        fuzz_require(kept[i].bytes && kept[i].size > 0, target->name);
        memcpy(kept[i].bytes, bytes, kept[i].size);
        fuzz_require(take(target, bytes, kept[i].size), target->name);
    }
}

static size_t sound_bytes(const fuzz_target *target, const sound_input *kept, size_t number, uint8_t *bytes)
{
    if (target->seeds > KEPT_MOST)
        return seed(target, number, bytes);
    memcpy(bytes, kept[number].bytes, kept[number].size);
    return kept[number].size;
}

/* How many of the damaged inputs are taken. */
static long try_often(const fuzz_target *target, long rounds)
{
    static uint8_t bytes[FUZZ_ROOM];
    sound_input kept[KEPT_MOST] = {{NULL, 0}};
    long taken = 0;
    keep_seeds(target, bytes, kept);
    for (long i = 0; i < rounds; i++) {
        size_t size = sound_bytes(target, kept, (size_t)i % target->seeds, bytes);
        for (size_t wounds = fuzz_below(4) + !target->whole; wounds > 0; wounds--)
            size = (target->damage ? target->damage : fuzz_damage)(bytes, size);
        taken += take(target, bytes, fuzz_below(10) ? size : fuzz_below(size));
    }
    for (size_t i = 0; i < KEPT_MOST; i++)
        free(kept[i].bytes);
    return taken;
}

/* ROUNDS [BEGINNING]: how often each target is tried, and where the random numbers begin. */
int main(int count, char **arguments)
{
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : 1000, failures = 0;
    state += count > 2 ? strtoull(arguments[2], NULL, 10) : 0;
    LLVMFuzzerInitialize(&count, &arguments);
    for (size_t i = 0; i < fuzz_target_count; i++) {
        long taken = try_often(&fuzz_targets[i], rounds);
        bool reached = (double)taken >= fuzz_targets[i].least * (double)rounds;
        fprintf(results, "%sok - %ld damaged inputs, %s: %ld are taken\n", reached ? "" : "not ", rounds,
                fuzz_targets[i].name, taken);
        fflush(results);
        failures += !reached;
    }
    end();
    fprintf(results, "1..%zu\n", fuzz_target_count);
    return failures > 0;
}

#endif

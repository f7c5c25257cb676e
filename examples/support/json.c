#include "json.h"

#include "console.h"
#include "files.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* In memory JSON takes many times the bytes of its text. */
enum { BYTES_MOST = 1 << 24 };

/* A vocabulary may have the character U+0000. */
static const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;

static bool write_text(const char *path, const char *text)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    /* a write that fails shows in the stream when the file is committed */
    fputs(text, file.stream);
    fputc('\n', file.stream);
    return file_commit(&file);
}

/* jansson takes some failures of memory for the end of the text, so it is read again before it counts. */
static bool says_the_same(const char *text, const json_t *value)
{
    json_t *read = json_loads(text, flags, NULL);
    bool same = read && json_equal(read, value);
    json_decref(read);
    return same;
}

bool json_write(const char *path, const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
    bool done = text && says_the_same(text, value);
    done = done ? write_text(path, text) : complain("cannot write %s: no memory for its contents", path);
    free(text);
    return done;
}

json_t *json_read(const char *path)
{
    json_error_t error;
    FILE *stream = file_open(path);
    if (!stream)
        return NULL;
    struct stat status;
    bool told = fstat(fileno(stream), &status) == 0;
    if (!told || status.st_size > BYTES_MOST) {
        int reason = errno;
        fclose(stream);
        if (!told)
            complain("cannot read %s: %s", path, strerror(reason));
        else
            complain("%s is larger than %d MiB; expected the settings or the vocabulary of a run", path,
                     BYTES_MOST >> 20);
        return NULL;
    }
    json_t *value = json_loadf(stream, flags, &error);
    fclose(stream);
    if (json_is_object(value))
        return value;
    complain("cannot read %s: %s", path, value ? "it is not a JSON object" : error.text);
    json_decref(value);
    return NULL;
}

/* json_object_set_new() and json_array_append_new() take the value in any case. */
static void keep_or_release(json_t **whole, bool done)
{
    if (done)
        return;
    json_decref(*whole);
    *whole = NULL;
}

void json_put(json_t **object, const char *key, json_t *value)
{
    keep_or_release(object, json_object_set_new(*object, key, value) == 0);
}

void json_append(json_t **array, json_t *value)
{
    keep_or_release(array, json_array_append_new(*array, value) == 0);
}

json_t *json_number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

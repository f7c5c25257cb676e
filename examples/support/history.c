#include "history.h"

#include "console.h"
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 4096 };

static void write_header(FILE *stream, const char *const *names, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        fprintf(stream, "%s%s", names[i], i + 1 < columns ? "," : "\n");
}

static bool has_header(FILE *stream, const char *const *names, size_t columns)
{
    char line[LINE_MOST];
    if (!fgets(line, sizeof line, stream))
        return false;
    const char *at = line;
    for (size_t i = 0; i < columns; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(at, names[i], length) != 0 || at[length] != (i + 1 < columns ? ',' : '\n'))
            return false;
        at += length + 1;
    }
    return true;
}

/* values[columns], or NULL */
static bool parse_row(const char *line, size_t columns, double *values)
{
    const char *at = line;
    for (size_t i = 0; i < columns; i++) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || *end != (i + 1 < columns ? ',' : '\n'))
            return false;
        if (values)
            values[i] = value;
        at = end + 1;
    }
    return true;
}

/* fgets() with '?' for NUL, which would hide the line's end; false at the file's. */
static bool read_line(FILE *stream, char line[LINE_MOST])
{
    size_t length = 0;
    int read;
    while (length + 1 < LINE_MOST && (read = getc(stream)) != EOF) {
        line[length] = (char)read;
        if (read == '\0')
            line[length] = '?';
        length++;
        if (read == '\n')
            break;
    }
    line[length] = '\0';
    return length > 0;
}

/* Rows up to update `done`. Behind those of the last checkpoint a loss of power may leave anything, which is dropped;
 * but where rows follow that were there when it was saved, they would be dropped too. */
static bool copy_rows(FILE *old, const char *path, size_t columns, uint64_t done, FILE *to)
{
    char line[LINE_MOST];
    uint64_t last = 0;
    size_t number = 1, damaged = 0;
    for (bool whole = true; read_line(old, line);) {
        bool begins = whole;
        whole = strchr(line, '\n') != NULL;
        number += begins;
        if (!begins || !parse_row(line, columns, NULL)) {
            bool cut = begins && !whole && feof(old) && strlen(line) + 1 < sizeof line;
            damaged = damaged > 0 || cut ? damaged : number;
            continue;
        }
        uint64_t update = strtoull(line, NULL, 10);
        if (update > done)
            break;
        if (damaged > 0 || update <= last)
            return complain("line %zu of %s is %s; restore the file", damaged > 0 ? damaged : number, path,
                            damaged > 0 ? "damaged" : "out of order");
        fputs(line, to);
        last = update;
    }
    if (damaged > 0)
        say("%s is damaged from line %zu on; continuing with the rows before.", path, damaged);
    return true;
}

/* Rewrites the file with the rows up to update `done`. */
static bool rewrite(FILE *old, const char *path, const char *const *names, size_t columns, uint64_t done)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    write_header(file.stream, names, columns);
    bool copied = !old || copy_rows(old, path, columns, done, file.stream);
    if (copied && old && ferror(old) != 0)
        copied = complain("cannot read %s: %s", path, strerror(errno));
    if (copied)
        return file_commit(&file);
    file_abandon(&file);
    return false;
}

static bool keep_rows(const char *path, const char *const *names, size_t columns, uint64_t done)
{
    bool exists, fine = true;
    if (!file_look(path, &exists))
        return false;
    FILE *old = exists ? file_open(path) : NULL;
    if (exists && !old)
        return false;
    if (!exists && done > 0)
        say("There is no %s with the rows up to update %" PRIu64 "; it begins anew.", path, done);
    if (old && !has_header(old, names, columns)) {
        int reason = ferror(old) != 0 ? errno : 0;
        fine = reason ? complain("cannot read %s: %s", path, strerror(reason))
                      : complain("the columns of %s are not those of this program", path);
    }
    fine = fine && rewrite(old, path, names, columns, done);
    if (old)
        fclose(old);
    return fine;
}

bool history_open(history *table, const char *path, const char *const *names, size_t columns, uint64_t done)
{
    *table = (history){.columns = columns};
    snprintf(table->path, sizeof table->path, "%s", path);
    /* a run from the beginning does not look at what an earlier one left */
    if (done == 0 && unlink(path) != 0 && errno != ENOENT)
        return complain("cannot replace %s: %s", path, strerror(errno));
    if (!keep_rows(path, names, columns, done))
        return false;
    /* the file that was just written, not one that somebody has linked there since */
    int descriptor = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    table->stream = descriptor >= 0 ? fdopen(descriptor, "a") : NULL;
    if (table->stream)
        return true;
    complain("cannot open %s: %s", path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return false;
}

static bool check(const history *table, bool done)
{
    return done ? true : complain("cannot write %s: %s", table->path, strerror(errno));
}

bool history_append(history *table, uint64_t update, const double *values)
{
    fprintf(table->stream, "%" PRIu64, update);
    for (size_t i = 0; i + 1 < table->columns; i++)
        fprintf(table->stream, ",%.9g", values[i]);
    bool done = fputc('\n', table->stream) != EOF && fflush(table->stream) == 0;
    return check(table, done && ferror(table->stream) == 0);
}

bool history_sync(history *table)
{
    return check(table, fflush(table->stream) == 0 && fsync(fileno(table->stream)) == 0);
}

void history_close(history *table)
{
    if (table->stream)
        fclose(table->stream);
    table->stream = NULL;
}

bool history_read(const char *path, size_t columns, history_rows *rows)
{
    *rows = (history_rows){.columns = columns};
    FILE *stream = file_open(path);
    char line[LINE_MOST];
    if (!stream)
        return false;
    if (!fgets(line, sizeof line, stream)) {
        int reason = ferror(stream) != 0 ? errno : 0;
        fclose(stream);
        return reason ? complain("cannot read %s: %s", path, strerror(reason)) : complain("%s is empty", path);
    }
    bool done = true;
    for (size_t room = 0; done && fgets(line, sizeof line, stream); rows->rows++) {
        if (rows->rows == room) {
            room = room > 0 ? 2 * room : 1024;
            double *larger = realloc(rows->values, (room * columns + 1) * sizeof *larger);
            if (!larger) {
                done = complain("no memory for the rows of %s", path);
                break;
            }
            rows->values = larger;
        }
        done = parse_row(line, columns, rows->values + rows->rows * columns) ||
               complain("%s has a row that is not %zu numbers: %.60s", path, columns, line);
    }
    if (done && ferror(stream) != 0)
        done = complain("cannot read %s: %s", path, strerror(errno));
    fclose(stream);
    if (!done) {
        free(rows->values);
        rows->values = NULL;
    }
    return done;
}

double *history_column(const history_rows *rows, size_t column)
{
    double *values = malloc((rows->rows > 0 ? rows->rows : 1) * sizeof *values);
    for (size_t i = 0; values && i < rows->rows; i++)
        values[i] = rows->values[i * rows->columns + column];
    return values;
}

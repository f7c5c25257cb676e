#include "csv.h"

#include "csv_bytes.h"

#include "support/console.h"

#include <stdlib.h>
#include <string.h>

enum { COMPLAINTS_MOST = 5, ROOM_FIRST = 1024, SAMPLE_BYTES = 1 << 18, SAMPLE_RECORDS = 200 };

/* Cells are moved to the front of the file's bytes as they are read: without their quotes they are never longer. */
typedef struct scanner {
    const char *path;
    const char *at, *end; /* of what is still to be read */
    char *to;
    char separator;
    size_t line; /* of `at` */
    csv *into;
    size_t room;
    size_t wrong; /* records with another number of cells */
} scanner;

const char *csv_next(const char *cell)
{
    return cell + strlen(cell) + 1;
}

const char *csv_text(const char *cell)
{
    return *cell == CSV_QUOTED ? cell + 1 : cell;
}

static bool ends_line(char character)
{
    return character == '\n' || character == '\r';
}

/* Move past the end of a line. */
static const char *next_line(const char *at, const char *end)
{
    if (at < end && *at == '\r')
        return at + 1 < end && at[1] == '\n' ? at + 2 : at + 1;
    return at < end ? at + 1 : at;
}

static bool scan_quoted(scanner *of)
{
    size_t opened = of->line;
    *of->to++ = CSV_QUOTED;
    for (of->at++; of->at < of->end; *of->to++ = *of->at++) {
        if (*of->at == '\n' || (*of->at == '\r' && (of->at + 1 == of->end || of->at[1] != '\n')))
            of->line++;
        if (*of->at != '"')
            continue;
        if (++of->at < of->end && *of->at == '"')
            continue;
        if (of->at == of->end || *of->at == of->separator || ends_line(*of->at))
            return true;
        return complain("%s, line %zu: '%c' after a closing quote; expected '%c' or the end of the line", of->path,
                        of->line, *of->at, of->separator);
    }
    return complain("%s: the quote that opens on line %zu never ends", of->path, opened);
}

static void scan_plain(scanner *of)
{
    const char *at = of->at, *end = of->end;
    char *to = of->to, separator = of->separator;
    while (at < end && *at != separator && !ends_line(*at))
        *to++ = *at++;
    of->at = at;
    of->to = to;
}

/* The cells of one record, up to the end of its line. */
static bool scan_cells(scanner *of, size_t *cells)
{
    for (*cells = 0;;) {
        if (of->at < of->end && *of->at == '"') {
            if (!scan_quoted(of))
                return false;
        } else {
            scan_plain(of);
        }
        ++*cells;
        bool more = of->at < of->end && *of->at == of->separator;
        if (more)
            of->at++;
        else
            of->at = next_line(of->at, of->end);
        *of->to++ = '\0'; /* only now: it may stand where the separator stood */
        if (!more)
            return true;
    }
}

static bool make_room(scanner *of)
{
    csv *into = of->into;
    if (into->records < of->room)
        return true;
    if (into->records >= UINT32_MAX / 2)
        return complain("%s has more than %zu records", of->path, into->records);
    size_t room = of->room > 0 ? 2 * of->room : ROOM_FIRST;
    uint32_t *larger = realloc(into->lines, room * sizeof *larger);
    if (!larger)
        return complain("no memory for the lines of %s", of->path);
    into->lines = larger;
    of->room = room;
    return true;
}

static bool keep_record(scanner *of, size_t line, size_t cells)
{
    csv *into = of->into;
    if (!make_room(of))
        return false;
    if (into->records == 0) {
        into->columns = cells;
        if (cells > CSV_COLUMNS_MOST)
            return complain("%s has %zu columns; expected at most %d", of->path, cells, CSV_COLUMNS_MOST);
    }
    if (cells != into->columns && ++of->wrong <= COMPLAINTS_MOST)
        complain("%s, line %zu: %zu cell%s; expected %zu, as on line %zu", of->path, line, cells, cells == 1 ? "" : "s",
                 into->columns, (size_t)into->lines[0]);
    into->lines[into->records++] = (uint32_t)line;
    return true;
}

static bool scan(scanner *of)
{
    while (of->at < of->end) {
        size_t line = of->line, cells;
        if (ends_line(*of->at)) { /* an empty line */
            of->at = next_line(of->at, of->end);
        } else if (!scan_cells(of, &cells) || !keep_record(of, line, cells)) {
            return false;
        }
        of->line++;
    }
    if (of->wrong > COMPLAINTS_MOST)
        complain("%s: %zu more lines are wrong", of->path, of->wrong - COMPLAINTS_MOST);
    if (of->wrong > 0)
        return false;
    return of->into->records > 0 || complain("%s has only empty lines; expected a line of names, and rows", of->path);
}

/* --- the separator --- */

typedef struct sample {
    size_t records;
    size_t cells;   /* of the first record */
    size_t as_many; /* records that have as many */
} sample;

/* Count a separator outside quotes in the first records; empty lines are none. */
static sample try_separator(const char *at, const char *end, char separator)
{
    sample tried = {0};
    bool quoted = false, starts = true, empty = true;
    for (size_t cells = 1; at < end && tried.records < SAMPLE_RECORDS; at++) {
        if (*at == '"' && (quoted || starts))
            quoted = !quoted;
        bool ends = !quoted && ends_line(*at);
        cells += !quoted && *at == separator;
        starts = ends || (!quoted && *at == separator);
        empty = empty && ends;
        if (!ends || empty)
            continue;
        tried.records++;
        if (tried.cells == 0)
            tried.cells = cells;
        tried.as_many += cells == tried.cells;
        cells = 1;
        empty = true;
    }
    return tried;
}

/* The one by which most of the first records have as many cells as the first of all, and more than one; among such, the
 * one by which they have most. If there is none, it is a space, if all records agree on that; or the table has one
 * column, and any will do that does not occur. */
static char find_separator(const char *begin, const char *end)
{
    static const char candidates[] = ",;\t|";
    char best = 0, absent = 0;
    sample best_tried = {0};
    if (end - begin > SAMPLE_BYTES)
        end = begin + SAMPLE_BYTES;
    for (const char *candidate = candidates; *candidate; candidate++) {
        sample tried = try_separator(begin, end, *candidate);
        if (!absent && tried.cells <= 1 && tried.as_many == tried.records)
            absent = *candidate;
        if (tried.cells > 1 && (tried.as_many > best_tried.as_many ||
                                (tried.as_many == best_tried.as_many && tried.cells > best_tried.cells))) {
            best = *candidate;
            best_tried = tried;
        }
    }
    sample spaces = try_separator(begin, end, ' ');
    if (!best && spaces.cells > 1 && spaces.as_many == spaces.records && spaces.records > 2)
        best = ' ';
    if (!best)
        best = absent;
    if (!best)
        best = candidates[0];
    return best;
}

static bool first_line_has_carriage_return(const char *begin, const char *end)
{
    const char *feed = memchr(begin, '\n', (size_t)(end - begin));
    return feed && feed > begin && feed[-1] == '\r';
}

bool csv_read(const char *path, char separator, csv *read)
{
    size_t size, begin;
    *read = (csv){0};
    read->cells = csv_bytes_read(path, &size, &begin);
    if (!read->cells)
        return false;
    const char *first = read->cells + begin, *end = read->cells + size;
    read->separator = separator;
    if (!separator)
        read->separator = find_separator(first, end);
    read->carriage_returns = first_line_has_carriage_return(first, end);
    scanner of = {path, first, end, read->cells, read->separator, 1, read, 0, 0};
    if (scan(&of))
        return true;
    csv_free(read);
    return false;
}

void csv_free(csv *of)
{
    free(of->cells);
    free(of->lines);
    *of = (csv){0};
}

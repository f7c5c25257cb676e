#define _XOPEN_SOURCE 700

#include "fixture.h"

#include "unit/told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char data[] = "/tmp/table-data.XXXXXX", wished[] = "/tmp/table-wishes.XXXXXX";
static bool made;

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

const char *fixture_file(const void *bytes, size_t size)
{
    if (!made) {
        int first = mkstemp(data), second = mkstemp(wished);
        ck_assert(first >= 0 && second >= 0);
        close(first);
        close(second);
        made = true;
    }
    write_file(data, bytes, size);
    return data;
}

const char *fixture_text(const char *text)
{
    return fixture_file(text, strlen(text));
}

void fixture_remove(void)
{
    if (!made)
        return;
    unlink(data);
    unlink(wished);
}

static table_options options_of(const char *wishes)
{
    if (wishes)
        write_file(wished, wishes, strlen(wishes));
    return (table_options){.columns = wishes ? wished : NULL};
}

void fixture_table(const char *text, const char *wishes, columns *found, table *read)
{
    const char *path = fixture_text(text);
    table_options options = options_of(wishes);
    told_begin();
    bool done = table_read(path, &options, found, read);
    const char *said = told_text();
    ck_assert_msg(done, "%s", said);
}

void fixture_refuses(const char *text, const char *wishes, const char *part)
{
    columns found;
    table read;
    const char *path = fixture_text(text);
    table_options options = options_of(wishes);
    told_begin();
    bool done = table_read(path, &options, &found, &read);
    const char *said = told_text();
    ck_assert_msg(!done, "\"%.60s\" is read", text);
    ck_assert_msg(strstr(said, part) != NULL, "\"%s\" does not say \"%s\"", said, part);
}

char *fixture_written(const table *of)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(stream);
    table_write_header(of->of, stream);
    table_write_rows(of, 0, stream);
    ck_assert_int_eq(fclose(stream), 0);
    return text;
}

uint32_t fixture_below(uint32_t *state, uint32_t bound)
{
    *state = *state * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)*state * bound) >> 32);
}

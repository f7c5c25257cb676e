/* Cells of CSV files, and files that are none. */
#include "table/csv.h"

#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <string.h>

/* A text, and its cells with '/' behind each and a line feed behind each record. */
typedef struct sound_case {
    const char *text, *cells;
    char separator;
} sound_case;

static const sound_case sound[] = {
    {"a,b\n1,2\n", "a/b/\n1/2/\n", ','},
    {"a,b\r\n1,2\r\n", "a/b/\n1/2/\n", ','},
    {"a,b\r1,2\r", "a/b/\n1/2/\n", ','},
    {"a,b\n1,2", "a/b/\n1/2/\n", ','},
    {"\xef\xbb\xbf"
     "a,b\n1,2\n",
     "a/b/\n1/2/\n", ','},
    {"a;b\n1,5;2,5\n", "a/b/\n1,5/2,5/\n", ';'},
    {"a\tb, c\n1\t2\n", "a/b, c/\n1/2/\n", '\t'},
    {"a|b\n1|2\n", "a/b/\n1/2/\n", '|'},
    {"a,b\n\"1,\"\"x\"\"\",\"2\n3\"\n", "a/b/\n\"1,\"x\"/\"2\n3/\n", ','},
    {"a,b\n\"\",\n", "a/b/\n\"//\n", ','},
    {"a,b\n1\"2,3\n", "a/b/\n1\"2/3/\n", ','},
    {"\n\na,b\n\n1,2\n\n", "a/b/\n1/2/\n", ','},
    {"a\n1\n2\n", "a/\n1/\n2/\n", ','},
    {"a\n1,5\n2,5\n", "a/\n1,5/\n2,5/\n", ';'},
    {"a b\n1 2\n3 4\n", "a/b/\n1/2/\n3/4/\n", ' '},
    {"a b\n1 2\n3\n", "a b/\n1 2/\n3/\n", ','},
    {"a,b,\n1,2,\n", "a/b//\n1/2//\n", ','},
    {"\"a;1\",b\n\"x;y;z\",2\n", "\"a;1/b/\n\"x;y;z/2/\n", ','},
    {"K\xc3\xa4uze,\xe2\x82\xac\n\xf0\x9f\xa6\x89,2\n", "K\xc3\xa4uze/\xe2\x82\xac/\n\xf0\x9f\xa6\x89/2/\n", ','},
};

START_TEST(cells_are_those_of_the_text)
{
    const sound_case *at = &sound[_i];
    char cells[200] = "";
    csv read;
    ck_assert(csv_read(fixture_text(at->text), '\0', &read));
    const char *cell = read.cells;
    for (size_t i = 0; i < read.records; i++, strcat(cells, "\n"))
        for (size_t j = 0; j < read.columns; j++, cell = csv_next(cell)) {
            strcat(cells, cell);
            strcat(cells, "/");
        }
    ck_assert_str_eq(cells, at->cells);
    ck_assert_int_eq(read.separator, at->separator);
    ck_assert(read.carriage_returns == (strstr(at->text, "\r\n") != NULL));
    csv_free(&read);
}
END_TEST

START_TEST(records_know_their_lines)
{
    csv read;
    ck_assert(csv_read(fixture_text("a,b\r\n\r\n1,\"x\ny\r\nz\"\n2,3\r4,5"), ',', &read));
    ck_assert_uint_eq(read.records, 4);
    const uint32_t lines[] = {1, 3, 6, 7};
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(read.lines[i], lines[i]);
    csv_free(&read);
}
END_TEST

static void refuse(const char *path, const char *part)
{
    csv read;
    told_begin();
    bool done = csv_read(path, '\0', &read);
    const char *said = told_text();
    ck_assert(!done);
    ck_assert_msg(strstr(said, part) != NULL, "\"%s\" does not say \"%s\"", said, part);
}

typedef struct damaged_case {
    const char *text;
    size_t size; /* 0: up to NUL */
    const char *part;
} damaged_case;

static const damaged_case damaged[] = {
    {"\n\r\n\n", 0, "has only empty lines"},
    {"a,b\n1,2\n1\n3,4\n", 0, "line 3: 1 cell; expected 2, as on line 1"},
    {"a,b\n1,2,3\n", 0, "line 2: 3 cells; expected 2"},
    {"a,b\n1\n1\n1\n1\n1\n1\n1\n", 0, "2 more lines are wrong"},
    {"a,b\n1,2\n3,\"x\n4,5\n", 0, "the quote that opens on line 3 never ends"},
    {"a,b\n1,\"x\"y\n", 0, "line 2: 'y' after a closing quote; expected ','"},
    {"a,b\n1,\0\n", 9, "line 2: a NUL byte"},
    {"\xff\xfe"
     "a\0,\0b\0\n\0",
     10, "is UTF-16"},
    {"a\0,\0b\0\n\0", 8, "seems to be UTF-16"},
    {"\x1f\x8b\b\0\0\0", 6, "is compressed by gzip"},
    {"PK\3\4\x14\0\0\0", 8, "is a zip archive or a spreadsheet"},
    {"\0a\0,\0b\0\n", 8, "seems to be UTF-16"},
    {"a,b\n1,K\xe4uze\n", 0, "line 2: the byte 0xe4 is not UTF-8"},
    {"a,b\n1,\xc0\x80\n", 0, "line 2: the byte 0xc0 is not UTF-8"},
    {"a,b\n1,\xed\xa0\x80\n", 0, "line 2: the byte 0xed is not UTF-8"},
    {"a,b\n1,2\n\xe2\x82", 0, "line 3: the byte 0xe2 is not UTF-8"},
};

START_TEST(what_is_no_table_is_refused)
{
    const damaged_case *at = &damaged[_i];
    refuse(fixture_file(at->text, at->size ? at->size : strlen(at->text)), at->part);
}
END_TEST

START_TEST(only_regular_files_are_read)
{
    refuse(fixture_text(""), "is empty; expected a line of names, and rows");
    refuse("/tmp", "is not a regular file");
    refuse("/dev/null", "is not a regular file");
    refuse("/nonexistent", "cannot open");
}
END_TEST

START_TEST(columns_are_bounded)
{
    static char wide[2 * CSV_COLUMNS_MOST + 4];
    memset(wide, ',', CSV_COLUMNS_MOST);
    wide[CSV_COLUMNS_MOST] = '\n';
    refuse(fixture_text(wide), "4097 columns; expected at most 4096");
}
END_TEST

Suite *suite_csv(void)
{
    Suite *suite = suite_create("csv");
    TCase *all = tcase_create("csv");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, cells_are_those_of_the_text, 0, sizeof sound / sizeof *sound);
    tcase_add_test(all, records_know_their_lines);
    tcase_add_loop_test(all, what_is_no_table_is_refused, 0, sizeof damaged / sizeof *damaged);
    tcase_add_test(all, only_regular_files_are_read);
    tcase_add_test(all, columns_are_bounded);
    suite_add_tcase(suite, all);
    return suite;
}

/* LMDB sets: every record is reached, and damaged databases are refused instead of ending the program. */
#include "fixture.h"
#include "images/source.h"
#include "suites.h"
#include "unit/told.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const image_request whole = {.size = 0};

/* A number's key: of 40 characters, in no order that follows the numbers. */
static void make_key(unsigned number, char key[41])
{
    snprintf(key, 41, "%08x%032u", number * 2654435761u, number);
}

static void write_database(const char *directory, unsigned records)
{
    MDB_env *environment;
    MDB_txn *transaction;
    MDB_dbi database;
    ck_assert_int_eq(mdb_env_create(&environment), 0);
    ck_assert_int_eq(mdb_env_set_mapsize(environment, (size_t)1 << 26), 0);
    ck_assert_int_eq(mdb_env_open(environment, directory, MDB_NOSYNC, 0666), 0);
    ck_assert_int_eq(mdb_txn_begin(environment, NULL, 0, &transaction), 0);
    ck_assert_int_eq(mdb_dbi_open(transaction, NULL, 0, &database), 0);
    for (unsigned i = 0; i < records; i++) {
        char key[41];
        size_t size;
        uint8_t *bytes = fixture_numbered(i, &size);
        make_key(i, key);
        MDB_val name = {40, key}, value = {size, bytes};
        ck_assert_int_eq(mdb_put(transaction, database, &name, &value, 0), 0);
        free(bytes);
    }
    ck_assert_int_eq(mdb_txn_commit(transaction), 0);
    mdb_env_close(environment);
    unlink(fixture_path("lock.mdb"));
}

static unsigned number_of(const image_crop *found)
{
    return found->decoded.pixels[0] | (unsigned)found->decoded.pixels[1] << 8;
}

START_TEST(every_record_is_reached_in_the_order_of_the_keys)
{
    static const unsigned sizes[] = {1, 63, 64, 65, 1000};
    const char *directory = fixture_directory();
    image_source source;
    char before[41] = "", key[41], name[128];
    write_database(directory, sizes[_i]);
    ck_assert(source_open_lmdb(directory, &whole, &source));
    ck_assert_uint_eq(source.count, sizes[_i]);
    for (uint64_t i = 0; i < source.count; i++) {
        image_crop found;
        ck_assert_ptr_null(source.read(source.data, i, &found));
        make_key(number_of(&found), key);
        ck_assert_int_lt(strcmp(before, key), 0);
        strcpy(before, key);
        source.name(source.data, i, sizeof name, name);
        ck_assert_ptr_nonnull(strstr(name, key));
        image_free(&found.decoded);
    }
    source_close(&source);
    ck_assert_msg(access(fixture_path("lock.mdb"), F_OK) != 0, "reading made a lock file");
}
END_TEST

static uint8_t *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

START_TEST(a_database_cut_short_is_refused)
{
    const char *directory = fixture_directory(), *path = fixture_path("data.mdb");
    size_t size;
    write_database(directory, 1000);
    uint8_t *bytes = read_whole(path, &size);
    fixture_write(path, bytes, size / 2);
    fixture_refuses(directory, "it is truncated");
    fixture_write(path, bytes, 100);
    fixture_refuses(directory, "data.mdb");
    fixture_write(path, "", 0);
    fixture_refuses(directory, "data.mdb");
    free(bytes);
}
END_TEST

START_TEST(another_file_of_that_name_is_refused)
{
    const char *directory = fixture_directory();
    char text[20000];
    memset(text, 'x', sizeof text);
    fixture_write(fixture_path("data.mdb"), text, sizeof text);
    fixture_refuses(directory, "is not an LMDB database");
}
END_TEST

START_TEST(an_empty_database_is_refused)
{
    const char *directory = fixture_directory();
    write_database(directory, 0);
    fixture_refuses(directory, "is empty");
}
END_TEST

/* One page after the other is wiped: each time the database is refused, or some records cannot be read, or the page
 * held nothing. */
START_TEST(wiped_pages_do_not_end_the_program)
{
    const size_t page = 4096;
    const char *directory = fixture_directory(), *path = fixture_path("data.mdb");
    size_t size, refused = 0;
    write_database(directory, 600);
    uint8_t *bytes = read_whole(path, &size), *wiped = malloc(size);
    for (size_t at = 2 * page; at < size; at += page) {
        image_set_options options = fixture_options(directory);
        image_set *set;
        memcpy(wiped, bytes, size);
        memset(wiped + at, 0, page);
        fixture_write(path, wiped, size);
        told_begin();
        bool opened = image_set_open(&options, &set);
        const char *said = told_text();
        refused += !opened;
        ck_assert_msg(opened || strstr(said, "are damaged"), "%s", said);
        if (opened)
            image_set_close(set);
    }
    ck_assert_uint_gt(refused, 5);
    free(bytes);
    free(wiped);
}
END_TEST

/* The first branch page's children all become its first one: every page is sound in itself. */
START_TEST(pages_that_are_met_twice_are_damage)
{
    const char *directory = fixture_directory(), *path = fixture_path("data.mdb");
    size_t size, at = 2 * 4096;
    write_database(directory, 600);
    uint8_t *bytes = read_whole(path, &size);
    while (at < size && bytes[at + 10] != 1)
        at += 4096;
    ck_assert_uint_lt(at, size);
    size_t nodes = ((size_t)(bytes[at + 12] | bytes[at + 13] << 8) - 16) / 2;
    ck_assert_uint_gt(nodes, 2);
    size_t first = at + (size_t)(bytes[at + 16] | bytes[at + 17] << 8);
    for (size_t i = 1; i < nodes; i++) {
        size_t node = at + (size_t)(bytes[at + 16 + 2 * i] | bytes[at + 17 + 2 * i] << 8);
        memcpy(bytes + node, bytes + first, 6);
    }
    fixture_write(path, bytes, size);
    fixture_refuses(directory, "are damaged");
    free(bytes);
}
END_TEST

/* Of many records a damaged page is left out, and told; the others are what they were. */
START_TEST(one_damaged_page_of_many_is_left_out)
{
    enum { RECORDS = 12000 };
    const char *directory = fixture_directory(), *path = fixture_path("data.mdb");
    size_t size, at = 100 * 4096;
    image_source sound, source;
    write_database(directory, RECORDS);
    ck_assert(source_open_lmdb(directory, &whole, &sound));
    uint8_t *bytes = read_whole(path, &size);
    while (bytes[at + 10] != 2)
        at += 4096;
    bytes[at] ^= 1;
    fixture_write(path, bytes, size);
    told_begin();
    ck_assert(source_open_lmdb(directory, &whole, &source));
    ck_assert_ptr_nonnull(strstr(told_text(), "skipped 1 damaged pages"));
    ck_assert_uint_lt(source.count, RECORDS);
    ck_assert_uint_gt(source.count, RECORDS - 120);
    ck_assert(source.hash != sound.hash);
    source_close(&source);
    source_close(&sound);
    free(bytes);
}
END_TEST

static void refuses_one_record(size_t record, const char *reason, void change(uint8_t *page, uint8_t *node))
{
    const char *directory = fixture_directory(), *path = fixture_path("data.mdb");
    size_t size, at = 2 * 4096;
    image_source source;
    write_database(directory, 20);
    uint8_t *bytes = read_whole(path, &size);
    while (bytes[at + 10] != 2)
        at += 4096;
    change(bytes + at, bytes + at + (bytes[at + 16 + 2 * record] | bytes[at + 17 + 2 * record] << 8));
    fixture_write(path, bytes, size);
    ck_assert(source_open_lmdb(directory, &whole, &source));
    ck_assert_uint_eq(source.count, 20);
    for (size_t i = 0; i < 20; i++) {
        image_crop found = {0};
        char name[128];
        const char *wrong = source.read(source.data, i, &found);
        source.name(source.data, i, sizeof name, name);
        ck_assert_msg(i == record ? wrong && strstr(wrong, reason) : !wrong, "record %zu: %s", i, wrong ? wrong : "");
        image_free(&found.decoded);
    }
    source_close(&source);
    free(bytes);
}

static void large_value(uint8_t *page, uint8_t *node)
{
    (void)page;
    memset(node, 0xff, 4);
}

static void large_key(uint8_t *page, uint8_t *node)
{
    (void)page;
    memset(node + 6, 0xff, 2);
}

static void value_elsewhere(uint8_t *page, uint8_t *node)
{
    (void)page;
    node[4] = 1;
    memset(node + 8 + 40, 0xff, 8);
}

static void database_inside(uint8_t *page, uint8_t *node)
{
    (void)page;
    node[4] = 2;
}

static void node_outside(uint8_t *page, uint8_t *node)
{
    (void)node;
    page[16 + 2 * 5] = 0xff;
    page[17 + 2 * 5] = 0xff;
}

START_TEST(a_damaged_record_is_refused_and_the_others_read)
{
    static const char pages[] = "pages are damaged around it";
    refuses_one_record(3, pages, large_value);
    fixture_remove();
    refuses_one_record(0, pages, large_key);
    fixture_remove();
    refuses_one_record(7, pages, value_elsewhere);
    fixture_remove();
    refuses_one_record(19, "a database in the database", database_inside);
    fixture_remove();
    refuses_one_record(5, pages, node_outside);
}
END_TEST

Suite *suite_lmdb(void)
{
    Suite *suite = suite_create("lmdb");
    TCase *all = tcase_create("lmdb");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, every_record_is_reached_in_the_order_of_the_keys, 0, 5);
    tcase_add_test(all, a_database_cut_short_is_refused);
    tcase_add_test(all, another_file_of_that_name_is_refused);
    tcase_add_test(all, an_empty_database_is_refused);
    tcase_add_test(all, wiped_pages_do_not_end_the_program);
    tcase_add_test(all, pages_that_are_met_twice_are_damage);
    tcase_add_test(all, one_damaged_page_of_many_is_left_out);
    tcase_add_test(all, a_damaged_record_is_refused_and_the_others_read);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}

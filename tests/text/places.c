/* Files and directories of texts. */
#include "fixture.h"
#include "suites.h"
#include "unit/check_more.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/text-cases.XXXXXX";

static void make_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void write_file(const char *name, const char *contents)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (contents == NULL) {
        ck_assert_int_eq(mkdir(path, 0777), 0);
        return;
    }
    FILE *stream = fopen(path, "w");
    ck_assert_ptr_nonnull(stream);
    fputs(contents, stream);
    fclose(stream);
}

static void read_directory(const char *below)
{
    char path[200];
    snprintf(path, sizeof path, "%s%s", directory, below);
    corpus_builder *builder = corpus_begin();
    ck_assert(text_read(path, SIZE_MAX, builder));
    ck_assert(corpus_finish(builder, VOCABULARY_PAPER, &text));
}

static void remove_directory(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    ck_assert_int_eq(system(command), 0);
    corpus_free(&text);
}

START_TEST(directories_are_read_in_the_order_of_names)
{
    write_file("b.txt", "three\nfour");
    write_file("a", NULL);
    write_file("a/z.txt", "one\n");
    write_file("aa", "two\n");
    write_file(".hidden", "never\n");
    read_directory("");
    const char *const expected[] = {"one", "two", "three", "four"};
    ck_assert_uint_eq(text.count, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(strncmp(line(i), expected[i], strlen(expected[i])), 0);
    corpus_free(&text);
    read_directory("/b.txt");
    ck_assert_uint_eq(text.count, 2);
}
END_TEST

/* Parts 01 to 99 alone, by number. */
START_TEST(the_benchmark_is_recognised)
{
    const char *const places[] = {"", "training-monolingual.tokenized.shuffled/"};
    for (size_t i = 0; i < 2; i++) {
        const char *const names[] = {"news.en-00010-of-00100", "news.en-00002-of-00100", "news.en-00000-of-00100",
                                     "news.en-00100-of-00100", "a.txt"};
        const char *const contents[] = {"ten", "two", "never", "never", "never"};
        if (i == 1)
            write_file("training-monolingual.tokenized.shuffled", NULL);
        for (size_t j = 0; j < 5; j++) {
            char name[100], words[20];
            snprintf(name, sizeof name, "%s%s", places[i], names[j]);
            snprintf(words, sizeof words, "%s %zu\n", contents[j], i);
            write_file(name, words);
        }
        corpus_free(&text);
        read_directory("");
        ck_assert_uint_eq(text.count, 2);
        ck_assert_str_eq(line(0), i == 0 ? "two 0```````````````````````````" : "two 1```````````````````````````");
        ck_assert_str_eq(line(1), i == 0 ? "ten 0```````````````````````````" : "ten 1```````````````````````````");
    }
}
END_TEST

/* Without them the text would be a shorter one. */
START_TEST(parts_that_cannot_be_read_are_errors)
{
    char path[200];
    text_files found;
    write_file("news.en-00010-of-00100", "ten\n");
    snprintf(path, sizeof path, "%s/news.en-00002-of-00100", directory);
    ck_assert_int_eq(symlink("on a disk that is not there", path), 0);
    ck_assert(!text_files_find(directory, &found));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert(text_files_find(directory, &found));
    ck_assert_uint_eq(found.count, 1);
    text_files_free(&found);
}
END_TEST

START_TEST(places_without_text_are_refused)
{
    char path[200];
    text_files found;
    ck_assert(!text_files_find(directory, &found));
    snprintf(path, sizeof path, "%s/missing", directory);
    ck_assert(!text_files_find(path, &found));
    ck_assert(!text_files_find("/dev/null", &found));
    ck_assert_uint_eq(found.count, 0);
}
END_TEST

TCase *text_places(void)
{
    TCase *tests = tcase_create("places");
    tcase_add_checked_fixture(tests, make_directory, remove_directory);
    tcase_add_test(tests, directories_are_read_in_the_order_of_names);
    tcase_add_test(tests, the_benchmark_is_recognised);
    tcase_add_test(tests, parts_that_cannot_be_read_are_errors);
    tcase_add_test(tests, places_without_text_are_refused);
    return tests;
}

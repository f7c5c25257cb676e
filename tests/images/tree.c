/* Directory trees: which files are found and in what order, and what is said of directories that hold none. */
#include "images/tree.h"

#include "fixture.h"
#include "suites.h"
#include "unit/privileges.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void touch(const char *name)
{
    fixture_write(fixture_path(name), "x", 1);
}

static void add_directory(const char *name)
{
    ck_assert_int_eq(mkdir(fixture_path(name), 0777), 0);
}

START_TEST(files_are_found_in_the_order_of_their_names)
{
    static const char *const expected[] = {"10.png",       "9.JPG",   "b.webp",     "A/x.jpeg",
                                           "A/deep/1.jpg", "a/y.png", "c.jpg/z.jpg"};
    static const char *const made[] = {"a/y.png", "b.webp",   "c.jpg/z.jpg", "A/deep/1.jpg", "9.JPG",
                                       "10.png",  "A/x.jpeg", "note.txt",    ".hidden.jpg",  "jpg"};
    const char *directory = fixture_directory();
    const char *folders[] = {"A", "A/deep", "a", "c.jpg"};
    for (size_t i = 0; i < 4; i++)
        add_directory(folders[i]);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        touch(made[i]);
    tree found = {0};
    ck_assert(tree_find(directory, &found));
    ck_assert_uint_eq(found.count, 7);
    char others[128];
    left_out_print(&found.others, sizeof others, others);
    ck_assert_str_eq(others, "; left out: 3 other files (1 .txt, 1 hidden, 1 without ending)");
    for (size_t i = 0; i < 7; i++) {
        char path[TREE_PATH_SIZE];
        tree_path(&found, i, path);
        ck_assert_str_eq(path, fixture_path(expected[i]));
    }
    tree_free(&found);
}
END_TEST

START_TEST(links_are_followed_but_not_in_circles)
{
    const char *directory = fixture_directory();
    add_directory("set");
    add_directory("elsewhere");
    fixture_write_numbered(fixture_path("elsewhere/1.png"), 1);
    ck_assert_int_eq(symlink("../elsewhere", fixture_path("set/linked")), 0);
    tree found = {0};
    ck_assert(tree_find(fixture_path("set"), &found));
    ck_assert_uint_eq(found.count, 1);
    tree_free(&found);
    ck_assert_int_eq(symlink("..", fixture_path("set/up")), 0);
    fixture_refuses(directory, "is a symbolic link to a directory above it");
}
END_TEST

START_TEST(directories_without_images_are_explained)
{
    const char *directory = fixture_directory();
    fixture_refuses(fixture_path("missing"), "No such file or directory");
    fixture_refuses(directory, "is empty");
    touch("img_align_celeba.zip");
    fixture_refuses(directory, "none with a name ending in .jpg");
    fixture_refuses(fixture_path("img_align_celeba.zip"), "is a file");
    add_directory("cifar-10-batches-bin");
    touch("cifar-10-batches-bin/data_batch_1.bin");
    fixture_refuses(directory, "use that directory");
}
END_TEST

/* As root, permissions forbid nothing. */
START_TEST(a_directory_that_may_not_be_read)
{
    fixture_directory();
    add_directory("closed");
    ck_assert_int_eq(chmod(fixture_path("closed"), 0), 0);
    give_up_privileges();
    fixture_refuses(fixture_path("closed"), "Permission denied");
    chmod(fixture_path("closed"), 0700);
}
END_TEST

START_TEST(options_are_checked)
{
    image_set_options options = fixture_options(fixture_directory());
    image_set *set;
    fixture_write_numbered(fixture_path("1.png"), 1);
    options.size = 0;
    ck_assert(!image_set_open(&options, &set));
    options.size = 1;
    options.channels = 2;
    ck_assert(!image_set_open(&options, &set));
    options.channels = 3;
    options.held_out = 1;
    ck_assert(!image_set_open(&options, &set));
    ck_assert_ptr_null(set);
    options.held_out = 0;
    ck_assert(image_set_open(&options, &set));
    image_set_close(set);
    options.path = "synthetic";
    options.drawn = "cats";
    ck_assert(!image_set_open(&options, &set));
}
END_TEST

Suite *suite_tree(void)
{
    Suite *suite = suite_create("tree");
    TCase *all = tcase_create("tree");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_test(all, files_are_found_in_the_order_of_their_names);
    tcase_add_test(all, links_are_followed_but_not_in_circles);
    tcase_add_test(all, directories_without_images_are_explained);
    tcase_add_test(all, a_directory_that_may_not_be_read);
    tcase_add_test(all, options_are_checked);
    suite_add_tcase(suite, all);
    return suite;
}

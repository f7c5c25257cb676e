/* Where files are saved to and loaded from: what is replaced, what is kept, and what the system refuses. */
#include "unit/checkpoint_fixture.h"
#include "unit/privileges.h"
#include "unit/suites.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static mode_t permissions(const char *path)
{
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    return about.st_mode & 07777;
}

START_TEST(file_is_replaced_and_keeps_its_permissions)
{
    const char *path = in_directory("sample");
    sample_state old = first_sample(), newer = other_sample(), found = first_sample();
    mode_t before = umask(027);
    ck_ok(context, save_sample(&old, path));
    umask(before);
    ck_assert_uint_eq(permissions(path), 0640);
    ck_assert_int_eq(chmod(path, 0604), 0);
    ck_ok(context, save_sample(&newer, path));
    ck_assert_uint_eq(permissions(path), 0604);
    ck_ok(context, load_sample(&found, path));
    ck_assert_mem_eq(&found, &newer, sizeof found);
    ck_assert_uint_eq(files_in_directory(), 1);
}
END_TEST

START_TEST(reader_of_the_old_file_keeps_it)
{
    const char *path = in_directory("sample");
    sample_state old = first_sample(), newer = other_sample();
    ck_ok(context, save_sample(&old, path));
    size_t size;
    char *bytes = read_file(path, &size), *again = malloc(size);
    FILE *reader = fopen(path, "rb");
    setvbuf(reader, NULL, _IONBF, 0);
    ck_ok(context, save_sample(&newer, path));
    ck_assert_uint_eq(fread(again, 1, size, reader), size);
    ck_assert_mem_eq(again, bytes, size);
    fclose(reader);
    free(bytes);
    free(again);
}
END_TEST

/* At every moment there is a whole file under the name. */
START_TEST(file_is_never_missing_nor_half)
{
    const char *path = in_directory("sample");
    sample_state old = first_sample(), newer = other_sample();
    ck_ok(context, save_sample(&old, path));
    pid_t writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        bool failed = false;
        for (int i = 0; i < 50; i++)
            failed |= save_sample(i % 2 == 0 ? &newer : &old, path) != COULOMB_OK;
        _exit(failed);
    }
    int status;
    do {
        sample_state found = other_sample();
        ck_ok(context, load_sample(&found, path));
        const sample_state *expected = found.update == old.update ? &old : &newer;
        ck_assert_mem_eq(found.weight, expected->weight, sizeof found.weight);
    } while (waitpid(writer, &status, WNOHANG) == 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(links_are_followed)
{
    const char *path = in_directory("sample"), *link = in_directory("link"), *second = in_directory("second");
    sample_state sample = first_sample(), found = other_sample();
    ck_assert_int_eq(symlink("sample", link), 0);
    ck_assert_int_eq(symlink(link, second), 0);
    ck_ok(context, save_sample(&sample, second)); /* to a file that is not there yet */
    ck_ok(context, save_sample(&sample, second));
    struct stat about;
    ck_assert(lstat(second, &about) == 0 && S_ISLNK(about.st_mode));
    ck_assert(lstat(link, &about) == 0 && S_ISLNK(about.st_mode));
    ck_assert(lstat(path, &about) == 0 && S_ISREG(about.st_mode));
    ck_ok(context, load_sample(&found, second));
    ck_assert_mem_eq(&found, &sample, sizeof found);
    ck_assert_uint_eq(files_in_directory(), 3);
    const char *circle = in_directory("circle");
    ck_assert_int_eq(symlink("circle", circle), 0);
    ck_fails(context, save_sample(&sample, circle), COULOMB_ERROR_FILE, "Too many levels of symbolic links");
    ck_fails(context, load_sample(&found, circle), COULOMB_ERROR_FILE, "Too many levels of symbolic links");
}
END_TEST

/* A trap in a directory such as /tmp: what it leads to stays. */
START_TEST(links_of_others_are_not_followed_where_all_can_write)
{
    enum { SOMEBODY = 12345 };
    if (geteuid() != 0)
        return; /* only root can make links of others */
    const char *directory = in_directory("shared"), *victim = in_directory("victim");
    char path[1024];
    snprintf(path, sizeof path, "%s/sample", directory);
    sample_state kept = other_sample(), sample = first_sample(), found = first_sample();
    ck_ok(context, save_sample(&kept, victim));
    ck_assert_int_eq(mkdir(directory, 0700), 0);
    ck_assert_int_eq(symlink(victim, path), 0);
    ck_assert_int_eq(lchown(path, SOMEBODY, SOMEBODY), 0);
    ck_assert_int_eq(chmod(directory, 01777), 0);
    ck_fails(context, save_sample(&sample, path), COULOMB_ERROR_FILE, "another user's link");
    ck_ok(context, load_sample(&found, victim));
    ck_assert_mem_eq(&found, &kept, sizeof found);
    ck_assert_int_eq(lchown(path, geteuid(), getegid()), 0);
    ck_ok(context, save_sample(&sample, path));
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(name_may_be_as_long_as_names_are)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    sample_state sample = first_sample(), found = other_sample();
    ck_ok(context, save_sample(&sample, in_directory(name)));
    ck_ok(context, load_sample(&found, in_directory(name)));
    ck_assert_mem_eq(&found, &sample, sizeof found);
}
END_TEST

/* A host without standard output would otherwise print into the file. */
START_TEST(standard_descriptors_are_left_alone)
{
    const char *path = in_directory("sample");
    int kept = dup(STDOUT_FILENO);
    replacement file;
    close(STDOUT_FILENO);
    coulomb_status status = replacement_begin(&file, context, path);
    int used = status == COULOMB_OK ? file.descriptor : -1;
    ssize_t printed = write(STDOUT_FILENO, "x", 1);
    replacement_end(&file);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    ck_assert_int_eq(status, COULOMB_OK);
    ck_assert_int_gt(used, STDERR_FILENO);
    ck_assert_int_eq(printed, -1);
}
END_TEST

START_TEST(path_without_a_directory_is_relative)
{
    char before[4096];
    sample_state sample = first_sample(), found = other_sample();
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(in_directory(".")), 0);
    ck_ok(context, save_sample(&sample, "sample"));
    ck_assert_int_eq(chdir(before), 0);
    ck_ok(context, load_sample(&found, in_directory("sample")));
}
END_TEST

START_TEST(place_that_cannot_be_written_is_an_error)
{
    sample_state sample = first_sample();
    const char *directory = in_directory("directory"), *pipe = in_directory("pipe");
    ck_assert_int_eq(mkdir(directory, 0755), 0);
    ck_assert_int_eq(mkfifo(pipe, 0644), 0);
    ck_fails(context, save_sample(&sample, in_directory("missing/sample")), COULOMB_ERROR_FILE,
             "No such file or directory");
    ck_fails(context, save_sample(&sample, directory), COULOMB_ERROR_FILE, "Is a directory");
    ck_fails(context, save_sample(&sample, in_directory("directory/")), COULOMB_ERROR_FILE, "Is a directory");
    ck_fails(context, save_sample(&sample, pipe), COULOMB_ERROR_FILE, "not a regular file");
    ck_assert_uint_eq(files_in_directory(), 2);
}
END_TEST

START_TEST(write_protection_is_respected)
{
    give_up_privileges();
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    ck_ok(context, save_sample(&sample, path));
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_fails(context, save_sample(&sample, path), COULOMB_ERROR_FILE, "Permission denied");
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert_int_eq(chmod(in_directory("."), 0555), 0);
    coulomb_status status = save_sample(&sample, path);
    ck_assert_int_eq(chmod(in_directory("."), 0755), 0);
    ck_assert_int_eq(status, COULOMB_ERROR_FILE);
    ck_assert_uint_eq(files_in_directory(), 1);
    ck_assert_int_eq(chmod(path, 0), 0);
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_FILE, "Permission denied");
}
END_TEST

/* A limit on the size of files stands for a full disk, with each byte as the last one that fits. */
START_TEST(full_disk_leaves_the_old_file)
{
    const char *path = in_directory("sample");
    sample_state old = first_sample(), newer = other_sample();
    ck_ok(context, save_sample(&old, path));
    size_t size;
    char *bytes = read_file(path, &size);
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_IGN);
    for (size_t room = 0; room < size; room++) {
        limit = (struct rlimit){.rlim_cur = room, .rlim_max = before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
        coulomb_status status = save_sample(&newer, path);
        setrlimit(RLIMIT_FSIZE, &before);
        ck_fails(context, status, COULOMB_ERROR_FILE, "File too large");
        ck_assert(file_equals(path, bytes, size));
        ck_assert_uint_eq(files_in_directory(), 1);
    }
    signal(SIGXFSZ, SIG_DFL);
    ck_ok(context, save_sample(&newer, path));
    free(bytes);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
    sample_state sample = first_sample();
    const char *empty = in_directory("empty"), *pipe = in_directory("pipe");
    write_file(empty, "", 0);
    ck_assert_int_eq(mkfifo(pipe, 0644), 0);
    ck_fails(context, load_sample(&sample, in_directory("missing")), COULOMB_ERROR_FILE, "No such file or directory");
    ck_fails(context, load_sample(&sample, in_directory(".")), COULOMB_ERROR_FILE, "Is a directory");
    ck_fails(context, load_sample(&sample, pipe), COULOMB_ERROR_FILE, "not a regular file");
    ck_fails(context, load_sample(&sample, "/dev/zero"), COULOMB_ERROR_FILE, "not a regular file");
    ck_fails(context, load_sample(&sample, empty), COULOMB_ERROR_FORMAT, "it is empty");
}
END_TEST

/* The system's reason is not lost behind a long path, and what a path contains does not disturb a terminal. */
START_TEST(message_has_room_for_the_reason)
{
    char path[2000];
    memset(path, '/', sizeof path);
    snprintf(path + sizeof path - 200, 200, "%s", in_directory("mis\033sing/sample"));
    sample_state sample = first_sample();
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_FILE, "mis?sing/sample': No such file or directory");
    ck_fails(context, save_sample(&sample, path), COULOMB_ERROR_FILE, "mis?sing/sample': No such file or directory");
}
END_TEST

TCase *checkpoint_places(void)
{
    TCase *tests = tcase_create("places");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, file_is_replaced_and_keeps_its_permissions);
    tcase_add_test(tests, reader_of_the_old_file_keeps_it);
    tcase_add_test(tests, file_is_never_missing_nor_half);
    tcase_add_test(tests, links_are_followed);
    tcase_add_test(tests, links_of_others_are_not_followed_where_all_can_write);
    tcase_add_test(tests, name_may_be_as_long_as_names_are);
    tcase_add_test(tests, standard_descriptors_are_left_alone);
    tcase_add_test(tests, path_without_a_directory_is_relative);
    tcase_add_test(tests, place_that_cannot_be_written_is_an_error);
    tcase_add_test(tests, write_protection_is_respected);
    tcase_add_test(tests, full_disk_leaves_the_old_file);
    tcase_add_test(tests, what_cannot_be_read_is_an_error);
    tcase_add_test(tests, message_has_room_for_the_reason);
    return tests;
}

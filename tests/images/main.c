/* All tests of the image readers in one program; each test runs in a process of its own. */
#include "suites.h"

#include "support/console.h"

#include <stdlib.h>

int main(void)
{
    Suite *(*const suites[])(void) = {suite_resize, suite_order, suite_decode, suite_tree,
                                      suite_lmdb,   suite_cifar, suite_set,    suite_drawn};
    SRunner *runner = srunner_create(NULL);
    console_name("test-images");
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

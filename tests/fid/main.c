/* Tests of the feature network and of the files it needs. */
#include "suites.h"

#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(suite_inception());
    srunner_add_suite(runner, suite_input());
    srunner_add_suite(runner, suite_network_file());
    srunner_add_suite(runner, suite_pictures());
    srunner_add_suite(runner, suite_statistics());
    srunner_add_suite(runner, suite_weights());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

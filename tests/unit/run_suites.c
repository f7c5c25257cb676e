#include "unit/run_suites.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add_named(SRunner *runner, const named_suite *suites, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(suites[i].name, name) != 0)
            continue;
        srunner_add_suite(runner, suites[i].create());
        return true;
    }
    fprintf(stderr, "no suite '%s'; expected one of", name);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i == 0 ? " " : ", ", suites[i].name);
    fputc('\n', stderr);
    return false;
}

int run_suites(const named_suite *suites, size_t suite_count, int argument_count, char **arguments)
{
    SRunner *runner = srunner_create(NULL);
    for (int i = 1; i < argument_count; i++)
        if (!add_named(runner, suites, suite_count, arguments[i]))
            return EXIT_FAILURE;
    for (size_t i = 0; argument_count < 2 && i < suite_count; i++)
        srunner_add_suite(runner, suites[i].create());
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0)
        fprintf(stderr, "no test ran\n");
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

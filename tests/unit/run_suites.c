#include "unit/run_suites.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool known(const named_suite *suites, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(suites[i].name, name) == 0)
            return true;
    fprintf(stderr, "no suite '%s'; expected one of", name);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s%s", i == 0 ? " " : ", ", suites[i].name);
    fputc('\n', stderr);
    return false;
}

static bool selected(const char *name, int argument_count, char **arguments)
{
    for (int i = 1; i < argument_count; i++)
        if (strcmp(arguments[i], name) == 0)
            return true;
    return argument_count < 2;
}

/* How many tests ran and failed. */
typedef struct tally {
    int run, failed;
} tally;

/* The selected ones of suites that are prepared alike. */
static void run_alike(const named_suite *suites, size_t count, int argument_count, char **arguments, tally *tests)
{
    SRunner *runner = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!selected(suites[i].name, argument_count, arguments))
            continue;
        if (runner == NULL)
            runner = srunner_create(NULL);
        srunner_add_suite(runner, suites[i].create());
    }
    if (runner == NULL)
        return;
    if (suites[0].prepare != NULL)
        suites[0].prepare();
    srunner_run_all(runner, CK_ENV);
    tests->run += srunner_ntests_run(runner);
    tests->failed += srunner_ntests_failed(runner);
    srunner_free(runner);
}

int run_suites(const named_suite *suites, size_t suite_count, int argument_count, char **arguments)
{
    tally tests = {0};
    for (int i = 1; i < argument_count; i++)
        if (!known(suites, suite_count, arguments[i]))
            return EXIT_FAILURE;
    for (size_t first = 0, next; first < suite_count; first = next) {
        for (next = first + 1; next < suite_count && suites[next].prepare == suites[first].prepare;)
            next++;
        run_alike(suites + first, next - first, argument_count, arguments, &tests);
    }
    if (tests.run == 0)
        fprintf(stderr, "no test ran\n");
    return tests.run > 0 && tests.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

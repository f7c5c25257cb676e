/* Tests of the feature network and of the files it needs. */
#include "suites.h"
#include "unit/run_suites.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
        {"inception", suite_inception, NULL},   {"input", suite_input, NULL},     {"pictures", suite_pictures, NULL},
        {"statistics", suite_statistics, NULL}, {"weights", suite_weights, NULL},
    };
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

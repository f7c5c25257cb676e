/* Tests of the feature network and of the files it needs. */
#include "suites.h"
#include "unit/run_suites.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
        {"inception", suite_inception},   {"input", suite_input},     {"pictures", suite_pictures},
        {"statistics", suite_statistics}, {"weights", suite_weights},
    };
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

/* All unit tests in one program. */
#include "unit/run_suites.h"
#include "unit/suites.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
#define SUITE(name) {#name, suite_##name},
#include "unit/suites.list"
#undef SUITE
    };
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

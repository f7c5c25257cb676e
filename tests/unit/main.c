/* All unit tests in one program, some of them on a second device. */
#include "unit/contexts.h"
#include "unit/run_suites.h"
#include "unit/suites.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
#define SUITE(name) {#name, suite_##name, contexts_on_cpu},
#include "unit/suites.list"
#undef SUITE
#define SUITE(name) {#name "_mirror", suite_##name, contexts_on_mirror},
#include "unit/mirrored.list"
#undef SUITE
    };
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

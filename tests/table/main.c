/* All tests of tables in one program. */
#include "suites.h"
#include "unit/run_suites.h"

#include "support/console.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
        {"csv", suite_csv, NULL},           {"numbers", suite_numbers, NULL},       {"kinds", suite_kinds, NULL},
        {"encoding", suite_encoding, NULL}, {"round_trip", suite_round_trip, NULL}, {"report", suite_report, NULL},
    };
    console_name("test-table");
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

/* All tests of the image readers in one program. */
#include "suites.h"
#include "unit/run_suites.h"

#include "support/console.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
        {"resize", suite_resize}, {"order", suite_order}, {"decode", suite_decode}, {"tree", suite_tree},
        {"lmdb", suite_lmdb},     {"cifar", suite_cifar}, {"set", suite_set},       {"drawn", suite_drawn},
    };
    console_name("test-images");
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

/* All tests of the image readers in one program. */
#include "suites.h"
#include "unit/run_suites.h"

#include "support/console.h"

int main(int count, char **arguments)
{
    const named_suite suites[] = {
        {"resize", suite_resize, NULL}, {"order", suite_order, NULL},     {"decode", suite_decode, NULL},
        {"kinds", suite_kinds, NULL},   {"tree", suite_tree, NULL},       {"lmdb", suite_lmdb, NULL},
        {"cifar", suite_cifar, NULL},   {"set", suite_set, NULL},         {"drawn", suite_drawn, NULL},
        {"exif", suite_exif, NULL},     {"scaling", suite_scaling, NULL},
    };
    console_name("test-images");
    return run_suites(suites, sizeof suites / sizeof suites[0], count, arguments);
}

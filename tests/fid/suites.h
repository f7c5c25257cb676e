/* The suites of the tests of what the programs measure pictures with. */
#ifndef FID_TESTS_SUITES_H
#define FID_TESTS_SUITES_H

#include <check.h>

Suite *suite_inception(void);
Suite *suite_input(void);
Suite *suite_pictures(void);
Suite *suite_statistics(void);
Suite *suite_weights(void);

#endif

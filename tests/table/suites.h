/* The test suites of tables, one per file. */
#ifndef TABLE_SUITES_H
#define TABLE_SUITES_H

#include <check.h>

Suite *suite_csv(void);
Suite *suite_numbers(void);
Suite *suite_kinds(void);
Suite *suite_encoding(void);
Suite *suite_round_trip(void);
Suite *suite_report(void);

#endif

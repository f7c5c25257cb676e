/* The main function of the programs made of Check's suites; each test runs in a process of its own. */
#ifndef UNIT_RUN_SUITES_H
#define UNIT_RUN_SUITES_H

#include <check.h>
#include <stddef.h>

typedef struct named_suite {
    const char *name;
    Suite *(*create)(void);
    void (*prepare)(void); /* before its tests run; NULL: nothing */
} named_suite;

/* Runs the suites that the arguments name, or all without any. Returns EXIT_FAILURE if a test fails, if a name is
 * unknown, or if no test ran. */
int run_suites(const named_suite *suites, size_t suite_count, int argument_count, char **arguments);

#endif

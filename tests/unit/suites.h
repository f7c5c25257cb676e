/* The suites of suites.list: suite_NAME() of unit/NAME.c, or of golden/REST.c for golden_REST. A line there is all that
 * a new suite takes: its file is compiled, main.c runs it, and it is a Meson test of that name. */
#ifndef UNIT_SUITES_H
#define UNIT_SUITES_H

#include <check.h>

#define SUITE(name) Suite *suite_##name(void);
#include "unit/suites.list"
#undef SUITE

#endif

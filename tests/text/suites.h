/* The cases of the suite of texts, one set per file. */
#ifndef TEXT_SUITES_H
#define TEXT_SUITES_H

#include <check.h>

TCase *text_batches(void);
TCase *text_lines(void);
TCase *text_networks(void);
TCase *text_places(void);

#endif

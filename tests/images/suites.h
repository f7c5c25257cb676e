/* The test suites of the image readers, one per file. */
#ifndef IMAGES_SUITES_H
#define IMAGES_SUITES_H

#include <check.h>

Suite *suite_resize(void);
Suite *suite_order(void);
Suite *suite_decode(void);
Suite *suite_kinds(void);
Suite *suite_exif(void);
Suite *suite_scaling(void);
Suite *suite_tree(void);
Suite *suite_lmdb(void);
Suite *suite_cifar(void);
Suite *suite_set(void);
Suite *suite_drawn(void);

#endif

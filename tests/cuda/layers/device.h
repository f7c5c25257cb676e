/* The device that the tests of this folder run on: a GPU, or the emulation of one on the host. */
#ifndef TESTS_CUDA_DEVICE_H
#define TESTS_CUDA_DEVICE_H

#include "device/device.h"

void test_start(void);
void test_end(void);
void test_precision(int32_t precision);
const device_table *test_table(void);
device *test_device(void);

/* Ends the program unless all is well. */
void test_ok(coulomb_status status);

void *test_get(size_t bytes);
void test_release(void *memory);
void test_copy_in(void *to, const void *from, size_t bytes);
void test_copy_out(void *to, const void *from, size_t bytes);

#endif

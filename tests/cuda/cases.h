/* Cases of the tests on a GPU: one process, since starting CUDA for each case would take all the time. */
#ifndef CUDA_CASES_H
#define CUDA_CASES_H

#include "device/device.h"

/* The two devices that are compared. */
typedef struct device_pair {
    coulomb_context *cpu_context, *cuda_context;
    device *cpu, *cuda;
} device_pair;

/* Count a case, and print its name if it failed. */
void expect(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Device memory that lives until the end of the case; the program ends where there is none. */
void *on_gpu(const device_pair *pair, size_t bytes);
void *to_gpu(const device_pair *pair, const void *from, size_t bytes);
void from_gpu(const device_pair *pair, void *to, const void *from, size_t bytes);
void forget_gpu(const device_pair *pair);

/* Uniform between -width and width, the same for the same seed. */
float *random_array(unsigned seed, size_t count, float width);

/* Largest difference, over the larger magnitude or `least`; infinite where one is not finite and the other is not the
 * same. */
double largest_error(size_t count, const float *a, const float *b, double least);

void test_memory(const device_pair *pair);
void test_flat(const device_pair *pair);
void test_moves(const device_pair *pair);
void test_potentials(const device_pair *pair);
void test_recording(const device_pair *pair);
void test_refusals(const device_pair *pair);
void test_sums(const device_pair *pair, size_t count);
void test_few_pairs(const device_pair *pair);
void test_small(const device_pair *pair);
void test_counts(const device_pair *pair);
void test_norms(const device_pair *pair);
void test_lost(const device_pair *pair);

#endif

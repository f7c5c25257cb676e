/* What the library says where there is no context to hold a message: why a device could not be used. */
#ifndef CUDA_EXPLAIN_H
#define CUDA_EXPLAIN_H

#include <coulomb/status.h>
#include <cuda_runtime_api.h>

/* Keep the message for coulomb_cuda_error() on the calling thread; returns `code`. */
coulomb_status cuda_explain(coulomb_status code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* start.c */
coulomb_status cuda_count(int32_t *count); /* *count is 0 on failure */
coulomb_status cuda_properties(int32_t number, struct cudaDeviceProp *properties);

#endif

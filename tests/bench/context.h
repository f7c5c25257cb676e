/* The context that a measurement's first argument asks for. */
#ifndef BENCH_CONTEXT_H
#define BENCH_CONTEXT_H

#include <coulomb/context.h>
#include <stddef.h>

/* A number: the CPU, with so many threads. With -DBENCH_CUDA also float32, tf32 or bf16: the first GPU, in that
 * precision. NULL with a complaint. */
coulomb_context *bench_context(const char *argument);

/* "Zen4 kernels, 2 threads", or the GPU's name and the precision. */
void bench_describe(const coulomb_context *context, const char *argument, size_t size, char *text);

#endif

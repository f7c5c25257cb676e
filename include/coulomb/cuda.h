/**
 * @file cuda.h
 * Contexts that compute on an NVIDIA GPU. Part of the library libcoulomb-cuda; programs link it and libcoulomb.
 *
 * Everything made from such a context computes on the GPU; functions take and return host memory as on the CPU. GPUs of
 * compute capability 8.0 and newer are supported. Results have the same bits from run to run on one GPU with the same
 * versions of the libraries, and differ from the CPU's within rounding; see coulomb_context_set_precision().
 *
 * Calls on the context and its handles make the GPU the calling thread's current CUDA device. If a GPU fails or is
 * lost, the contents of the handles are lost, too, and every later call returns COULOMB_ERROR_DEVICE. If device memory
 * runs out, a call fails with COULOMB_ERROR_MEMORY and changes nothing; the message says how much was requested and how
 * much is free.
 */
#ifndef COULOMB_CUDA_H
#define COULOMB_CUDA_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Create a context that computes on a GPU. It has one thread and no log, and allocates host memory with malloc().
 *
 * @param device   0 to the number of GPUs - 1, in CUDA's order; see coulomb_cuda_device_count()
 * @param context  receives the handle; release it with coulomb_context_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL, or there is no such device); COULOMB_ERROR_DEVICE (no
 *         driver, no GPU, one that is too old or cannot be used, or libcoulomb is of another release);
 *         COULOMB_ERROR_MEMORY. coulomb_cuda_error() says more.
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_new_cuda(int32_t device, coulomb_context **context);

/**
 * Get the number of GPUs that CUDA can see.
 *
 * @param count  receives the number; 0 on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (count is NULL); COULOMB_ERROR_DEVICE (no driver, or no GPU)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_cuda_device_count(int32_t *count);

/**
 * Return the name of a GPU.
 *
 * @param device  as for coulomb_context_new_cuda()
 * @return text such as "NVIDIA H100 80GB HBM3"; NULL if there is no such device, see coulomb_cuda_error(); valid until
 *         the calling thread asks for another name
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_cuda_device_name(int32_t device);

/**
 * Get the size of a GPU's memory.
 *
 * @param device  as for coulomb_context_new_cuda()
 * @param bytes   receives the size
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (bytes is NULL, or there is no such device); COULOMB_ERROR_DEVICE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_cuda_device_memory(int32_t device, size_t *bytes);

/**
 * Return the error message of the calling thread's last failed call of a function of this header. These functions have
 * no context that could store it.
 *
 * @return English text; "" if no call has failed; never NULL; valid until the thread's next call of a function of this
 *         header
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_cuda_error(void);

#ifdef __cplusplus
}
#endif

#endif

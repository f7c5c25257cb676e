/**
 * @file coulomb_cuda.hpp
 * Contexts that compute on an NVIDIA GPU, for C++17: coulomb/cuda.h beside coulomb.hpp. Link libcoulomb-cuda as well
 * (pkg-config coulomb-cuda).
 */
#ifndef COULOMB_CUDA_HPP
#define COULOMB_CUDA_HPP

#include "coulomb.hpp"

#include <coulomb/cuda.h>

namespace coulomb::cuda
{

namespace detail
{

inline void check(coulomb_status status)
{
    if (status != COULOMB_OK)
        throw error(status, coulomb_cuda_error());
}

} // namespace detail

/** Number of GPUs that CUDA can see. */
inline std::int32_t device_count()
{
    std::int32_t count = 0;
    detail::check(coulomb_cuda_device_count(&count));
    return count;
}

/** Name of a GPU, such as "NVIDIA H100 80GB HBM3". */
inline std::string device_name(std::int32_t device)
{
    const char *name = coulomb_cuda_device_name(device);
    if (name == nullptr)
        throw error(COULOMB_ERROR_DEVICE, coulomb_cuda_error());
    return name;
}

/** Size of a GPU's memory in bytes. */
inline std::size_t device_memory(std::int32_t device)
{
    std::size_t bytes = 0;
    detail::check(coulomb_cuda_device_memory(device, &bytes));
    return bytes;
}

/** A context that computes on a GPU, 0 to device_count() - 1. */
inline context new_context(std::int32_t device = 0)
{
    coulomb_context *made = nullptr;
    detail::check(coulomb_context_new_cuda(device, &made));
    return context(made);
}

} // namespace coulomb::cuda

#endif

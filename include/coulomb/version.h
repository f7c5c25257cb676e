/**
 * @file version.h
 * Version of the library and its optional features.
 */
#ifndef COULOMB_VERSION_H
#define COULOMB_VERSION_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Major version of the headers. A macro, like the others, so that the preprocessor can compare it. @since 0.1 */
#define COULOMB_VERSION_MAJOR 0

/** Minor version of the headers. @since 0.1 */
#define COULOMB_VERSION_MINOR 1

/** Patch version of the headers. @since 0.1 */
#define COULOMB_VERSION_PATCH 0

/** Version of the headers as one number: 10000 * major + 100 * minor + patch. It differs from coulomb_version() if
 * headers and library come from different releases. @since 0.1 */
#define COULOMB_VERSION (10000 * COULOMB_VERSION_MAJOR + 100 * COULOMB_VERSION_MINOR + COULOMB_VERSION_PATCH)

/**
 * Return the version of the running library.
 *
 * @return 10000 * major + 100 * minor + patch
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API uint32_t coulomb_version(void);

/**
 * Return the version of the running library as text.
 *
 * @return a static string such as "0.1.0"
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API const char *coulomb_version_string(void);

/**
 * Return the number of the binary interface, which is independent of the version.
 *
 * @return the number in the shared library's SONAME
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API uint32_t coulomb_abi_version(void);

/**
 * Return whether the library and the processor support a feature.
 *
 * @param name  "openblas": linked against OpenBLAS rather than another BLAS; "portable", "avx2", "avx512": the library
 *              contains these kernels and the processor can run them
 * @return 1 or 0; 0 for NULL and for unknown names
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API int32_t coulomb_has_feature(const char *name);

#ifdef __cplusplus
}
#endif

#endif

/**
 * @file version.h
 * Which libcoulomb this is and what it can do.
 */
#ifndef COULOMB_VERSION_H
#define COULOMB_VERSION_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The release the headers belong to; compare with coulomb_version() to find a mixed installation. @since 0.1 */
enum { COULOMB_VERSION_MAJOR = 0, COULOMB_VERSION_MINOR = 1, COULOMB_VERSION_PATCH = 0 };

/**
 * Release of the running library.
 *
 * @return 10000 * major + 100 * minor + patch
 *
 * Safe from any thread. @since 0.1
 */
COULOMB_API uint32_t coulomb_version(void);

/**
 * Release of the running library as text.
 *
 * @return such as "0.1.0"; static
 *
 * Safe from any thread. @since 0.1
 */
COULOMB_API const char *coulomb_version_string(void);

/**
 * Number of the binary interface, apart from the release.
 *
 * @return the number in the shared library's SONAME
 *
 * Safe from any thread. @since 0.1
 */
COULOMB_API uint32_t coulomb_abi_version(void);

/**
 * Whether this build and processor have a feature.
 *
 * @param name  "openblas" (linked against OpenBLAS, not another BLAS), or kernels this build holds and this processor
 *              can run: "portable", "avx2", "avx512"; NULL has no feature
 * @return 1 or 0; 0 also for names this release does not know
 *
 * Safe from any thread. @since 0.1
 */
COULOMB_API int32_t coulomb_has_feature(const char *name);

#ifdef __cplusplus
}
#endif

#endif

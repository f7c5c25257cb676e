/**
 * @file status.h
 * Status codes, the destroy callback, and the visibility of symbols.
 */
#ifndef COULOMB_STATUS_H
#define COULOMB_STATUS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define COULOMB_API __attribute__((visibility("default")))
#else
#define COULOMB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** COULOMB_OK or one of the codes below. Their numbers never change. @since 0.1 */
typedef int32_t coulomb_status;

/** Status codes. Later releases may add codes: treat an unknown one as a failure. @since 0.1 */
enum {
    COULOMB_OK = 0,               /**< success */
    COULOMB_ERROR_ARGUMENT = 1,   /**< an argument is NULL, zero or out of range; the error message names it */
    COULOMB_ERROR_SHAPE = 2,      /**< shapes do not fit together */
    COULOMB_ERROR_NOT_FOUND = 3,  /**< there is no preset, parameter or node of that name */
    COULOMB_ERROR_MEMORY = 4,     /**< the allocator returned NULL, or a size does not fit into size_t */
    COULOMB_ERROR_NOT_FINITE = 5, /**< an input or a result of a training step is NaN or infinite */
    COULOMB_ERROR_STATE = 6,      /**< the handle is not ready, already finished, or in use by a running callback */
    COULOMB_ERROR_FILE = 7,       /**< the system failed to open, read, write or replace a file */
    COULOMB_ERROR_FORMAT = 8,     /**< a file is damaged or has another format */
    COULOMB_ERROR_MISMATCH = 9,   /**< a valid file belongs to another network or to other settings */
    COULOMB_ERROR_CALLBACK = 10,  /**< a callback returned a code outside the range for callers */
    COULOMB_ERROR_THREAD = 11,    /**< the system could not start the worker threads */
    COULOMB_ERROR_DEVICE = 12,    /**< a device failed or was lost; every later call on its handles returns this code */
    COULOMB_ERROR_PROCESS = 13,   /**< another process of the same training run failed or left the run */
    COULOMB_CALLER_FIRST = 1000, /**< first code of the range for callers: returned by callbacks, passed on unchanged */
    COULOMB_CALLER_LAST = 1999   /**< last code of the range for callers */
};

/**
 * Release a callback's `user` pointer. Called exactly once, when the callback is replaced or its handle is destroyed,
 * on the thread that makes that call. It must not use that handle.
 *
 * If a function that takes a callback, `user` and `destroy` fails, it keeps nothing and does not call `destroy`: `user`
 * still belongs to the caller. If the callback is NULL and the function succeeds, it calls `destroy` at once.
 *
 * @param user  the pointer
 *
 * @since 0.1
 */
typedef void coulomb_destroy_callback(void *user);

/**
 * Return the name of a status code.
 *
 * @param status  any number
 * @return a static string such as "COULOMB_ERROR_SHAPE"; "caller's code" for the range for callers; "unknown status"
 *         otherwise; never NULL
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API const char *coulomb_status_name(coulomb_status status);

#ifdef __cplusplus
}
#endif

#endif

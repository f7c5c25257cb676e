/**
 * @file status.h
 * What every function that can fail returns, and the symbols' visibility.
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

/** 0 or one of the codes below; their numbers never change. @since 0.1 */
typedef int32_t coulomb_status;

/** The status codes. @since 0.1 */
enum {
    COULOMB_OK = 0,               /**< done */
    COULOMB_ERROR_ARGUMENT = 1,   /**< a NULL, a zero or a number out of range; the sentence names it */
    COULOMB_ERROR_SHAPE = 2,      /**< shapes that do not fit together */
    COULOMB_ERROR_NOT_FOUND = 3,  /**< no preset, parameter or node of that name */
    COULOMB_ERROR_MEMORY = 4,     /**< the allocator returned NULL, or a size does not fit into size_t */
    COULOMB_ERROR_NOT_FINITE = 5, /**< a NaN or an infinity came in, or came out of a training step */
    COULOMB_ERROR_STATE = 6,      /**< not now: something is missing, already done, or in use by a running callback */
    COULOMB_ERROR_FILE = 7,       /**< the system refused to open, read, write or replace a file */
    COULOMB_ERROR_FORMAT = 8,     /**< a file is damaged or not of the expected format */
    COULOMB_ERROR_MISMATCH = 9,   /**< a file is sound but belongs to another network or other settings */
    COULOMB_ERROR_CALLBACK = 10,  /**< a callback returned a code outside the callers' range */
    COULOMB_ERROR_THREAD = 11,    /**< the system did not give the worker threads asked for */
    COULOMB_ERROR_DEVICE = 12,    /**< a device failed or was lost; every later call on its handles fails likewise */
    COULOMB_ERROR_PROCESS = 13,   /**< another process of the same training run failed or left it */
    COULOMB_CALLER_FIRST = 1000,  /**< first code that belongs to callers: a callback's own code comes back unchanged */
    COULOMB_CALLER_LAST = 1999    /**< last code that belongs to callers */
};

/**
 * Called once when the library lets go of a callback's `user` pointer: when the callback is replaced or its handle
 * freed. Runs on the thread that makes that call; must not call back with that handle.
 *
 * @param user  the pointer
 *
 * @since 0.1
 */
typedef void coulomb_destroy_callback(void *user);

/**
 * A status code's name.
 *
 * @param status  any number
 * @return a static string such as "COULOMB_ERROR_SHAPE"; "caller's code" for the callers' range, "unknown status"
 * otherwise; never NULL
 *
 * Safe from any thread. @since 0.1
 */
COULOMB_API const char *coulomb_status_name(coulomb_status status);

#ifdef __cplusplus
}
#endif

#endif

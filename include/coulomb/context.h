/**
 * @file context.h
 * Contexts: worker threads, memory, log and error message. All other handles are created from a context.
 *
 * Threads: a context and all handles created from it belong to one thread at a time. The caller may pass them from one
 * thread to another, with synchronisation of its own. Different contexts are independent. Functions that only read a
 * context follow the same rule.
 *
 * Lifetime: a handle keeps what it was created from alive, so handles may be freed in any order.
 *
 * Callbacks: all callbacks run on the thread that called the library, during that call.
 *
 * - Log, allocate and release callbacks must not call the library.
 * - A destroy callback must not use the handle that releases it.
 * - Data, schedule, latent, points and communicator callbacks may use all handles that take no part in the call under
 *   way. With handles that take part (the trainer, its networks and optimizers; the network; the kernel; the moments)
 *   they may call functions that take the handle as a pointer to const, such as getters, and may free it: it is
 *   destroyed when the call returns. All other functions fail with COULOMB_ERROR_STATE, and so do
 *   coulomb_context_set_threads() and coulomb_context_set_precision().
 * - The progress callback of coulomb_trainer_run() may do everything except step, run or load the same trainer.
 *
 * A callback must return. Exceptions and longjmp() must not pass through the library: the behaviour is undefined.
 * Typically memory is leaked, and the handles that took part refuse all further calls with COULOMB_ERROR_STATE. Catch
 * exceptions within the callback and return a code of the range for callers.
 *
 * fork(): in a child, contexts of the parent compute on the calling thread alone.
 */
#ifndef COULOMB_CONTEXT_H
#define COULOMB_CONTEXT_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Context. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_context coulomb_context;

/** Levels of log lines. @since 0.1 */
enum {
    COULOMB_LOG_WARNING = 1, /**< something is slower than expected, or otherwise unexpected */
    COULOMB_LOG_INFO = 2     /**< a fact or a choice, such as the BLAS that was found */
};

/**
 * Receive a log line. Runs on the thread that called the library. Must not call the library.
 *
 * @param user   as given to coulomb_context_set_log()
 * @param level  COULOMB_LOG_*
 * @param line   one line without a newline; valid until the callback returns
 *
 * @since 0.1
 */
typedef void coulomb_log_callback(void *user, int32_t level, const char *line);

/**
 * Allocate memory. Runs on the thread that called the library. Must not call the library.
 *
 * @param user  as given to coulomb_context_new_with_allocator()
 * @param size  bytes, above 0
 * @return at least `size` bytes, aligned as by malloc(); NULL: the library's call fails with COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
typedef void *coulomb_allocate_callback(void *user, size_t size);

/**
 * Release memory. Runs on the thread that called the library. Must not call the library.
 *
 * @param user    as given to coulomb_context_new_with_allocator()
 * @param memory  what the allocate callback returned; never NULL
 *
 * @since 0.1
 */
typedef void coulomb_release_callback(void *user, void *memory);

/**
 * Create a context with one thread and no log that allocates with malloc().
 *
 * @param context  receives the handle; release it with coulomb_context_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL); COULOMB_ERROR_MEMORY
 *
 * If the BLAS is OpenBLAS, this sets its process-wide thread count to one, because the library calls it from its own
 * worker threads, for float64 arithmetic only. A host that calls OpenBLAS itself may set the count back: results stay
 * the same within rounding. @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_new(coulomb_context **context);

/**
 * Create a context that allocates through the caller's functions.
 *
 * @param allocate  called for every allocation of the context and its handles; not NULL
 * @param release   called for every release; not NULL
 * @param user      passed to both; must outlive the context and its handles
 * @param context   receives the handle; release it with coulomb_context_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * The BLAS, the thread library and the JSON reader allocate memory of their own. Otherwise as coulomb_context_new().
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_new_with_allocator(coulomb_allocate_callback *allocate,
                                                              coulomb_release_callback *release, void *user,
                                                              coulomb_context **context);

/**
 * Release the context. It is destroyed together with the last handle created from it.
 *
 * @param context  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_context_free(coulomb_context *context);

/**
 * Return the error message of the last failed call on the context or on one of its handles.
 *
 * @param context  NULL: a message that says so
 * @return English text that names the value and what was expected; "" if no call has failed; never NULL; valid until
 *         the next failed call or until the context is destroyed
 *
 * A call whose handle is NULL has no context to store a message in: it returns a status alone. @since 0.1
 */
COULOMB_API const char *coulomb_context_error(const coulomb_context *context);

/**
 * Set the number of threads, the calling thread included. Results do not depend on it.
 *
 * @param context  not NULL
 * @param threads  1 to 1024; 0: one for each processor the process may run on; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL, or threads out of range); COULOMB_ERROR_THREAD (the
 *         system could not start them); COULOMB_ERROR_MEMORY; COULOMB_ERROR_STATE (called from a callback)
 *
 * Starts the worker threads, which run until the number changes or the context is destroyed. They block all signals.
 * Allocates 2.5 MiB for each, which large matrix products use.
 * After a failure the number is unchanged. @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_set_threads(coulomb_context *context, size_t threads);

/**
 * Get the number of threads, the calling thread included.
 *
 * @param context  not NULL
 * @param threads  receives the number; if 0 was set, the number that was chosen
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_get_threads(const coulomb_context *context, size_t *threads);

/** Precisions of products and of stored activations inside layers. @since 0.1 */
enum {
    COULOMB_PRECISION_FLOAT32 = 1, /**< float32 throughout */
    COULOMB_PRECISION_TF32 = 2,    /**< products of float32 numbers rounded to 10 bits of fraction, summed in float32 */
    COULOMB_PRECISION_BF16 = 3     /**< products and activations in bfloat16 (7 bits of fraction), summed in float32 */
};

/**
 * Set the precision in which the context's networks compute. It concerns products and stored activations inside layers
 * only: parameters, gradients of parameters, moments, batch statistics, potentials and losses stay float32.
 *
 * @param context    not NULL
 * @param precision  COULOMB_PRECISION_*; unless set, COULOMB_PRECISION_FLOAT32 on the CPU and COULOMB_PRECISION_TF32 on
 *                   a CUDA device
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL, precision out of range, or one that the context's device
 *         does not have: the CPU has float32 alone); COULOMB_ERROR_STATE (called from a callback)
 *
 * Passes from then on use it, those of networks that exist already too; a backward pass needs a forward pass of the
 * same precision before it. @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_set_precision(coulomb_context *context, int32_t precision);

/**
 * Get the precision in which the context's networks compute.
 *
 * @param context    not NULL
 * @param precision  receives COULOMB_PRECISION_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_get_precision(const coulomb_context *context, int32_t *precision);

/**
 * Set the log callback. Lines that describe the BLAS are logged at once.
 *
 * @param context  not NULL
 * @param log      NULL: no log
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the context is destroyed; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_set_log(coulomb_context *context, coulomb_log_callback *log, void *user,
                                                   coulomb_destroy_callback *destroy);

/**
 * Get the log callback.
 *
 * @param context  not NULL
 * @param log      receives the callback; NULL if none is set
 * @param user     receives its user pointer; NULL if no callback is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_get_log(const coulomb_context *context, coulomb_log_callback **log,
                                                   void **user);

/**
 * Return the name and version of the BLAS. The library uses it for float64 arithmetic: the energy test, covariances
 * and eigenvalues. Training and evaluation do not depend on it.
 *
 * @param context  NULL: ""
 * @return text such as "OpenBLAS 0.3.21, SkylakeX kernels" or "reference or unknown BLAS"; valid as long as the context
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_blas(const coulomb_context *context);

/**
 * Return the name of the library's own kernels that the context uses: the fastest that this build contains and this
 * processor can run.
 *
 * @param context  may be NULL
 * @return a static string: "avx512", "avx2" or "portable"; "" if context is NULL
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_kernels(const coulomb_context *context);

#ifdef __cplusplus
}
#endif

#endif

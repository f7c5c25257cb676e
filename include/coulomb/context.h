/**
 * @file context.h
 * The context: worker threads, memory, log and the last error's sentence. Everything else is made from one.
 *
 * One context and all handles made from it belong to one thread at a time; different contexts are independent. Handles
 * keep what they were made from alive, so they may be freed in any order. What only reads a context (the error's
 * sentence, the numbers and texts below) follows the same rule.
 */
#ifndef COULOMB_CONTEXT_H
#define COULOMB_CONTEXT_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** See the file's comment. @since 0.1 */
typedef struct coulomb_context coulomb_context;

/** Levels of log lines. @since 0.1 */
enum {
    COULOMB_LOG_WARNING = 1, /**< something is slower or other than a user expects */
    COULOMB_LOG_INFO = 2,    /**< what the library found or decided */
};

/**
 * Takes one finished log line, without a newline. Runs on the thread that called the library; must not call back into
 * it.
 *
 * @param user   as given to coulomb_context_set_log()
 * @param level  COULOMB_LOG_*
 * @param line   lives until the callback returns
 *
 * @since 0.1
 */
typedef void coulomb_log_callback(void *user, int32_t level, const char *line);

/**
 * Gives memory. Runs on the thread that called the library; must not call back into it.
 *
 * @param user  as given to coulomb_context_new_with_allocator()
 * @param size  bytes, above 0
 * @return at least `size` bytes aligned as malloc aligns, or NULL: the library's call then fails with
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
typedef void *coulomb_allocate_callback(void *user, size_t size);

/**
 * Takes memory back. Runs on the thread that called the library; must not call back into it.
 *
 * @param user    as given to coulomb_context_new_with_allocator()
 * @param memory  what the allocate callback returned; never NULL
 *
 * @since 0.1
 */
typedef void coulomb_release_callback(void *user, void *memory);

/**
 * Make a context with one thread, no log, and malloc.
 *
 * @param context  receives the handle; free it with coulomb_context_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL); COULOMB_ERROR_MEMORY
 *
 * If the BLAS is OpenBLAS, its process-wide thread count is set to one: the library calls it from its own workers. A
 * host that calls OpenBLAS itself may set the count back; results stay the same within rounding, training gets slower.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_new(coulomb_context **context);

/**
 * Make a context whose memory comes from the caller.
 *
 * @param allocate  called for every allocation the context and its handles make; not NULL
 * @param release   called for every release; not NULL
 * @param user      passed to both; must live as long as the context and its handles
 * @param context   receives the handle; NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * The BLAS, the thread library and the JSON reader have memory of their own. @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_new_with_allocator(coulomb_allocate_callback *allocate,
                                                              coulomb_release_callback *release, void *user,
                                                              coulomb_context **context);

/**
 * Let go of the context. Its memory goes when the last handle made from it is freed.
 *
 * @param context  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_context_free(coulomb_context *context);

/**
 * The sentence of the last call that failed on this context or one of its handles.
 *
 * @param context  NULL: the sentence says so
 * @return what was wrong with which value, in English; "" if nothing has failed yet; never NULL; valid until the next
 *         call that fails or the context's memory goes
 *
 * A call that got NULL for its handle has no context to tell: its status is all there is. @since 0.1
 */
COULOMB_API const char *coulomb_context_error(const coulomb_context *context);

/**
 * Set how many threads work for this context, the calling one included. Results do not depend on it.
 *
 * @param context  not NULL
 * @param threads  1 to 1024; 0: one per processor the process may run on
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context is NULL, or threads out of range); COULOMB_ERROR_THREAD (the
 *         system did not give them); COULOMB_ERROR_MEMORY; COULOMB_ERROR_STATE (called from a callback)
 *
 * The workers are made here and stay until the count changes or the context's memory goes; after a failure the count is
 * as before. They block all signals. A forked child goes on alone. @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_set_threads(coulomb_context *context, size_t threads);

/**
 * Get the number of threads that work for this context, the calling one included.
 *
 * @param context  not NULL
 * @param threads  receives it: 1 unless set; where 0 was set, the number that was chosen
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_get_threads(const coulomb_context *context, size_t *threads);

/**
 * Receive log lines. What is known about the BLAS is logged at once.
 *
 * @param context  not NULL
 * @param log      NULL: no log
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the context's memory goes; may be NULL
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
 * @param log      receives it; NULL: none is set
 * @param user     receives its user pointer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_context_get_log(const coulomb_context *context, coulomb_log_callback **log,
                                                   void **user);

/**
 * The BLAS in use.
 *
 * @param context  NULL gives ""
 * @return such as "OpenBLAS 0.3.21" or "reference or unknown BLAS"; lives as long as the context
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_blas(const coulomb_context *context);

/**
 * The kernels the BLAS chose.
 *
 * @param context  NULL gives ""
 * @return such as "SkylakeX"; "unknown" where the BLAS does not say; lives as long as the context
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_blas_kernel(const coulomb_context *context);

/**
 * What is wrong with the BLAS's choice, and its remedy.
 *
 * @param context  NULL gives NULL
 * @return NULL if nothing is; otherwise a sentence, for example that OpenBLAS took a newer processor for an old one and
 *         that OPENBLAS_CORETYPE=SkylakeX, set before the program starts, mends it; lives as long as the context
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_blas_warning(const coulomb_context *context);

/**
 * The value of OPENBLAS_CORETYPE that fits this processor when OpenBLAS chose kernels far below it.
 *
 * @param context  NULL gives NULL
 * @return static, such as "SkylakeX"; NULL when the choice is right, or the BLAS is another
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_blas_remedy(const coulomb_context *context);

/**
 * The library's own kernels that the context computes with: the best that this build holds and this processor can run.
 *
 * @param context  may be NULL
 * @return "avx512", "avx2" or "portable"; static. "" if context is NULL
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_context_kernels(const coulomb_context *context);

#ifdef __cplusplus
}
#endif

#endif

/* What all folders above use: context and status, memory, random numbers, worker threads. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include "kernels/kernels.h"

#include <coulomb/context.h>
#include <fenv.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(message, arguments) __attribute__((format(printf, message, arguments)))
#else
#define PRINTF_LIKE(message, arguments)
#endif

/* Store the error message for coulomb_context_error() and return `code`, so that callers can write `return fail(...)`.
 */
coulomb_status fail(coulomb_context *context, coulomb_status code, const char *format, ...) PRINTF_LIKE(3, 4);

void log_line(coulomb_context *context, int32_t level, const char *format, ...) PRINTF_LIKE(3, 4);

/* What a callback returned: COULOMB_OK and the callers' codes pass, with `name` in the message; others become
 * COULOMB_ERROR_CALLBACK. */
coulomb_status callback_status(coulomb_context *context, coulomb_status returned, const char *name);

/* A context that has no device yet; NULL: out of memory. Without callbacks it allocates with malloc(). */
coulomb_context *context_new(coulomb_allocate_callback *allocate, coulomb_release_callback *release, void *user);

/* The device that everything made from this context computes on. The context takes over the one it is given, and ends
 * it last. */
struct device;
typedef void context_end_device(struct device *device);
void context_set_device(coulomb_context *context, struct device *device, context_end_device *end);
struct device *context_device(const coulomb_context *context);

/* Handles keep their context alive. */
coulomb_context *context_hold(coulomb_context *context);

/* Around operations that call the caller back: what would pull the ground from under them is refused meanwhile. */
void context_enter(coulomb_context *context);
void context_leave(coulomb_context *context);
bool context_busy(const coulomb_context *context);

/* The kernels that everything made from this context computes with. */
const kernels *context_kernels(const coulomb_context *context);

bool blas_is_openblas(void);

/* What the calling thread had before it printed or read numbers. */
typedef struct host_modes {
    locale_t locale, own;
    fenv_t floating;
} host_modes;

/* The C locale, rounding to nearest and all subnormal numbers, for the calling thread alone and until
 * host_modes_return(): numbers become the same text in every host. False when there is no memory; nothing has changed
 * then. */
bool host_modes_leave(host_modes *modes);
void host_modes_return(const host_modes *modes);

/* --- memory: 128-byte aligned, through the caller's allocator; sizes are products checked for overflow --- */

/* NULL after storing an error message when the allocator fails or count * size overflows; one byte at least is
 * allocated.
 */
void *memory_get(coulomb_context *context, size_t count, size_t size);
void *memory_get_zeroed(coulomb_context *context, size_t count, size_t size);
void memory_release(coulomb_context *context, void *memory);
char *memory_copy_string(coulomb_context *context, const char *string);

/* a * b, or false when it does not fit. */
bool size_product(size_t a, size_t b, size_t *product);

/* An array that grows when asked for more and is reused otherwise. */
typedef struct buffer {
    void *data;
    size_t bytes;
} buffer;

/* Make the buffer hold count * size bytes; what it held is lost when it grows. On failure it is as before. */
coulomb_status buffer_reserve(coulomb_context *context, buffer *grown, size_t count, size_t size);
void buffer_release(coulomb_context *context, buffer *grown);

/* --- handles, and what they share: counted, and gone with the last holder --- */

/* Release what the object owns, but not the object itself. */
typedef void object_end(void *object);

/* Zeroed, with one holder, and holding the context; NULL after storing an error message. */
void *object_new(coulomb_context *context, size_t size, object_end *end);

/* NULL is left alone. */
void *object_hold(void *object);
void object_release(void *object);

/* --- random numbers: Philox4x32-10 keyed by seed and stream, counted by update and position: no state --- */

enum random_stream {
    STREAM_PARAMETER = 1, /* update = index of the parameter array */
    STREAM_LATENT = 2,
    STREAM_LATENT_SIGNS = 3,
    STREAM_GENERATION = 4,
    STREAM_GENERATION_SIGNS = 5,
    STREAM_SMOOTHING = 6,
    STREAM_PERMUTATION = 7, /* update = number of the permutation */
    STREAM_DATA = 8         /* update = epoch */
};

typedef struct random_key {
    uint64_t seed;
    uint32_t stream;
    uint64_t update;
} random_key;

/* Values first .. first + count - 1 of the key's sequence; any cut of a range gives the same values. */
void random_uniform(random_key key, uint64_t first, size_t count, float low, float high, float *values);
void random_normal(random_key key, uint64_t first, size_t count, float deviation, float *values);
void random_truncated_normal(random_key key, uint64_t first, size_t count, float deviation, float *values);
void random_signs(random_key key, uint64_t first, size_t count, float *values);
void random_bits(random_key key, uint64_t first, size_t count, uint32_t *values);

/* --- threads --- */

/* `worker` is below context_threads(); no two pieces run at the same time with the same one, so it may choose memory to
 * work in, but must not show in results. */
typedef void piece_function(void *work, size_t piece, size_t worker);

/* Threads that work for the context, the calling one included. */
size_t context_threads(const coulomb_context *context);

/* Run function(work, 0, ...) ... function(work, pieces - 1, ...) on the context's threads, in any order. Pieces must
 * not depend on the number of threads, and write to separate places: then results do not depend on it either. */
void run_pieces(coulomb_context *context, size_t pieces, piece_function *function, void *work);

/* Memory for a piece to work in, of WORKER_WORKSPACE values; what a piece leaves there is lost. It is allocated with
 * the context and its threads, so that steps allocate nothing. */
enum { WORKER_WORKSPACE = 5 << 17 };
float *worker_workspace(const coulomb_context *context, size_t worker);

/* Least pieces of at most `most` items that hold `count`. */
static inline size_t piece_count(size_t count, size_t most)
{
    return count / most + (count % most > 0);
}

/* --- checks shared by all entry points --- */

/* Index of the first value that is NaN or infinite; `count` if all are finite, and then *largest, unless NULL, becomes
 * at least the largest magnitude. On the context's threads; not from a piece. */
size_t find_not_finite(coulomb_context *context, const float *values, size_t count, float *largest);

/* "nan", "inf" or "-inf": such a value, the same in every locale. */
const char *name_not_finite(float value);

/* COULOMB_OK for a finite number above 0; otherwise the error message says "NAME is VALUE; expected ...". */
coulomb_status check_positive(coulomb_context *context, const char *name, double value);
coulomb_status check_not_negative(coulomb_context *context, const char *name, double value);

/* COULOMB_OK for a count of at least `least`, of which an array [count, values] of float32 can exist; otherwise the
 * error message says "NAME is COUNT; expected LEAST to MOST". */
coulomb_status check_count(coulomb_context *context, const char *name, size_t count, size_t least, size_t values);

/* COULOMB_OK if `owner`, the context of what is called `name`, is this one. */
coulomb_status check_context(coulomb_context *context, const char *name, const coulomb_context *owner);
coulomb_status check_flag(coulomb_context *context, const char *name, int32_t value);

#endif

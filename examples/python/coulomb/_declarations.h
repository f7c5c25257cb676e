/* Written by tests/abi/update.sh from include/coulomb; do not edit. */
/**
 * @file kernel.h
 * Kernels k(a,b) of potentials: what coulomb_plummer and coulomb_trainer have in common.
 */

/** Kernels. @since 0.1 */
enum {
    COULOMB_KERNEL_PLUMMER = 1, /**< (|a-b|^2 + epsilon^2)^(-exponent/2); the default */
    COULOMB_KERNEL_GAUSSIAN = 2 /**< exp(-|a-b|^2 / (2 epsilon^2)); may be 0 beyond 13.2 epsilon, where it is below the
                                     normal numbers of float32. The exponent has no effect */
};

/** Most epsilons of a kernel that is a sum, see coulomb_plummer_set_epsilons(). @since 0.1 */
enum { COULOMB_EPSILONS_MAX = 8 };

/**
 * @file status.h
 * Status codes, the destroy callback, and the visibility of symbols.
 */

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
const char *coulomb_status_name(coulomb_status status);

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
coulomb_status coulomb_context_new(coulomb_context **context);

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
coulomb_status coulomb_context_new_with_allocator(coulomb_allocate_callback *allocate,
                                                              coulomb_release_callback *release, void *user,
                                                              coulomb_context **context);

/**
 * Release the context. It is destroyed together with the last handle created from it.
 *
 * @param context  may be NULL
 *
 * @since 0.1
 */
void coulomb_context_free(coulomb_context *context);

/**
 * Return the error message of the last failed call on the context or on one of its handles.
 *
 * @param context  NULL: a message that says so
 * @return English text that names the value and what was expected; "" if no call has failed; never NULL; valid until
 *         the next failed call or until the context is destroyed
 *
 * A call whose handle is NULL has no context to store a message in: it returns a status alone. @since 0.1
 */
const char *coulomb_context_error(const coulomb_context *context);

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
coulomb_status coulomb_context_set_threads(coulomb_context *context, size_t threads);

/**
 * Get the number of threads, the calling thread included.
 *
 * @param context  not NULL
 * @param threads  receives the number; if 0 was set, the number that was chosen
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_context_get_threads(const coulomb_context *context, size_t *threads);

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
coulomb_status coulomb_context_set_precision(coulomb_context *context, int32_t precision);

/**
 * Get the precision in which the context's networks compute.
 *
 * @param context    not NULL
 * @param precision  receives COULOMB_PRECISION_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_context_get_precision(const coulomb_context *context, int32_t *precision);

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
coulomb_status coulomb_context_set_log(coulomb_context *context, coulomb_log_callback *log, void *user,
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
coulomb_status coulomb_context_get_log(const coulomb_context *context, coulomb_log_callback **log,
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
const char *coulomb_context_blas(const coulomb_context *context);

/**
 * Return the name of the library's own kernels that the context uses: the fastest that this build contains and this
 * processor can run.
 *
 * @param context  may be NULL
 * @return a static string: "avx512", "avx2" or "portable"; "" if context is NULL
 *
 * @since 0.1
 */
const char *coulomb_context_kernels(const coulomb_context *context);

/**
 * @file schedule.h
 * Schedules: learning rate or epsilon as a function of the update number.
 *
 * A schedule is a factor on the value that was set: rate(u) = learning_rate * factor(u). Without a schedule the factor
 * is 1. Schedules are immutable and reference-counted: an optimizer or trainer that uses a schedule holds a reference,
 * so the caller may release the handle right after handing it over. Several optimizers and trainers of one context may
 * share a schedule.
 */

/** Schedule. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_schedule coulomb_schedule;

/** Kinds of schedules. @since 0.1 */
enum {
    COULOMB_SCHEDULE_EXPONENTIAL = 1, /**< coulomb_schedule_new_exponential() */
    COULOMB_SCHEDULE_STEPS = 2,       /**< coulomb_schedule_new_steps() */
    COULOMB_SCHEDULE_CALLBACK = 3     /**< coulomb_schedule_new_callback() */
};

/** Largest number of drops of coulomb_schedule_new_steps(). @since 0.1 */
enum { COULOMB_SCHEDULE_DROPS_MAX = 64 };

/**
 * Compute the factor of an update. Must depend on `update` alone, so that training resumes exactly; may be called more
 * than once for an update. Runs on the thread that called the library. Must not use the trainer of the call, its
 * networks or its optimizers (see "Callbacks" in context.h).
 *
 * @param user    as given to coulomb_schedule_new_callback()
 * @param update  counted from 1
 * @param factor  receives a finite number above 0
 * @return COULOMB_OK, or a code of the range for callers: ends the step and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_schedule_callback(void *user, uint64_t update, double *factor);

/**
 * Create a schedule that decays exponentially.
 *
 * The factor is 1 up to update `first`, final_factor^((u - first)/(last - first)) at update u between `first` and
 * `last`, and `final_factor` from update `last` on.
 *
 * @param context       not NULL
 * @param first         last update with factor 1
 * @param last          first update with the final factor; above `first`
 * @param final_factor  finite, above 0
 * @param schedule      receives the handle; release it with coulomb_schedule_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, last not above first, final_factor); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_new_exponential(coulomb_context *context, uint64_t first, uint64_t last,
                                                            double final_factor, coulomb_schedule **schedule);

/**
 * Create a schedule of step drops: the factor is multiplied by `factor` after each of the given updates.
 *
 * @param context   not NULL
 * @param after     [drops] update numbers, strictly increasing; each drop applies from the following update on; copied;
 *                  NULL only if drops is 0
 * @param drops     number of drops, at most COULOMB_SCHEDULE_DROPS_MAX
 * @param factor    finite, above 0
 * @param schedule  receives the handle; release it with coulomb_schedule_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, too many drops, their order, factor); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_new_steps(coulomb_context *context, const uint64_t *after, size_t drops,
                                                      double factor, coulomb_schedule **schedule);

/**
 * Create a schedule from a callback. Checkpoints record only that the schedule is a callback.
 *
 * @param context   not NULL
 * @param factor    not NULL
 * @param user      passed to the callback
 * @param destroy   called with `user` when the schedule is destroyed, but not if this call fails; may be NULL
 * @param schedule  receives the handle; release it with coulomb_schedule_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_new_callback(coulomb_context *context, coulomb_schedule_callback *factor,
                                                         void *user, coulomb_destroy_callback *destroy,
                                                         coulomb_schedule **schedule);

/**
 * Get the kind of a schedule.
 *
 * @param schedule  not NULL
 * @param kind      receives COULOMB_SCHEDULE_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_get_kind(const coulomb_schedule *schedule, int32_t *kind);

/**
 * Get the arguments of coulomb_schedule_new_exponential().
 *
 * @param schedule      not NULL, of kind COULOMB_SCHEDULE_EXPONENTIAL
 * @param first         receives the last update with factor 1
 * @param last          receives the first update with the final factor
 * @param final_factor  receives the final factor
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a schedule of another kind)
 *
 * The results are untouched on failure. @since 0.1
 */
coulomb_status coulomb_schedule_get_exponential(const coulomb_schedule *schedule, uint64_t *first,
                                                            uint64_t *last, double *final_factor);

/**
 * Get the arguments of coulomb_schedule_new_steps().
 *
 * @param schedule  not NULL, of kind COULOMB_SCHEDULE_STEPS
 * @param after     [capacity] receives the update numbers; may be NULL if capacity is 0; untouched on failure
 * @param capacity  update numbers that `after` has room for: 0 (only the other results are wanted), or at least the
 *                  number of drops; COULOMB_SCHEDULE_DROPS_MAX is always enough
 * @param drops     receives the number of drops, also if capacity is too small
 * @param factor    receives the factor of each drop, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a schedule of another kind, or a capacity that is too small)
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_get_steps(const coulomb_schedule *schedule, uint64_t *after,
                                                      size_t capacity, size_t *drops, double *factor);

/**
 * Get the arguments of coulomb_schedule_new_callback().
 *
 * @param schedule  not NULL, of kind COULOMB_SCHEDULE_CALLBACK
 * @param factor    receives the callback
 * @param user      receives its user pointer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a schedule of another kind)
 *
 * The results are untouched on failure. @since 0.1
 */
coulomb_status coulomb_schedule_get_callback(const coulomb_schedule *schedule,
                                                         coulomb_schedule_callback **factor, void **user);

/**
 * Compute the factor of an update.
 *
 * @param schedule  not NULL
 * @param update    counted from 1
 * @param factor    receives the factor; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_NOT_FINITE (a callback's factor is not a finite
 *         number above 0); a callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for callers)
 *
 * @since 0.1
 */
coulomb_status coulomb_schedule_factor(const coulomb_schedule *schedule, uint64_t update, double *factor);

/**
 * Release the schedule. It is destroyed when no optimizer or trainer uses it any more.
 *
 * @param schedule  may be NULL
 *
 * @since 0.1
 */
void coulomb_schedule_free(coulomb_schedule *schedule);

/**
 * @file network.h
 * Networks: directed acyclic graphs of layers.
 *
 * Build a network node by node (coulomb_network_input(), layers.h, coulomb_network_finish()), or create it from a
 * preset or from a file (checkpoint.h). Errors of a graph are errors of the call that appends the node or of
 * coulomb_network_finish(). Arrays are float32 in C order; the first dimension of data is the sample. Shapes in this
 * interface are those of one sample: images [height, width, channels], sequences [length, channels].
 *
 * A finished network has named parameters (parameters.h) and four arenas, whose sizes coulomb_network_memory() returns:
 * parameters with gradients, values kept for the backward pass, workspace, and inference. Arenas grow with the largest
 * batch and never shrink. Results are the same bits for any number of threads.
 */

/** A network. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_network coulomb_network;

/** Maximum rank of a sample's shape. Later releases may have a larger one. @since 0.1 */
enum { COULOMB_RANK_MAX = 4 };

/** Distributions of initialisers and latents. A truncated normal redraws values beyond two standard deviations.
 * @since 0.1 */
enum { COULOMB_DISTRIBUTION_NORMAL = 1, COULOMB_DISTRIBUTION_TRUNCATED_NORMAL = 2, COULOMB_DISTRIBUTION_UNIFORM = 3 };

/** Arenas of a network, for coulomb_network_memory(). @since 0.1 */
enum {
    COULOMB_MEMORY_PARAMETERS = 1, /**< parameters and their gradients, batch norm's statistics */
    COULOMB_MEMORY_KEPT = 2,       /**< values kept for the backward pass, transformed filters of convolutions */
    COULOMB_MEMORY_TEMPORARY = 3,  /**< workspace of forward and backward passes */
    COULOMB_MEMORY_INFERENCE = 4   /**< evaluation and generation */
};

/** What coulomb_network_backward() does with the parameters' gradients. @since 0.1 */
enum {
    COULOMB_GRADIENT_NONE = 0,  /**< compute none */
    COULOMB_GRADIENT_WRITE = 1, /**< replace those of the last backward pass */
    COULOMB_GRADIENT_ADD = 2    /**< add to them */
};

/** @name Building
 * Append an input and layers (layers.h), then call coulomb_network_finish(); or use a preset. Common errors: those of
 * layers.h.
 * @{ */

/**
 * Create an empty network.
 *
 * @param context  not NULL
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_network_new(coulomb_context *context, coulomb_network **network);

/**
 * Append the input. A network has exactly one input, and it is the first node.
 *
 * @param network  not NULL, not finished
 * @param shape    [rank] extents of a sample, each above 0
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param node     receives the new node's number, 0
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (rank or an extent); COULOMB_ERROR_STATE also if the
 *         network already has an input
 *
 * @since 0.1
 */
coulomb_status coulomb_network_input(coulomb_network *network, const size_t *shape, size_t rank,
                                                 int32_t *node);

/**
 * Mark the network as inference-only, or as trainable again. An inference-only network has no gradients and keeps no
 * values for a backward pass: its memory is that of its parameters and of coulomb_network_evaluate(). Outputs do not
 * change.
 *
 * coulomb_network_backward(), coulomb_network_read_gradient(), coulomb_optimizer_new() and coulomb_trainer_new() refuse
 * an inference-only network. coulomb_network_forward() and coulomb_network_forward_evaluation() run but keep nothing.
 *
 * @param network  not NULL, finished or not; arenas and gradients of a finished one are released
 * @param only     0 (the default): trainable; 1: inference-only
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or only is neither); COULOMB_ERROR_STATE (an optimizer
 *         or a trainer uses the network, or a running callback); COULOMB_ERROR_MEMORY (for the gradients, if only is 0)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_inference_only(coulomb_network *network, int32_t only);

/**
 * Get whether the network is inference-only.
 *
 * @param network  not NULL
 * @param only     receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_inference_only(const coulomb_network *network, int32_t *only);

/**
 * Finish building: choose the output node, create the parameters and initialise them.
 *
 * @param network  not NULL, not finished; stays unfinished on failure
 * @param output   the output node; not the input, and not consumed by another node
 * @param seed     seed of the initial parameters and of coulomb_network_generate(). Arrays with the same position and
 *                 shape start with the same values under the same seed: give each network a seed of its own
 * @return COULOMB_OK; COULOMB_ERROR_STATE (no input, or already finished); COULOMB_ERROR_ARGUMENT (a NULL, an invalid
 *         output, or a node that does not lead to it); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_network_finish(coulomb_network *network, int32_t output, uint64_t seed);

/**
 * Get whether the network is finished: coulomb_network_finish() succeeded, or it came from a preset or a file.
 *
 * @param network   not NULL
 * @param finished  receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_finished(const coulomb_network *network, int32_t *finished);

/**
 * Create a published network, finished.
 *
 * - mlp-generator: dense 128, ReLU, dense 128, ReLU, dense to the sample's shape (Lim & Ye 2017)
 * - mlp-discriminator: dense 128, ELU, dense 128, ELU, dense 1 (paper, A.5)
 * - coulomb-generator: dense to 4 x 4 x 1024, ReLU; transposed 5 x 5 stride 2 to 512, 256, ... channels up to half the
 *   image's side, each batch norm, ReLU; one more to the image, 1.7159 tanh(2x/3) (paper)
 * - coulomb-tanh-generator: the same with tanh at the end
 * - coulomb-64-discriminator: four conv 5 x 5 stride 2 to 64, 128, 256, 512 channels, each batch norm, leaky ReLU 0.2;
 *   dense 1 (paper)
 * - coulomb-128-discriminator, coulomb-256-discriminator: the same, starting with 128 and with 256 channels
 * - dcgan-generator: transposed 4 x 4 valid to 512 channels, with stride 2 to 256, ... up to half the image's side,
 *   each batch norm, ReLU; one more to the image, tanh (Radford et al. 2016)
 * - dcgan-discriminator: conv 4 x 4 stride 2 to 64, 128, ... channels down to 4 x 4, each batch norm, leaky ReLU 0.2;
 *   conv 4 x 4 valid to 1
 * - began-generator: dense to 8 x 8 x 128; on each scale up to the image's two conv 3 x 3 to 128, ELU, upsampling in
 *   between; conv 3 x 3 to the image (Berthelot et al. 2017)
 * - began-discriminator: conv 3 x 3 to 128; on scale i = 1, 2, ... two conv 3 x 3 to 128 i and, except on the last
 *   scale, 8 x 8, one with stride 2; all with ELU; dense 1
 * - resnet-generator: dense to 4 x 4 x 512; residual blocks that double the side, to 512, 256, ... channels; then batch
 *   norm, ReLU, conv 1 x 1 to the image, tanh (after Gulrajani et al. 2017)
 * - resnet-discriminator: conv 3 x 3 to 64; residual blocks that halve the side down to 4 and double the channels; then
 *   dense 1
 * - billion-word-generator: dense to 32 x 512, batch norm; five residual blocks x + 0.3 f(x), where f is twice ReLU,
 *   conv 5 to 512 channels and batch norm; conv 1 to the vocabulary, softmax (after Gulrajani et al. 2017)
 * - billion-word-discriminator: conv 1 to 512; five such blocks without batch norm; dense 1
 *
 * A residual block for images is batch norm without scale, ReLU, upsampling, conv 3 x 3 to the same number of channels,
 * batch norm, ReLU, conv 3 x 3, average pooling, plus conv 1 x 1 of its resized input. Batch norm has epsilon 1e-3 and
 * momentum 0.99. The convolutional image networks support 32 x 32, 64 x 64 and 128 x 128 pixels with 1 or 3 channels.
 *
 * The billion-word networks support lines of 32 one-hot characters, [32, vocabulary]; their batch norm has no scale,
 * epsilon 1e-5 and momentum 0.9.
 *
 * Layers have their default names: "dense1", "conv1", "transposed1", "norm1". Weights of mlp-generator start as He
 * normal. In the other networks, weights followed by a ReLU, and filters of residual blocks except shortcuts, start as
 * truncated normal of variance 2/((fan_in + fan_out)/2), all other weights as Glorot uniform.
 *
 * @param context  not NULL
 * @param name     one of the names above
 * @param shape    [rank] shape of a sample: the output of a generator, the input of a discriminator
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param latent   dimension of a generator's latent, above 0; 0 for discriminators
 * @param seed     as for coulomb_network_finish()
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_NOT_FOUND (no such preset; the error message lists all); COULOMB_ERROR_ARGUMENT (a
 *         NULL, or the latent); COULOMB_ERROR_SHAPE (an invalid shape, or one that the preset does not support);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, const size_t *shape,
                                                      size_t rank, size_t latent, uint64_t seed,
                                                      coulomb_network **network);

/**
 * Return the number of presets of coulomb_network_new_preset().
 *
 * @return the number
 *
 * Safe to call from any thread. @since 0.1
 */
size_t coulomb_preset_count(void);

/**
 * Return the name of a preset, such as "mlp-generator". Names of generators end in "-generator", all others in
 * "-discriminator".
 *
 * @param index  below coulomb_preset_count()
 * @return a static string; NULL if index is not below the count
 *
 * Safe to call from any thread. @since 0.1
 */
const char *coulomb_preset_name(size_t index);

/**
 * Release the network. It is destroyed when no trainer or optimizer uses it any more.
 *
 * @param network  may be NULL; released from one of its own callbacks, it is destroyed when the running call returns
 *
 * @since 0.1
 */
void coulomb_network_free(coulomb_network *network);
/** @} */

/** @name Running
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (not finished, or in
 * use by a running callback), COULOMB_ERROR_MEMORY.
 * @{ */

/**
 * Get the shape of an input sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank;
 *                  COULOMB_RANK_MAX is always enough
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small: `shape` is untouched);
 *         COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                       size_t *rank);

/**
 * Get the shape of an output sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank;
 *                  COULOMB_RANK_MAX is always enough
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small: `shape` is untouched);
 *         COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                        size_t *rank);

/**
 * Allocate the arenas of coulomb_network_forward(), coulomb_network_forward_evaluation() and coulomb_network_backward()
 * for batches of `batch` samples. Calls with at most as many samples allocate nothing afterwards. If the arenas grow,
 * the last forward pass is discarded.
 *
 * @param network  not NULL, finished
 * @param batch    samples, above 0; rounded up to a multiple of 16
 * @return COULOMB_OK; the common errors; on failure the arenas are as before
 *
 * For inference-only networks, the arena of coulomb_network_evaluate() and of coulomb_network_forward(). @since 0.1
 */
coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch);

/**
 * Allocate the arena of coulomb_network_evaluate() and coulomb_network_generate() for `count` samples. Calls with at
 * most as many samples allocate nothing afterwards. The last forward pass is kept.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0; memory is bounded where samples are evaluated in blocks, see
 *                 coulomb_network_evaluate()
 * @return COULOMB_OK; the common errors; on failure the arena is as before
 *
 * @since 0.1
 */
coulomb_status coulomb_network_reserve_inference(coulomb_network *network, size_t count);

/**
 * Compute the size of an arena for batches of `batch` samples.
 *
 * COULOMB_MEMORY_INFERENCE includes the latents of coulomb_network_generate(). COULOMB_MEMORY_INFERENCE and
 * COULOMB_MEMORY_TEMPORARY both include the workspace that they share. An inference-only network uses only
 * COULOMB_MEMORY_PARAMETERS, without gradients, and COULOMB_MEMORY_INFERENCE.
 *
 * In a context of a GPU the size does not include cuDNN's workspace until coulomb_network_reserve() or
 * coulomb_network_reserve_inference() has tried its algorithms. It is at most 256 MiB for a network.
 *
 * @param network  not NULL, finished
 * @param arena    COULOMB_MEMORY_*
 * @param batch    samples, above 0; rounded up to a multiple of 16, but not for COULOMB_MEMORY_INFERENCE
 * @param bytes    receives the size in bytes; COULOMB_MEMORY_PARAMETERS does not depend on the batch; untouched on
 *                 failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, more samples than can exist, no such arena);
 *         COULOMB_ERROR_STATE (not finished); COULOMB_ERROR_MEMORY (no memory can hold the arena)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch,
                                                  size_t *bytes);

/**
 * Forward pass in training mode. Keeps the values that coulomb_network_backward() needs. Batch norm normalises by the
 * batch's statistics; coulomb_network_batch_norm() describes when its running averages move.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0
 * @param input    [count, input shape]; not copied: must stay unchanged until the last backward pass through it
 * @param output   [count, output shape] result; NULL if not wanted; must not overlap the input; untouched on failure
 * @return COULOMB_OK; the common errors
 *
 * Runs on the context's threads. Values that are not finite pass through. @since 0.1
 */
coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input,
                                                   float *output);

/**
 * Evaluate the network (inference). Nothing is kept for a backward pass and no running average moves. The last forward
 * pass is kept, so that coulomb_network_backward() can still follow it.
 *
 * Batch norm normalises by the batch's statistics or by running averages, see coulomb_network_set_running_averages().
 * With running averages, and in networks without batch norm, samples do not depend on each other: an output has the
 * same bits for any number of samples evaluated together. Samples are then evaluated in blocks, so that memory does not
 * grow with `count`. With the batch's statistics, all `count` samples are evaluated at once.
 *
 * In a context of a GPU, cuBLAS and cuDNN choose their algorithms by the number of samples. For networks that use them,
 * all blocks therefore have the same number of samples (16 to 1024, by the network and the precision): the last block
 * is filled up with zeros, and a single sample costs as much as a block. An output then does not depend on `count`.
 * These libraries do not promise that it does not depend on its place in the block.
 *
 * @param network  not NULL, finished
 * @param count    samples; may be 0
 * @param input    [count, input shape]; NULL only if count is 0
 * @param output   [count, output shape] result; NULL only if count is 0; must not overlap the input
 * @return COULOMB_OK; the common errors
 *
 * Allocates only when `count` exceeds what was reserved (coulomb_network_reserve_inference()) or evaluated before. Runs
 * on the context's threads. Values that are not finite pass through. @since 0.1
 */
coulomb_status coulomb_network_evaluate(coulomb_network *network, size_t count, const float *input,
                                                    float *output);

/**
 * Forward pass in evaluation mode. Outputs are those of coulomb_network_evaluate(), and the values that
 * coulomb_network_backward() needs are kept; gradients are those of evaluation mode. No running average moves, even if
 * the backward pass computes parameter gradients. Use it for a frozen network through which gradients are propagated.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0
 * @param input    [count, input shape]; not copied: must stay unchanged until the last backward pass through it
 * @param output   [count, output shape] result; NULL if not wanted; must not overlap the input; untouched on failure
 * @return COULOMB_OK; the common errors
 *
 * Runs on the context's threads. Values that are not finite pass through. @since 0.1
 */
coulomb_status coulomb_network_forward_evaluation(coulomb_network *network, size_t count,
                                                              const float *input, float *output);

/**
 * Backward pass: compute gradients of sum(output * output_gradient) for the last forward pass, in training or
 * evaluation mode. At least one result must be requested. Only requested gradients are computed; frozen parameters
 * (coulomb_network_set_frozen()) cost no work. May be repeated for the same forward pass.
 *
 * @param network          not NULL, finished
 * @param output_gradient  [count, output shape], with the count of the forward pass
 * @param input_gradient   [count, input shape] result; NULL if not wanted; untouched on failure
 * @param parameters       COULOMB_GRADIENT_*: what to do with the parameters' gradients
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also if there is no forward pass: none has been made,
 *         since then coulomb_network_reserve() has grown the arenas or a trainer has used the network, or the network
 *         is inference-only
 *
 * Runs on the context's threads. @since 0.1
 */
coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient,
                                                    float *input_gradient, int32_t parameters);

/** @} */

/**
 * @file optimizer.h
 * Optimizers: update a network's parameters with the gradients of its backward pass.
 *
 * A trainer has one optimizer for each network (coulomb_trainer_optimizer()). A program that writes its own training
 * loop creates its own optimizers. Options may change between updates. While a step of its trainer is under way, an
 * optimizer's setters fail with COULOMB_ERROR_STATE.
 */

/** An optimizer. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_optimizer coulomb_optimizer;

/** Methods. @since 0.1 */
enum {
    COULOMB_METHOD_ADAM = 1, /**< Adam (Kingma & Ba 2015, Algorithm 1) */
    COULOMB_METHOD_SGD = 2   /**< plain gradient descent: w = w - rate gradient */
};

/**
 * Create an optimizer: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon 1e-8, no L2, no schedule.
 *
 * @param network    not NULL, finished; the optimizer holds a reference
 * @param optimizer  receives the handle; release it with coulomb_optimizer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the network is not finished, is
 *         inference-only, or is in use by a running callback); COULOMB_ERROR_MEMORY
 *
 * Memory: two moments per parameter. @since 0.1
 */
coulomb_status coulomb_optimizer_new(coulomb_network *network, coulomb_optimizer **optimizer);

/**
 * Release the optimizer.
 *
 * @param optimizer  may be NULL; an optimizer that belongs to a trainer is released with it and ignored here
 *
 * @since 0.1
 */
void coulomb_optimizer_free(coulomb_optimizer *optimizer);

/**
 * Set the method.
 *
 * @param optimizer  not NULL
 * @param method     COULOMB_METHOD_*; the default is COULOMB_METHOD_ADAM
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such method)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_method(coulomb_optimizer *optimizer, int32_t method);

/**
 * Get the method.
 *
 * @param optimizer  not NULL
 * @param method     receives COULOMB_METHOD_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_method(const coulomb_optimizer *optimizer, int32_t *method);

/**
 * Set the learning rate, which the schedule multiplies.
 *
 * @param optimizer  not NULL
 * @param rate       finite, at least 0 (0 does not change the network); the default is 1e-4
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the rate)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_learning_rate(coulomb_optimizer *optimizer, double rate);

/**
 * Get the learning rate, without the schedule.
 *
 * @param optimizer  not NULL
 * @param rate       receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_learning_rate(const coulomb_optimizer *optimizer, double *rate);

/**
 * Set the schedule of the learning rate.
 *
 * @param optimizer  not NULL
 * @param schedule   of the same context; the optimizer holds a reference; NULL: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (optimizer is NULL, or the schedule belongs to another context)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_schedule(coulomb_optimizer *optimizer, coulomb_schedule *schedule);

/**
 * Get the schedule of the learning rate.
 *
 * @param optimizer  not NULL
 * @param schedule   receives it; NULL: none; borrowed: do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_schedule(const coulomb_optimizer *optimizer,
                                                          coulomb_schedule **schedule);

/**
 * Set Adam's decay rates.
 *
 * @param optimizer  not NULL
 * @param beta1      decay of the mean; at least 0, below 1; the default is 0.9
 * @param beta2      decay of the mean square; at least 0, below 1; the default is 0.999
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or one of them)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_betas(coulomb_optimizer *optimizer, double beta1, double beta2);

/**
 * Get Adam's decay rates.
 *
 * @param optimizer  not NULL
 * @param beta1      receives that of the mean
 * @param beta2      receives that of the mean square
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_betas(const coulomb_optimizer *optimizer, double *beta1,
                                                       double *beta2);

/**
 * Set Adam's epsilon, added to the denominator.
 *
 * @param optimizer  not NULL
 * @param epsilon    finite, above 0; the default is 1e-8
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or epsilon)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_epsilon(coulomb_optimizer *optimizer, double epsilon);

/**
 * Get Adam's epsilon.
 *
 * @param optimizer  not NULL
 * @param epsilon    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_epsilon(const coulomb_optimizer *optimizer, double *epsilon);

/**
 * Set the L2 weight decay: adds l2/2 |w|^2 of the weight arrays (not of biases) to the loss, that is l2 w to their
 * gradients. Not decoupled.
 *
 * @param optimizer  not NULL
 * @param l2         finite, at least 0; the default is 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or l2)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_set_l2(coulomb_optimizer *optimizer, double l2);

/**
 * Get the L2 weight decay.
 *
 * @param optimizer  not NULL
 * @param l2         receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_optimizer_get_l2(const coulomb_optimizer *optimizer, double *l2);

/**
 * Update the parameters with the network's gradients. Adam, with gradient g of update t:
 *
 * m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 * w = w - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)
 *
 * @param optimizer  not NULL, not a trainer's
 * @param update     update number, counted from 1, for the schedule and Adam's bias correction
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or update is 0); COULOMB_ERROR_STATE (it belongs to a trainer, or
 *         the network is in use by a running callback); COULOMB_ERROR_NOT_FINITE (a gradient, a running average of
 *         batch norm or a schedule callback's factor); a schedule callback's own code; COULOMB_ERROR_CALLBACK (it is
 *         outside the range for callers)
 *
 * On failure nothing changes. Allocates nothing. @since 0.1
 */
coulomb_status coulomb_optimizer_step(coulomb_optimizer *optimizer, uint64_t update);

/**
 * @file trainer.h
 * Trainer: the training step and loop of the Coulomb GAN (Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1).
 *
 * One update draws latents, generates model samples, reads target samples, computes the potential of the batch at all
 * of its samples, and updates both networks with gradients from one forward pass. The discriminator learns the
 * potential; the generator ascends the discriminator. Nothing is allocated after the first update.
 *
 * With model samples x = G(z), target samples y and their potential Phi (plummer.h), through which no gradient flows:
 *
 * L_D = mean_x (D(x) - Phi(x))^2 + mean_y (D(y) - Phi(y))^2,    L_G = -mean_x D(x)
 *
 * Without a discriminator, the generator's gradient comes from the exact field of the update's charges at the model
 * samples, see coulomb_trainer_set_field(). Functions that concern the discriminator (loss, smoothing, its optimizer
 * and its statistics) then fail with COULOMB_ERROR_STATE.
 *
 * Settings may change between updates. While a step runs, its callbacks may call only what context.h lists under
 * "Callbacks"; setters and the functions that step, save or load fail with COULOMB_ERROR_STATE. Below,
 * COULOMB_ERROR_STATE without a reason means this. A trainer freed in one of its callbacks is destroyed when the step
 * or loop under way returns.
 */

/** Trainer. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_trainer coulomb_trainer;

/** The networks of a trainer. @since 0.1 */
enum { COULOMB_GENERATOR = 1, COULOMB_DISCRIMINATOR = 2 };

/** Losses of the discriminator. @since 0.1 */
enum {
    COULOMB_LOSS_L2 = 1, /**< mean (D - potential)^2 over model samples plus mean over target samples; the default */
    COULOMB_LOSS_L1 = 2  /**< mean |D - potential| over model samples plus mean over target samples */
};

/** Statistics of an update, see coulomb_trainer_statistic(). @since 0.1 */
enum {
    COULOMB_STATISTIC_LOSS_DISCRIMINATOR = 1,      /**< L_D, without the L2 penalty */
    COULOMB_STATISTIC_LOSS_GENERATOR = 2,          /**< L_G = -mean D over model samples, without the L2 penalty */
    COULOMB_STATISTIC_ENERGY = 3,                  /**< 1/2 (mean potential at target - mean at model samples) */
    COULOMB_STATISTIC_POTENTIAL_MODEL = 4,         /**< mean potential at the model samples, without its scale */
    COULOMB_STATISTIC_POTENTIAL_TARGET = 5,        /**< mean potential at the target samples, without its scale */
    COULOMB_STATISTIC_GRADIENT_GENERATOR = 6,      /**< Euclidean norm of the generator's gradient, without L2 */
    COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR = 7,  /**< Euclidean norm of the discriminator's gradient, without L2 */
    COULOMB_STATISTIC_LEARNING_RATE_GENERATOR = 8, /**< learning rate times the schedule's factor */
    COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR = 9, /**< learning rate times the schedule's factor */
    COULOMB_STATISTIC_EPSILON = 10 /**< epsilon (of several, the first) times its schedule's factor */
};

/**
 * Report an update. Called by coulomb_trainer_run() after each update, on the same thread. It may read statistics,
 * generate samples, change settings, save, and free the trainer. It must not step, run or load the trainer.
 *
 * @param user    as given to coulomb_trainer_run()
 * @param update  number of the update just done
 * @return COULOMB_OK to continue, or a code of the range for callers: stops the loop after this update and is returned
 *         unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_progress_callback(void *user, uint64_t update);

/**
 * Create a trainer with batch 128, exponent 1, epsilon 1, L2 loss, seed 0 and self-terms.
 *
 * @param context        not NULL
 * @param generator      finished, of this context; the trainer holds a reference
 * @param discriminator  finished, of this context; its input shape is the generator's output shape, its output is one
 *                       value; the trainer holds a reference. NULL: none, the generator follows the field itself
 * @param trainer        receives the handle; release it with coulomb_trainer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context, generator or trainer is NULL, a network of another context, the
 *         same network twice);
 *         COULOMB_ERROR_SHAPE (the networks' shapes do not fit together, or the output is not one value);
 *         COULOMB_ERROR_STATE (a network is not finished, is inference-only, or is in use by a running callback);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_new(coulomb_context *context, coulomb_network *generator,
                                               coulomb_network *discriminator, coulomb_trainer **trainer);

/**
 * Release the trainer. In one of its own callbacks: it is destroyed when the step or loop under way returns.
 *
 * @param trainer  may be NULL
 *
 * @since 0.1
 */
void coulomb_trainer_free(coulomb_trainer *trainer);

/** @name Settings
 * Those of data are in data.h, those of potential and field in charges.h, those of shards and processes in shards.h.
 * Each has a getter. Checkpoints compare all settings.
 * @{ */

/**
 * Set the batch: the number of model samples, and of target samples, that an update learns from.
 *
 * @param trainer  not NULL
 * @param batch    1 to 1,048,576; 128 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_batch(coulomb_trainer *trainer, size_t batch);

/**
 * Get the batch.
 *
 * @param trainer  not NULL
 * @param batch    receives the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_batch(const coulomb_trainer *trainer, size_t *batch);

/**
 * Set the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss     COULOMB_LOSS_*; COULOMB_LOSS_L2 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: no
 *         discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_loss(coulomb_trainer *trainer, int32_t loss);

/**
 * Get the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss     receives COULOMB_LOSS_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_loss(const coulomb_trainer *trainer, int32_t *loss);

/**
 * Turn replay on or off. With replay, the discriminator's loss has a third term over the model samples of the previous
 * update, where the potential is that of the present charges. The first update after replay was turned on, or after the
 * batch changed, has no third term.
 *
 * Without a discriminator, the model samples of the previous update are model charges beside this update's, all with
 * the same weight: the batch of them adds to the number of model charges.
 *
 * @param trainer  not NULL
 * @param replay   1: on; 0, the default: off
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_replay(coulomb_trainer *trainer, int32_t replay);

/**
 * Get whether replay is on.
 *
 * @param trainer  not NULL
 * @param replay   receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_replay(const coulomb_trainer *trainer, int32_t *replay);

/**
 * Set the standard deviation of the smoothing noise (the paper's Gaussian ball): normal noise on the points where the
 * discriminator is compared with the potential. The charges, and the points of the generator's gradient, are the
 * samples without noise.
 *
 * @param trainer    not NULL
 * @param deviation  in the unit of the samples: finite, at least 0; 0, the default: no noise
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: no
 *         discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation);

/**
 * Get the standard deviation of the smoothing noise.
 *
 * @param trainer    not NULL
 * @param deviation  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_smoothing(const coulomb_trainer *trainer, double *deviation);

/**
 * Set the seed of latents and smoothing noise.
 *
 * @param trainer  not NULL
 * @param seed     0 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed);

/**
 * Get the seed of latents and smoothing noise.
 *
 * @param trainer  not NULL
 * @param seed     receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_seed(const coulomb_trainer *trainer, uint64_t *seed);

/**
 * Set the decay of the exponential moving average of the generator's parameters. After each update:
 * average = d average + (1 - d) parameters, with d = min(decay, (1 + u)/(10 + u)) at update u, so that the first
 * parameters are soon forgotten. The average starts as the generator's parameters when averaging is turned on.
 *
 * @param trainer  not NULL
 * @param decay    above 0 and below 1; 0, the default: no average
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay);

/**
 * Get the decay of the average.
 *
 * @param trainer  not NULL
 * @param decay    receives it; 0: no average
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_averaging(const coulomb_trainer *trainer, double *decay);
/** @} */

/** @name Parts
 * Networks and optimizers of the trainer. They are borrowed: do not free them.
 * @{ */

/**
 * Get one of the networks.
 *
 * @param trainer  not NULL
 * @param which    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param network  receives the network; valid as long as the trainer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or which); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_network(const coulomb_trainer *trainer, int32_t which,
                                                   coulomb_network **network);

/**
 * Get the network with the averaged parameters, to generate from it or to save it. Each update changes its parameters;
 * it must not be trained. Its latent distribution is the generator's at the time of this call: call again after
 * changing that. It has a generation sequence of its own, which starts with the generator's generation seed.
 *
 * @param trainer  not NULL
 * @param average  receives the network; valid as long as the trainer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (also: averaging is off)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average);

/**
 * Get the optimizer of one of the networks, to change its settings.
 *
 * @param trainer    not NULL
 * @param which      COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param optimizer  receives the optimizer; valid as long as the trainer; do not step it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or which); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_optimizer(const coulomb_trainer *trainer, int32_t which,
                                                     coulomb_optimizer **optimizer);

/**
 * Compute the bytes that the arrays of training take, with the present settings: parameters, gradients and activations
 * of both networks, average, optimizers, samples, potentials, and the order of the data array. Known before the first
 * update, which allocates most of them.
 *
 * Not counted: handles, names and graphs (some KiB), alignment (72 bytes for each array), the data array itself, stacks
 * of threads, and what coulomb_network_generate() allocates. Exact unless the sums need float64 (plummer.h). In a
 * context of a GPU the workspace of cuDNN comes on top until coulomb_network_reserve() or the first update, see
 * coulomb_network_memory().
 *
 * @param trainer  not NULL
 * @param bytes    receives the size; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or charges below the batch); COULOMB_ERROR_MEMORY (it does not
 *         fit into size_t)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_memory(const coulomb_trainer *trainer, size_t *bytes);
/** @} */

/** @name Training
 * @{ */

/**
 * Run one update (Algorithm 1).
 *
 * @param trainer  not NULL
 * @return COULOMB_OK; COULOMB_ERROR_STATE (there are no target samples, the call comes from a callback of this trainer
 *         or of its networks, or 2^64 - 1 updates are done); COULOMB_ERROR_NOT_FINITE (a target sample, named by its
 *         index, a model sample, a latent, a potential, a loss, a gradient, a running average, or a schedule's factor);
 *         COULOMB_ERROR_ARGUMENT (trainer is NULL, charges below the batch or too few, a sample of more than 200,000
 *         values); COULOMB_ERROR_MEMORY; a callback's own code, with the callback named; COULOMB_ERROR_CALLBACK (its
 *         code is outside the range for callers); COULOMB_ERROR_PROCESS (see "Processes")
 *
 * After a failure both networks' parameters, both optimizers, the average, the statistics and the update number are
 * unchanged. Runs on the context's threads; the result does not depend on their number. @since 0.1
 */
coulomb_status coulomb_trainer_step(coulomb_trainer *trainer);

/**
 * Run updates until update `last` is done.
 *
 * @param trainer   not NULL
 * @param last      number of the last update; if it is done already, the call does nothing
 * @param progress  called after each update; may be NULL
 * @param user      passed to the callback
 * @return as coulomb_trainer_step() of the update that failed; the progress callback's own code;
 *         COULOMB_ERROR_CALLBACK (its code is outside the range for callers)
 *
 * After a stop, call again to continue. @since 0.1
 */
coulomb_status coulomb_trainer_run(coulomb_trainer *trainer, uint64_t last,
                                               coulomb_progress_callback *progress, void *user);

/**
 * Get the number of updates done, including those before a loaded checkpoint was saved.
 *
 * @param trainer  not NULL
 * @param update   receives the number; in callbacks of an update, the number of the update before
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_update(const coulomb_trainer *trainer, uint64_t *update);

/**
 * Get a statistic of the last update.
 *
 * @param trainer    not NULL
 * @param statistic  COULOMB_STATISTIC_*
 * @param value      receives the value
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or statistic); COULOMB_ERROR_STATE (no update was done since the
 *         trainer was created or loaded, or the statistic is a discriminator's and there is none)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_statistic(const coulomb_trainer *trainer, int32_t statistic, double *value);
/** @} */

/**
 * @file charges.h
 * Charges of a trainer: how many samples make the potential, with which kernel, and what a generator without a
 * discriminator follows.
 *
 * Each setting has a getter. Checkpoints compare all settings. COULOMB_ERROR_STATE without a reason means that a step
 * of the trainer is under way, see trainer.h.
 */

/** What a generator without a discriminator follows, see coulomb_trainer_set_field(). @since 0.1 */
enum {
    COULOMB_FIELD_POTENTIAL = 1, /**< the gradient of the potential: the field of all charges; the default */
    COULOMB_FIELD_DRIFT = 2      /**< the gradient of the logarithm of the potentials' quotient: the normalised drift */
};

/**
 * Set the numbers of charges: the samples that make the potential. The first of them are the batch; the others only act
 * as charges, which makes the potential less noisy. Each further model charge costs a forward pass of the generator.
 *
 * @param trainer  not NULL
 * @param model    0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @param target   0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or a number is too large); COULOMB_ERROR_STATE
 *
 * A number below the batch makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT. @since 0.1
 */
coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target);

/**
 * Get the numbers of charges as they were set.
 *
 * @param trainer  not NULL
 * @param model    receives the number of model charges; 0: the batch
 * @param target   receives the number of target charges; 0: the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_charges(const coulomb_trainer *trainer, size_t *model, size_t *target);

/**
 * Set the kernel of the potential.
 *
 * Without a discriminator, a Gaussian makes the trainer a generative moment matching network: the energy is half the
 * squared maximum mean discrepancy with that kernel.
 *
 * @param trainer  not NULL
 * @param kernel   COULOMB_KERNEL_* (kernel.h); COULOMB_KERNEL_PLUMMER unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_kernel(coulomb_trainer *trainer, int32_t kernel);

/**
 * Get the kernel of the potential.
 *
 * @param trainer  not NULL
 * @param kernel   receives COULOMB_KERNEL_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_kernel(const coulomb_trainer *trainer, int32_t *kernel);

/**
 * Set the exponent p of the Plummer kernel (plummer.h). It has no effect on the Gaussian. The paper's m is p + 2.
 *
 * @param trainer   not NULL
 * @param exponent  finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent);

/**
 * Get the exponent of the kernel.
 *
 * @param trainer   not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_exponent(const coulomb_trainer *trainer, double *exponent);

/**
 * Set one epsilon of the kernel (plummer.h), which replaces all that were set before. Its schedule multiplies it.
 *
 * @param trainer  not NULL
 * @param epsilon  in the unit of the samples: finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon);

/**
 * Get the epsilon of the kernel, without its schedule's factor. If several are set, get the first.
 *
 * @param trainer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_epsilon(const coulomb_trainer *trainer, double *epsilon);

/**
 * Set several epsilons: the kernel is the sum of one kernel for each epsilon, so that the field has structure of all
 * these lengths. It is a sum, not a mean: potential and field grow with the number of epsilons. The schedule multiplies
 * all epsilons.
 *
 * @param trainer   not NULL
 * @param epsilons  [count] in the unit of the samples: each finite, above 0
 * @param count     1 to COULOMB_EPSILONS_MAX; 1 is coulomb_trainer_set_epsilon()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, count, or a value, named by its index); COULOMB_ERROR_STATE
 *
 * Above 32 dimensions, the matrix products of points are computed once for all epsilons. @since 0.1
 */
coulomb_status coulomb_trainer_set_epsilons(coulomb_trainer *trainer, const double *epsilons, size_t count);

/**
 * Get all epsilons, without the schedule's factor.
 *
 * @param trainer   not NULL
 * @param epsilons  [capacity] receives them; may be NULL if capacity is 0; untouched on failure
 * @param capacity  values that `epsilons` has room for: 0 (only their number is wanted), or at least their number;
 *                  COULOMB_EPSILONS_MAX is always enough
 * @param count     receives their number, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_epsilons(const coulomb_trainer *trainer, double *epsilons,
                                                        size_t capacity, size_t *count);

/**
 * Set the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  of the same context; the trainer holds a reference; NULL, the default: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the schedule belongs to another context);
 *         COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule);

/**
 * Get the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  receives the schedule; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_epsilon_schedule(const coulomb_trainer *trainer,
                                                                coulomb_schedule **schedule);

/**
 * Set whether a sample's potential includes its own charge, see coulomb_plummer_set_self_terms().
 *
 * @param trainer  not NULL
 * @param keep     1, the default: included; 0: left out, then a step needs two charges of each kind
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep);

/**
 * Get whether a sample's potential includes its own charge.
 *
 * @param trainer  not NULL
 * @param keep     receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_self_terms(const coulomb_trainer *trainer, int32_t *keep);

/**
 * Set the scale of the discriminator's regression target: D learns scale * potential. Without a discriminator, a factor
 * on the field.
 *
 * @param trainer  not NULL
 * @param scale    finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale);

/**
 * Get the scale of the discriminator's regression target.
 *
 * @param trainer  not NULL
 * @param scale    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_potential_scale(const coulomb_trainer *trainer, double *scale);

/**
 * Set what the generator follows in a trainer without a discriminator.
 *
 * With the batch's model samples x_i, b of them, and scale as in coulomb_trainer_set_potential_scale(), the gradient at
 * x_i that goes back through the generator is
 *
 * -scale/b grad Phi(x_i)                                                    COULOMB_FIELD_POTENTIAL
 * -scale/b grad [log Phi_target(x_i) - log Phi_model(x_i)]                  COULOMB_FIELD_DRIFT
 *
 * Phi is the potential of all charges of the update (Eq. 32). Phi_target and Phi_model are the means of the kernel over
 * the charges of one kind, the latter without x_i itself. So the drift is E_model/Phi_model - E_target/Phi_target with
 * their fields E, and does not fade far from all charges as the field does. Following the field of all charges
 * descends the energy (Eq. 8); following the drift descends no energy in general.
 *
 * A sample's own charge exerts no force on it. Without self-terms (coulomb_trainer_set_self_terms()), the other model
 * charges count 1/(n - 1) each instead of 1/n in COULOMB_FIELD_POTENTIAL; the drift always does so.
 *
 * @param trainer  not NULL
 * @param field    COULOMB_FIELD_*; COULOMB_FIELD_POTENTIAL unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: the trainer
 *         has a discriminator)
 *
 * Error at a sample: within 1e-5 of the sum of the terms' magnitudes. The drift needs two model charges, and fails with
 * COULOMB_ERROR_NOT_FINITE where a potential is below the range of float32. @since 0.1
 */
coulomb_status coulomb_trainer_set_field(coulomb_trainer *trainer, int32_t field);

/**
 * Get what the generator follows.
 *
 * @param trainer  not NULL
 * @param field    receives COULOMB_FIELD_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the trainer has a discriminator)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_field(const coulomb_trainer *trainer, int32_t *field);

/**
 * Set a network that maps samples to features. The kernel then takes distances between features instead of samples, and
 * epsilon is in the unit of the features. Without a discriminator, the field at the features is propagated back through
 * the network into the generator. A discriminator still receives samples, and learns the potential at their features;
 * with smoothing, at the features of the displaced points. Replayed samples pass through the network, too.
 *
 * The network is evaluated in evaluation mode and not trained. Checkpoints do not contain it: they compare a digest of
 * its layers, parameters and running averages. This function computes the digest: call it again after changing them.
 *
 * @param trainer   not NULL
 * @param features  finished, of this context, none of the trainer's own networks; its input shape is the generator's
 *                  output shape; the trainer holds a reference. NULL, the default: distances between samples
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, a network of another context, or one that the trainer
 *         trains); COULOMB_ERROR_SHAPE (the shapes do not fit together); COULOMB_ERROR_STATE (also: the network is not
 *         finished, is inference-only, or its batch norm normalises by the batch, see
 *         coulomb_network_set_running_averages()); COULOMB_ERROR_MEMORY
 *
 * The network's memory for passes over a shard comes with the next step and is part of coulomb_trainer_memory(). An
 * update costs a forward pass over all charges (on each rank) and, without a discriminator, one back over the batch.
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features);

/**
 * Get the network that maps samples to features.
 *
 * @param trainer   not NULL
 * @param features  receives the network; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features);

/**
 * @file checkpoint.h
 * Trainers and networks as safetensors files, readable from any language.
 *
 * Arrays are float32 under the networks' parameter names with a prefix: "generator.dense1.weight" in a trainer's
 * checkpoint, "network.dense1.weight" in a network's file. Numbers and settings are text in the header's metadata. A
 * setting at its default is not written, and a missing one means the default, so files stay readable when the library
 * gains settings; a setting that this library does not know is an error that names it.
 *
 * Saving replaces the file atomically: after a crash it is the old or the new one, never part of one. Checksums cover
 * the whole file: any changed bit is an error. Loading changes everything or, on failure, nothing. Formats, limits and
 * overlaps are checked before memory is allocated, and values must be finite. The host's locale and floating-point
 * modes make no difference.
 *
 * Common errors of reading: COULOMB_ERROR_ARGUMENT (a NULL, an empty path, no such part), COULOMB_ERROR_FILE (with the
 * system's reason), COULOMB_ERROR_FORMAT (damaged, or not of the expected format), COULOMB_ERROR_MISMATCH (the file
 * does not fit: the message names the first difference and both values), COULOMB_ERROR_MEMORY.
 */

/** Networks in a file, see coulomb_network_open(). @since 0.1 */
enum {
    COULOMB_PART_ONLY = 0,          /**< that of coulomb_network_save(), prefix "network" */
    COULOMB_PART_GENERATOR = 1,     /**< a trainer's generator, prefix "generator" */
    COULOMB_PART_DISCRIMINATOR = 2, /**< a trainer's discriminator, prefix "discriminator" */
    COULOMB_PART_AVERAGE = 3        /**< a trainer's averaged generator, prefix "average" */
};

/** @name Training
 * @{ */

/**
 * Save the complete state of a trainer: both networks, the averaged generator, both optimizers' moments, the update
 * number, replayed samples, the seed and every setting. The position of coulomb_network_generate() in its sequence is
 * not saved.
 *
 * @param trainer  not NULL
 * @param path     file to write or replace, not NULL or empty. Symbolic links are followed; in a directory that
 *                 everybody can write to, only those that belong to the process's user or to the directory's owner
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, an empty path, fewer charges than the batch, a header above
 *         16 MiB); COULOMB_ERROR_FILE (with the system's reason); COULOMB_ERROR_MEMORY; COULOMB_ERROR_NOT_FINITE (an
 *         array, named with the index, holds an infinity or NaN); COULOMB_ERROR_STATE (called from a callback of a
 *         running step; a progress callback may save)
 *
 * On failure the old file is unchanged, unless the message says that the new one was saved but may not survive a crash
 * of the system. @since 0.1
 */
coulomb_status coulomb_trainer_save(coulomb_trainer *trainer, const char *path);

/**
 * Save the complete state of a trainer into memory: the bytes that coulomb_trainer_save() would write.
 *
 * Call twice: with a capacity of 0 for the size, then with that much memory. The size stays the same as long as nothing
 * of the trainer changes.
 *
 * @param trainer   not NULL
 * @param bytes     [capacity] receives the bytes; may be NULL if capacity is 0; undefined on failure
 * @param capacity  bytes that `bytes` has room for: 0 (only the size is wanted), or at least the size
 * @param size      receives the number of bytes, also if capacity is too small; untouched on any other failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small);
 *         otherwise as coulomb_trainer_save(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_save_bytes(coulomb_trainer *trainer, void *bytes, size_t capacity,
                                                      size_t *size);

/**
 * Load a file of coulomb_trainer_save() into a trainer created with the same networks and settings. Training continues
 * as if it had never stopped, to the last bit.
 *
 * Every setting of training is compared, frozen parameters included. Generation seeds and the choice of running
 * averages are not compared and not changed: training does not depend on them. Callbacks are not in the file: set the
 * same ones.
 *
 * @param trainer  not NULL; unchanged on failure
 * @param path     the file, not NULL or empty
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for fewer charges than the batch;
 *         COULOMB_ERROR_STATE (called from one of the trainer's callbacks)
 *
 * Statistics are unavailable until the next update. @since 0.1
 */
coulomb_status coulomb_trainer_load(coulomb_trainer *trainer, const char *path);

/**
 * Load a trainer from the contents of a file: coulomb_trainer_load() for bytes in memory.
 *
 * @param trainer  not NULL; unchanged on failure
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @return as coulomb_trainer_load(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_load_bytes(coulomb_trainer *trainer, const void *bytes, size_t size);
/** @} */

/** @name Networks
 * @{ */

/**
 * Save a network: graph, layer names, parameters, frozen parameters, latent distribution, generation seed and the
 * choice of running averages. Initialisers are not saved. A latent callback is not saved; the file records that there
 * was one.
 *
 * @param network  not NULL, finished; for example that of coulomb_trainer_average()
 * @param path     as in coulomb_trainer_save()
 * @return COULOMB_OK; COULOMB_ERROR_STATE (not finished, or in use by a running callback); COULOMB_ERROR_ARGUMENT,
 *         COULOMB_ERROR_FILE, COULOMB_ERROR_MEMORY and COULOMB_ERROR_NOT_FINITE as in coulomb_trainer_save()
 *
 * @since 0.1
 */
coulomb_status coulomb_network_save(coulomb_network *network, const char *path);

/**
 * Save a network into memory: the bytes that coulomb_network_save() would write. Call twice, as
 * coulomb_trainer_save_bytes().
 *
 * @param network   not NULL, finished
 * @param bytes     [capacity] receives the bytes; may be NULL if capacity is 0; undefined on failure
 * @param capacity  bytes that `bytes` has room for: 0 (only the size is wanted), or at least the size
 * @param size      receives the number of bytes, also if capacity is too small; untouched on any other failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small);
 *         otherwise as coulomb_network_save(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
coulomb_status coulomb_network_save_bytes(coulomb_network *network, void *bytes, size_t capacity,
                                                      size_t *size);

/**
 * Create the network that a file describes, as it was when it was saved. From its first sample on, it generates the
 * samples that the saved network generated, bit for bit (on the same kernels).
 *
 * If its latents came from a callback, generating and training fail with COULOMB_ERROR_STATE until
 * coulomb_network_set_latent_callback() is called. A file that another safetensors program has read and written again
 * can be opened, too.
 *
 * @param context  not NULL
 * @param path     a file of coulomb_network_save() or coulomb_trainer_save(), not NULL or empty
 * @param part     COULOMB_PART_*: which of the file's networks
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_MISMATCH if the file has no such part
 *
 * Memory while it is built: the parameters, their gradients, and one more copy of the parameters. @since 0.1
 */
coulomb_status coulomb_network_open(coulomb_context *context, const char *path, int32_t part,
                                                coulomb_network **network);

/**
 * Create the network that a file's contents describe: coulomb_network_open() for bytes in memory.
 *
 * @param context  not NULL
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @param part     COULOMB_PART_*
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return as coulomb_network_open(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
coulomb_status coulomb_network_open_bytes(coulomb_context *context, const void *bytes, size_t size,
                                                      int32_t part, coulomb_network **network);

/**
 * Load parameters into a network: from files of this library, or from a safetensors file that another program wrote
 * (doc/pytorch.md shows how arrays of PyTorch are laid out here).
 *
 * Each parameter NAME, running averages included, is taken from the file's array PREFIX.NAME with the prefix of `part`,
 * or else from NAME. It must be there, with the parameter's shape and dtype F32. Other arrays and all metadata are
 * ignored, whatever their type. Checksums are checked where the file has them.
 *
 * @param network  not NULL, finished; unchanged on failure
 * @param path     the file, not NULL or empty
 * @param part     COULOMB_PART_*: which prefix
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (not finished, or in use by a running callback)
 *
 * Memory: one more copy of the parameters, and the file's header, which may have 16 MiB. @since 0.1
 */
coulomb_status coulomb_network_load_parameters(coulomb_network *network, const char *path, int32_t part);

/**
 * Load parameters into a network: coulomb_network_load_parameters() for bytes in memory.
 *
 * @param network  not NULL, finished; unchanged on failure
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @param part     COULOMB_PART_*: which prefix
 * @return as coulomb_network_load_parameters(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
coulomb_status coulomb_network_load_parameters_bytes(coulomb_network *network, const void *bytes,
                                                                 size_t size, int32_t part);
/** @} */

/**
 * @file communicator.h
 * Communicators: how the processes of one training run exchange bytes.
 *
 * A run may have several processes, called ranks and counted from 0. Each has a trainer with the same networks,
 * settings and parameters, and computes some of the batch's shards (coulomb_trainer_set_communicator()). A communicator
 * transports bytes between ranks and does no arithmetic. It consists of two callbacks, so that a program can use a
 * transport of its own. coulomb/mpi.h provides one that uses MPI.
 */

/** Communicator. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_communicator coulomb_communicator;

/** Largest number of processes of a run. @since 0.1 */
enum { COULOMB_PROCESSES_MAX = 65536 };

/**
 * Send this rank's bytes to all ranks and receive the bytes of all ranks (allgather). All ranks call with the same
 * number of bytes, in the same order of calls. The call returns when this rank has received everything. Runs on the
 * thread that called the library. Must not use the trainer, its networks or its optimizers (see "Callbacks" in
 * context.h).
 *
 * @param user     as given to coulomb_communicator_new()
 * @param send     [bytes] of this rank
 * @param bytes    number of bytes of one rank, above 0
 * @param receive  [size, bytes] result: rank 0's bytes, rank 1's, ..., this rank's own included; does not overlap
 *                 `send`
 * @return COULOMB_OK; COULOMB_ERROR_PROCESS (another rank is gone), or a code of the range for callers: ends the step
 *         and is returned unchanged
 *
 * If a call cannot be completed, it must return an error on every rank that is still running, and not block for ever.
 * @since 0.1
 */
typedef coulomb_status coulomb_allgather_callback(void *user, const void *send, size_t bytes, void *receive);

/**
 * Send a part of this rank's bytes to each rank: rank r receives part r of what every rank sends (all-to-all).
 * Otherwise as coulomb_allgather_callback.
 *
 * @param user        as given to coulomb_communicator_new()
 * @param send        [size, bytes_each] part 0 for rank 0, part 1 for rank 1, ...
 * @param bytes_each  number of bytes of one part, above 0
 * @param receive     [size, bytes_each] result: rank 0's part for this rank, rank 1's, ..., its own included; does not
 *                    overlap `send`
 * @return as coulomb_allgather_callback
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_alltoall_callback(void *user, const void *send, size_t bytes_each, void *receive);

/**
 * Create a communicator from callbacks.
 *
 * @param context       not NULL
 * @param rank          of this process, below `size`
 * @param size          number of ranks, 1 to COULOMB_PROCESSES_MAX
 * @param allgather     not NULL
 * @param alltoall      not NULL
 * @param user          passed to the callbacks
 * @param destroy       called with `user` when the communicator is destroyed; may be NULL. Not called if this function
 *                      fails
 * @param communicator  receives the handle; release it with coulomb_communicator_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, rank or size); COULOMB_ERROR_MEMORY
 *
 * Communicates nothing. @since 0.1
 */
coulomb_status coulomb_communicator_new(coulomb_context *context, size_t rank, size_t size,
                                                    coulomb_allgather_callback *allgather,
                                                    coulomb_alltoall_callback *alltoall, void *user,
                                                    coulomb_destroy_callback *destroy,
                                                    coulomb_communicator **communicator);

/**
 * Release the communicator. A trainer that uses it holds a reference.
 *
 * @param communicator  may be NULL
 *
 * @since 0.1
 */
void coulomb_communicator_free(coulomb_communicator *communicator);

/**
 * Get this process's rank.
 *
 * @param communicator  not NULL
 * @param rank          receives the rank, counted from 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_communicator_rank(const coulomb_communicator *communicator, size_t *rank);

/**
 * Get the number of ranks.
 *
 * @param communicator  not NULL
 * @param size          receives the number
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_communicator_size(const coulomb_communicator *communicator, size_t *size);

/**
 * Send this rank's bytes to all ranks and receive the bytes of all ranks, for a program's own messages. All ranks call
 * with the same number of bytes. A trainer that uses the communicator exchanges bytes, too: all ranks must make these
 * calls and the trainer's calls in the same order. Blocks until all ranks have called.
 *
 * @param communicator  not NULL
 * @param send          [bytes] of this rank; not NULL
 * @param bytes         above 0
 * @param receive       [size, bytes] result: rank 0's bytes, rank 1's, ..., this rank's own included; must not overlap
 *                      `send`
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no bytes); COULOMB_ERROR_PROCESS (another rank is gone); the
 *         transport's own code
 *
 * @since 0.1
 */
coulomb_status coulomb_communicator_allgather(coulomb_communicator *communicator, const void *send,
                                                          size_t bytes, void *receive);

/**
 * @file data.h
 * Target samples: where a trainer's updates take them from.
 *
 * The first update needs a data callback, a slice callback or a data array. Setting one replaces what was set before.
 * COULOMB_ERROR_STATE without a reason means that a step of the trainer is under way, see trainer.h.
 */

/**
 * Write the target samples of an update. The samples must be a function of `update` and `count` alone, so that training
 * resumes exactly. The library may request an update more than once, and the next update early: do not rely on the
 * order of the calls. Runs on the thread that called the library. Must not use the trainer, its networks or its
 * optimizers (see "Callbacks" in context.h).
 *
 * @param user    as given to coulomb_trainer_set_data()
 * @param update  counted from 1
 * @param count   number of samples: the target charges in force
 * @param batch   [count, generator's output shape] result, finite. Holds NaN before the call; a value that is not
 *                written ends the step with COULOMB_ERROR_NOT_FINITE
 * @return COULOMB_OK, or a code of the range for callers: ends the step and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_batch_callback(void *user, uint64_t update, size_t count, float *batch);

/**
 * Write a part of an update's target samples: those with numbers `first` to `first + count - 1` of `total`. A sample
 * must be a function of `update`, `total` and its number, whatever the parts. Otherwise as coulomb_batch_callback.
 *
 * @param user    as given to coulomb_trainer_set_data_slice()
 * @param update  counted from 1
 * @param total   number of samples of the update: the target charges in force
 * @param first   number of the first wanted sample, counted from 0
 * @param count   number of wanted samples, at least 1
 * @param batch   [count, generator's output shape] result, finite
 * @return as coulomb_batch_callback
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_slice_callback(void *user, uint64_t update, size_t total, size_t first, size_t count,
                                              float *batch);

/**
 * Read target samples from a callback.
 *
 * @param trainer  not NULL
 * @param data     NULL: none
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the trainer is destroyed; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_data(coulomb_trainer *trainer, coulomb_batch_callback *data, void *user,
                                                    coulomb_destroy_callback *destroy);

/**
 * Get the data callback.
 *
 * @param trainer  not NULL
 * @param data     receives the callback; NULL if none is set
 * @param user     receives its user pointer; NULL if no callback is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_data(const coulomb_trainer *trainer, coulomb_batch_callback **data,
                                                    void **user);

/**
 * Read target samples from a callback that writes parts of an update. With a communicator each rank reads only its own
 * part: rank r of R reads samples r c to (r + 1) c - 1, with c = ceil(total/R), as far as there are so many. A rank
 * without a part is not called. With coulomb_trainer_set_data() each rank reads all samples of the update and uses the
 * same part. In either case ranks exchange their parts.
 *
 * @param trainer  not NULL
 * @param data     NULL: none
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the trainer is destroyed; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_data_slice(coulomb_trainer *trainer, coulomb_slice_callback *data,
                                                          void *user, coulomb_destroy_callback *destroy);

/**
 * Get the data callback that writes parts of an update.
 *
 * @param trainer  not NULL
 * @param data     receives the callback; NULL if none is set
 * @param user     receives its user pointer; NULL if no such callback is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_data_slice(const coulomb_trainer *trainer, coulomb_slice_callback **data,
                                                          void **user);

/**
 * Read target samples from an array, in random order. Each epoch uses every sample once. An update's samples may be the
 * last of one epoch and the first of the next.
 *
 * The samples' order is one endless sequence of random permutations, one for each epoch. A permutation depends on
 * `seed`, `count` and the epoch's number alone; all are equally likely. With c target charges, update u uses positions
 * (u - 1) c to u c - 1 of the sequence, so training resumes exactly. Checkpoints compare `count` and `seed`, but not
 * the samples.
 *
 * @param trainer  not NULL
 * @param samples  [count, generator's output shape], finite, not NULL. Borrowed: must stay valid and unchanged until
 *                 it is replaced or the trainer is destroyed
 * @param count    number of samples, at least 1; may be below the batch
 * @param seed     of the permutations
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or count); COULOMB_ERROR_NOT_FINITE (a value, named by its
 *         index); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY. After a failure the previous callback or array stays in
 *         use
 *
 * Scans the array once for NaN and infinity. Allocates one size_t for each sample; a step allocates nothing. An epoch's
 * permutation takes time O(count). @since 0.1
 */
coulomb_status coulomb_trainer_set_data_array(coulomb_trainer *trainer, const float *samples, size_t count,
                                                          uint64_t seed);

/**
 * Get the data array.
 *
 * @param trainer  not NULL
 * @param samples  receives the array; NULL if none is set
 * @param count    receives the number of samples; 0 if no array is set
 * @param seed     receives the seed; 0 if no array is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_data_array(const coulomb_trainer *trainer, const float **samples,
                                                          size_t *count, uint64_t *seed);

/**
 * @file latent.h
 * Latent distribution and sampling. The latent distribution is part of a generator, so that training and generation use
 * the same one.
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (in use by a running
 * callback; for functions that need a finished network also: not finished), COULOMB_ERROR_MEMORY.
 */

/**
 * Callback that provides latents. They must depend only on seed, update and a sample's place, because a batch may be
 * requested in several calls. Runs on the thread that called the library; must not call functions on the same network
 * other than getters.
 *
 * @param user    as given to coulomb_network_set_latent_callback()
 * @param seed    the trainer's seed, or that of coulomb_network_set_generation_seed()
 * @param update  update number, counted from 1; 0 for coulomb_network_generate()
 * @param first   place of the first sample, counted from 0: in training among the update's model charges, which start
 *                with the batch; in generation in the endless sequence
 * @param count   number of samples: first, first + 1, ...
 * @param latent  [count, input shape] result, finite
 * @return COULOMB_OK, or a code of the range for callers, which ends the operation and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_latent_callback(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                               float *latent);

/**
 * Set the latent distribution, used by coulomb_network_generate() and by trainers. The default is standard normal.
 *
 * @param network       not NULL, finished or not
 * @param distribution  COULOMB_DISTRIBUTION_NORMAL (standard deviation `spread`), ..._TRUNCATED_NORMAL (the same before
 *                      truncation), or ..._UNIFORM (from -spread to spread)
 * @param spread        finite, above 0
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_latent(coulomb_network *network, int32_t distribution, double spread);

/**
 * Get the latent distribution.
 *
 * @param network       not NULL
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @param spread        receives its spread
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_latent(const coulomb_network *network, int32_t *distribution,
                                                      double *spread);

/**
 * Set the number of random signs in the latent: its first `signs` values are -1 or +1 with equal probability, the
 * others follow coulomb_network_set_latent(). Such a generator can be discontinuous, so that separate modes have no
 * mass between them.
 *
 * @param network  not NULL, with an input
 * @param signs    0 (the default) to the number of values of an input sample
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also if the network has no input yet
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_latent_signs(coulomb_network *network, size_t signs);

/**
 * Get the number of random signs in a latent.
 *
 * @param network  not NULL
 * @param signs    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_latent_signs(const coulomb_network *network, size_t *signs);

/**
 * Set a callback that provides the latents. Files do not contain it, but record that there is one: in a network opened
 * from such a file, drawing latents fails with COULOMB_ERROR_STATE until this function is called.
 *
 * @param network  not NULL, finished or not
 * @param latent   NULL: use the built-in distribution again
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced, or destroyed with the last network that uses it;
 *                 not called if this function fails; may be NULL
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_latent_callback(coulomb_network *network,
                                                               coulomb_latent_callback *latent, void *user,
                                                               coulomb_destroy_callback *destroy);

/**
 * Get the latent callback.
 *
 * @param network  not NULL
 * @param latent   receives it; NULL: latents are drawn from the distribution
 * @param user     receives its `user`; may be NULL if not wanted
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network or latent is NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_latent_callback(const coulomb_network *network,
                                                               coulomb_latent_callback **latent, void **user);

/**
 * Set the seed of coulomb_network_generate() and restart its sequence. The initial seed is that of
 * coulomb_network_finish().
 *
 * @param network  not NULL
 * @param seed     the same seed gives the same latents; those of training differ for every seed
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_generation_seed(coulomb_network *network, uint64_t seed);

/**
 * Get the seed of coulomb_network_generate()'s sequence.
 *
 * @param network  not NULL
 * @param seed     receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_generation_seed(const coulomb_network *network, uint64_t *seed);

/**
 * Choose how batch norm normalises in coulomb_network_generate(), coulomb_network_evaluate() and
 * coulomb_network_forward_evaluation(): by the batch's statistics, as the reference implementation does, or by running
 * averages. Has no effect on networks without batch norm and on coulomb_network_forward().
 *
 * With the batch's statistics, the samples of a batch depend on each other. Generation then works in blocks of 128
 * samples of the sequence and always computes a whole block: one sample costs as much as 128.
 *
 * With running averages, coulomb_network_evaluate() maps the latents of generated samples to the same samples, to the
 * bit, for any number of samples at once. One sample costs the work of one sample; in a context of a GPU it may cost
 * that of a block, see coulomb_network_evaluate().
 *
 * @param network   not NULL
 * @param averages  0 (the default): the batch's own statistics; 1: the running averages
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or averages is neither); COULOMB_ERROR_STATE (in use by
 *         a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_running_averages(coulomb_network *network, int32_t averages);

/**
 * Get how batch norm normalises in evaluation and generation.
 *
 * @param network   not NULL
 * @param averages  receives 0 (the batch's own statistics) or 1 (the running averages)
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_running_averages(const coulomb_network *network, int32_t *averages);

/**
 * Draw latents as training or generation does, for a training loop that a program writes itself, or to find the latent
 * of a generated sample.
 *
 * A trainer with the given seed maps latents 0, 1, ... of an update to the model samples 0, 1, ... of this update.
 * Update 0 stands for the sequence of coulomb_network_generate(). With the generation seed,
 * coulomb_network_evaluate() maps its latents to the generated samples, to the bit, if the network has no batch norm or
 * normalises by running averages.
 *
 * @param network  not NULL, finished
 * @param seed     a trainer's seed, or that of coulomb_network_set_generation_seed()
 * @param update   update number, counted from 1; 0: the sequence of coulomb_network_generate()
 * @param first    place of the first latent in the update or in the sequence
 * @param count    latents; may be 0
 * @param latents  [count, input shape] result; NULL only if count is 0; undefined on failure
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         range for callers); COULOMB_ERROR_NOT_FINITE (a latent from the callback)
 *
 * The network's own sequence does not advance. @since 0.1
 */
coulomb_status coulomb_network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update,
                                                        uint64_t first, size_t count, float *latents);

/**
 * Generate the next `count` samples of the network's sequence: draw latents and evaluate the network.
 *
 * @param network  not NULL, finished
 * @param count    may be 0
 * @param samples  [count, output shape] result; NULL only if count is 0; on failure its contents are undefined and the
 *                 sequence does not advance
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         range for callers); COULOMB_ERROR_NOT_FINITE (a latent from the callback, or a sample, named by
 *         its place in the sequence: the generator has diverged)
 *
 * Uses the arena of coulomb_network_evaluate() and keeps the last forward pass. Works in blocks on the context's
 * threads; memory does not grow with `count`. The samples do not depend on how they are divided among calls. @since 0.1
 */
coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples);

/**
 * @file layers.h
 * Layers: functions that append a node to a network under construction.
 *
 * Each function appends one node that consumes `input` (or two nodes, `a` and `b`) and writes its number to `node`;
 * nodes are counted from 0. `node` may point to the variable that `input` was read from, and is untouched on failure.
 * Shapes are those of one sample: images are [height, width, channels], sequences [length, channels].
 *
 * Layers with parameters have a name: 1 to 40 letters, digits, '_', '-' and '/', unique in the network. It is copied.
 * Names of parameter arrays begin with it, such as "conv1.weight". If `name` is NULL, the layer gets the name of its
 * kind and a number, such as "conv3" for the network's third convolution; layers that were given names count, too.
 * Weights are drawn by the initialiser, see parameters.h. Biases and shifts start at 0, scales at 1.
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, an unknown node, an option out of range, a name that is invalid or
 * taken, more than 16,384 nodes), COULOMB_ERROR_SHAPE (a shape that does not fit, or is too large),
 * COULOMB_ERROR_STATE (the network is finished), COULOMB_ERROR_MEMORY. On failure no node is appended.
 */

/** Padding modes of convolutions and pooling. @since 0.1 */
enum {
    COULOMB_PADDING_SAME = 1,    /**< as TensorFlow's: ceil(input / stride) outputs, or input * stride of a transposed
                                     convolution; the smaller half of the padding comes first */
    COULOMB_PADDING_VALID = 2,   /**< no padding */
    COULOMB_PADDING_EXPLICIT = 3 /**< given by the argument `pads` */
};

/* --- dense layers and normalisation --- */

/**
 * Dense (fully connected) layer over the last dimension: y = x w + b. Parameters NAME.weight [in, units] and NAME.bias
 * [units].
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., in]
 * @param units    number of outputs, at least 1
 * @param name     of the layer; NULL: "denseN"
 * @param node     receives the number of the new node, of shape [..., units]
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units,
                                                 const char *name, int32_t *node);

/**
 * Batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, per channel. In training, a sample's output depends on the other samples of its batch.
 *
 * Parameters NAME.shift, NAME.scale if it is learned, and the running averages NAME.mean and NAME.variance, all of
 * shape [channels]. Running averages are read, written and saved like parameters, but they have no gradient (it reads
 * as 0), and neither optimizers nor L2 change them. An update with a batch sets them to momentum * average +
 * (1 - momentum) * batch statistic, with count - 1 in the denominator of the variance:
 *
 * - coulomb_optimizer_step() updates them with each batch since the last step for which coulomb_network_forward() was
 *   followed by coulomb_network_backward() with parameter gradients, in the order of the backward passes. Several
 *   backward passes of one forward pass count once; a forward pass without one does not count.
 * - A trainer's update updates them with all its forward passes, in this order: for the generator, the model samples
 *   beyond the batch, in parts of the batch's size from the last to the first, then the batch; for the discriminator,
 *   the smoothed model samples if smoothing is on, the model samples, the target samples, the previous model samples.
 * - Evaluation and generation do not change them, and frozen ones (coulomb_network_set_frozen()) stay as they are.
 *
 * Training normalises by the batch's statistics. coulomb_network_set_running_averages() chooses the statistics for
 * evaluation and generation.
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [..., channels]
 * @param epsilon   added to the variance; finite, above 0; the published experiments use 1e-3
 * @param momentum  weight of the previous running average, 0 to 1; the published experiments use 0.99
 * @param scale     1: learn a scale; 0: the scale is 1
 * @param name      of the layer; NULL: "normN"
 * @param node      receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_batch_norm(coulomb_network *network, int32_t input, double epsilon,
                                                      double momentum, int32_t scale, const char *name, int32_t *node);

/* --- convolutions --- */

/**
 * 2-D convolution: y[i, j, o] = b[o] + sum_{r, c, k} x[i s + r - before, j s + c - before, k] w[r, c, k, o], where s is
 * the stride, before the padding at the start of the axis, and x is 0 outside the image. Parameters NAME.weight [kernel
 * rows, kernel columns, in, channels] and NAME.bias [channels].
 *
 * Temporary memory beside the output grows with the batch only up to a bound.
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    [2] rows and columns, each 1 to 65,536; may exceed the image as far as padding makes room
 * @param stride    [2] rows and columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*
 * @param pads      [4] zeros before and after the rows, before and after the columns, each at most 65,536, with
 *                  explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "convN", counted together with 1-D convolutions
 * @param node      receives the number of the new node, of shape [rows, columns, channels]; rows = ceil(height /
 *                  stride) (same), floor((height + pads - kernel) / stride) + 1 (valid, with pads of 0, and explicit)
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image or the kernel does not fit
 *
 * @since 0.1
 */
coulomb_status coulomb_network_conv2d(coulomb_network *network, int32_t input, size_t channels,
                                                  const size_t *kernel, const size_t *stride, int32_t padding,
                                                  const size_t *pads, const char *name, int32_t *node);

/**
 * 2-D transposed convolution ("deconvolution"): y[i s + r - before, j s + c - before, o] = b[o] + the sum of all x[i,
 * j, k] w[r, c, k, o] that fall on this position. Parameters NAME.weight [kernel rows, kernel columns, in, channels]
 * and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    [2] rows and columns, each 1 to 65,536
 * @param stride    [2] rows and columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*
 * @param pads      [4] number of output rows cut off at the start and the end, then columns, each at most 65,536, with
 *                  explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "transposedN", counted together with 1-D transposed convolutions
 * @param node      receives the number of the new node, of shape [rows, columns, channels]; rows = height * stride
 *                  (same), height * stride + max(kernel - stride, 0) (valid), (height - 1) * stride + kernel - pads
 *                  (explicit)
 * @return as coulomb_network_conv2d()
 *
 * @since 0.1
 */
coulomb_status coulomb_network_conv2d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                             const size_t *kernel, const size_t *stride,
                                                             int32_t padding, const size_t *pads, const char *name,
                                                             int32_t *node);

/**
 * 1-D convolution: as coulomb_network_conv2d(), along the length. Parameters NAME.weight [kernel, in, channels] and
 * NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [length, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    1 to 65,536
 * @param stride    1 to 65,536
 * @param padding   COULOMB_PADDING_*
 * @param pads      [2] zeros before and after, each at most 65,536, with explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "convN", counted together with 2-D convolutions
 * @param node      receives the number of the new node, of shape [length, channels], with a length as in
 *                  coulomb_network_conv2d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence or the kernel does not
 *         fit
 *
 * @since 0.1
 */
coulomb_status coulomb_network_conv1d(coulomb_network *network, int32_t input, size_t channels,
                                                  size_t kernel, size_t stride, int32_t padding, const size_t *pads,
                                                  const char *name, int32_t *node);

/**
 * 1-D transposed convolution: as coulomb_network_conv2d_transposed(), along the length. Parameters NAME.weight [kernel,
 * in, channels] and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [length, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    1 to 65,536
 * @param stride    1 to 65,536
 * @param padding   COULOMB_PADDING_*
 * @param pads      [2] number of outputs cut off at the start and the end, each at most 65,536, with explicit padding;
 *                  otherwise NULL
 * @param name      of the layer; NULL: "transposedN", counted together with 2-D transposed convolutions
 * @param node      receives the number of the new node, of shape [length, channels], with a length as in
 *                  coulomb_network_conv2d_transposed()
 * @return as coulomb_network_conv1d()
 *
 * @since 0.1
 */
coulomb_status coulomb_network_conv1d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                             size_t kernel, size_t stride, int32_t padding,
                                                             const size_t *pads, const char *name, int32_t *node);

/* --- pooling and upsampling --- */

/**
 * 2-D average pooling, per channel. Padding does not count: a window at the border averages the values inside the
 * image.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows and columns, each 1 to 65,536
 * @param stride   [2] rows and columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as in coulomb_network_conv2d(), each below the kernel's extent; NULL unless the padding is
 *                 explicit
 * @param node     receives the number of the new node, of shape [rows, columns, channels], with extents as in
 *                 coulomb_network_conv2d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image, the kernel does not fit, or
 *         a pad is not below the kernel's extent
 *
 * @since 0.1
 */
coulomb_status coulomb_network_average_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                          const size_t *stride, int32_t padding, const size_t *pads,
                                                          int32_t *node);

/**
 * 2-D max pooling, per channel. Padding does not count. The first of equal values, row by row, receives the gradient.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows and columns, each 1 to 65,536
 * @param stride   [2] rows and columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as in coulomb_network_conv2d(), each below the kernel's extent; NULL unless the padding is
 *                 explicit
 * @param node     receives the number of the new node, of shape [rows, columns, channels], with extents as in
 *                 coulomb_network_conv2d()
 * @return as coulomb_network_average_pool2d()
 *
 * @since 0.1
 */
coulomb_status coulomb_network_max_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                      const size_t *stride, int32_t padding, const size_t *pads,
                                                      int32_t *node);

/**
 * 1-D average pooling, per channel: as coulomb_network_average_pool2d(), along the length.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param kernel   1 to 65,536
 * @param stride   1 to 65,536
 * @param padding  COULOMB_PADDING_*
 * @param pads     [2] values before and after, each below the kernel, with explicit padding; otherwise NULL
 * @param node     receives the number of the new node, of shape [length, channels], with a length as in
 *                 coulomb_network_conv1d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence, the kernel does not fit,
 *         or a pad is not below the kernel
 *
 * @since 0.1
 */
coulomb_status coulomb_network_average_pool1d(coulomb_network *network, int32_t input, size_t kernel,
                                                          size_t stride, int32_t padding, const size_t *pads,
                                                          int32_t *node);

/**
 * 1-D max pooling, per channel: as coulomb_network_max_pool2d(), along the length.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param kernel   1 to 65,536
 * @param stride   1 to 65,536
 * @param padding  COULOMB_PADDING_*
 * @param pads     [2] values before and after, each below the kernel, with explicit padding; otherwise NULL
 * @param node     receives the number of the new node, of shape [length, channels], with a length as in
 *                 coulomb_network_conv1d()
 * @return as coulomb_network_average_pool1d()
 *
 * @since 0.1
 */
coulomb_status coulomb_network_max_pool1d(coulomb_network *network, int32_t input, size_t kernel,
                                                      size_t stride, int32_t padding, const size_t *pads,
                                                      int32_t *node);

/**
 * 2-D nearest-neighbour upsampling: each pixel is repeated factor[0] times along the rows' axis and factor[1] times
 * along the columns'.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param factor   [2] rows and columns, each 1 to 65,536
 * @param node     receives the number of the new node, of shape [height * factor[0], width * factor[1], channels]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image
 *
 * @since 0.1
 */
coulomb_status coulomb_network_upsample2d(coulomb_network *network, int32_t input, const size_t *factor,
                                                      int32_t *node);

/**
 * 1-D nearest-neighbour upsampling: each position is repeated `factor` times.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param factor   1 to 65,536
 * @param node     receives the number of the new node, of shape [length * factor, channels]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence
 *
 * @since 0.1
 */
coulomb_status coulomb_network_upsample1d(coulomb_network *network, int32_t input, size_t factor,
                                                      int32_t *node);

/* --- activations --- */

/**
 * Exponential linear unit (ELU): y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Rectified linear unit (ReLU): y = max(x, 0). The derivative at 0 is 0.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Leaky rectified linear unit: y = x for x > 0, slope x otherwise. The derivative at 0 is the slope.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param slope    at least 0, below 1
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_leaky_relu(coulomb_network *network, int32_t input, double slope,
                                                      int32_t *node);

/**
 * Hyperbolic tangent: y = tanh(x).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Scaled hyperbolic tangent: y = 1.7159 tanh(2x/3) (LeCun et al. 1998).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Logistic sigmoid: y = 1 / (1 + exp(-x)).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_sigmoid(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Softmax over the last dimension: y_i = exp(x_i) / sum_j exp(x_j).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Samples of categories, with the straight-through gradient (Jang et al. 2017, Maddison et al. 2017). The last
 * dimension consists of groups; in each, forward draws one category with the probabilities softmax(logits):
 *
 *     y = 1 where logits + g is largest in its group (the first of equals), otherwise 0;   g = -log(-log(P(noise)))
 *
 * P is the standard normal distribution function: noise from a normal latent distribution of spread 1, such as a slice
 * of the latent that nothing else reads, becomes Gumbel noise g. So a sample is a function of its latent: training,
 * evaluation and generation draw the same categories from equal latents. Noise beyond -8 and 8 counts as -8 and 8.
 *
 * Backward goes through the soft sample s = softmax((logits + g) / temperature) of each group instead of y. Gradients
 * do not reach the noise: it receives 0.
 *
 * @param network      not NULL, not finished
 * @param logits       a node of shape [..., channels]
 * @param noise        a node of the same shape
 * @param groups       [count] sizes of the groups, in order, each at least 1, copied; their sum is `channels`; not NULL
 * @param count        1 to 1,048,575; all lists of a network have at most 4,194,304 values together
 * @param temperature  1e-3 to 1e3, such as 0.5. Low ones follow y closely, with gradients of high variance
 * @param node         receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ or the groups do not fit
 *
 * @since 0.1
 */
coulomb_status coulomb_network_categorical(coulomb_network *network, int32_t logits, int32_t noise,
                                                       const size_t *groups, size_t count, double temperature,
                                                       int32_t *node);

/* --- constants, sums and shapes --- */

/**
 * Multiplication by a constant: y = factor x. The factor is part of the graph and not learned; with
 * coulomb_network_shift() it converts between the units of the data and those of the network.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param factor   not 0, finite as float32
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node);

/**
 * Addition of a constant: y = x + shift. The shift is part of the graph and not learned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param shift    finite as float32
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_shift(coulomb_network *network, int32_t input, double shift, int32_t *node);

/**
 * Sum of two nodes: y = a + b.
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node of the same shape; may be `a`
 * @param node     receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ
 *
 * @since 0.1
 */
coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Product of two nodes, value by value: y = a b. With one node of 0s and 1s, a gate.
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node of the same shape; may be `a`
 * @param node     receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ
 *
 * @since 0.1
 */
coulomb_status coulomb_network_multiply(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Concatenation along the last dimension: [..., a] and [..., b] become [..., a + b].
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node with the same rank and the same extents except the last; may be `a`
 * @param node     receives the number of the new node, of shape [..., a + b]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ before the last dimension
 *
 * @since 0.1
 */
coulomb_status coulomb_network_concatenate(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Slice of the last dimension: y[..., i] = x[..., first + i] for i < count. Values outside the slice receive a gradient
 * of 0.
 *
 * With slices, a part of a latent vector or of a sample can be processed on its own, such as a label on which the
 * network is conditioned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., channels]
 * @param first    index of the first value, counted from 0
 * @param count    number of values, at least 1; first + count is at most `channels`
 * @param node     receives the number of the new node, of shape [..., count]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the slice does not fit
 *
 * @since 0.1
 */
coulomb_status coulomb_network_slice(coulomb_network *network, int32_t input, size_t first, size_t count,
                                                 int32_t *node);

/**
 * Values of the last dimension in any order: y[..., i] = x[..., indices[i]]. Values that are not selected receive a
 * gradient of 0, those selected several times the sum.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., channels]
 * @param indices  [count] each below `channels`, copied; not NULL
 * @param count    1 to 1,048,575; all lists of a network have at most 4,194,304 values together
 * @param node     receives the number of the new node, of shape [..., count]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if an index is too large
 *
 * @since 0.1
 */
coulomb_status coulomb_network_select(coulomb_network *network, int32_t input, const size_t *indices,
                                                  size_t count, int32_t *node);

/**
 * The same values in another shape.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param shape    [rank] extents of a sample, each above 0; their product equals that of the input's extents
 * @param rank     1 to COULOMB_RANK_MAX
 * @param node     receives the number of the new node, of shape `shape`
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the rank, an extent or the product is wrong
 *
 * @since 0.1
 */
coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, const size_t *shape,
                                                   size_t rank, int32_t *node);

/**
 * All values of a sample in one dimension.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, of shape [values of a sample]
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_flatten(coulomb_network *network, int32_t input, int32_t *node);

/**
 * @file metrics.h
 * Mode statistics: how well samples match a mixture with known means.
 *
 * Other measures of samples: ngrams.h (text), moments.h (Fréchet distance), neighbours.h (nearest neighbours, most
 * similar pairs, support size), and coulomb_plummer_energy_test() in plummer.h.
 */

/**
 * Mode statistics of a set of samples against a mixture with known means. Immutable. Not safe to use from two threads
 * at once, because a failed call stores the context's error message. @since 0.1
 */
typedef struct coulomb_modes coulomb_modes;

/**
 * Compute mode statistics: assign each sample to its nearest mean and count (Lim & Ye 2017; Srivastava et al. 2017).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; above 0
 * @param means      [modes, dimension], not NULL; not used after the call
 * @param modes      number of means, above 0
 * @param samples    [count, dimension], not NULL; not used after the call
 * @param count      above 0
 * @param radius     distance up to which a sample belongs to a mode, usually 3 standard deviations; finite, above 0
 * @param result     receives the handle; release it with coulomb_modes_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, or the radius); COULOMB_ERROR_NOT_FINITE (a mean or a
 *         sample, named by its index); COULOMB_ERROR_MEMORY
 *
 * If several means are equally near, the first is taken. Time O(count modes dimension + count dimension^2) on the
 * calling thread, memory O(modes dimension^2). @since 0.1
 */
coulomb_status coulomb_modes_new(coulomb_context *context, size_t dimension, const float *means,
                                             size_t modes, const float *samples, size_t count, double radius,
                                             coulomb_modes **result);

/**
 * Release the statistics.
 *
 * @param modes  may be NULL
 *
 * @since 0.1
 */
void coulomb_modes_free(coulomb_modes *modes);

/**
 * Return the number of modes with at least one sample within the radius.
 *
 * @param modes  NULL: the result is 0
 * @return 0 to the number of modes
 *
 * @since 0.1
 */
size_t coulomb_modes_found(const coulomb_modes *modes);

/**
 * Return the share of samples within the radius of their nearest mean.
 *
 * @param modes  NULL: the result is 0
 * @return 0 to 1
 *
 * @since 0.1
 */
double coulomb_modes_share(const coulomb_modes *modes);

/**
 * Compute the Kullback-Leibler divergence, in nats, of the histogram over nearest means from given weights.
 *
 * @param modes       not NULL
 * @param weights     [modes] above 0, with sum 1 within 1e-6; NULL: all equal
 * @param divergence  receives sum_i h_i log(h_i / weights_i), where h_i is the share of samples nearest to mean i,
 *                    including those beyond the radius; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the weights)
 *
 * @since 0.1
 */
coulomb_status coulomb_modes_divergence(const coulomb_modes *modes, const double *weights,
                                                    double *divergence);

/**
 * Get the number of samples nearest to each mean, including those beyond the radius.
 *
 * @param modes   not NULL
 * @param counts  [modes] result
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_modes_counts(const coulomb_modes *modes, uint64_t *counts);

/**
 * Compute the covariance of the samples within a mode's radius, about their own mean, divided by their number less one.
 *
 * @param modes       not NULL
 * @param mode        index of the mode, below the number of modes
 * @param covariance  [dimension, dimension] result; zeros if fewer than two samples are within the radius; untouched
 *                    on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such mode)
 *
 * @since 0.1
 */
coulomb_status coulomb_modes_covariance(const coulomb_modes *modes, size_t mode, double *covariance);

/**
 * Return the mean variance within the radius, over the modes found and over coordinates.
 *
 * @param modes  NULL: the result is 0
 * @return the variance; 0 if no mode is found
 *
 * @since 0.1
 */
double coulomb_modes_variance(const coulomb_modes *modes);

/**
 * @file points.h
 * Callback that supplies sets of points larger than memory, block by block.
 */

/**
 * Write a block of points. Must give the same values each time a point is requested. Runs on the thread that called the
 * library. Must not use the handle of that call (see "Callbacks" in context.h).
 *
 * @param user    as given with the callback
 * @param first   index of the first point of the block, counted from 0
 * @param count   number of points: first, first + 1, ...
 * @param points  [count, dimension] result, finite. Holds NaN before the call; a value that is not written ends the
 *                operation with COULOMB_ERROR_NOT_FINITE
 * @return COULOMB_OK, or a code of the range for callers: ends the operation and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_points_callback(void *user, size_t first, size_t count, float *points);

/**
 * @file moments.h
 * Mean and covariance of features, and the Fréchet distance between two sets of them (Fréchet 1957; Dowson & Landau
 * 1982; as "FID" of Inception features: Heusel et al. 2017).
 *
 * All computation is float64. Pitfalls: the distance between finite samples is biased upwards, and more so for fewer
 * samples: compare only values from equally many samples. With fewer samples than dimensions the covariances are
 * singular; nothing is added to their diagonals, and the distance says little about the densities. The distance
 * compares means and covariances alone: sets that agree in both have distance 0.
 */

/**
 * Number, mean and covariance of feature vectors. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_moments coulomb_moments;

/**
 * Create moments without features.
 *
 * @param context    not NULL
 * @param dimension  values of a feature vector, 1 to 30,000
 * @param moments    receives the handle; release it with coulomb_moments_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the dimension); COULOMB_ERROR_MEMORY
 *
 * Memory: 8 dimension^2 bytes plus 2 KiB for each dimension. @since 0.1
 */
coulomb_status coulomb_moments_new(coulomb_context *context, size_t dimension, coulomb_moments **moments);

/**
 * Release the moments. In one of their own callbacks: they are destroyed when the call under way returns.
 *
 * @param moments  may be NULL
 *
 * @since 0.1
 */
void coulomb_moments_free(coulomb_moments *moments);

/**
 * Add features.
 *
 * @param moments   not NULL
 * @param features  [count, dimension]; NULL only if count is 0; not used after the call
 * @param count     number of feature vectors; may be 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_NOT_FINITE (a feature, named by its index);
 *         COULOMB_ERROR_STATE (the moments were set without a count, or the call comes from a callback of the same
 *         handle); COULOMB_ERROR_MEMORY. After a failure the moments are unchanged
 *
 * Blocks are centred about their own mean and merged (Chan et al. 1983), so features far from the origin lose no
 * precision. Distributing the same features over other calls changes rounding only. Time O(count dimension^2), in
 * matrix products on the context's threads; the result does not depend on their number. @since 0.1
 */
coulomb_status coulomb_moments_add(coulomb_moments *moments, const float *features, size_t count);

/**
 * Add features from a callback, as coulomb_moments_add(). They are read once, in order, in blocks whose size the
 * library chooses.
 *
 * @param moments   not NULL
 * @param features  writes the features; NULL only if count is 0
 * @param user      passed to the callback
 * @param count     number of feature vectors; may be 0
 * @return as coulomb_moments_add(); the callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers). After a failure the moments are unchanged
 *
 * Memory while it runs: as much again as the handle's. @since 0.1
 */
coulomb_status coulomb_moments_add_streamed(coulomb_moments *moments, coulomb_points_callback *features,
                                                        void *user, size_t count);

/**
 * Replace the moments with given ones, such as published statistics of a data set.
 *
 * @param moments     not NULL
 * @param count       number of feature vectors they come from, at least 2; 0: unknown, then no features can be added
 *                    later
 * @param mean        [dimension], not NULL
 * @param covariance  [dimension, dimension], not NULL: symmetric, divided by count - 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL; count is 1; values across the diagonal differ by more than 1e-6
 *         of the largest magnitude; or an eigenvalue is below -1e-6 of the largest, which the error message tells);
 *         COULOMB_ERROR_NOT_FINITE (a value, named by its index, or eigenvalues beyond float64); COULOMB_ERROR_STATE
 *         (the call comes from a callback of the same handle); COULOMB_ERROR_MEMORY. After a failure the moments are
 *         unchanged
 *
 * Values across the diagonal that differ are replaced by their mean. Eigenvalues between that bound and 0 come from
 * rounding and are kept. Time O(dimension^3); memory while it runs: 8 dimension^2 bytes. @since 0.1
 */
coulomb_status coulomb_moments_set(coulomb_moments *moments, uint64_t count, const double *mean,
                                               const double *covariance);

/**
 * Return the number of values of a feature vector.
 *
 * @param moments  NULL: the result is 0
 * @return as given to coulomb_moments_new()
 *
 * @since 0.1
 */
size_t coulomb_moments_dimension(const coulomb_moments *moments);

/**
 * Return the number of feature vectors.
 *
 * @param moments  NULL: the result is 0
 * @return the number; 0 also for moments that were set without a count
 *
 * @since 0.1
 */
uint64_t coulomb_moments_count(const coulomb_moments *moments);

/**
 * Get the mean of the features.
 *
 * @param moments  not NULL
 * @param mean     [dimension] result; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are no features yet)
 *
 * @since 0.1
 */
coulomb_status coulomb_moments_mean(const coulomb_moments *moments, double *mean);

/**
 * Get the covariance of the features, divided by their number less one.
 *
 * @param moments     not NULL
 * @param covariance  [dimension, dimension] result, symmetric; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are fewer than 2 features)
 *
 * @since 0.1
 */
coulomb_status coulomb_moments_covariance(const coulomb_moments *moments, double *covariance);

/**
 * Compute the Fréchet distance, squared as usual, between the Gaussians with these moments.
 *
 * distance = |mean_a - mean_b|^2 + tr A + tr B - 2 tr (A^(1/2) B A^(1/2))^(1/2)
 *
 * @param a         not NULL
 * @param b         not NULL, of the same dimension; may be of another context of the same thread
 * @param distance  receives the distance: at least 0, and 0 for equal moments within 1e-6 of the traces; untouched on
 *                  failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (dimensions differ); COULOMB_ERROR_STATE
 *         (fewer than 2 features); COULOMB_ERROR_NOT_FINITE (a product or the result is beyond float64, or the
 *         eigenvalues were not found); COULOMB_ERROR_MEMORY. The error message is stored in a's context
 *
 * Eigenvalues of A below dimension * 2^-52 of the largest, and negative eigenvalues of the product, count as 0: they
 * come from rounding. One full eigendecomposition and one of eigenvalues alone run in LAPACK on the calling thread;
 * matrix products run on the threads of a's context, and the result does not depend on their number. Time
 * O(dimension^3), memory 32 dimension^2 bytes.
 * @since 0.1
 */
coulomb_status coulomb_moments_distance(const coulomb_moments *a, const coulomb_moments *b,
                                                    double *distance);

/**
 * @file neighbours.h
 * Nearest neighbours, most similar pairs and support size: whether a model repeats its training set, or itself.
 *
 * Distances are Euclidean. Candidates come from matrix products of blocks in float32 with a bounded error; distances
 * within that bound of the nearest are computed again by differences in float64. So the results are those of a search
 * in float64, also for points that nearly coincide. They do not depend on the number of threads.
 *
 * Pitfalls: distances between pixels are a poor measure of similarity. A copy shifted by one pixel is far away, while
 * blurred or dark images are near to everything: search in features as well. A distant nearest neighbour does not prove
 * that nothing was memorised.
 */

/**
 * Find the nearest targets of each query.
 *
 * @param context     not NULL
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension], such as model samples; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     [n_targets, dimension], such as the training set; not NULL
 * @param n_targets   at least `neighbours`
 * @param neighbours  number of targets to find for each query, at least 1
 * @param indices     [n_queries, neighbours] result: indices of the targets, the nearest first, and of equally near
 *                    ones that with the smallest index; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result: the distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 *         named by its index); COULOMB_ERROR_MEMORY
 *
 * Time O(n_queries n_targets dimension); memory O(n_queries neighbours) for each thread. Runs on the context's threads.
 * A query that is one of the targets finds itself first. @since 0.1
 */
coulomb_status coulomb_neighbours(coulomb_context *context, size_t dimension, const float *queries,
                                              size_t n_queries, const float *targets, size_t n_targets,
                                              size_t neighbours, size_t *indices, double *distances);

/**
 * Find the nearest targets among targets larger than memory, as coulomb_neighbours(). The targets are read once, in
 * order, in blocks whose size the library chooses.
 *
 * @param context     not NULL
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension]; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     writes the targets; not NULL
 * @param user        passed to the callback
 * @param n_targets   at least `neighbours`
 * @param neighbours  number of targets to find for each query, at least 1
 * @param indices     [n_queries, neighbours] result; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result; NULL if not wanted; untouched on failure
 * @return as coulomb_neighbours(); a callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers)
 *
 * Memory O(n_queries neighbours) for each thread and one block of at most 2^23 values or 256 targets, whichever
 * is more. @since 0.1
 */
coulomb_status coulomb_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                                       size_t n_queries, coulomb_points_callback *targets, void *user,
                                                       size_t n_targets, size_t neighbours, size_t *indices,
                                                       double *distances);

/**
 * Find the most similar pairs within one set of samples, for example to count duplicates by eye or with a threshold
 * (Arora & Zhang, "Do GANs actually learn the distribution?", 2017; Unterthiner et al. 2017, Figure 3).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; 1 to 200,000
 * @param samples    [count, dimension], not NULL
 * @param count      at least 2
 * @param pairs      number of pairs to find, 1 to count (count - 1) / 2
 * @param indices    [pairs, 2] result, not NULL: indices of each pair's samples, the smaller first; the most similar
 *                   pair first, and of equally similar ones that with the smaller indices; untouched on failure
 * @param distances  [pairs] result: the distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 *         named by its index); COULOMB_ERROR_MEMORY
 *
 * A sample may be in several pairs. Time O(count^2 dimension), memory O(pairs) for each thread. Runs on the context's
 * threads. @since 0.1
 */
coulomb_status coulomb_closest_pairs(coulomb_context *context, size_t dimension, const float *samples,
                                                 size_t count, size_t pairs, size_t *indices, double *distances);

/**
 * Estimate the size of a density's support from duplicates in samples of it: the birthday paradox (Arora & Zhang 2017).
 *
 * estimate = sum_i count_i (count_i - 1) / 2  /  sum_i duplicates_i
 *
 * Two independent samples of a density p over discrete outcomes are equal with probability sum p^2. The estimated
 * quantity is 1 / sum p^2. It is the size of the support if all outcomes are equally likely, and smaller otherwise,
 * because a few frequent outcomes give most duplicates. Choose sets in about half of which there is a duplicate: about
 * 1.2 sqrt(size) samples. Start with small sets and enlarge them until duplicates appear.
 *
 * @param context     not NULL
 * @param sets        number of independent sets of samples, at least 1
 * @param counts      [sets] number of samples in each set, at least 2; not NULL
 * @param duplicates  [sets] number of pairs of duplicates in each set, at most count (count - 1) / 2; not NULL. Three
 *                    equal samples are three pairs
 * @param estimate    receives the estimate; infinite if there is no duplicate; not NULL; untouched on failure
 * @param low         receives the lower end of its 95 % interval; NULL if not wanted; untouched on failure
 * @param high        receives the upper end; infinite if there is no duplicate; NULL if not wanted; untouched on
 *                    failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range)
 *
 * Pitfalls: the interval treats the number of duplicates as a Poisson variable (Garwood 1936). That holds while pairs
 * are nearly independent: for sets far smaller than the support. It does not account for misjudged duplicates.
 * Continuous samples are never equal, so the estimate depends on what counts as a duplicate, and pairs that are near in
 * pixels need not look alike. A large support does not show that a model is good.
 * @since 0.1
 */
coulomb_status coulomb_support_size(coulomb_context *context, size_t sets, const size_t *counts,
                                                const uint64_t *duplicates, double *estimate, double *low,
                                                double *high);

/**
 * @file ngrams.h
 * Counts of n-grams, and the Jensen-Shannon divergence between the n-grams of two texts: the measure of the Billion
 * Word experiment (Gulrajani et al. 2017; Unterthiner et al. 2017, Section 4.3, "JSD-4" and "JSD-6").
 *
 * Text consists of lines of symbols: 16-bit numbers, such as indices of characters in a vocabulary of up to 65,536.
 * n-grams do not extend over the end of a line. Padding symbols count like all others. Counts are not smoothed.
 *
 * Pitfalls: with few lines the divergence is large even between samples of one text, because most n-grams of one are
 * missing in the other. It falls with more lines: compare only values from equally many lines (the published values
 * come from 640 generated lines). Report beside them the value of as many held-out lines of the data, which is the
 * lowest that can be expected. The divergence is blind to structure longer than n characters.
 */

/**
 * Counts of the n-grams of a text. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_ngrams coulomb_ngrams;

/**
 * Create empty counts.
 *
 * @param context  not NULL
 * @param n        number of symbols of an n-gram, 1 to 6
 * @param ngrams   receives the handle; release it with coulomb_ngrams_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or n out of range); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_ngrams_new(coulomb_context *context, size_t n, coulomb_ngrams **ngrams);

/**
 * Release the counts.
 *
 * @param ngrams  may be NULL
 *
 * @since 0.1
 */
void coulomb_ngrams_free(coulomb_ngrams *ngrams);

/**
 * Count the n-grams of further lines: length - n + 1 for each line.
 *
 * @param ngrams  not NULL
 * @param lines   [count, length] symbols, line by line; NULL only if count is 0; not used after the call
 * @param count   number of lines; may be 0
 * @param length  number of symbols of a line, at least n
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, length is below n, or there would be more than 2^32 - 1 n-grams
 *         in total): the counts are unchanged; COULOMB_ERROR_MEMORY: the handle can only be released, other calls
 *         return COULOMB_ERROR_STATE, and its numbers are 0; COULOMB_ERROR_STATE (an earlier call ran out of memory)
 *
 * n-grams are stored whole (16 n bits), so different n-grams are never confused. Time O(count length), on the calling
 * thread; memory 21 to 43 bytes for each distinct n-gram, and half as much again while the table grows. @since 0.1
 */
coulomb_status coulomb_ngrams_add(coulomb_ngrams *ngrams, const uint16_t *lines, size_t count,
                                              size_t length);

/**
 * Return the number of n-grams counted, including repeated ones.
 *
 * @param ngrams  NULL: the result is 0
 * @return 0 to 2^32 - 1
 *
 * @since 0.1
 */
uint64_t coulomb_ngrams_total(const coulomb_ngrams *ngrams);

/**
 * Return the number of distinct n-grams counted.
 *
 * @param ngrams  NULL: the result is 0
 * @return 0 to coulomb_ngrams_total()
 *
 * @since 0.1
 */
uint64_t coulomb_ngrams_distinct(const coulomb_ngrams *ngrams);

/**
 * Compute the Jensen-Shannon divergence between two texts' n-grams, in bits (Lin 1991).
 *
 * divergence = 1/2 sum_g p(g) log2(p(g) / m(g)) + 1/2 sum_g q(g) log2(q(g) / m(g)),  m = (p + q) / 2,
 * where p(g) and q(g) are the shares of n-gram g in the two texts
 *
 * @param a           not NULL
 * @param b           not NULL, of the same n; may be of another context of the same thread
 * @param divergence  receives a number from 0 (equal shares) to 1 (no n-gram in common); symmetric in a and b within
 *                    rounding; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (n differs); COULOMB_ERROR_STATE (no n-gram
 *         has been counted in one of them, or an addition ran out of memory)
 *
 * An error message is stored in a's context. Equal texts give exactly 0, texts without a common n-gram exactly 1;
 * otherwise the relative error is below 1e-12. Time linear in the number of distinct n-grams of the smaller counts and
 * in the size of the table. @since 0.1
 */
coulomb_status coulomb_ngrams_divergence(const coulomb_ngrams *a, const coulomb_ngrams *b,
                                                     double *divergence);

/**
 * @file parameters.h
 * Parameters of networks: names, shapes, values, gradients, freezing and initialisation.
 *
 * Names and shapes exist as soon as a layer is appended, values once the network is finished. Parameters are ordered by
 * layer. Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range),
 * COULOMB_ERROR_NOT_FOUND (no parameter of that name). On failure nothing is changed.
 */

/** Initialisers. The fan-in of a dense weight [in, out] is `in`, of a convolution's [height, width, in, out] it is
 * height * width * in. @since 0.1 */
enum {
    COULOMB_INITIALIZER_GLOROT_UNIFORM = 1, /**< uniform, variance 2/(fan_in + fan_out); the default of weights */
    COULOMB_INITIALIZER_GLOROT_NORMAL = 2,  /**< truncated normal, same variance */
    COULOMB_INITIALIZER_HE_UNIFORM = 3,     /**< uniform, variance 2/fan_in */
    COULOMB_INITIALIZER_HE_NORMAL = 4,      /**< truncated normal, same variance */
    /* returned by coulomb_network_get_initializer() only: */
    COULOMB_INITIALIZER_CONSTANT = 5,         /**< coulomb_network_set_initializer_constant() */
    COULOMB_INITIALIZER_VARIANCE_SCALING = 6, /**< coulomb_network_set_initializer_variance_scaling() */
    COULOMB_INITIALIZER_RANDOM = 7            /**< coulomb_network_set_initializer_random() */
};

/** Denominator of coulomb_network_set_initializer_variance_scaling(). @since 0.1 */
enum { COULOMB_FAN_IN = 1, COULOMB_FAN_OUT = 2, COULOMB_FAN_AVERAGE = 3 };

/**
 * Return the number of parameter arrays of the layers appended so far, also before coulomb_network_finish().
 *
 * @param network  NULL gives 0
 * @return the number
 *
 * @since 0.1
 */
size_t coulomb_network_parameter_count(const coulomb_network *network);

/**
 * Return the name of a parameter array.
 *
 * @param network  NULL gives NULL
 * @param index    below coulomb_network_parameter_count()
 * @return a name such as "dense1.weight", valid as long as the network, before coulomb_network_finish() only until the
 *         next layer is appended; NULL if index is not below the count
 *
 * @since 0.1
 */
const char *coulomb_network_parameter_name(const coulomb_network *network, size_t index);

/**
 * Get the shape of a parameter array.
 *
 * @param network    not NULL, finished or not
 * @param parameter  its name
 * @param shape      [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity   extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank
 * @param rank       receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for a capacity that is too small (`shape` is
 *         untouched)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter,
                                                           size_t *shape, size_t capacity, size_t *rank);

/**
 * Read a parameter array.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] receives the values; untouched on failure
 * @param count      size of `values`: exactly that of the array
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_STATE (not
 *         finished)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_read_parameter(const coulomb_network *network, const char *parameter,
                                                          float *values, size_t count);

/**
 * Write a parameter array.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] finite values; copied
 * @param count      size of `values`: exactly that of the array
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_NOT_FINITE (a
 *         value, named by its index); COULOMB_ERROR_STATE (not finished, or in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_write_parameter(coulomb_network *network, const char *parameter,
                                                           const float *values, size_t count);

/**
 * Read the gradient with respect to a parameter array, as computed by coulomb_network_backward() or the last update of
 * a trainer.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] receives the gradient; zeros before the first backward pass and for frozen arrays;
 *                   untouched on failure
 * @param count      size of `values`: exactly that of the array
 * @return as coulomb_network_read_parameter(); COULOMB_ERROR_STATE also for inference-only networks
 *
 * @since 0.1
 */
coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter,
                                                         float *values, size_t count);

/**
 * Freeze parameters, or make them trainable again. No gradient is computed for a frozen array (it reads as 0), nor any
 * gradient that only frozen arrays would need. Optimizers, weight decay and gradient norms ignore frozen arrays and
 * their moments. A frozen running average of batch norm does not move; training still normalises by the batch's
 * statistics. Frozen arrays can be read, written, initialised and loaded.
 *
 * @param network  not NULL, finished or not
 * @param name     a parameter's name; a layer's name: all its arrays; NULL: all arrays appended so far
 * @param frozen   1: freeze; 0 (the default): train
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or frozen is neither); COULOMB_ERROR_NOT_FOUND (no
 *         parameter and no layer with parameters of that name); COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_frozen(coulomb_network *network, const char *name, int32_t frozen);

/**
 * Get whether a parameter array is frozen.
 *
 * @param network    not NULL, finished or not
 * @param parameter  its name
 * @param frozen     receives 0 or 1
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_frozen(const coulomb_network *network, const char *parameter,
                                                      int32_t *frozen);

/**
 * Set the initialiser of parameters. It takes effect in coulomb_network_finish() and coulomb_network_initialize(). By
 * default weights start as Glorot uniform and biases as 0.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; NULL: all weight arrays appended so far (not biases, not later layers)
 * @param initializer  COULOMB_INITIALIZER_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_initializer(coulomb_network *network, const char *parameter,
                                                           int32_t initializer);

/**
 * Set a constant as initialiser; otherwise as coulomb_network_set_initializer().
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name; NULL: all weight arrays appended so far
 * @param value      finite as float32
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_initializer_constant(coulomb_network *network, const char *parameter,
                                                                    double value);

/**
 * Set an initialiser with mean 0 and variance scale/fan (after truncation); otherwise as
 * coulomb_network_set_initializer().
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays appended so far
 * @param scale         finite, above 0
 * @param fan           COULOMB_FAN_*; the average is (fan_in + fan_out)/2
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_initializer_variance_scaling(coulomb_network *network,
                                                                            const char *parameter, double scale,
                                                                            int32_t fan, int32_t distribution);

/**
 * Set an initialiser with mean 0 and a given spread; otherwise as coulomb_network_set_initializer().
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays appended so far
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @param spread        standard deviation of the normals (before truncation), half the width of the uniform
 *                      distribution; finite, above 0
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_set_initializer_random(coulomb_network *network, const char *parameter,
                                                                  int32_t distribution, double spread);

/**
 * Get the kind of a parameter's initialiser.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; not NULL
 * @param initializer  receives COULOMB_INITIALIZER_*: one of the first four also if its variance was set with
 *                     coulomb_network_set_initializer_variance_scaling()
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_initializer(const coulomb_network *network, const char *parameter,
                                                           int32_t *initializer);

/**
 * Get the constant of a parameter's initialiser.
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_CONSTANT; not NULL
 * @param value      receives the constant
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_initializer_constant(const coulomb_network *network,
                                                                    const char *parameter, double *value);

/**
 * Get the variance of a parameter's initialiser.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_VARIANCE_SCALING or of the
 *                      first four kinds; not NULL
 * @param scale         receives the scale
 * @param fan           receives COULOMB_FAN_*
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_initializer_variance_scaling(const coulomb_network *network,
                                                                            const char *parameter, double *scale,
                                                                            int32_t *fan, int32_t *distribution);

/**
 * Get distribution and spread of a parameter's initialiser.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_RANDOM; not NULL
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @param spread        receives the spread
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
coulomb_status coulomb_network_get_initializer_random(const coulomb_network *network, const char *parameter,
                                                                  int32_t *distribution, double *spread);

/**
 * Initialise all parameters again.
 *
 * @param network  not NULL, finished
 * @param seed     as for coulomb_network_finish(), which gives the same values; the generation seed does not change
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL); COULOMB_ERROR_STATE (not finished, or in use by a
 *         running callback)
 *
 * @since 0.1
 */
coulomb_status coulomb_network_initialize(coulomb_network *network, uint64_t seed);

/**
 * @file plummer.h
 * Potential, field and energy of two sets of samples (Unterthiner et al. 2017, Eqs. 5-8 and 32-34), with the Plummer
 * kernel, which gives the handle its name, or with a Gaussian.
 *
 * The samples act as charges: target samples attract and model samples repel. The potential is high where model samples
 * are missing. The kernel is k(a,b) = (|a-b|^2 + epsilon^2)^(-exponent/2), or the Gaussian
 * exp(-|a-b|^2 / (2 epsilon^2)) after coulomb_plummer_set_kernel(). After coulomb_plummer_set_epsilons() it is the sum
 * of several such kernels with different epsilons. The paper's "dimension m" is exponent + 2; its experiments use
 * exponent 1. Sums over a sample's own set include its interaction with itself unless coulomb_plummer_set_self_terms()
 * turns that off.
 *
 * Points are float32 arrays in C order, one row for each point. The error of each result is at most 1e-5 times the sum
 * of its terms' magnitudes, for any number of points, and usually below 1e-6 times this sum. For a Gaussian whose terms
 * are all below exp(-50) it is at most 2e-5 times this sum, as long as k and k / epsilon^2 are normal float32 numbers.
 *
 * Up to 32 dimensions, distances are computed by direct differences. Above, they are computed by matrix products of
 * blocks of points about the blocks' centres. Pairs are then computed again by direct differences if their squared
 * distance (epsilon^2 included) is below (exponent + 2)/32 of their squared distances from the centre; with a Gaussian,
 * if they are nearer than 13.2 epsilon and their squared distances from the centre are together above 16 epsilon^2. So
 * a Gaussian much narrower than the data is slow above 32 dimensions. Sums with exponents above 16, or in units so far
 * from 1 that terms would not fit into float32, are computed in float64, which is slow. All functions run on the
 * context's threads; results do not depend on their number.
 *
 * Every function returns COULOMB_ERROR_ARGUMENT if `plummer` is NULL, and all but the getters return
 * COULOMB_ERROR_STATE if called from a callback of the same handle.
 */

/** Kernel with its settings and its workspace, which is kept between calls. Not safe to use from two threads at once.
 * @since 0.1 */
typedef struct coulomb_plummer coulomb_plummer;

/**
 * Create a kernel.
 *
 * @param context   not NULL
 * @param exponent  p of the formula above: finite, above 0
 * @param epsilon   softening length in the unit of the points: finite, above 0
 * @param plummer   receives the handle; release it with coulomb_plummer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, exponent or epsilon); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_new(coulomb_context *context, double exponent, double epsilon,
                                               coulomb_plummer **plummer);

/**
 * Release the kernel. In one of its own callbacks: it is destroyed when the call under way returns.
 *
 * @param plummer  may be NULL
 *
 * @since 0.1
 */
void coulomb_plummer_free(coulomb_plummer *plummer);

/**
 * Set the exponent.
 *
 * @param plummer   not NULL
 * @param exponent  finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the exponent); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_set_exponent(coulomb_plummer *plummer, double exponent);

/**
 * Get the exponent.
 *
 * @param plummer  not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_get_exponent(const coulomb_plummer *plummer, double *exponent);

/**
 * Set the kernel.
 *
 * @param plummer  not NULL
 * @param kernel   COULOMB_KERNEL_* (kernel.h); COULOMB_KERNEL_PLUMMER unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_set_kernel(coulomb_plummer *plummer, int32_t kernel);

/**
 * Get the kernel.
 *
 * @param plummer  not NULL
 * @param kernel   receives COULOMB_KERNEL_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_get_kernel(const coulomb_plummer *plummer, int32_t *kernel);

/**
 * Set one epsilon, which replaces all that were set before.
 *
 * @param plummer  not NULL
 * @param epsilon  softening length, or a Gaussian's standard deviation, in the unit of the points: finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or epsilon); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_set_epsilon(coulomb_plummer *plummer, double epsilon);

/**
 * Get epsilon. If several are set, get the first.
 *
 * @param plummer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_get_epsilon(const coulomb_plummer *plummer, double *epsilon);

/**
 * Set several epsilons: the kernel is the sum of one kernel for each epsilon. Potentials, fields and energies are sums,
 * too, not means. The order of epsilons has no effect.
 *
 * @param plummer   not NULL
 * @param epsilons  [count] in the unit of the points: each finite, above 0
 * @param count     1 to COULOMB_EPSILONS_MAX; 1 is coulomb_plummer_set_epsilon()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, count, or a value, named by its index); COULOMB_ERROR_STATE
 *
 * Above 32 dimensions, the matrix products of points are computed once for all epsilons. @since 0.1
 */
coulomb_status coulomb_plummer_set_epsilons(coulomb_plummer *plummer, const double *epsilons, size_t count);

/**
 * Get all epsilons.
 *
 * @param plummer   not NULL
 * @param epsilons  [capacity] receives them; may be NULL if capacity is 0; untouched on failure
 * @param capacity  values that `epsilons` has room for: 0 (only their number is wanted), or at least their number;
 *                  COULOMB_EPSILONS_MAX is always enough
 * @param count     receives their number, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small)
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_get_epsilons(const coulomb_plummer *plummer, double *epsilons,
                                                        size_t capacity, size_t *count);

/**
 * Set whether sums over a sample's own set include its interaction with itself. Without self-terms, sums over N samples
 * are divided by N - 1, and for the energy by N (N - 1): the unbiased estimate. Concerns coulomb_plummer_batch(), the
 * energies and the energy test; the potential at arbitrary points has no own set.
 *
 * @param plummer  not NULL
 * @param keep     1, the default: included, as in the paper (a V-statistic); 0: left out
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or keep is neither 0 nor 1); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_set_self_terms(coulomb_plummer *plummer, int32_t keep);

/**
 * Get whether self-terms are kept.
 *
 * @param plummer  not NULL
 * @param keep  receives it: 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_plummer_get_self_terms(const coulomb_plummer *plummer, int32_t *keep);

/**
 * Compute the potential at given points.
 *
 * potential[i] = 1/n_target  sum_j k(at[i], target[j])  -  1/n_model  sum_j k(at[i], model[j])        (Eq. 32)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points, row by row; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] model samples; NULL only if n_model is 0, then the target acts alone
 * @param n_model    may be 0
 * @param target     [n_target, dimension] target samples; NULL only if n_target is 0
 * @param n_target   may be 0
 * @param potential  [n_at] result; must not overlap the inputs; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a dimension out of range); COULOMB_ERROR_NOT_FINITE (an input
 *         is NaN or infinite, named by its index, or a result does not fit into float32); COULOMB_ERROR_MEMORY;
 *         COULOMB_ERROR_STATE
 *
 * Time O(n_at (n_model + n_target) dimension); memory O((n_at + n_model + n_target) dimension). @since 0.1
 */
coulomb_status coulomb_plummer_potential(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                     size_t n_at, const float *model, size_t n_model,
                                                     const float *target, size_t n_target, float *potential);

/**
 * Compute the field at given points, and the potential in the same pass.
 *
 * field[i] = -grad potential(at[i])        (Eq. 33); a model sample moves against it, along +grad
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] model samples; NULL only if n_model is 0
 * @param n_model    may be 0
 * @param target     [n_target, dimension] target samples; NULL only if n_target is 0
 * @param n_target   may be 0
 * @param field      [n_at, dimension] result; must not overlap the inputs; untouched on failure
 * @param potential  [n_at] result, NULL if not wanted; must not overlap the inputs; untouched on failure
 * @return as coulomb_plummer_potential()
 *
 * Time and memory as coulomb_plummer_potential(). @since 0.1
 */
coulomb_status coulomb_plummer_field(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                 size_t n_at, const float *model, size_t n_model, const float *target,
                                                 size_t n_target, float *field, float *potential);

/**
 * Compute the potential at every sample of a batch, and the energy. Each pair of samples is computed once.
 *
 * @param plummer           not NULL
 * @param dimension         values of a point; 1 to 200,000
 * @param model             [n_model, dimension] model samples, not NULL
 * @param n_model           at least 1, without self-terms 2
 * @param target            [n_target, dimension] target samples, not NULL
 * @param n_target          at least 1, without self-terms 2
 * @param potential_model   [n_model] potential at the model samples; NULL if not wanted; untouched on failure
 * @param potential_target  [n_target] potential at the target samples; NULL if not wanted; untouched on failure
 * @param energy            as coulomb_plummer_energy(); NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also for counts that are too small, and when no result
 *         is wanted; COULOMB_ERROR_NOT_FINITE also for an energy beyond float64
 *
 * The results must not overlap the inputs. Time O((n_model + n_target)^2 dimension); memory
 * O((n_model + n_target) dimension). @since 0.1
 */
coulomb_status coulomb_plummer_batch(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                 size_t n_model, const float *target, size_t n_target,
                                                 float *potential_model, float *potential_target, double *energy);

/**
 * Compute the energy between two sets: half the squared maximum mean discrepancy with this kernel. It is 0 for equal
 * densities.
 *
 * F = 1/2 [ mean_{y,y'} k(y,y') - 2 mean_{x,y} k(x,y) + mean_{x,x'} k(x,x') ]        (Eq. 8)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param model      [n_model, dimension] model samples, not NULL
 * @param n_model    at least 1, without self-terms 2
 * @param target     [n_target, dimension] target samples, not NULL
 * @param n_target   at least 1, without self-terms 2
 * @param energy     receives F; may be slightly negative without self-terms; untouched on failure
 * @return as coulomb_plummer_batch()
 *
 * Time and memory as coulomb_plummer_batch(). @since 0.1
 */
coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                  size_t n_model, const float *target, size_t n_target, double *energy);

/**
 * Test with the energy whether both sets could come from one density.
 *
 * The energy (Eq. 8) is compared with its values after the pooled samples are assigned to two sets of the same sizes at
 * random. This permutation test is exact for any sample sizes and any kernel (Gretton et al., "A Kernel Two-Sample
 * Test", 2012; Phipson & Smyth, "Permutation P-values Should Never Be Zero", 2010).
 *
 * @param plummer       not NULL
 * @param dimension     values of a point; 1 to 200,000
 * @param model         [n_model, dimension] model samples, not NULL
 * @param n_model       at least 2
 * @param target        [n_target, dimension] target samples, not NULL
 * @param n_target      at least 2; both together at most 2^31
 * @param permutations  1 to 1,000,000, usually 999
 * @param seed          of the permutations
 * @param energy        receives the energy as coulomb_plummer_energy() defines it; NULL if not wanted; untouched on
 *                      failure
 * @param p_value       receives (1 + permutations whose energy is at least as large) / (1 + permutations); untouched on
 *                      failure
 * @return as coulomb_plummer_batch(); COULOMB_ERROR_ARGUMENT also for p_value NULL and counts out of range
 *
 * Energies within 1e-12 of their terms' magnitudes count as equal, so that rounding does not distinguish permutations
 * that are equivalent. Pitfalls: the smallest p-value is 1 / (1 + permutations). A small p-value says that the
 * densities differ, not by how much. A large one says that these samples do not show a difference; larger samples
 * might. Epsilon should be of the order of the distances that matter. The samples must be independent: consecutive
 * states of a Markov chain, or crops of one image, are not.
 *
 * Each pair is computed once, for all permutations together. Time O((n_model + n_target)^2 (dimension + permutations)),
 * memory O((n_model + n_target) dimension) plus a fifth of a byte for each sample of each permutation. @since 0.1
 */
coulomb_status coulomb_plummer_energy_test(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                       size_t n_model, const float *target, size_t n_target,
                                                       size_t permutations, uint64_t seed, double *energy,
                                                       double *p_value);

/**
 * Compute field and potential of sets larger than memory, as coulomb_plummer_field(). Each set is read once, in order,
 * in blocks whose size the library chooses.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param at           [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at         may be 0
 * @param model        writes the model samples; NULL only if n_model is 0
 * @param model_user   passed to `model`
 * @param n_model      may be 0
 * @param target       writes the target samples; NULL only if n_target is 0
 * @param target_user  passed to `target`
 * @param n_target     may be 0
 * @param field        [n_at, dimension] result; NULL if not wanted; untouched on failure
 * @param potential    [n_at] result; NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also when neither result is wanted; a callback's own
 *         code; COULOMB_ERROR_CALLBACK (its code is outside the range for callers)
 *
 * Memory O(n_at dimension) and one block of at most 2^21 values or 64 samples, whichever is more. @since 0.1
 */
coulomb_status coulomb_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                          size_t n_at, coulomb_points_callback *model, void *model_user,
                                                          size_t n_model, coulomb_points_callback *target,
                                                          void *target_user, size_t n_target, float *field,
                                                          float *potential);

/**
 * Compute the energy between sets larger than memory, as coulomb_plummer_energy(). Blocks are read once for each pair
 * of blocks.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param model        writes the model samples; not NULL
 * @param model_user   passed to `model`
 * @param n_model      at least 1, without self-terms 2
 * @param target       writes the target samples; not NULL
 * @param target_user  passed to `target`
 * @param n_target     at least 1, without self-terms 2
 * @param energy       receives F; untouched on failure
 * @return as coulomb_plummer_energy(); a callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers)
 *
 * Memory: two blocks as in coulomb_plummer_field_streamed(). @since 0.1
 */
coulomb_status coulomb_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension,
                                                           coulomb_points_callback *model, void *model_user,
                                                           size_t n_model, coulomb_points_callback *target,
                                                           void *target_user, size_t n_target, double *energy);

/**
 * @file shards.h
 * Shards and processes: an update's batch in parts, in one process or in several, to the same bits.
 *
 * COULOMB_ERROR_STATE without a reason means that a step of the trainer is under way, see trainer.h.
 */

/**
 * Set the number of shards: equal parts of the batch, consecutive samples, that go forward and back through the
 * networks one after the other. The activations in memory are those of one shard, so more shards train the same batch
 * in less memory; the generator then goes forward twice, except for the first shard.
 *
 * The potential is that of the whole batch and of all charges, and both losses are means over the whole batch, so the
 * update is the same as with one shard within the rounding of float32. Exception: batch normalisation takes its
 * statistics over each shard, unless coulomb_trainer_set_synchronized_norm() says otherwise. Its running averages are
 * updated with the statistics of one shard after another, in this order: the charges beyond the batch (in blocks as
 * large as a shard, the last block first), the model samples, the target samples, and with replay the previous model
 * samples.
 *
 * Shards' gradients are added in a fixed tree: neighbours in pairs, level by level; one without a partner goes to the
 * next level as it is. So the result depends on the number of shards, but not on threads or processes.
 *
 * @param trainer  not NULL
 * @param shards   1, the default, to 1,048,576; must divide the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * A number that does not divide the batch makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT.
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_shards(coulomb_trainer *trainer, size_t shards);

/**
 * Get the number of shards.
 *
 * @param trainer  not NULL
 * @param shards   receives the number
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_shards(const coulomb_trainer *trainer, size_t *shards);

/**
 * Set whether batch normalisation takes its statistics over the whole batch where there are several shards: in each
 * pass that an update makes, over the shards of all processes. So the update is that of one shard within the rounding
 * of float32, running averages included, and the same to the bit for any number of processes.
 *
 * A process's shards then go forward and back together, layer by layer: with one process the activations in memory are
 * those of the whole batch, and a process with several shards has gradients for each of them. Without batch
 * normalisation, or with one shard, the setting changes nothing.
 *
 * For each such layer, all processes exchange sums for each channel: one sum, twice, in the forward pass, and two in
 * the backward pass. In a context of a GPU the host adds them up, also with one process: it waits for the GPU in each
 * such layer, and the update cannot be recorded as a graph.
 *
 * @param trainer  not NULL
 * @param on       1: over the whole batch; 0, the default: over each shard
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL; the value); COULOMB_ERROR_STATE
 *
 * Checkpoints compare the setting, and so do processes. Source: Peng et al. 2018, MegDet (cross-GPU batch
 * normalization). @since 0.1
 */
coulomb_status coulomb_trainer_set_synchronized_norm(coulomb_trainer *trainer, int32_t on);

/**
 * Get whether batch normalisation takes its statistics over the whole batch.
 *
 * @param trainer  not NULL
 * @param on       receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_synchronized_norm(const coulomb_trainer *trainer, int32_t *on);

/** @name Processes
 * Several processes, called ranks, may train as one: each has a context, networks and a trainer of its own, with equal
 * parameters and settings, and does some of the batch's shards. Parameters, moments, samples and statistics have the
 * same bits on all ranks, and the same as with any other number of ranks, one included: as long as the number of
 * shards, the processor's kernels (coulomb_context_kernels()) and the math library are the same. So a checkpoint does
 * not depend on the number of ranks.
 *
 * All ranks call coulomb_trainer_set_communicator(), coulomb_trainer_load(), coulomb_trainer_load_bytes(),
 * coulomb_trainer_step() and coulomb_trainer_run() in the same order. These calls succeed on all ranks or fail on all:
 * ranks first exchange their status and compare settings and parameters. An error of one rank (its data, memory, a
 * callback's code) ends the same call of the others before any parameter has changed, and all can continue when its
 * cause is removed. The rank itself returns its own code. The others return the same code if it is of the range for
 * callers, otherwise COULOMB_ERROR_PROCESS; their error message names the rank and contains its message. If a trainer
 * refuses a call because one of its callbacks is running, the other ranks are not notified.
 *
 * To stop a loop on all ranks, return a code from the progress callback of coulomb_trainer_run() on any rank. One rank
 * may save without the others: every rank would write the same file.
 * @{ */

/**
 * Set the communicator: train as one rank of its ranks. All ranks must call. They compare their parameters and all else
 * that checkpoints contain.
 *
 * The number of shards must be that of the ranks times a power of two. Of S shards, rank r of R computes shards r S/R
 * to (r + 1) S/R - 1. Every rank computes the potential of the whole batch. In each update a rank sends its samples
 * and, twice, the gradients of both networks divided by the number of ranks to each other rank. Latents must not depend
 * on the rank: a latent callback is called on each rank for all samples.
 *
 * @param trainer       not NULL
 * @param communicator  of the same context; the trainer holds a reference; NULL, the default: this process trains
 *                      alone; other ranks are not notified
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the communicator belongs to another context);
 *         COULOMB_ERROR_STATE; COULOMB_ERROR_PROCESS (ranks differ, or another rank failed or is gone); the
 *         communicator's own code; COULOMB_ERROR_MEMORY. After a failure the communicator is the one before
 *
 * A number of shards that does not fit the ranks makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT.
 * @since 0.1
 */
coulomb_status coulomb_trainer_set_communicator(coulomb_trainer *trainer,
                                                            coulomb_communicator *communicator);

/**
 * Get the communicator.
 *
 * @param trainer       not NULL
 * @param communicator  receives the communicator; NULL if none is set; borrowed: valid until it is replaced; do not
 *                      free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
coulomb_status coulomb_trainer_get_communicator(const coulomb_trainer *trainer,
                                                            coulomb_communicator **communicator);
/** @} */

/**
 * @file version.h
 * Version of the library and its optional features.
 */

/** Major version of the headers. A macro, like the others, so that the preprocessor can compare it. @since 0.1 */
enum { COULOMB_VERSION_MAJOR = 0 };

/** Minor version of the headers. @since 0.1 */
enum { COULOMB_VERSION_MINOR = 1 };

/** Patch version of the headers. @since 0.1 */
enum { COULOMB_VERSION_PATCH = 0 };

/** Version of the headers as one number: 10000 * major + 100 * minor + patch. It differs from coulomb_version() if
 * headers and library come from different releases. @since 0.1 */

/**
 * Return the version of the running library.
 *
 * @return 10000 * major + 100 * minor + patch
 *
 * Safe to call from any thread. @since 0.1
 */
uint32_t coulomb_version(void);

/**
 * Return the version of the running library as text.
 *
 * @return a static string such as "0.1.0"
 *
 * Safe to call from any thread. @since 0.1
 */
const char *coulomb_version_string(void);

/**
 * Return the number of the binary interface, which is independent of the version.
 *
 * @return the number in the shared library's SONAME
 *
 * Safe to call from any thread. @since 0.1
 */
uint32_t coulomb_abi_version(void);

/**
 * Return whether the library and the processor support a feature.
 *
 * @param name  "openblas": linked against OpenBLAS rather than another BLAS; "portable", "avx2", "avx512": the library
 *              contains these kernels and the processor can run them
 * @return 1 or 0; 0 for NULL and for unknown names
 *
 * Safe to call from any thread. @since 0.1
 */
int32_t coulomb_has_feature(const char *name);

/**
 * @file coulomb.h
 * Includes all headers of libcoulomb, which trains Coulomb GANs (Unterthiner et al. 2017).
 *
 * Every function that can fail returns a #coulomb_status and stores an error message, see coulomb_context_error().
 * After a failed call everything is as it was before, unless its comment says otherwise. The library never prints and
 * never exits. Of the process's state it changes one thing: creating a context sets the thread count of OpenBLAS to
 * one, see coulomb_context_new().
 *
 * A context and all handles created from it belong to one thread at a time; different contexts are independent. Which
 * functions a callback may call is described in context.h. @since 0.1
 */


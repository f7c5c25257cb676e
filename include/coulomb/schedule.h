/**
 * @file schedule.h
 * Schedules: learning rate or epsilon as a function of the update number.
 *
 * A schedule is a factor on the value that was set: rate(u) = learning_rate * factor(u). Without a schedule the factor
 * is 1. Schedules are immutable and reference-counted: an optimizer or trainer that uses a schedule holds a reference,
 * so the caller may release the handle right after handing it over. Several optimizers and trainers of one context may
 * share a schedule.
 */
#ifndef COULOMB_SCHEDULE_H
#define COULOMB_SCHEDULE_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

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
COULOMB_API coulomb_status coulomb_schedule_new_exponential(coulomb_context *context, uint64_t first, uint64_t last,
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
COULOMB_API coulomb_status coulomb_schedule_new_steps(coulomb_context *context, const uint64_t *after, size_t drops,
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
COULOMB_API coulomb_status coulomb_schedule_new_callback(coulomb_context *context, coulomb_schedule_callback *factor,
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
COULOMB_API coulomb_status coulomb_schedule_get_kind(const coulomb_schedule *schedule, int32_t *kind);

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
COULOMB_API coulomb_status coulomb_schedule_get_exponential(const coulomb_schedule *schedule, uint64_t *first,
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
COULOMB_API coulomb_status coulomb_schedule_get_steps(const coulomb_schedule *schedule, uint64_t *after,
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
COULOMB_API coulomb_status coulomb_schedule_get_callback(const coulomb_schedule *schedule,
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
COULOMB_API coulomb_status coulomb_schedule_factor(const coulomb_schedule *schedule, uint64_t update, double *factor);

/**
 * Release the schedule. It is destroyed when no optimizer or trainer uses it any more.
 *
 * @param schedule  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_schedule_free(coulomb_schedule *schedule);

#ifdef __cplusplus
}
#endif

#endif

/* Schedules: a factor as a function of the update number. */
#include "optimizer/optimizer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void end(void *object)
{
    coulomb_schedule *schedule = object;
    if (schedule->destroy != NULL)
        schedule->destroy(schedule->user);
}

static coulomb_status new_schedule(coulomb_context *context, const coulomb_schedule *contents,
                                   coulomb_schedule **schedule)
{
    coulomb_schedule *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    *made = *contents;
    made->context = context;
    *schedule = made;
    return COULOMB_OK;
}

static coulomb_status check_new(coulomb_context *context, coulomb_schedule **schedule)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (schedule == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "schedule is NULL");
    *schedule = NULL;
    return COULOMB_OK;
}

coulomb_status coulomb_schedule_new_exponential(coulomb_context *context, uint64_t first, uint64_t last,
                                                double final_factor, coulomb_schedule **schedule)
{
    coulomb_status status = check_new(context, schedule);
    if (status == COULOMB_OK)
        status = check_positive(context, "final_factor", final_factor);
    if (status != COULOMB_OK)
        return status;
    if (last <= first)
        return fail(context, COULOMB_ERROR_ARGUMENT, "last is %" PRIu64 "; expected above first, %" PRIu64, last,
                    first);
    coulomb_schedule contents = {
        .kind = COULOMB_SCHEDULE_EXPONENTIAL, .first = first, .last = last, .factor = final_factor};
    return new_schedule(context, &contents, schedule);
}

coulomb_status coulomb_schedule_new_steps(coulomb_context *context, const uint64_t *after, size_t drops, double factor,
                                          coulomb_schedule **schedule)
{
    coulomb_status status = check_new(context, schedule);
    if (status == COULOMB_OK)
        status = check_positive(context, "factor", factor);
    if (status != COULOMB_OK)
        return status;
    if (drops > COULOMB_SCHEDULE_DROPS_MAX)
        return fail(context, COULOMB_ERROR_ARGUMENT, "drops is %zu; expected at most %d", drops,
                    COULOMB_SCHEDULE_DROPS_MAX);
    if (drops > 0 && after == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "after is NULL");
    coulomb_schedule contents = {.kind = COULOMB_SCHEDULE_STEPS, .factor = factor, .drops = drops};
    for (size_t i = 0; i < drops; i++) {
        if (i > 0 && after[i] <= after[i - 1])
            return fail(context, COULOMB_ERROR_ARGUMENT,
                        "after[%zu] is %" PRIu64 "; expected above after[%zu], %" PRIu64, i, after[i], i - 1,
                        after[i - 1]);
        contents.after[i] = after[i];
    }
    return new_schedule(context, &contents, schedule);
}

coulomb_status coulomb_schedule_new_callback(coulomb_context *context, coulomb_schedule_callback *factor, void *user,
                                             coulomb_destroy_callback *destroy, coulomb_schedule **schedule)
{
    coulomb_status status = check_new(context, schedule);
    if (status != COULOMB_OK)
        return status;
    if (factor == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "factor is NULL");
    coulomb_schedule contents = {
        .kind = COULOMB_SCHEDULE_CALLBACK, .callback = factor, .user = user, .destroy = destroy};
    return new_schedule(context, &contents, schedule);
}

/* COULOMB_OK if the schedule is of that kind. */
static coulomb_status check_kind(const coulomb_schedule *schedule, int32_t kind)
{
    if (schedule == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (schedule->kind == kind)
        return COULOMB_OK;
    return fail(schedule->context, COULOMB_ERROR_ARGUMENT, "the schedule's kind is %d; expected %d",
                (int)schedule->kind, (int)kind);
}

static coulomb_status check_result(const coulomb_schedule *schedule, const char *name, const void *result)
{
    return result != NULL ? COULOMB_OK : fail(schedule->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
}

coulomb_status coulomb_schedule_get_kind(const coulomb_schedule *schedule, int32_t *kind)
{
    coulomb_status status = schedule == NULL ? COULOMB_ERROR_ARGUMENT : check_result(schedule, "kind", kind);
    if (status == COULOMB_OK)
        *kind = schedule->kind;
    return status;
}

coulomb_status coulomb_schedule_get_exponential(const coulomb_schedule *schedule, uint64_t *first, uint64_t *last,
                                                double *final_factor)
{
    coulomb_status status = check_kind(schedule, COULOMB_SCHEDULE_EXPONENTIAL);
    if (status == COULOMB_OK)
        status = check_result(schedule, "first", first);
    if (status == COULOMB_OK)
        status = check_result(schedule, "last", last);
    if (status == COULOMB_OK)
        status = check_result(schedule, "final_factor", final_factor);
    if (status != COULOMB_OK)
        return status;
    *first = schedule->first;
    *last = schedule->last;
    *final_factor = schedule->factor;
    return COULOMB_OK;
}

coulomb_status coulomb_schedule_get_steps(const coulomb_schedule *schedule, uint64_t *after, size_t capacity,
                                          size_t *drops, double *factor)
{
    coulomb_status status = check_kind(schedule, COULOMB_SCHEDULE_STEPS);
    if (status == COULOMB_OK && capacity > 0)
        status = check_result(schedule, "after", after);
    if (status == COULOMB_OK)
        status = check_result(schedule, "drops", drops);
    if (status == COULOMB_OK)
        status = check_result(schedule, "factor", factor);
    if (status != COULOMB_OK)
        return status;
    *drops = schedule->drops;
    *factor = schedule->factor;
    if (capacity > 0 && capacity < schedule->drops)
        return fail(schedule->context, COULOMB_ERROR_ARGUMENT, "capacity is %zu; expected 0 or at least %zu", capacity,
                    schedule->drops);
    for (size_t i = 0; i < schedule->drops && capacity > 0; i++)
        after[i] = schedule->after[i];
    return COULOMB_OK;
}

coulomb_status coulomb_schedule_get_callback(const coulomb_schedule *schedule, coulomb_schedule_callback **factor,
                                             void **user)
{
    coulomb_status status = check_kind(schedule, COULOMB_SCHEDULE_CALLBACK);
    if (status == COULOMB_OK)
        status = check_result(schedule, "factor", factor);
    if (status == COULOMB_OK)
        status = check_result(schedule, "user", user);
    if (status != COULOMB_OK)
        return status;
    *factor = schedule->callback;
    *user = schedule->user;
    return COULOMB_OK;
}

coulomb_status schedule_replace(coulomb_context *context, coulomb_schedule **place, coulomb_schedule *schedule)
{
    if (schedule != NULL) {
        coulomb_status status = check_context(context, "schedule", schedule->context);
        if (status != COULOMB_OK)
            return status;
    }
    coulomb_schedule *before = *place;
    *place = object_hold(schedule);
    coulomb_schedule_free(before);
    return COULOMB_OK;
}

void coulomb_schedule_free(coulomb_schedule *schedule)
{
    object_release(schedule);
}

static double exponential_factor(const coulomb_schedule *schedule, uint64_t update)
{
    if (update <= schedule->first)
        return 1.0;
    if (update >= schedule->last)
        return schedule->factor;
    return pow(schedule->factor, (double)(update - schedule->first) / (double)(schedule->last - schedule->first));
}

static double steps_factor(const coulomb_schedule *schedule, uint64_t update)
{
    double factor = 1.0;
    for (size_t i = 0; i < schedule->drops && update > schedule->after[i]; i++)
        factor *= schedule->factor;
    return factor;
}

static coulomb_status callback_factor(const coulomb_schedule *schedule, uint64_t update, double *factor)
{
    coulomb_context *context = schedule->context;
    double value = NAN;
    context_enter(context);
    coulomb_status returned = schedule->callback(schedule->user, update, &value);
    context_leave(context);
    coulomb_status status = callback_status(context, returned, "schedule");
    if (status == COULOMB_OK && !(isfinite(value) && value > 0.0))
        status = fail(context, COULOMB_ERROR_NOT_FINITE,
                      "the schedule callback gave %g for update %" PRIu64 "; expected a finite number above 0", value,
                      update);
    if (status == COULOMB_OK)
        *factor = value;
    return status;
}

coulomb_status coulomb_schedule_factor(const coulomb_schedule *schedule, uint64_t update, double *factor)
{
    if (schedule == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (factor == NULL)
        return fail(schedule->context, COULOMB_ERROR_ARGUMENT, "factor is NULL");
    if (schedule->kind == COULOMB_SCHEDULE_CALLBACK) {
        void *held = object_hold((void *)schedule); /* the callback may free it */
        coulomb_status status = callback_factor(schedule, update, factor);
        object_release(held);
        return status;
    }
    *factor = schedule->kind == COULOMB_SCHEDULE_EXPONENTIAL ? exponential_factor(schedule, update)
                                                             : steps_factor(schedule, update);
    return COULOMB_OK;
}

coulomb_status schedule_value(const coulomb_schedule *schedule, double base, uint64_t update, double *value)
{
    double factor = 1.0;
    coulomb_status status = schedule == NULL ? COULOMB_OK : coulomb_schedule_factor(schedule, update, &factor);
    if (status == COULOMB_OK)
        *value = base * factor;
    return status;
}

void schedule_describe(const coulomb_schedule *schedule, char *text, size_t size)
{
    if (schedule == NULL) {
        snprintf(text, size, "constant");
    } else if (schedule->kind == COULOMB_SCHEDULE_CALLBACK) {
        snprintf(text, size, "callback");
    } else if (schedule->kind == COULOMB_SCHEDULE_EXPONENTIAL) {
        snprintf(text, size, "exponential %" PRIu64 " %" PRIu64 " %.17g", schedule->first, schedule->last,
                 schedule->factor);
    } else {
        int used = snprintf(text, size, "steps %.17g", schedule->factor);
        for (size_t i = 0; i < schedule->drops && used > 0 && (size_t)used < size; i++)
            used += snprintf(text + used, size - (size_t)used, " %" PRIu64, schedule->after[i]);
    }
}

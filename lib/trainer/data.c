/* Where target samples come from: the caller's callback, or an array whose samples are taken in random order. */
#include "trainer/trainer.h"

#include <string.h>

enum { DRAWN_AT_ONCE = 256 };

/* Numbers below a bound, each exactly equally likely, from one sequence of random bits. */
typedef struct drawing {
    random_key key;
    uint64_t next; /* position in the sequence */
    uint32_t bits[DRAWN_AT_ONCE];
} drawing;

static uint64_t draw_64_bits(drawing *from)
{
    size_t place = (size_t)(from->next % DRAWN_AT_ONCE);
    if (place == 0)
        random_bits(from->key, from->next, DRAWN_AT_ONCE, from->bits);
    from->next += 2;
    return (uint64_t)from->bits[place] << 32 | from->bits[place + 1];
}

static uint64_t draw_below(drawing *from, uint64_t bound)
{
    uint64_t excess = (UINT64_MAX % bound + 1) % bound; /* 2^64 modulo the bound: so many values are one too many */
    for (;;) {
        uint64_t value = draw_64_bits(from);
        if (value <= UINT64_MAX - excess)
            return value % bound;
    }
}

/* Fisher-Yates (Knuth, Algorithm 3.4.2P): each order is equally likely, and a function of seed and epoch alone. */
static void shuffle(data_array *array, uint64_t epoch)
{
    if (array->shuffled && array->epoch == epoch)
        return;
    drawing from = {.key = {.seed = array->seed, .stream = STREAM_DATA, .update = epoch}};
    for (size_t i = 0; i < array->count; i++)
        array->order[i] = i;
    for (size_t i = array->count - 1; i > 0; i--) {
        size_t other = (size_t)draw_below(&from, (uint64_t)i + 1), taken = array->order[i];
        array->order[i] = array->order[other];
        array->order[other] = taken;
    }
    array->shuffled = true;
    array->epoch = epoch;
}

/* Epoch after epoch is one endless sequence; update u takes positions (u - 1) total and following. */
static void read_array(data_array *array, uint64_t update, const data_slice *slice, size_t dimension, float *target)
{
    uint64_t position = (update - 1) * slice->total + slice->first;
    for (size_t i = slice->first; i < slice->first + slice->count; i++, position++) {
        shuffle(array, position / array->count);
        const float *sample = array->samples + array->order[position % array->count] * dimension;
        memcpy(target + i * dimension, sample, dimension * sizeof *target);
    }
}

/* The buffer starts as NaN, so that samples that were not written are found. */
static coulomb_status call_back(coulomb_trainer *trainer, uint64_t update, const data_slice *slice, float *target)
{
    const data_source *data = &trainer->data;
    coulomb_context *context = trainer->context;
    size_t dimension = trainer->dimension;
    memset(target, 0xff, slice->total * dimension * sizeof *target);
    if (data->slice != NULL && slice->count == 0)
        return COULOMB_OK;
    trainer_hold_networks(trainer, true);
    context_enter(context);
    coulomb_status returned = data->callback != NULL ? data->callback(data->user, update, slice->total, target)
                                                     : data->slice(data->user, update, slice->total, slice->first,
                                                                   slice->count, target + slice->first * dimension);
    context_leave(context);
    trainer_hold_networks(trainer, false);
    return callback_status(context, returned, "data");
}

coulomb_status data_read(coulomb_trainer *trainer, uint64_t update, const data_slice *slice, float *target)
{
    if (trainer->data.callback != NULL || trainer->data.slice != NULL)
        return call_back(trainer, update, slice, target);
    if (trainer->data.array.samples == NULL)
        return fail(trainer->context, COULOMB_ERROR_STATE,
                    "there are no target samples; call coulomb_trainer_set_data() or coulomb_trainer_set_data_array()");
    read_array(&trainer->data.array, update, slice, trainer->dimension, target);
    return COULOMB_OK;
}

void data_replace(coulomb_trainer *trainer, const data_source *data)
{
    data_source before = trainer->data;
    trainer->data = *data;
    trainer->ahead.update = 0;
    memory_release(trainer->context, before.array.order);
    if (before.destroy != NULL)
        before.destroy(before.user);
}

static coulomb_status set_source(coulomb_trainer *trainer, const data_source *source)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    bool none = source->callback == NULL && source->slice == NULL;
    data_replace(trainer, none ? &(data_source){0} : source);
    if (none && source->destroy != NULL) /* nobody will need it */
        source->destroy(source->user);
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_set_data(coulomb_trainer *trainer, coulomb_batch_callback *data, void *user,
                                        coulomb_destroy_callback *destroy)
{
    return set_source(trainer, &(data_source){.callback = data, .user = user, .destroy = destroy});
}

coulomb_status coulomb_trainer_set_data_slice(coulomb_trainer *trainer, coulomb_slice_callback *data, void *user,
                                              coulomb_destroy_callback *destroy)
{
    return set_source(trainer, &(data_source){.slice = data, .user = user, .destroy = destroy});
}

static coulomb_status check_array(const coulomb_trainer *trainer, const float *samples, size_t count)
{
    coulomb_context *context = trainer->context;
    coulomb_status status = check_count(context, "count", count, 1, trainer->dimension);
    if (status != COULOMB_OK)
        return status;
    if (samples == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "samples is NULL; expected %zu samples of %zu values", count,
                    trainer->dimension);
    size_t size = count * trainer->dimension, bad = find_not_finite(context, samples, size, NULL);
    if (bad == size)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_NOT_FINITE, "value %zu of sample %zu is %s; expected finite numbers",
                bad % trainer->dimension, bad / trainer->dimension, name_not_finite(samples[bad]));
}

coulomb_status coulomb_trainer_set_data_array(coulomb_trainer *trainer, const float *samples, size_t count,
                                              uint64_t seed)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = check_array(trainer, samples, count);
    if (status != COULOMB_OK)
        return status;
    data_array array = {.samples = samples, .count = count, .seed = seed};
    array.order = memory_get(trainer->context, count, sizeof *array.order);
    if (array.order == NULL)
        return COULOMB_ERROR_MEMORY;
    data_replace(trainer, &(data_source){.array = array});
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_data(const coulomb_trainer *trainer, coulomb_batch_callback **data, void **user)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (data == NULL || user == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", data == NULL ? "data" : "user");
    *data = trainer->data.callback;
    *user = trainer->data.callback == NULL ? NULL : trainer->data.user;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_data_slice(const coulomb_trainer *trainer, coulomb_slice_callback **data,
                                              void **user)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (data == NULL || user == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", data == NULL ? "data" : "user");
    *data = trainer->data.slice;
    *user = trainer->data.slice == NULL ? NULL : trainer->data.user;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_data_array(const coulomb_trainer *trainer, const float **samples, size_t *count,
                                              uint64_t *seed)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (samples == NULL || count == NULL || seed == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL",
                    samples == NULL ? "samples"
                    : count == NULL ? "count"
                                    : "seed");
    *samples = trainer->data.array.samples;
    *count = trainer->data.array.count;
    *seed = trainer->data.array.seed;
    return COULOMB_OK;
}

#include "images/ahead.h"

#include "support/console.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Batches in the making: one that is waited for, and two ahead, which evens out images of unequal cost. Without workers
 * there is one. */
enum { SLOTS_MOST = 3 };

/* One update's batch. Samples before `taken` are or were in somebody's hands, `done` of them are finished. */
typedef struct slot {
    uint64_t update; /* 0: none */
    size_t taken, done;
    bool cancelled; /* nobody will ask for it: what is taken is finished, the rest left */
    const char *failed;
    damage_list met;
    float *values;
} slot;

struct ahead {
    const sample_maker *maker;
    size_t length;     /* values of a sample */
    batch_slice slice; /* samples of a batch; all slots have the same */
    slot slots[SLOTS_MOST];
    size_t slot_count;

    pthread_mutex_t lock; /* of the slots and of `ending` */
    pthread_cond_t work, finished;
    bool ending;
    size_t workers, workers_most;
    pthread_t *threads; /* [workers_most] */
};

/* The earliest update that has a sample to make. */
static slot *find_work(ahead *of)
{
    slot *earliest = NULL;
    for (size_t i = 0; i < of->slot_count; i++) {
        slot *at = of->slots + i;
        if (at->update > 0 && !at->cancelled && at->taken < of->slice.count &&
            (!earliest || at->update < earliest->update))
            earliest = at;
    }
    return earliest;
}

/* Make one sample of a slot; the lock is held before and after. */
static void make_sample(ahead *of, slot *in)
{
    size_t sample = in->taken++;
    uint64_t place = (in->update - 1) * of->slice.total + of->slice.first + sample;
    float *values = in->values + sample * of->length;
    pthread_mutex_unlock(&of->lock);

    damage_list met = {0};
    const char *failed = sample_make(of->maker, place, values, &met);

    pthread_mutex_lock(&of->lock);
    if (!damage_append(&in->met, &met) && !failed)
        failed = "no memory is left to note damaged images";
    damage_free(&met);
    if (failed)
        in->failed = failed;
    if (++in->done == of->slice.count || in->cancelled)
        pthread_cond_broadcast(&of->finished);
}

static void *work(void *with)
{
    ahead *of = with;
    pthread_mutex_lock(&of->lock);
    while (!of->ending) {
        slot *next = find_work(of);
        if (next)
            make_sample(of, next);
        else
            pthread_cond_wait(&of->work, &of->lock);
    }
    pthread_mutex_unlock(&of->lock);
    return NULL;
}

/* Signals are for the program's own thread. Returns pthread_create()'s code. */
static int start_thread(ahead *of)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(of->threads + of->workers, NULL, work, of);
    of->workers += code == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static bool start_threads(ahead *of, size_t workers)
{
    of->threads = calloc(of->workers_most > 0 ? of->workers_most : 1, sizeof *of->threads);
    if (!of->threads)
        return complain("no memory for threads that decode images");
    int code = 0;
    while (of->workers < workers && code == 0)
        code = start_thread(of);
    return code == 0 || complain("cannot start %zu threads that decode images: %s", workers, strerror(code));
}

ahead *ahead_start(const sample_maker *maker, size_t workers, size_t workers_most)
{
    ahead *of = calloc(1, sizeof *of);
    if (!of) {
        complain("no memory to decode images");
        return NULL;
    }
    of->maker = maker;
    of->workers_most = workers_most > workers ? workers_most : workers;
    of->length = sample_length(maker);
    of->slot_count = workers > 0 ? SLOTS_MOST : 1;
    pthread_mutex_init(&of->lock, NULL);
    pthread_cond_init(&of->work, NULL);
    pthread_cond_init(&of->finished, NULL);
    if (start_threads(of, workers))
        return of;
    ahead_stop(of);
    return NULL;
}

/* Free a slot: wait until nobody holds a sample of it. */
static void clear(ahead *of, slot *at)
{
    at->cancelled = true;
    while (at->done < at->taken)
        pthread_cond_wait(&of->finished, &of->lock);
    at->update = 0;
    at->taken = at->done = 0;
    at->cancelled = false;
    at->failed = NULL;
    at->met.count = 0;
}

static slot *find(ahead *of, uint64_t update)
{
    for (size_t i = 0; i < of->slot_count; i++)
        if (of->slots[i].update == update)
            return of->slots + i;
    return NULL;
}

/* Another slice: everything begins anew. */
static bool fit(ahead *of, const batch_slice *slice)
{
    size_t count = slice->count;
    const batch_slice *now = &of->slice;
    if (now->count == count && now->total == slice->total && now->first == slice->first)
        return true;
    for (size_t i = 0; i < of->slot_count; i++)
        clear(of, of->slots + i);
    of->slice.count = 0;
    if (count > SIZE_MAX / sizeof(float) / of->length)
        return false;
    for (size_t i = 0; i < of->slot_count; i++) {
        float *larger = realloc(of->slots[i].values, count * of->length * sizeof *larger);
        if (!larger)
            return false;
        of->slots[i].values = larger;
    }
    of->slice = *slice;
    return true;
}

/* Give every slot one of the updates from `first` on. Those that have such an update keep it. */
static void assign(ahead *of, uint64_t first)
{
    uint64_t wanted = of->slot_count;
    for (size_t i = 0; i < of->slot_count; i++)
        if (of->slots[i].update < first || of->slots[i].update - first >= wanted)
            clear(of, of->slots + i);
    for (uint64_t update = first; update - first < wanted; update++)
        if (!find(of, update))
            find(of, 0)->update = update;
    pthread_cond_broadcast(&of->work);
}

/* Another worker if those there are do not keep up: they had the time of an update for the batch, and it is not done.
 * If the system gives none, the run goes on with those there are. */
static void keep_up(ahead *of, const slot *asked)
{
    bool late = asked->taken > 0 && asked->done < of->slice.count;
    if (late && of->workers < of->workers_most && start_thread(of) != 0)
        of->workers_most = of->workers;
}

/* Finish a slot, with a hand of one's own. */
static void complete(ahead *of, slot *at)
{
    while (at->done < of->slice.count) {
        if (at->taken < of->slice.count)
            make_sample(of, at);
        else
            pthread_cond_wait(&of->finished, &of->lock);
    }
}

const char *ahead_batch(ahead *of, uint64_t update, const batch_slice *slice, float *batch, damage_list *met)
{
    static const char no_memory[] = "no memory is left for batches of images";
    if (slice->count == 0)
        return NULL;
    pthread_mutex_lock(&of->lock);
    const char *failed = fit(of, slice) ? NULL : no_memory;
    if (!failed) {
        assign(of, update);
        slot *at = find(of, update);
        keep_up(of, at);
        complete(of, at);
        damage_sort(&at->met);
        failed = damage_append(met, &at->met) ? at->failed : no_memory;
        memcpy(batch, at->values, slice->count * of->length * sizeof *batch);
        /* the slot's turn comes again at once, so that workers do not wait for the trainer */
        if (of->workers > 0)
            assign(of, update + 1);
    }
    pthread_mutex_unlock(&of->lock);
    return failed;
}

size_t ahead_workers(const ahead *of)
{
    return of->workers;
}

void ahead_stop(ahead *of)
{
    if (!of)
        return;
    pthread_mutex_lock(&of->lock);
    of->ending = true;
    pthread_cond_broadcast(&of->work);
    pthread_mutex_unlock(&of->lock);
    for (size_t i = 0; i < of->workers; i++)
        pthread_join(of->threads[i], NULL);
    for (size_t i = 0; i < of->slot_count; i++) {
        damage_free(&of->slots[i].met);
        free(of->slots[i].values);
    }
    pthread_mutex_destroy(&of->lock);
    pthread_cond_destroy(&of->work);
    pthread_cond_destroy(&of->finished);
    free(of->threads);
    free(of);
}

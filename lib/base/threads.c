/* Worker threads: they take pieces of one job at a time from a shared counter. A job here lasts microseconds, so
 * workers look for the next one for a short while before they sleep. */
#define _GNU_SOURCE
#include "base/context.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum {
    SPINS = 4000,
    CACHE_LINE = 64,
    WORKER_STACK = 1 << 20 /* bytes, enough whatever the host limits its own threads to */
};

typedef struct pool_thread {
    thread_pool *pool;
    size_t worker; /* the calling thread is worker 0 */
    pthread_t id;
} pool_thread;

struct thread_pool {
    size_t workers;    /* the calling thread works too and is not counted */
    float *workspaces; /* [workers, WORKER_WORKSPACE] */
    pid_t owner;       /* a forked child has the pool but not its threads */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    _Atomic size_t sleeping; /* changed with the mutex held */
    _Atomic bool quit;
    /* What idle workers watch has a cache line of its own: they would slow down who prepares the next job. */
    _Alignas(CACHE_LINE) _Atomic uint64_t job; /* counts jobs; a change means work or the end */
    _Alignas(CACHE_LINE) piece_function *function;
    void *work;
    float_mode mode; /* of the thread that gave the job */
    size_t pieces;
    _Atomic size_t next;
    _Atomic bool open;      /* the job may be joined */
    _Atomic size_t working; /* workers that may touch the job */
    pool_thread thread[];
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void take_pieces(thread_pool *pool, size_t worker)
{
    for (;;) {
        size_t piece = atomic_fetch_add(&pool->next, 1);
        if (piece >= pool->pieces)
            return;
        pool->function(pool->work, piece, worker);
    }
}

static void wait_for_job(thread_pool *pool, uint64_t seen)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->job) != seen)
            return;
        relax();
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_add(&pool->sleeping, 1);
    while (atomic_load(&pool->job) == seen)
        pthread_cond_wait(&pool->wake, &pool->mutex);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->mutex);
}

static void *thread_main(void *argument)
{
    const pool_thread *thread = argument;
    thread_pool *pool = thread->pool;
    for (uint64_t seen = 0;; seen++) {
        wait_for_job(pool, seen);
        if (atomic_load(&pool->quit))
            return NULL;
        atomic_fetch_add(&pool->working, 1);
        if (atomic_load(&pool->open)) {
            float_mode_set(&pool->mode);
            take_pieces(pool, thread->worker);
        }
        atomic_fetch_sub(&pool->working, 1);
    }
}

/* A worker counts itself as sleeping before it looks for a job one last time, so either it sees this one or is seen
 * here; the mutex is free again only when it waits. */
static void announce(thread_pool *pool)
{
    atomic_fetch_add(&pool->job, 1);
    if (atomic_load(&pool->sleeping) == 0)
        return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
}

static void thread_pool_run(thread_pool *pool, size_t pieces, piece_function *function, void *work)
{
    if (pool->owner != getpid()) { /* forked: the workers stayed with the parent */
        for (size_t i = 0; i < pieces; i++)
            function(work, i, 0);
        return;
    }
    pool->function = function;
    pool->work = work;
    pool->mode = float_mode_get();
    pool->pieces = pieces;
    atomic_store(&pool->next, 0);
    atomic_store(&pool->open, true);
    announce(pool);
    take_pieces(pool, 0);
    /* Who has not joined by now need not be waited for. */
    atomic_store(&pool->open, false);
    for (int spins = 0; atomic_load(&pool->working) > 0; spins++) {
        relax();
        if (spins > SPINS)
            sched_yield(); /* a worker was not given its processor */
    }
}

static void stop_workers(thread_pool *pool, size_t started)
{
    atomic_store(&pool->quit, true);
    announce(pool);
    for (size_t i = 0; i < started; i++)
        pthread_join(pool->thread[i].id, NULL);
}

static void release_memory(coulomb_context *context, thread_pool *pool)
{
    memory_release(context, pool->workspaces);
    memory_release(context, pool);
}

static void release_pool(coulomb_context *context, thread_pool *pool)
{
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    release_memory(context, pool);
}

/* The host's signals are for the host's threads. */
static size_t start_workers(thread_pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    bool sized = pthread_attr_init(&attributes) == 0;
    if (sized)
        pthread_attr_setstacksize(&attributes, WORKER_STACK);
    size_t started = 0;
    for (; started < pool->workers; started++) {
        pool_thread *thread = &pool->thread[started];
        thread->pool = pool;
        thread->worker = started + 1;
        if (pthread_create(&thread->id, sized ? &attributes : NULL, thread_main, thread) != 0)
            break;
    }
    if (sized)
        pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

coulomb_status thread_pool_new(coulomb_context *context, size_t threads, thread_pool **pool)
{
    size_t workers = threads - 1;
    thread_pool *made = memory_get_zeroed(context, 1, sizeof *made + workers * sizeof made->thread[0]);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->workspaces = memory_get(context, workers, WORKER_WORKSPACE * sizeof *made->workspaces);
    if (made->workspaces == NULL) {
        memory_release(context, made);
        return COULOMB_ERROR_MEMORY;
    }
    made->workers = workers;
    made->owner = getpid();
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->wake, NULL);
    size_t started = start_workers(made);
    if (started < workers) {
        stop_workers(made, started);
        release_pool(context, made);
        return fail(context, COULOMB_ERROR_THREAD, "the system started %zu of %zu worker threads", started, workers);
    }
    *pool = made;
    return COULOMB_OK;
}

void thread_pool_free(coulomb_context *context, thread_pool *pool)
{
    if (pool == NULL)
        return;
    if (pool->owner == getpid()) {
        stop_workers(pool, pool->workers);
        release_pool(context, pool);
    } else {
        release_memory(context, pool);
    }
}

size_t thread_pool_size(const thread_pool *pool)
{
    return pool->workers + 1;
}

float *thread_pool_workspace(const thread_pool *pool, size_t worker)
{
    return pool->workspaces + (worker - 1) * WORKER_WORKSPACE;
}

size_t processors_allowed(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : (size_t)count;
}

void run_pieces(coulomb_context *context, size_t pieces, piece_function *function, void *work)
{
    if (context->pool != NULL && pieces > 1) {
        thread_pool_run(context->pool, pieces, function, work);
        return;
    }
    for (size_t i = 0; i < pieces; i++)
        function(work, i, 0);
}

/* Inside of the context; only files of this folder look. */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include "base/base.h"

enum { MESSAGE_SIZE = 512, BLAS_NAME_SIZE = 128, THREADS_MOST = 1024 };

typedef struct thread_pool thread_pool;

/* Rounding and subnormal numbers of the calling thread: workers compute in the mode of the thread they work for. */
#if defined(__SSE__)
typedef unsigned int float_mode;
#else
typedef fenv_t float_mode;
#endif
float_mode float_mode_get(void);
void float_mode_set(const float_mode *mode);

struct coulomb_context {
    size_t holders;
    coulomb_allocate_callback *allocate;
    coulomb_release_callback *release;
    void *allocator_user;
    coulomb_log_callback *log;
    void *log_user;
    coulomb_destroy_callback *log_destroy;
    const kernels *kernels;
    struct device *device;
    context_end_device *end_device;
    thread_pool *pool; /* NULL: one thread */
    float *workspace;  /* of worker 0; the pool has the others' */
    size_t busy;       /* operations under way: above 0 inside callbacks */
    char blas[BLAS_NAME_SIZE];
    char message[MESSAGE_SIZE];
};

/* Find out the name of the BLAS, and give it one thread: it is called from workers. */
void blas_start(char name[BLAS_NAME_SIZE]);

coulomb_status thread_pool_new(coulomb_context *context, size_t threads, thread_pool **pool);
void thread_pool_free(coulomb_context *context, thread_pool *pool);
size_t processors_allowed(void);
size_t thread_pool_size(const thread_pool *pool);
float *thread_pool_workspace(const thread_pool *pool, size_t worker);

#endif

/* Blocks and threads on the host. A block whose first thread meets no barrier has none: its threads are plain calls.
 * Otherwise every thread is a fiber, and those that do not wait run up to their next barrier in turn: forwards, then
 * backwards, since the order of a GPU's threads is nobody's either. */
#include "cuda/kernels/launch.cuh"
#include "emulation.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

dim3 gridDim, blockDim;
uint3 blockIdx, threadIdx;

namespace
{
const size_t STACK = 1 << 16, THREADS_MOST = 1024, WARP = 32, SHARED_MOST = 99 << 10, GRID_MOST = 65535;

struct barrier {
    size_t alive, arrived, round; /* threads that have not ended, that wait, how often all had come */
};

struct fiber {
    jmp_buf at;
    ucontext_t first; /* until it has run once */
    char *stack;
    bool done;
    const barrier *awaited; /* NULL: none */
    size_t round;
};

fiber fibers[THREADS_MOST];
jmp_buf scheduler;
size_t current;
size_t threads, position, ran; /* of the block; of the next fiber in this turn; of those that ran in it */
bool backwards;
uint3 places[THREADS_MOST]; /* of the block's threads */
bool met_barrier, fibers_run;
const std::function<void()> *running;
barrier block_barrier, warp_barrier[THREADS_MOST / WARP];
uint64_t exchanged[2][THREADS_MOST]; /* in turn, so that the next values do not meet the last ones */

void find_places(dim3 block)
{
    for (size_t i = 0; i < (size_t)block.x * block.y * block.z; i++)
        places[i] = {(unsigned)(i % block.x), (unsigned)(i / block.x % block.y), (unsigned)(i / block.x / block.y)};
}

bool can_run(const fiber &f)
{
    return !f.done && (f.awaited == NULL || f.awaited->round != f.round);
}

void live();

/* Never returns. */
void resume(size_t index)
{
    fiber &f = fibers[index];
    current = index;
    threadIdx = places[index];
    if (f.stack != NULL)
        _longjmp(f.at, 1);
    f.stack = (char *)malloc(STACK);
    getcontext(&f.first);
    f.first.uc_stack.ss_sp = f.stack;
    f.first.uc_stack.ss_size = STACK;
    makecontext(&f.first, live, 0);
    setcontext(&f.first);
}

/* Never returns: to the next fiber in this turn, or after the last one to the scheduler. */
void run_next()
{
    while (position < threads) {
        size_t index = backwards ? threads - 1 - position : position;
        position++;
        if (can_run(fibers[index])) {
            ran++;
            resume(index);
        }
    }
    _longjmp(scheduler, 1);
}

/* Until this fiber is resumed. */
void give_way(fiber &f)
{
    if (_setjmp(f.at) == 0)
        run_next();
}

void release(barrier &of)
{
    of.arrived = 0;
    of.round++;
}

/* Threads that have ended count as arrived. */
void leave(barrier &of)
{
    of.alive--;
    if (of.arrived > 0 && of.arrived == of.alive)
        release(of);
}

/* One block after the other; contexts are costly to make. */
void live()
{
    for (;;) {
        (*running)();
        fiber &f = fibers[current];
        f.done = true;
        leave(block_barrier);
        leave(warp_barrier[current / WARP]);
        give_way(f);
    }
}

void begin()
{
    met_barrier = false;
    fibers_run = true;
    block_barrier = {threads, 0, 0};
    for (size_t first = 0; first < threads; first += WARP)
        warp_barrier[first / WARP] = {threads - first < WARP ? threads - first : WARP, 0, 0};
    for (size_t i = 0; i < threads; i++) {
        fibers[i].done = false;
        fibers[i].awaited = NULL;
    }
}

/* The fibers that can, up to their next barriers. */
void take_turns()
{
    backwards = !backwards;
    position = ran = 0;
    if (_setjmp(scheduler) == 0)
        run_next();
    if (ran > 0)
        return;
    fprintf(stderr, "threads wait for different barriers\n");
    abort();
}

void run_block()
{
    begin();
    position = threads;
    if (_setjmp(scheduler) == 0)
        resume(0);
    fibers_run = met_barrier;
    for (size_t i = 1; i < threads && !met_barrier; i++) {
        threadIdx = places[i];
        (*running)();
    }
    while (met_barrier && block_barrier.alive > 0)
        take_turns();
}

void wait_for(barrier &at)
{
    if (!fibers_run) {
        fprintf(stderr, "a barrier that the block's first thread did not meet\n");
        abort();
    }
    met_barrier = true;
    size_t index = current;
    fibers[index].awaited = &at;
    fibers[index].round = at.round;
    at.arrived++;
    if (at.arrived == at.alive)
        release(at);
    else
        give_way(fibers[index]);
    fibers[index].awaited = NULL;
}
} // namespace

void __syncthreads()
{
    wait_for(block_barrier);
}

void __syncwarp()
{
    wait_for(warp_barrier[current / WARP]);
}

void warp_exchange(uint64_t value, uint64_t all[WARP])
{
    size_t first = current / WARP * WARP;
    uint64_t *values = exchanged[warp_barrier[current / WARP].round % 2];
    values[current] = value;
    __syncwarp();
    memcpy(all, values + first, WARP * sizeof *all);
}

static char *shared_bytes;

char *shared_memory()
{
    return shared_bytes;
}

/* Dynamic shared memory holds NaNs at first. */
static void run(dim3 grid, dim3 block, size_t bytes, const std::function<void()> &kernel)
{
    free(shared_bytes);
    shared_bytes = (char *)malloc(bytes + 1);
    memset(shared_bytes, 0xff, bytes);
    gridDim = grid;
    blockDim = block;
    running = &kernel;
    threads = (size_t)block.x * block.y * block.z;
    find_places(block);
    /* A GPU may run blocks in any order: this one finds what relies on the usual one. */
    for (unsigned z = grid.z; z-- > 0;)
        for (unsigned y = grid.y; y-- > 0;)
            for (unsigned x = grid.x; x-- > 0;) {
                blockIdx = {x, y, z};
                run_block();
            }
}

void emulate(cudaStream_t stream, dim3 grid, dim3 block, size_t bytes, const std::function<void()> &kernel)
{
    size_t wanted = (size_t)block.x * block.y * block.z, blocks = (size_t)grid.x * grid.y * grid.z;
    if (wanted == 0 || wanted > THREADS_MOST || blocks == 0 || grid.x > INT32_MAX || grid.y > GRID_MOST ||
        grid.z > GRID_MOST || bytes > SHARED_MOST) {
        fprintf(stderr, "a launch that a GPU refuses\n");
        abort();
    }
    emulated_queue(stream, [=] { run(grid, block, bytes, kernel); });
}

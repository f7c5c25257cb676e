/* Blocks and threads on the host. A block whose first thread meets no barrier has none: its threads are plain calls.
 * Otherwise every thread is a fiber, and all run up to the next barrier in turn. */
#include "cuda/kernels/launch.cuh"
#include "emulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

dim3 gridDim, blockDim;
uint3 blockIdx, threadIdx;

namespace
{
enum { STACK = 1 << 16 };

struct fiber {
    ucontext_t at;
    char *stack;
    bool done;
};

fiber fibers[1024]; /* contexts point into themselves and must not move */
ucontext_t scheduler;
size_t current;
bool met_barrier, fibers_run;
const std::function<void()> *running;

struct barrier {
    size_t arrived, round;
};
barrier block_barrier, warp_barrier[32];
uint64_t exchanged[1024];

void set_thread(size_t index)
{
    threadIdx.x = (unsigned)(index % blockDim.x);
    threadIdx.y = (unsigned)(index / blockDim.x % blockDim.y);
    threadIdx.z = (unsigned)(index / blockDim.x / blockDim.y);
}

void enter()
{
    (*running)();
    fibers[current].done = true;
}

void start(size_t index)
{
    fiber &f = fibers[index];
    if (f.stack == NULL)
        f.stack = (char *)malloc(STACK);
    getcontext(&f.at);
    f.at.uc_stack.ss_sp = f.stack;
    f.at.uc_stack.ss_size = STACK;
    f.at.uc_link = &scheduler;
    f.done = false;
    makecontext(&f.at, enter, 0);
}

void resume(size_t index)
{
    current = index;
    set_thread(index);
    swapcontext(&scheduler, &fibers[index].at);
}

void run_block(size_t threads)
{
    met_barrier = false;
    fibers_run = true;
    block_barrier = {};
    for (barrier &warp : warp_barrier)
        warp = {};
    for (size_t i = 0; i < threads; i++)
        fibers[i].done = false;
    start(0);
    resume(0);
    fibers_run = met_barrier;
    if (!met_barrier) {
        for (size_t i = 1; i < threads; i++) {
            set_thread(i);
            (*running)();
        }
        return;
    }
    for (size_t i = 1; i < threads; i++) {
        start(i);
        resume(i);
    }
    for (size_t left = 1; left > 0;) {
        left = 0;
        for (size_t i = 0; i < threads; i++)
            if (!fibers[i].done) {
                resume(i);
                left += !fibers[i].done;
            }
    }
}
} // namespace

/* Back to the scheduler; the others run before this thread does again. */
static void give_way()
{
    if (!fibers_run) {
        fprintf(stderr, "a barrier that the block's first thread did not meet\n");
        abort();
    }
    met_barrier = true;
    size_t index = current;
    swapcontext(&fibers[index].at, &scheduler);
    current = index;
    set_thread(index);
}

/* Threads that have ended count as arrived. */
static void wait_for(barrier *at, size_t first, size_t end)
{
    size_t round = at->round, alive = 0;
    at->arrived++;
    do {
        alive = 0;
        for (size_t i = first; i < end; i++)
            alive += !fibers[i].done;
        if (at->round == round && at->arrived >= alive) {
            at->arrived = 0;
            at->round++;
        }
        if (at->round == round)
            give_way();
    } while (at->round == round);
}

void __syncthreads()
{
    wait_for(&block_barrier, 0, (size_t)blockDim.x * blockDim.y * blockDim.z);
}

void warp_exchange(uint64_t value, uint64_t all[32])
{
    size_t index = current, first = index / 32 * 32;
    exchanged[index] = value;
    wait_for(&warp_barrier[index / 32], first, first + 32);
    for (size_t lane = 0; lane < 32; lane++)
        all[lane] = exchanged[first + lane];
    wait_for(&warp_barrier[index / 32], first, first + 32);
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
    /* A GPU may run blocks in any order: this one finds what relies on the usual one. */
    for (unsigned z = grid.z; z-- > 0;)
        for (unsigned y = grid.y; y-- > 0;)
            for (unsigned x = grid.x; x-- > 0;) {
                blockIdx = {x, y, z};
                run_block((size_t)block.x * block.y * block.z);
            }
}

void emulate(dim3 grid, dim3 block, size_t bytes, const std::function<void()> &kernel)
{
    if (block.x * block.y * block.z > 1024 || grid.x == 0 || grid.y == 0 || grid.y > 65535 || bytes > 99 << 10) {
        fprintf(stderr, "a launch that a GPU refuses\n");
        abort();
    }
    emulated_queue([=] { run(grid, block, bytes, kernel); });
}

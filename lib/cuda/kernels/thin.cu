/* Which convolutions have kernels for few channels, and their packed weights. */
#include "cuda/kernels/thin.cuh"

static __global__ void thin_pack_kernel(thin_conv t, const float *parameters, stored packed)
{
    const layer_window &w = t.window;
    size_t windows = (size_t)ROWS * t.small_channels * RUN,
           all = windows + (size_t)NEIGHBORS * PHASES * t.small_channels;
    for (size_t i = first_item(); i < all; i += item_step()) {
        unsigned r, s, channel, big;
        bool any;
        if (i < windows) {
            unsigned run = (unsigned)(i % RUN);
            channel = (unsigned)(i / RUN % t.small_channels);
            r = (unsigned)(i / RUN / t.small_channels);
            s = run / w.channels;
            big = run % w.channels;
            any = true;
        } else {
            size_t at = i - windows;
            unsigned phase = (unsigned)(at / t.small_channels % PHASES);
            unsigned neighbor = (unsigned)(at / t.small_channels / PHASES), pixel = phase / w.channels;
            channel = (unsigned)(at % t.small_channels);
            big = phase % w.channels;
            r = pixel / 2 + w.before[0] - 2 * (unsigned)(t.neighbor[0] + (int)(neighbor / 3));
            s = pixel % 2 + w.before[1] - 2 * (unsigned)(t.neighbor[1] + (int)(neighbor % 3));
            any = pixel < 4;
        }
        any = any && r < w.kernel[0] && s < w.kernel[1]; /* those below 0 are huge */
        float v[1] = {any ? parameters[parameter_at(t, r, s * w.channels + big, channel)] : 0.0f};
        if (!packed.half)
            v[0] = round_to_tf32(v[0]);
        store<1>(packed, i, v);
    }
}

/* The first of the small rows, or columns, that pixels 0 and 1 of the big image are made of; false if there are more
 * than three. */
static bool find_neighbors(const layer_window *w, unsigned axis, int *first)
{
    int least = 0, most = 0;
    bool any = false;
    for (int pixel = 0; pixel < 2; pixel++)
        for (int tap = 0; tap < (int)w->kernel[axis]; tap++) {
            int twice = pixel + (int)w->before[axis] - tap, row = twice / 2;
            if (twice % 2 != 0)
                continue;
            least = !any || row < least ? row : least;
            most = !any || row > most ? row : most;
            any = true;
        }
    *first = least;
    return any && most - least < 3;
}

static bool fits(const thin_conv *t, bool half, size_t shared_most)
{
    return to_filters_bytes(t, half) <= shared_most && to_big_bytes(t, half) <= shared_most;
}

bool thin_possible(const layer_window *window, size_t small_channels, bool transposed, bool half, size_t shared_most,
                   thin_conv *made)
{
    *made = (thin_conv){.window = *window, .small_channels = (unsigned)small_channels, .transposed = transposed};
    return window->kernel[0] <= ROWS && window->kernel[1] * window->channels <= RUN && 4 * window->channels <= PHASES &&
           window->stride[0] == 2 && window->stride[1] == 2 && small_channels % WARP_CHANNELS == 0 &&
           small_channels <= 256 && window->big[1] <= 256 && find_neighbors(window, 0, &made->neighbor[0]) &&
           find_neighbors(window, 1, &made->neighbor[1]) && fits(made, half, shared_most);
}

size_t thin_packed_values(const thin_conv *t)
{
    return (size_t)t->small_channels * (ROWS * RUN + NEIGHBORS * PHASES);
}

size_t thin_scratch_bytes(const thin_conv *t)
{
    return (size_t)FILTER_BLOCKS * ROWS * RUN * t->small_channels * sizeof(float);
}

void launch_thin_pack(cudaStream_t stream, const thin_conv *t, const float *parameters, stored packed)
{
    launch(thin_pack_kernel, blocks_for(thin_packed_values(t)), dim3(THREADS), stream, *t, parameters, packed);
}

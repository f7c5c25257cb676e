/* Convolutions as products with the matrix of what windows see, over as many samples at once as the matrix has room
 * for, where cuDNN does not do them. Parameters are [kernel rows, kernel columns, in, out]; packed weights are
 * [small channels, kernel rows, kernel columns, big channels], the rows as wide as the matrix. */
#include "cuda/convolution.h"
#include "cuda/layer_rows.h"

enum { ENGINE_CHANNELS = 8 /* cuDNN is fast where channels are a multiple of this */ };

/* Padding at the end of big images; false if there is none that gives as many windows. */
static bool find_after(const layer_window *w, unsigned after[2])
{
    for (size_t axis = 0; axis < 2; axis++) {
        unsigned seen = (w->small[axis] - 1) * w->stride[axis] + w->kernel[axis],
                 front = w->before[axis] + w->big[axis];
        after[axis] = seen > front ? seen - front : 0;
        if ((front + after[axis] - w->kernel[axis]) / w->stride[axis] + 1 != w->small[axis])
            return false;
    }
    return true;
}

conv_work conv_start(const node_run *run, bool transposed)
{
    window w = window_find(&run->node->settings, run->input_shape[0], transposed);
    const device_plan *plan = run->plan;
    conv_work made = {.run = run, .window = cuda_window_of(run, transposed), .transposed = transposed};
    made.plain = !transposed && window_is_plain(&w);
    made.small_channels = transposed ? columns_of(run->input_shape[0]) : run->node->settings.units;
    made.columns = window_columns(&w);
    made.width = size_aligned(made.columns, MATRIX_COLUMNS);
    made.positions = conv_area(made.window.small);
    made.is_thin = plan->precision != COULOMB_PRECISION_FLOAT32 && !run->cuda->products_only &&
                   thin_possible(&made.window, made.small_channels, transposed, plan_halves(plan),
                                 run->cuda->properties.sharedMemPerBlockOptin, &made.thin);
    made.by_engine = !made.is_thin && find_after(&made.window, made.after) && !made.plain &&
                     !run->cuda->products_only && plan->precision != COULOMB_PRECISION_FLOAT32 &&
                     w.channels % ENGINE_CHANNELS == 0 && made.small_channels % ENGINE_CHANNELS == 0;
    made.packed = transposed || plan_halves(plan) || made.by_engine || made.is_thin;
    size_t bytes = made.positions * made.width * value_bytes(plan_halves(plan)), most = MATRIX_BYTES / bytes;
    made.chunk = most < 1 ? 1 : most < run->count ? most : run->count;
    made.room = run->scratch + (made.plain ? 0 : size_aligned(made.chunk * bytes, PACKED_ALIGNMENT));
    return made;
}

size_t conv_image_bytes(const conv_work *w)
{
    return size_aligned(size_most(conv_big_size(w), conv_small_size(w)) * w->run->count * sizeof(float),
                        PACKED_ALIGNMENT);
}

/* From sample `first` on. */
static stored samples(stored x, size_t first, size_t size)
{
    return (stored){.at = (char *)x.at + first * size * value_bytes(x.half), .half = x.half};
}

static stored matrix_of(const conv_work *w)
{
    return (stored){.at = w->run->scratch, .half = plan_halves(w->run->plan)};
}

static stored weights_of(const conv_work *w)
{
    const node_run *run = w->run;
    return (stored){.at = (void *)(w->packed ? run->packed : run->parameter[0]), .half = plan_halves(run->plan)};
}

/* Calls over chunks of samples. */
typedef void chunk_function(const conv_work *w, size_t first, size_t count, const stored array[2]);

static void over_chunks(const conv_work *w, chunk_function *function, stored a, stored b)
{
    const stored arrays[2] = {a, b};
    for (size_t first = 0; first < w->run->count; first += w->chunk) {
        size_t left = w->run->count - first;
        function(w, first, left < w->chunk ? left : w->chunk, arrays);
    }
}

static layer_window part_of(const conv_work *w, size_t count)
{
    layer_window part = w->window;
    part.count = (unsigned)count;
    return part;
}

/* What the windows see of the big images. */
static stored gather(const conv_work *w, size_t first, size_t count, stored big)
{
    if (w->plain)
        return cuda_operand(w->run, samples(big, first, conv_big_size(w)), count * conv_big_size(w), w->room);
    layer_window part = part_of(w, count);
    launch_gather(w->run->stream, &part, w->width, samples(big, first, conv_big_size(w)), matrix_of(w));
    return matrix_of(w);
}

static size_t matrix_width(const conv_work *w)
{
    return w->plain ? w->columns : w->width;
}

/* small (+)= matrix times weights; `add` where the small images are gradients. */
static void to_small(const conv_work *w, size_t first, size_t count, const stored array[2])
{
    const node_run *run = w->run;
    const device_product product = {.m = count * w->positions,
                                    .n = w->small_channels,
                                    .k = w->columns,
                                    .a = gather(w, first, count, array[0]),
                                    .lda = matrix_width(w),
                                    .b = weights_of(w),
                                    .b_transposed = w->packed,
                                    .ldb = w->packed ? w->width : w->small_channels,
                                    .c = samples(array[1], first, conv_small_size(w)),
                                    .ldc = w->small_channels,
                                    .add = w->transposed && run->add_input[0]};
    cuda_product(run->plan, &product);
}

/* big (+)= what the windows put there, small times weights. */
static void to_big(const conv_work *w, size_t first, size_t count, const stored array[2])
{
    const node_run *run = w->run;
    stored big = samples(array[1], first, conv_big_size(w));
    bool add = !w->transposed && run->add_input[0];
    size_t rows = count * w->positions;
    const device_product product = {
        .m = rows,
        .n = w->columns,
        .k = w->small_channels,
        .a = cuda_operand(run, samples(array[0], first, conv_small_size(w)), rows * w->small_channels, w->room),
        .lda = w->small_channels,
        .b = weights_of(w),
        .b_transposed = !w->packed,
        .ldb = w->packed ? w->width : w->small_channels,
        .c = w->plain ? big : matrix_of(w),
        .ldc = matrix_width(w),
        .add = w->plain && add};
    cuda_product(run->plan, &product);
    if (w->plain)
        return;
    layer_window part = part_of(w, count);
    activation none = {.kind = ACTIVATION_NONE};
    launch_scatter(run->stream, &part, w->width, matrix_of(w), w->transposed ? run->bias : NULL,
                   w->transposed ? run->act : none, big, add);
}

/* Of array[0], big, and array[1], small and ready for products. */
static void to_filters(const conv_work *w, size_t first, size_t count, const stored array[2])
{
    const node_run *run = w->run;
    stored matrix = gather(w, first, count, array[0]), small = samples(array[1], first, conv_small_size(w));
    bool more = first > 0;
    device_product product = {.a_transposed = true,
                              .m = w->columns,
                              .n = w->small_channels,
                              .k = count * w->positions,
                              .a = matrix,
                              .lda = matrix_width(w),
                              .b = small,
                              .ldb = w->small_channels,
                              .c = {.at = run->parameter_gradient[0]},
                              .ldc = w->small_channels,
                              .add = run->add_parameters || more};
    if (w->transposed) {
        product.m = w->small_channels;
        product.n = w->columns;
        product.a = small;
        product.lda = w->small_channels;
        product.b = matrix;
        product.ldb = w->width;
        product.c.at = w->room;
        product.ldc = w->width;
        product.add = more;
    }
    cuda_product(run->plan, &product);
}

/* --- weights --- */

static size_t packed_bytes_of(const node_run *run, bool transposed)
{
    conv_work w = conv_start(run, transposed);
    size_t values = w.is_thin ? thin_packed_values(&w.thin) : conv_packed_values(&w);
    return w.packed ? values * value_bytes(plan_halves(run->plan)) : 0;
}

/* Parameters as a matrix [columns, small channels], or [taps, small channels, big channels] of a transposed
 * convolution. */
static void pack_weights(const node_run *run, bool transposed)
{
    conv_work w = conv_start(run, transposed);
    stored master = {.at = (void *)run->parameter[0]}, packed = weights_of(&w);
    if (w.is_thin) {
        launch_thin_pack(run->stream, &w.thin, run->parameter[0], packed);
        return;
    }
    if (!transposed) {
        launch_transpose(run->stream, w.columns, w.small_channels, w.small_channels, w.width, master, packed, false);
        return;
    }
    const swapped_extents extents = {.outer = conv_area(w.window.kernel),
                                     .inner = w.small_channels,
                                     .values = w.window.channels,
                                     .width_x = w.small_channels * w.window.channels,
                                     .width_y = w.width};
    launch_swap(run->stream, &extents, master, packed, false);
}

void conv_put_filter_gradient(const conv_work *w, stored from)
{
    const node_run *run = w->run;
    stored to = {.at = run->parameter_gradient[0]};
    if (!w->transposed) {
        launch_transpose(run->stream, w->small_channels, w->columns, w->width, w->small_channels, from, to,
                         run->add_parameters);
        return;
    }
    const swapped_extents extents = {.outer = w->small_channels,
                                     .inner = conv_area(w->window.kernel),
                                     .values = w->window.channels,
                                     .width_x = w->width,
                                     .width_y = w->small_channels * w->window.channels};
    launch_swap(run->stream, &extents, from, to, run->add_parameters);
}

/* --- forward and backward --- */

/* Behind the matrix stand a packed gradient, then an image array or two of another type or with weights, then sums. An
 * engine's workspace lies in the same place, before weighted gradients. */
static size_t filter_bytes(const conv_work *w)
{
    return size_aligned(conv_packed_values(w) * sizeof(float), PACKED_ALIGNMENT);
}

static size_t before_images(const conv_work *w)
{
    if (w->is_thin)
        return size_aligned(thin_scratch_bytes(&w->thin), PACKED_ALIGNMENT);
    return size_most((size_t)(w->room - w->run->scratch) + filter_bytes(w),
                     size_aligned(conv_engine_scratch(w), PACKED_ALIGNMENT));
}

static size_t scratch_of(const node_run *run, bool transposed)
{
    conv_work w = conv_start(run, transposed);
    return before_images(&w) + (w.is_thin ? 0 : 2 * conv_image_bytes(&w)) +
           launch_sums_bytes(run->node->settings.units);
}

static void forward(const node_run *run, bool transposed)
{
    conv_work w = conv_start(run, transposed);
    if (transposed) {
        if (!conv_run_to_big(&w, run->input[0], run->output, run->bias, run->act, false))
            over_chunks(&w, to_big, run->input[0], run->output);
        return;
    }
    if (conv_run_to_small(&w, run->input[0], run->output, run->bias, run->act, false))
        return;
    over_chunks(&w, to_small, run->input[0], run->output);
    if (run->bias != NULL)
        launch_add_bias(run->stream, run->count * w.positions, w.small_channels, run->bias, run->act, run->output,
                        run->output);
}

static void filter_gradient(const conv_work *w)
{
    const node_run *run = w->run;
    char *room = run->scratch + before_images(w);
    stored dy = w->is_thin ? run->output_gradient : cuda_weighted(run, run->output_gradient, room);
    room += conv_image_bytes(w);
    stored big = w->transposed ? dy : run->input[0], small = w->transposed ? run->input[0] : dy;
    if (conv_run_to_filters(w, big, small))
        return;
    small = cuda_operand(run, small, run->count * conv_small_size(w), room);
    over_chunks(w, to_filters, big, small);
    if (w->transposed)
        conv_put_filter_gradient(w, (stored){.at = w->room});
}

static void input_gradient(const conv_work *w)
{
    const node_run *run = w->run;
    stored dy = run->output_gradient, dx = run->input_gradient[0];
    const activation none = {.kind = ACTIVATION_NONE};
    if (w->transposed ? conv_run_to_small(w, dy, dx, NULL, none, run->add_input[0])
                      : conv_run_to_big(w, dy, dx, NULL, none, run->add_input[0]))
        return;
    over_chunks(w, w->transposed ? to_small : to_big, dy, dx);
}

static void backward(const node_run *run, bool transposed)
{
    conv_work w = conv_start(run, transposed);
    if (run->parameter_gradient[0] != NULL)
        filter_gradient(&w);
    if (run->bias_gradient != NULL)
        cuda_bias_gradient(run, run->node->settings.units, run->output_gradient, run->scratch);
    if (run->input_gradient[0].at != NULL)
        input_gradient(&w);
}

static bool conv_by_library(const node_run *run)
{
    return !conv_start(run, false).is_thin;
}

static size_t conv_packed_bytes(const node_run *run)
{
    return packed_bytes_of(run, false);
}

static void conv_pack(const node_run *run)
{
    pack_weights(run, false);
}

static size_t conv_scratch(const node_run *run)
{
    return scratch_of(run, false);
}

static void conv_forward(const node_run *run)
{
    forward(run, false);
}

static void conv_backward(const node_run *run)
{
    backward(run, false);
}

const cuda_layer cuda_layer_conv = {.keeps_input = true,
                                    .activates = true,
                                    .biased = true,
                                    .by_library = conv_by_library,
                                    .pack = conv_pack,
                                    .forward = conv_forward,
                                    .backward = conv_backward,
                                    .packed_bytes = conv_packed_bytes,
                                    .scratch = conv_scratch};

static bool transposed_by_library(const node_run *run)
{
    return !conv_start(run, true).is_thin;
}

static size_t transposed_packed_bytes(const node_run *run)
{
    return packed_bytes_of(run, true);
}

static void transposed_pack(const node_run *run)
{
    pack_weights(run, true);
}

static size_t transposed_scratch(const node_run *run)
{
    return scratch_of(run, true);
}

static void transposed_forward(const node_run *run)
{
    forward(run, true);
}

static void transposed_backward(const node_run *run)
{
    backward(run, true);
}

const cuda_layer cuda_layer_conv_transposed = {.keeps_input = true,
                                               .activates = true,
                                               .biased = true,
                                               .by_library = transposed_by_library,
                                               .pack = transposed_pack,
                                               .forward = transposed_forward,
                                               .backward = transposed_backward,
                                               .packed_bytes = transposed_packed_bytes,
                                               .scratch = transposed_scratch};

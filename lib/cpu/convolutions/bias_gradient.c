/* Gradients of convolutions' biases. */
#include "cpu/convolutions/convolution.h"

#include <string.h>

enum { ROWS_OF_CHUNK = 256 };

typedef struct bias_sum {
    const op_run *run;
    size_t rows, channels, parts;
} bias_sum;

static size_t bias_parts(const op_run *run)
{
    return smaller(SLOTS, run->count);
}

size_t bias_gradient_workspace(const op_run *run, size_t channels)
{
    return 2 * bias_parts(run) * channels;
}

/* Chunks of rows, then samples, then parts: sums of few float32 values each. */
static void bias_part(void *work, size_t part, size_t worker)
{
    (void)worker;
    const bias_sum *b = work;
    const kernels *table = b->run->kernels;
    float *sums = b->run->scratch + 2 * part * b->channels, *of_sample = sums + b->channels;
    memset(sums, 0, b->channels * sizeof *sums);
    size_t first = part * b->run->count / b->parts, last = (part + 1) * b->run->count / b->parts;
    for (size_t sample = first; sample < last; sample++) {
        const float *dy = b->run->output_gradient + sample * b->rows * b->channels;
        for (size_t row = 0; row < b->rows; row += ROWS_OF_CHUNK)
            table->sum_rows(smaller(ROWS_OF_CHUNK, b->rows - row), b->channels, dy + row * b->channels, of_sample,
                            row > 0);
        table->accumulate(b->channels, b->run->weight == NULL ? 1.0f : b->run->weight[sample], of_sample, sums);
    }
}

void bias_gradient(const op_run *run, size_t rows, size_t channels, float *sums)
{
    bias_sum work = {.run = run, .rows = rows, .channels = channels, .parts = bias_parts(run)};
    run_pieces(run->context, work.parts, bias_part, &work);
    for (size_t part = 0; part < work.parts; part++) {
        const float *of_part = run->scratch + 2 * part * channels;
        if (part == 0 && !run->add_parameters)
            memcpy(sums, of_part, channels * sizeof *sums);
        else
            run->kernels->accumulate(channels, 1.0f, of_part, sums);
    }
}

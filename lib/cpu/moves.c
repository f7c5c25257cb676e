/* Moving parameters: one step of an optimizer, and moving averages; adding gradients. Arrays are cut into pieces, so
 * that all threads find work. */
#include "cpu/cpu.h"

enum { VALUES_OF_PIECE = 1 << 13 };

/* The part of the arrays that one run of pieces moves. */
typedef struct stretch_move {
    const kernels *kernels;
    const device_move *move;
    adam_factors factors;
    size_t first, count;
} stretch_move;

/* Where a piece begins in its stretch, and how many values it has. */
static size_t values_of_piece(size_t count, size_t piece, size_t *first)
{
    *first = piece * VALUES_OF_PIECE;
    return count - *first < VALUES_OF_PIECE ? count - *first : VALUES_OF_PIECE;
}

static void adam_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const stretch_move *part = work;
    const device_move *move = part->move;
    size_t first, count = values_of_piece(part->count, piece, &first), at = part->first + first;
    part->kernels->adam(count, &part->factors, move->gradient + at, move->moment1 + at, move->moment2 + at,
                        move->parameter + at);
}

static void sgd_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const stretch_move *part = work;
    const device_move *move = part->move;
    size_t first, count = values_of_piece(part->count, piece, &first), at = part->first + first;
    part->kernels->sgd(count, part->factors.rate, part->factors.l2, move->gradient + at, move->parameter + at);
}

static void run_stretches(const device *on, const device_move *move, piece_function *function)
{
    if (move->go != NULL && *move->go == 0)
        return;
    for (size_t i = 0; i < move->stretches; i++) {
        const device_stretch *stretch = &move->stretch[i];
        stretch_move part = {.kernels = context_kernels(on->context),
                             .move = move,
                             .factors = *move->factors,
                             .first = stretch->first,
                             .count = stretch->count};
        part.factors.l2 = stretch->l2;
        run_pieces(on->context, piece_count(stretch->count, VALUES_OF_PIECE), function, &part);
    }
}

void cpu_adam(device *on, const device_move *move)
{
    run_stretches(on, move, adam_piece);
}

void cpu_sgd(device *on, const device_move *move)
{
    run_stretches(on, move, sgd_piece);
}

typedef struct average_move {
    const kernels *kernels;
    size_t count;
    float decay;
    const float *parameter;
    float *average;
} average_move;

static void average_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const average_move *move = work;
    size_t first, count = values_of_piece(move->count, piece, &first);
    move->kernels->average(count, move->decay, move->parameter + first, move->average + first);
}

void cpu_average(device *on, size_t count, const float *decay, const float *parameter, float *average,
                 const int32_t *go)
{
    if (go != NULL && *go == 0)
        return;
    average_move move = {.kernels = context_kernels(on->context),
                         .count = count,
                         .decay = *decay,
                         .parameter = parameter,
                         .average = average};
    run_pieces(on->context, piece_count(count, VALUES_OF_PIECE), average_piece, &move);
}

typedef struct addition {
    const kernels *kernels;
    size_t count;
    const float *from;
    float *to;
} addition;

static void add_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const addition *sum = work;
    size_t first, count = values_of_piece(sum->count, piece, &first);
    sum->kernels->add(count, sum->to + first, sum->from + first, sum->to + first);
}

void cpu_add(device *on, size_t count, float factor, const float *from, float *to)
{
    if (factor != 1.0f) { /* of running averages: few values */
        for (size_t i = 0; i < count; i++)
            to[i] = factor * to[i] + from[i];
        return;
    }
    addition sum = {.kernels = context_kernels(on->context), .count = count, .from = from, .to = to};
    run_pieces(on->context, piece_count(count, VALUES_OF_PIECE), add_piece, &sum);
}

/* A network's graph as a device plans and runs it: what is computed, from what shapes, with which parameters. Built by
 * lib/network; a device only reads it. */
#ifndef DEVICE_GRAPH_H
#define DEVICE_GRAPH_H

#include "ops/ops.h"

enum { NAME_SIZE = 64 };

/* Values that all parameters, or all nodes for one sample, may have: no product with the size of a value overflows. */
static const size_t VALUES_MOST = SIZE_MAX / 64;

/* So many values that what follows them stands as memory does for the widest vectors. */
static inline size_t values_aligned(size_t values)
{
    enum { ALIGNMENT = 16 };
    return piece_count(values, ALIGNMENT) * ALIGNMENT;
}

/* How a parameter array is drawn. */
typedef struct draw_rule {
    enum { DRAW_CONSTANT, DRAW_SPREAD, DRAW_VARIANCE } kind;
    double value;         /* the constant, the spread, or the variance's scale */
    int32_t distribution; /* COULOMB_DISTRIBUTION_* */
    int32_t fan;          /* COULOMB_FAN_* */
} draw_rule;

typedef struct parameter_array {
    char name[NAME_SIZE];
    tensor_shape shape;
    size_t size, offset; /* in the flat arrays, in values */
    size_t fan_in, fan_out;
    bool weight;
    bool moving;           /* a running average: moved by the batches' statistics, not by gradients */
    bool frozen;           /* left alone by training; may change after the graph is finished */
    size_t average_offset; /* of a running average, in the flat array of staged ones */
    draw_rule initializer;
} parameter_array;

typedef struct graph_node {
    const op *op;
    op_settings settings;
    int32_t input[OP_INPUTS];
    tensor_shape shape;
    size_t size; /* values of a sample */
    size_t first_parameter, parameters;
    size_t consumers, last_consumer;
    bool
        trained; /* it or a node before it has parameters that are not frozen; may change after the graph is finished */
} graph_node;

/* Node 0 is the input, and nodes stand in the order in which they can be computed. */
typedef struct graph {
    graph_node *node;
    size_t nodes, node_capacity;
    int32_t output;
    parameter_array *parameter;
    size_t parameters, parameter_capacity;
    size_t parameter_values; /* length of the flat arrays of parameters and of gradients */
    size_t average_values;   /* length of the flat array of staged running averages */
    bool inference_only; /* no gradients, nothing kept for a backward pass; may change after the graph is finished */
    bool repeats; /* passes with equal parameters follow one another: what is made of the parameters is worth the memory
                     that plan_bytes() calls shared; may become true after the graph is finished */
} graph;

#endif

/* How the CPU runs a graph: a place for each node's values and gradients, the arenas that the places are in, and
 * running node by node. Shared by plan.c, arenas.c and run.c. */
#ifndef CPU_PLAN_H
#define CPU_PLAN_H

#include "cpu/cpu.h"
#include "cpu/layers/layers.h"
#include "device/graph.h"

/* Where a node's values or gradients stand: in the kept or the temporary arena, `offset` values of a sample from its
 * start. */
typedef struct arena_place {
    bool kept;
    size_t offset;
} arena_place;

typedef struct node_place {
    arena_place value, gradient;
    size_t inference; /* where its values stand in the inference arena */
    size_t notes;     /* where its notes stand */
} node_place;

/* Passes that backward can go through have two arenas: what is kept, and temporary space. Inference has one of its own,
 * so that it leaves the last forward pass alone. Workspace is shared: it outlives no node. */
struct device_plan {
    coulomb_context *context;
    const graph *graph;
    node_place *place;                                /* [nodes] */
    size_t notes_values, notes_most;                  /* of all nodes, of one */
    size_t kept_size, temporary_size, inference_size; /* values of one sample */

    size_t capacity, inference_capacity; /* samples the arenas hold */
    size_t workspace_count[2]; /* samples the workspace suffices for in inference, indexed by op_run's `alone` */
    float *kept, *temporary, *inference;
    float *notes;              /* what forward leaves for backward, whatever the batch */
    prepared_values *prepared; /* [nodes, 2] of forward and backward passes, see prepared.c */
    float *prepared_memory;    /* NULL: there are none yet */
    bool prepared_inference;   /* the graph was inference-only then */
    buffer scratch;
};

/* Values that the layers keep prepared of their parameters, and memory for them. */
size_t plan_prepared_values(const device_plan *plan);
coulomb_status plan_reserve_prepared(device_plan *plan);

/* What a node's layer keeps for such passes; NULL: nothing. */
prepared_values *plan_prepared(const device_plan *plan, size_t node, const device_pass *pass, bool backward);

/* A node's shapes, without its data. */
op_run plan_outline_run(const device_plan *plan, const graph_node *n, size_t count);

#endif

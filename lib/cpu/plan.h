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

/* What a layer keeps prepared for passes of a direction. */
typedef struct prepared_place {
    prepared_values kept;
    bool shared; /* in the memory that plans share, so many values from its start */
    size_t offset;
} prepared_place;

/* Passes that backward can go through have two arenas: what is kept, and temporary space. Inference has one of its own,
 * so that it leaves the last forward pass alone. Workspace is shared: it outlives no node. */
struct device_plan {
    coulomb_context *context;
    cpu_device *on;
    const graph *graph;
    node_place *place;                                /* [nodes] */
    size_t notes_values, notes_most;                  /* of all nodes, of one */
    size_t kept_size, temporary_size, inference_size; /* values of one sample */

    size_t capacity, inference_capacity; /* samples the arenas hold */
    size_t workspace_count[2]; /* samples the workspace suffices for in inference, indexed by op_run's `alone` */
    float *kept, *temporary, *inference;
    float *notes;             /* what forward leaves for backward, whatever the batch */
    prepared_place *prepared; /* [nodes, 2] of forward and backward passes, see prepared.c */
    float *prepared_memory;   /* NULL: there are none yet */
    bool prepared_inference;  /* the graph was inference-only then */
    bool shares;              /* there is memory that it shares with other plans */
    buffer scratch;
};

/* Values that the layers keep prepared of their parameters, in memory of the plan or of all plans, and memory for them.
 */
size_t plan_prepared_values(const device_plan *plan, bool shared);
coulomb_status plan_reserve_prepared(device_plan *plan);
coulomb_status plan_reserve_shared(device_plan *plan);
void plan_release_shared(device_plan *plan);

/* What a node's layer keeps for such passes; NULL: nothing. */
prepared_values *plan_prepared(const device_plan *plan, size_t node, const device_pass *pass, bool backward);

/* A node's shapes, without its data. */
op_run plan_outline_run(const device_plan *plan, const graph_node *n, size_t count);

#endif

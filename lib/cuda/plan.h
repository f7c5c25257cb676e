/* A graph as the GPU runs it: where values and gradients stand, of which type, and what is computed together. */
#ifndef CUDA_PLAN_H
#define CUDA_PLAN_H

#include "cuda/cuda_device.h"
#include "cuda/layers.h"
#include "device/graph.h"
#include "ops/window.h"

enum {
    NO_NODE = -1,
    PLACE_ALIGNMENT = 16,   /* of a place, in bytes of a sample */
    PACKED_ALIGNMENT = 256, /* of packed weights, in bytes */
    MATRIX_BYTES = 1 << 29, /* of what windows see, at once */
    MATRIX_COLUMNS = 8      /* columns of such a matrix are a multiple of this */
};

/* In the kept or the temporary arena, `offset` bytes of a sample from its start. */
typedef struct plan_place {
    bool kept;
    size_t offset;
} plan_place;

/* Engines of cuDNN for a convolution, see convolution.h. An engine is for one number of images: that of passes to go
 * back through, of a block of samples that are evaluated one by one, or of others that are evaluated at once. */
typedef struct convolution convolution;
enum engine_use { ENGINES_TO_LEARN, ENGINES_OF_BLOCKS, ENGINES_OF_BATCHES, ENGINE_USES };

/* Numbers of images for which a use keeps engines: the number before the last stays, since what reserved memory for
 * several networks may have failed at another. */
enum { ENGINE_COUNTS = 2 };

typedef struct plan_node {
    plan_place value, gradient;
    size_t inference; /* bytes of a sample in the inference arena */
    bool half;        /* values and gradients are bfloat16 */
    /* An activation that this node computes as well; its values are the ones stored. */
    int32_t follower;
    int32_t leader;     /* the node that computes this one as well; NO_NODE: none */
    int32_t normalizer; /* batch norm that adds this node's bias; NO_NODE: none */
    bool sloped;        /* its input's activation is gone back through as well */
    int32_t producer;   /* of batch norm: the node whose bias it adds */
    size_t notes;       /* of batch norm, in floats */
    size_t packed;      /* its weights as kernels read them, in bytes of the packed array; if packed_bytes > 0 */
    size_t packed_bytes;
    convolution *convolution; /* NULL: none */
} plan_node;

/* What memory was reserved for. */
typedef struct plan_sizes {
    bool prepared;
    size_t former, capacity, inference; /* samples: before the last time, for which there are engines, too */
} plan_sizes;

struct device_plan {
    cuda_device *cuda;
    device_plan *next; /* of the device's */
    const graph *graph;
    int32_t precision;
    bool halves;     /* values and products in bfloat16 */
    bool by_library; /* a node's sums may be taken in an order that depends on the number of samples */
    plan_node *node;
    size_t kept_bytes, temporary_bytes, inference_bytes; /* of one sample */
    size_t notes_values, packed_bytes;
    size_t capacity, inference_capacity;            /* samples the arenas hold */
    size_t engines_for[ENGINE_USES][ENGINE_COUNTS]; /* samples, the last number first; 0: there are no engines */
    plan_sizes before;                              /* another precision was asked for */
    char *kept, *temporary, *inference;
    float *notes; /* [2, notes_values]: of passes to go back through, of inference */
    char *packed;
    uint64_t packed_revision;        /* of the parameters that the packed weights were made of; 0: of none */
    unsigned long long packed_while; /* the recording they were made in; 0: none */
    char *scratch;
    size_t scratch_bytes;
};

/* One node's work in one pass, over `count` samples. In backward, what is not wanted is NULL, as in the CPU's. */
typedef struct node_run {
    device_plan *plan;
    cuda_device *cuda;
    cudaStream_t stream;
    const graph_node *node;
    const plan_node *planned;
    size_t count;
    size_t input_size[OP_INPUTS];
    const tensor_shape *input_shape[OP_INPUTS];
    stored input[OP_INPUTS], output;
    activation before; /* of a node that goes back through its input's activation: that one */
    activation act;    /* of the follower */
    const float *parameter[OP_PARAMETERS];
    const float *bias; /* of batch norm's producer; of others their own, unless batch norm adds it; NULL: none */
    const void *packed;
    float *staged[OP_PARAMETERS];
    float *notes;
    bool running;
    stored output_gradient, input_gradient[OP_INPUTS];
    bool add_input[OP_INPUTS];
    float *parameter_gradient[OP_PARAMETERS], *bias_gradient;
    bool add_parameters;
    const float *weight; /* [count] */
    char *scratch;
    const device_shards *shards; /* of a batch norm that sums over each of them; NULL: over the run's samples */
    size_t gradients_apart;      /* from one shard's parameter gradients to the next one's */
} node_run;

/* What the GPU does for an op. */
typedef struct cuda_layer {
    bool keeps_input, keeps_output;          /* for backward */
    bool in_place;                           /* output and input may share memory, and so may their gradients */
    bool activates;                          /* it can compute the activation that follows as well */
    bool biased;                             /* its last step adds parameter 1 to every row, which batch norm can do */
    bool (*by_library)(const node_run *run); /* NULL: never. Of cuBLAS and cuDNN nobody knows how they take sums */
    void (*pack)(const node_run *run);
    void (*forward)(const node_run *run);
    void (*backward)(const node_run *run);
    size_t (*packed_bytes)(const node_run *run); /* NULL: none */
    size_t (*scratch)(const node_run *run);      /* bytes; NULL: none. run has shapes and count alone */
} cuda_layer;

const cuda_layer *cuda_layer_of(const graph_node *node);

/* The function that an op is; kind ACTIVATION_NONE if it is none. */
activation cuda_activation_of(const graph_node *node);

/* A dense layer that has kernels of its own where values are float32. */
bool cuda_dense_is_small(const graph_node *node, const tensor_shape *input);

/* places.c: fix all places and the arenas' sizes of one sample. */
coulomb_status cuda_plan_places(device_plan *plan);

/* Bytes of scratch memory that passes of so many samples need, with the engines there are. */
size_t cuda_plan_scratch(device_plan *plan, size_t count);

/* A node's shapes and what it computes, without data. */
node_run cuda_plan_outline(device_plan *plan, size_t node, size_t count);

static inline size_t size_most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline size_t size_aligned(size_t bytes, size_t alignment)
{
    return (bytes + alignment - 1) / alignment * alignment;
}

static inline size_t value_bytes(bool half)
{
    return half ? 2 : sizeof(float);
}

/* The last extent, and how many rows of it `count` samples have. */
static inline size_t columns_of(const tensor_shape *shape)
{
    return shape->extent[shape->rank - 1];
}

/* In bfloat16, where the precision says so and it pays. */
static inline bool plan_halves(const device_plan *plan)
{
    return plan->halves;
}

/* --- rows of the device's table --- */

/* Plans that exist get memory for as many samples as before, or all stay as they are. */
coulomb_status cuda_set_precision(device *device, int32_t precision);

coulomb_status cuda_plan_new(device *device, const graph *graph, device_plan **made);
void cuda_plan_free(device_plan *plan);
size_t cuda_plan_values(const device_plan *plan);
void cuda_plan_bytes(const device_plan *plan, size_t count, bool alone, device_bytes *bytes);
coulomb_status cuda_plan_reserve(device_plan *plan, size_t count);
coulomb_status cuda_plan_reserve_inference(device_plan *plan, size_t count, bool alone);
size_t cuda_plan_block(const device_plan *plan, size_t count);
const float *cuda_plan_forward(device_plan *plan, const device_pass *pass);
const float *cuda_plan_infer(device_plan *plan, const device_pass *pass);
void cuda_plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients);

#endif

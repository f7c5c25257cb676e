/* Times of the networks of one update on a GPU, and of the engines that cuDNN has for their convolutions.
 *
 * bench engines tf32|bf16|f32   every deterministic engine, way and layer
 * bench update SIDE             forward and backward passes of an update, batch 128, in each precision
 * bench layers SIDE             the same node by node
 *
 * SIDE is of images, and 0 for the networks of points in the plane. */
#include "cuda/cudnn_engine.h"
#include "cuda/plan.h"
#include "device.h"
#include "network/network.h"

#include <coulomb/coulomb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 128, REPEATS = 20, MARKS = 4096 };

static cuda_device *cuda;
static coulomb_context *host;

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "failed: %s: %s, %s\n", what, cuda->message, coulomb_context_error(host));
    exit(2);
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median time in milliseconds. */
static float time_of(void (*function)(void *work), void *work, int repeats)
{
    cudaEvent_t event[REPEATS + 1];
    float times[REPEATS];
    function(work);
    function(work);
    for (int i = 0; i <= repeats; i++) {
        cudaEventCreate(&event[i]);
        if (i > 0)
            function(work);
        cudaEventRecord(event[i], cuda->stream);
    }
    must(cudaStreamSynchronize(cuda->stream) == cudaSuccess, "timing");
    for (int i = 0; i < repeats; i++)
        cudaEventElapsedTime(&times[i], event[i], event[i + 1]);
    for (int i = 0; i <= repeats; i++)
        cudaEventDestroy(event[i]);
    qsort(times, (size_t)repeats, sizeof times[0], by_size);
    return times[repeats / 2];
}

/* The same million values again and again. */
static void fill_random(void *at, size_t bytes, bool half)
{
    enum { VALUES = 1 << 20 };
    static float values[VALUES];
    static uint16_t halves[VALUES];
    size_t size = half ? sizeof halves : sizeof values;
    if (values[0] == 0.0f) {
        random_normal((random_key){.seed = 5, .stream = STREAM_LATENT}, 0, VALUES, 0.5f, values);
        for (size_t i = 0; i < VALUES; i++) {
            uint32_t bits;
            memcpy(&bits, &values[i], sizeof bits);
            halves[i] = (uint16_t)(bits >> 16);
        }
    }
    for (size_t done = 0; done < bytes; done += size)
        test_copy_in((char *)at + done, half ? (void *)halves : (void *)values,
                     bytes - done < size ? bytes - done : size);
}

/* --- engines --- */

typedef struct engine_work {
    cudnn_engine *engine;
    void *big, *filters, *small, *workspace;
} engine_work;

static void run_engine(void *work)
{
    engine_work *w = work;
    const char *why = "";
    must(cudnn_engine_run(cuda, w->engine, w->big, w->filters, w->small, w->workspace, &why) == COULOMB_OK, why);
}

typedef struct layer_shape {
    const char *name;
    int64_t side, big_channels, small_channels; /* of the big image */
} layer_shape;

static const layer_shape layers[] = {
    {"D1", 64, 3, 128},   {"D2", 32, 128, 256}, {"D3", 16, 256, 512},
    {"D4", 8, 512, 1024}, {"G4", 64, 3, 128},   {"G3", 32, 128, 256},
};

static const char *const ways[] = {"to small", "to big", "to filters"};

static cudnn_shape shape_of(const layer_shape *layer, enum convolution_way way, bool half, bool tensor)
{
    return (cudnn_shape){.way = way,
                         .half = half,
                         .half_filters = half,
                         .tensor_cores = tensor,
                         .count = BATCH,
                         .big = {layer->side, layer->side},
                         .small = {layer->side / 2, layer->side / 2},
                         .big_channels = layer->big_channels,
                         .small_channels = layer->small_channels,
                         .kernel = {5, 5},
                         .stride = {2, 2},
                         .before = {1, 1},
                         .after = {2, 2}};
}

/* Times of all ranks; the best of them. */
static void bench_engine(const layer_shape *layer, const cudnn_shape *shape, const char *kind, FILE *details)
{
    size_t size = shape->half ? 2 : 4;
    size_t bigs = (size_t)(BATCH * shape->big[0] * shape->big[1] * shape->big_channels) * size;
    size_t smalls = (size_t)(BATCH * shape->small[0] * shape->small[1] * shape->small_channels) * size;
    size_t filters = (size_t)(25 * shape->big_channels * shape->small_channels) * 4;
    engine_work w = {.big = test_get(bigs), .filters = test_get(filters), .small = test_get(smalls)};
    fill_random(w.big, bigs, shape->half);
    fill_random(w.small, smalls, shape->half);
    fill_random(w.filters, filters, shape->half_filters);
    float best = 1e9f, first = 0.0f;
    int64_t best_number = -1, first_number = -1;
    size_t best_rank = 0, rank = 0;
    double work = 2.0 * BATCH * (double)(shape->small[0] * shape->small[1]) * 25.0 *
                  (double)(shape->big_channels * shape->small_channels);
    must(cuda_start_dnn(cuda) == COULOMB_OK, "cuDNN");
    for (; rank < 6; rank++) {
        must(cudnn_engine_new(cuda, shape, rank, &w.engine) == COULOMB_OK, "planning a convolution");
        if (w.engine == NULL)
            break;
        w.workspace = test_get(cudnn_engine_workspace(w.engine) + 1);
        float time = time_of(run_engine, &w, 3);
        fprintf(details, "%s %s %s rank %zu engine %lld: %.4f ms, workspace %zu\n", layer->name, ways[shape->way], kind,
                rank, (long long)cudnn_engine_number(w.engine), (double)time, cudnn_engine_workspace(w.engine));
        if (rank == 0) {
            first = time;
            first_number = cudnn_engine_number(w.engine);
        }
        if (time < best) {
            best = time;
            best_rank = rank;
            best_number = cudnn_engine_number(w.engine);
        }
        test_release(w.workspace);
        cudnn_engine_free(cuda, w.engine);
    }
    if (rank == 0)
        printf("%s %-10s %-12s none\n", layer->name, ways[shape->way], kind);
    else
        printf("%s %-10s %-12s first %.3f ms (%lld), best %.3f (%lld, rank %zu of %zu): %.0f TFLOP/s\n", layer->name,
               ways[shape->way], kind, (double)first, (long long)first_number, (double)best, (long long)best_number,
               best_rank, rank, work / (double)best * 1e-9);
    fflush(stdout);
    void *const memory[] = {w.big, w.filters, w.small};
    for (size_t i = 0; i < 3; i++)
        test_release(memory[i]);
}

static void bench_engines(const char *precision)
{
    const char *out = getenv("OUT");
    char path[512];
    snprintf(path, sizeof path, "%s/engines-%s.txt", out == NULL ? "." : out, precision);
    FILE *details = fopen(path, "w");
    must(details != NULL, "opening details");
    bool half = strcmp(precision, "bf16") == 0, tensor = strcmp(precision, "f32") != 0;
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        for (enum convolution_way way = 0; way < CONVOLUTION_WAYS; way++) {
            cudnn_shape shape = shape_of(&layers[i], way, half, tensor);
            bench_engine(&layers[i], &shape, precision, details);
            shape.half_filters = false;
            if (half && way == TO_FILTERS)
                bench_engine(&layers[i], &shape, "f32 filters", details);
        }
    fclose(details);
}

/* --- the passes of an update --- */

typedef struct trained {
    coulomb_network *network;
    const graph *graph;
    device_plan *plan;
    float *parameters, *gradients, *staged, *slope;
    size_t in, out;
} trained;

static trained train(const char *preset, size_t side, size_t latent)
{
    trained t = {.network = NULL};
    const size_t image[] = {side, side, 3}, point[] = {2};
    must(coulomb_network_new_preset(host, preset, side > 0 ? image : point, side > 0 ? 3 : 1, latent, 1, &t.network) ==
             COULOMB_OK,
         "making a network");
    t.graph = &t.network->graph;
    t.in = t.graph->node[0].size;
    t.out = t.graph->node[t.graph->output].size;
    float *values = calloc(t.graph->parameter_values, sizeof *values);
    for (size_t i = 0; i < t.graph->parameters; i++) {
        const parameter_array *p = &t.graph->parameter[i];
        coulomb_network_read_parameter(t.network, p->name, values + p->offset, p->size);
    }
    size_t bytes = t.graph->parameter_values * sizeof *values;
    t.parameters = test_get(bytes);
    t.gradients = test_get(bytes);
    t.staged = test_get(t.graph->average_values * sizeof *values);
    t.slope = test_get(BATCH * t.out * sizeof *values);
    test_copy_in(t.parameters, values, bytes);
    test_table()->clear(test_device(), t.staged, t.graph->average_values * sizeof *values);
    fill_random(t.slope, BATCH * t.out * sizeof *values, false);
    free(values);
    return t;
}

static void plan(trained *t)
{
    const device_table *table = test_table();
    test_ok(table->plan_new(test_device(), t->graph, &t->plan));
    test_ok(table->plan_reserve(t->plan, BATCH));
}

typedef struct update {
    trained g, d;
    float *latents, *target, *samples, *dx;
    uint64_t revision;
    int only; /* one of the passes; -1: all */
} update;

static void forward(update *u, trained *t, const float *input, float *copy)
{
    device_pass pass = {
        .count = BATCH, .input = input, .parameters = t->parameters, .revision = u->revision, .staged = t->staged};
    const float *made = test_table()->plan_forward(t->plan, &pass);
    if (copy != NULL)
        test_table()->copy(test_device(), copy, made, BATCH * t->out * sizeof *copy, NULL);
}

static void backward(update *u, trained *t, const float *input, const float *slope, float *dx, bool learn, bool add)
{
    device_pass pass = {.count = BATCH, .input = input, .parameters = t->parameters, .revision = u->revision};
    device_gradients wanted = {.count = BATCH,
                               .output_gradient = slope,
                               .input_gradient = dx,
                               .parameter_gradients = learn ? t->gradients : NULL,
                               .add = add};
    test_table()->plan_backward(t->plan, &pass, &wanted);
}

/* As lib/trainer does it where samples influence one another. */
static void run_update(void *work)
{
    update *u = work;
    if (u->only < 0)
        u->revision++;
    if (u->only < 0 || u->only == 0)
        forward(u, &u->g, u->latents, u->samples);
    if (u->only < 0 || u->only == 1)
        forward(u, &u->d, u->samples, NULL);
    if (u->only < 0 || u->only == 2)
        backward(u, &u->d, u->samples, u->d.slope, NULL, true, false);
    if (u->only < 0 || u->only == 3)
        backward(u, &u->d, u->samples, u->d.slope, u->dx, false, false);
    if (u->only < 0 || u->only == 4)
        backward(u, &u->g, u->latents, u->dx, NULL, true, false);
    if (u->only < 0) {
        forward(u, &u->d, u->target, NULL);
        backward(u, &u->d, u->target, u->d.slope, NULL, true, true);
    }
}

static void *recording;
static uint64_t signature = 1;

static void run_recorded(void *work)
{
    test_table()->run_recorded(test_device(), &recording, signature, run_update, work);
}

static update start(size_t side)
{
    update u = {.only = -1, .revision = 1};
    u.g = train(side == 0 ? "mlp-generator" : "coulomb-generator", side, side == 0 ? 2 : 32);
    u.d = train(side == 0    ? "mlp-discriminator"
                : side == 64 ? "coulomb-128-discriminator"
                             : "coulomb-64-discriminator",
                side, 0);
    u.latents = test_get(BATCH * u.g.in * sizeof(float));
    u.target = test_get(BATCH * u.d.in * sizeof(float));
    u.samples = test_get(BATCH * u.d.in * sizeof(float));
    u.dx = test_get(BATCH * u.d.in * sizeof(float));
    fill_random(u.latents, BATCH * u.g.in * sizeof(float), false);
    fill_random(u.target, BATCH * u.d.in * sizeof(float), false);
    return u;
}

static const char *const precision_names[] = {"", "f32", "tf32", "bf16"};

static void plan_update(update *u, int32_t precision)
{
    test_precision(precision);
    plan(&u->g);
    plan(&u->d);
}

static void free_plans(update *u)
{
    test_table()->free_recording(test_device(), recording);
    recording = NULL;
    signature++;
    test_table()->plan_free(u->g.plan);
    test_table()->plan_free(u->d.plan);
}

static void bench_update(size_t side)
{
    static const char *const passes[] = {"G forward", "D forward", "D backward", "D backward to x", "G backward"};
    update u = start(side);
    for (int32_t precision = 1; precision <= 3; precision++)
        for (int products = precision == 1; products < 2; products++) {
            cuda->products_only = products != 0;
            plan_update(&u, precision);
            size_t memory = u.g.plan->scratch_bytes + u.d.plan->scratch_bytes;
            for (size_t i = 0; i < 2; i++) {
                const device_plan *p = i == 0 ? u.g.plan : u.d.plan;
                memory += (p->kept_bytes + p->temporary_bytes) * p->capacity + p->packed_bytes;
            }
            u.only = -1;
            float direct = time_of(run_update, &u, 10), recorded = time_of(run_recorded, &u, 10);
            printf("update %zu %-4s %-8s direct %.3f ms, recorded %.3f ms; %zu MiB;", side, precision_names[precision],
                   products ? "products" : "cuDNN", (double)direct, (double)recorded, memory >> 20);
            for (u.only = 0; u.only < 5; u.only++)
                printf(" %s %.3f", passes[u.only], (double)time_of(run_update, &u, 5));
            printf("\n");
            fflush(stdout);
            must(cuda->failure == COULOMB_OK, "an update");
            free_plans(&u);
        }
}

/* --- node by node --- */

static struct marked {
    cudaEvent_t event;
    size_t node;
    bool backward;
    const update *update;
} marks[MARKS];
static size_t marked;

static void mark(cuda_device *on, size_t node, bool backward_)
{
    if (marked + 1 >= MARKS)
        return;
    if (marks[marked].event == NULL)
        cudaEventCreate(&marks[marked].event);
    marks[marked].node = node;
    marks[marked].backward = backward_;
    cudaEventRecord(marks[marked++].event, on->stream);
}

static void bench_layers(size_t side)
{
    static const char *const passes[] = {"G forward", "D forward", "D backward", "D backward to x", "G backward"};
    update u = start(side);
    for (int32_t precision = 2; precision <= 3; precision++)
        for (int products = 0; products < 2; products++) {
            cuda->products_only = products != 0;
            plan_update(&u, precision);
            run_update(&u);
            run_update(&u);
            for (u.only = 0; u.only < 5; u.only++) {
                const graph *g = u.only == 0 || u.only == 4 ? u.g.graph : u.d.graph;
                float least[64] = {0};
                size_t count = 0;
                for (int repeat = 0; repeat < 5; repeat++) {
                    marked = 0;
                    /* Work in front keeps the queue full, so that events measure the GPU alone. */
                    test_table()->clear(test_device(), u.g.gradients, u.g.graph->parameter_values * sizeof(float));
                    test_table()->clear(test_device(), u.d.gradients, u.d.graph->parameter_values * sizeof(float));
                    cuda->mark = mark;
                    run_update(&u);
                    cuda->mark = NULL;
                    mark(cuda, 0, false);
                    cudaStreamSynchronize(cuda->stream);
                    count = marked - 1;
                    for (size_t i = 0; i < count && i < 64; i++) {
                        float time;
                        cudaEventElapsedTime(&time, marks[i].event, marks[i + 1].event);
                        least[i] = repeat == 0 || time < least[i] ? time : least[i];
                    }
                }
                printf("%s %s %s:", precision_names[precision], products ? "products" : "cuDNN", passes[u.only]);
                for (size_t i = 0; i < count && i < 64; i++)
                    printf(" %zu.%s %.0f", marks[i].node, g->node[marks[i].node].op->name, 1e3 * (double)least[i]);
                printf(" us\n");
                fflush(stdout);
            }
            u.only = -1;
            free_plans(&u);
        }
}

int main(int argc, char **argv)
{
    must(coulomb_context_new(&host) == COULOMB_OK, "the host's context");
    test_start();
    cuda = (cuda_device *)test_device();
    const char *what = argc > 1 ? argv[1] : "update", *option = argc > 2 ? argv[2] : "";
    if (strcmp(what, "engines") == 0)
        bench_engines(option);
    else if (strcmp(what, "layers") == 0)
        bench_layers((size_t)atol(option));
    else
        bench_update((size_t)atol(option));
    test_end();
    coulomb_context_free(host);
    return 0;
}

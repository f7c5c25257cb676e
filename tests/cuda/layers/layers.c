/* Layers and whole networks on the GPU against the CPU: output, both gradients, gradients with weights and added ones,
 * inference, and the same bits twice. Prints a line for each network.
 *
 * layers [--case NAME] [--precision N] [--samples N] [--small] [--verbose]
 * Errors are those of whole arrays, relative to their sizes. In bfloat16 some of the values near the kink of a ReLU
 * change sides, and their gradients with them. */
#include "cuda/plan.h"
#include "device.h"
#include "network/network.h"
#include "networks.h"

#include <coulomb/coulomb.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- arrays --- */

static float *random_array(uint64_t seed, size_t count)
{
    float *made = malloc((count + 1) * sizeof *made);
    random_normal((random_key){.seed = seed, .stream = STREAM_LATENT}, 0, count, 1.0f, made);
    return made;
}

static float *to_device(const float *from, size_t count)
{
    float *made = test_get(count * sizeof *made);
    test_copy_in(made, from, count * sizeof *made);
    return made;
}

static float *from_device(const float *from, size_t count)
{
    float *made = malloc((count + 1) * sizeof *made);
    test_copy_out(made, from, count * sizeof *made);
    return made;
}

/* Size of the difference over the size of b, both Euclidean norms; `floor` is the least size. NaN counts as infinite.
 */
static double difference(size_t count, const float *a, const float *b, double floor)
{
    double squares = 0.0, size = 0.0;
    for (size_t i = 0; i < count; i++) {
        double d = (double)a[i] - (double)b[i];
        squares += d * d;
        size += (double)b[i] * (double)b[i];
    }
    double error = sqrt(squares) / fmax(sqrt(size), floor);
    return error >= 0.0 ? error : INFINITY;
}

static double size_of(size_t count, const float *a)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++)
        squares += (double)a[i] * (double)a[i];
    return sqrt(squares);
}

/* The largest of the gradients', array by array. Those far smaller than others are what is left of sums that cancel,
 * such as biases in front of batch norm. */
static double gradient_difference(const graph *g, const float *a, const float *b, bool print)
{
    double most = 0.0, largest = 1e-12;
    for (size_t i = 0; i < g->parameters; i++)
        if (!g->parameter[i].moving)
            largest = fmax(largest, size_of(g->parameter[i].size, b + g->parameter[i].offset));
    for (size_t i = 0; i < g->parameters; i++) {
        const parameter_array *p = &g->parameter[i];
        if (p->moving)
            continue;
        double least = strstr(p->name, ".bias") != NULL ? 0.1 : 0.01;
        double error = difference(p->size, a + p->offset, b + p->offset, least * largest);
        if (print)
            printf("    %-24s %9.2e  size %.2e\n", p->name, error, size_of(p->size, b + p->offset));
        most = fmax(most, error);
    }
    return most;
}

static void read_all(coulomb_network *network, const graph *g, float *values, bool gradients)
{
    for (size_t i = 0; i < g->parameters; i++) {
        const parameter_array *p = &g->parameter[i];
        if (!gradients)
            host_ok(coulomb_network_read_parameter(network, p->name, values + p->offset, p->size));
        else if (!p->moving)
            host_ok(coulomb_network_read_gradient(network, p->name, values + p->offset, p->size));
    }
}

/* --- one network --- */

static int failures, checks;
static bool verbose;

static void check(const char *what, double error, double bound)
{
    checks++;
    if (error <= bound)
        return;
    failures++;
    printf("  FAILED: %s: %.2e, at most %.2e\n", what, error, bound);
}

typedef struct sides {
    coulomb_network *network;
    const graph *graph;
    size_t count, in, out, parameters;
    float *input, *slope, *weight;                                   /* host */
    float *output, *input_gradient, *gradients, *weighted_gradients; /* host, by the CPU */
    bool mixes;
} sides;

static sides run_host(const network_case *of, size_t samples)
{
    sides s = {.network = network_of(of), .count = samples};
    const graph *g = s.graph = &s.network->graph;
    s.in = g->node[0].size;
    s.out = g->node[g->output].size;
    s.parameters = g->parameter_values;
    for (size_t i = 0; i < g->nodes; i++)
        s.mixes = s.mixes || g->node[i].op->mixes;
    s.input = random_array(1, s.count * s.in);
    s.slope = random_array(2, s.count * s.out);
    s.weight = random_array(3, s.count);
    s.output = malloc(s.count * s.out * sizeof(float));
    s.input_gradient = malloc(s.count * s.in * sizeof(float));
    s.gradients = calloc(s.parameters + 1, sizeof(float));
    s.weighted_gradients = calloc(s.parameters + 1, sizeof(float));
    host_ok(coulomb_network_forward(s.network, s.count, s.input, s.output));
    if (!s.mixes) {
        float *heavy = malloc(s.count * s.out * sizeof(float));
        for (size_t i = 0; i < s.count * s.out; i++)
            heavy[i] = s.slope[i] * s.weight[i / s.out];
        host_ok(coulomb_network_backward(s.network, heavy, NULL, COULOMB_GRADIENT_WRITE));
        read_all(s.network, g, s.weighted_gradients, true);
        free(heavy);
        host_ok(coulomb_network_forward(s.network, s.count, s.input, s.output));
    }
    host_ok(coulomb_network_backward(s.network, s.slope, s.input_gradient, COULOMB_GRADIENT_WRITE));
    read_all(s.network, g, s.gradients, true);
    return s;
}

static void free_sides(sides *s)
{
    float *const arrays[] = {
        s->input, s->slope, s->weight, s->output, s->input_gradient, s->gradients, s->weighted_gradients};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
    coulomb_network_free(s->network);
}

typedef struct results {
    float *output, *inferred, *input_gradient, *gradients, *alone, *added;
} results;

static void run_device(const sides *s, device_plan *plan, results *r)
{
    float *values = calloc(s->parameters + 1, sizeof(float));
    read_all(s->network, s->graph, values, false);
    float *parameters = to_device(values, s->parameters), *input = to_device(s->input, s->count * s->in);
    float *slope = to_device(s->slope, s->count * s->out), *weight = to_device(s->weight, s->count);
    float *dx = test_get(s->count * s->in * sizeof(float)), *gradients = to_device(values, s->parameters);
    free(values);
    const device_table *table = test_table();
    device_pass pass = {.count = s->count, .input = input, .parameters = parameters, .revision = 1};
    const float *made = table->plan_infer(plan, &pass);
    r->inferred = from_device(made, s->count * s->out);
    made = table->plan_forward(plan, &pass);
    r->output = from_device(made, s->count * s->out);
    device_gradients wanted = {
        .count = s->count, .output_gradient = slope, .input_gradient = dx, .parameter_gradients = gradients};
    table->plan_backward(plan, &pass, &wanted);
    r->input_gradient = from_device(dx, s->count * s->in);
    r->gradients = from_device(gradients, s->parameters);
    wanted.input_gradient = NULL;
    table->plan_backward(plan, &pass, &wanted);
    r->alone = from_device(gradients, s->parameters);
    wanted.add = true;
    wanted.weight = s->mixes ? NULL : weight;
    table->plan_backward(plan, &pass, &wanted);
    r->added = from_device(gradients, s->parameters);
    float *const arrays[] = {parameters, input, slope, weight, dx, gradients};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        test_release(arrays[i]);
}

static double bits(size_t count, const float *a, const float *b)
{
    return memcmp(a, b, count * sizeof *a) == 0 ? 0.0 : 1.0;
}

static double bits_of_gradients(const graph *g, const float *a, const float *b)
{
    double different = 0.0;
    for (size_t i = 0; i < g->parameters; i++)
        if (!g->parameter[i].moving)
            different += bits(g->parameter[i].size, a + g->parameter[i].offset, b + g->parameter[i].offset);
    return different;
}

/* Passes that are recorded and run again with other parameters. */
typedef struct repeated {
    device_plan *plan;
    device_pass pass;
    device_gradients wanted;
    float *output;
    size_t bytes;
} repeated;

static void enqueue(void *work)
{
    repeated *r = work;
    const float *made = test_table()->plan_forward(r->plan, &r->pass);
    test_table()->copy(test_device(), r->output, made, r->bytes, NULL);
    test_table()->plan_backward(r->plan, &r->pass, &r->wanted);
}

/* The third run of a recording, after the parameters moved, against the same passes one by one. */
static void check_recording(const sides *s, device_plan *plan)
{
    const device_table *table = test_table();
    float *values = calloc(s->parameters + 1, sizeof(float)), *slope = to_device(s->slope, s->count * s->out);
    read_all(s->network, s->graph, values, false);
    float *parameters = to_device(values, s->parameters), *gradients = to_device(values, s->parameters);
    float *input = to_device(s->input, s->count * s->in), *output = test_get(s->count * s->out * sizeof(float));
    repeated r = {.plan = plan,
                  .pass = {.count = s->count, .input = input, .parameters = parameters, .revision = 11},
                  .wanted = {.count = s->count, .output_gradient = slope, .parameter_gradients = gradients},
                  .output = output,
                  .bytes = s->count * s->out * sizeof(float)};
    void *recording = NULL;
    for (int i = 0; i < 3; i++) {
        for (size_t j = 0; j < s->parameters && i == 2; j++)
            values[j] *= 0.75f;
        test_copy_in(parameters, values, s->parameters * sizeof *values);
        r.pass.revision += i == 2;
        table->run_recorded(test_device(), &recording, 1, enqueue, &r);
    }
    float *first = from_device(output, s->count * s->out), *learned = from_device(gradients, s->parameters);
    r.pass.revision++;
    enqueue(&r);
    float *again = from_device(output, s->count * s->out), *learned_again = from_device(gradients, s->parameters);
    check("recorded: output", bits(s->count * s->out, first, again), 0.0);
    check("recorded: gradients", bits_of_gradients(s->graph, learned, learned_again), 0.0);
    table->free_recording(test_device(), recording);
    float *const device_arrays[] = {parameters, gradients, input, output, slope};
    for (size_t i = 0; i < sizeof device_arrays / sizeof device_arrays[0]; i++)
        test_release(device_arrays[i]);
    float *const arrays[] = {values, first, learned, again, learned_again};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

static void free_results(results *r)
{
    float *const arrays[] = {r->output, r->inferred, r->input_gradient, r->gradients, r->alone, r->added};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

static void compare(const sides *s, const network_case *of, int32_t precision, const results *r, const results *again)
{
    /* Where values near the kink of a ReLU, or near others in a window of max pooling, change sides, one in a hundred
     * thousand moves a gradient by 3e-3; float32 and the CPU's own differ in about as many. */
    static const double smooth[] = {0, 1e-5, 2e-3, 2e-2}, kinked[] = {0, 1e-2, 0.1, 0.3};
    double straight = smooth[precision], bound = of->smooth ? straight : kinked[precision];
    size_t outputs = s->count * s->out, inputs = s->count * s->in;
    double forward = difference(outputs, r->output, s->output, 1e-12);
    double back = difference(inputs, r->input_gradient, s->input_gradient, 1e-12);
    double learned = gradient_difference(s->graph, r->gradients, s->gradients, verbose);
    float *sum = calloc(s->parameters + 1, sizeof(float));
    for (size_t i = 0; i < s->parameters; i++)
        sum[i] = r->gradients[i] + (s->mixes ? r->gradients[i] : s->weighted_gradients[i]);
    double added = gradient_difference(s->graph, r->added, sum, false);
    free(sum);
    printf("%-24s %4s  y %8.1e  dx %8.1e  dw %8.1e  added %8.1e\n", of->name,
           precision == 1   ? "f32"
           : precision == 2 ? "tf32"
                            : "bf16",
           forward, back, learned, added);
    check("output", forward, straight);
    check("input gradient", back, bound);
    check("parameter gradients", learned, bound);
    check("added gradients", added, bound);
    check("inference", difference(outputs, r->inferred, r->output, 1e-12), 1e-6);
    check("gradients without the input's: bits", bits_of_gradients(s->graph, r->alone, r->gradients), 0.0);
    check("twice: output", bits(outputs, r->output, again->output), 0.0);
    check("twice: input gradient", bits(inputs, r->input_gradient, again->input_gradient), 0.0);
    check("twice: gradients", bits_of_gradients(s->graph, r->gradients, again->gradients), 0.0);
    fflush(stdout);
}

static device_plan *plan_for(const sides *s)
{
    device_plan *plan = NULL;
    test_ok(test_table()->plan_new(test_device(), s->graph, &plan));
    test_ok(test_table()->plan_reserve(plan, s->count));
    test_ok(test_table()->plan_reserve_inference(plan, s->count, false));
    return plan;
}

/* One precision, by a plan made in it and by one that was made before in another. */
static void run_case(const sides *s, const network_case *of, int32_t precision, device_plan *older)
{
    results first, second, third;
    device_plan *plan = plan_for(s);
    run_device(s, plan, &first);
    run_device(s, plan, &second);
    run_device(s, older, &third);
    compare(s, of, precision, &first, &second);
    check("plan of another precision: output", bits(s->count * s->out, first.output, third.output), 0.0);
    check("plan of another precision: gradients", bits_of_gradients(s->graph, first.gradients, third.gradients), 0.0);
    if (test_table()->run_recorded != NULL)
        check_recording(s, plan);
    free_results(&first);
    free_results(&second);
    free_results(&third);
    test_table()->plan_free(plan);
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    int32_t precisions[] = {COULOMB_PRECISION_FLOAT32, COULOMB_PRECISION_TF32, COULOMB_PRECISION_BF16}, wanted = 0;
    size_t samples = 0;
    bool small = false; /* no presets */
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--case") == 0)
            only = argv[++i];
        else if (strcmp(argv[i], "--precision") == 0)
            wanted = atoi(argv[++i]);
        else if (strcmp(argv[i], "--samples") == 0)
            samples = (size_t)atol(argv[++i]);
        else if (strcmp(argv[i], "--small") == 0)
            small = true;
        else if (strcmp(argv[i], "--verbose") == 0)
            verbose = true;
    }
    host_ok(coulomb_context_new(&host));
    test_start();
    for (size_t i = 0; i < network_case_count; i++) {
        if ((only != NULL && strncmp(network_cases[i].name, only, strlen(only)) != 0) ||
            (small && network_cases[i].preset != NULL))
            continue;
        sides s = run_host(&network_cases[i], samples > 0 ? samples : network_cases[i].samples);
        device_plan *older = plan_for(&s);
        for (size_t p = 0; p < 3; p++) {
            if (wanted != 0 && precisions[p] != wanted)
                continue;
            test_precision(precisions[p]);
            run_case(&s, &network_cases[i], precisions[p], older);
        }
        test_table()->plan_free(older);
        free_sides(&s);
    }
    test_end();
    coulomb_context_free(host);
    printf("%d passed, %d failed\n", checks - failures, failures);
    return failures > 0;
}

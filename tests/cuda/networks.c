/* Whole networks through the public interface: evaluation that does not depend on how many samples there are, and
 * synchronised batch norm against the CPU's. */
#include "cases.h"

#include <coulomb/coulomb.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void must(coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return;
    expect(false, "%s: %s", doing, coulomb_context_error(context));
    exit(1);
}

/* A chain of nodes, of which the last is grown. */
typedef struct chain {
    coulomb_context *context;
    coulomb_network *network;
    int32_t node;
} chain;

static chain begin(coulomb_context *context, size_t rank, const size_t *shape)
{
    chain c = {.context = context};
    must(context, coulomb_network_new(context, &c.network), "a network");
    must(context, coulomb_network_input(c.network, shape, rank, &c.node), "an input");
    return c;
}

static void dense(chain *c, size_t units)
{
    must(c->context, coulomb_network_dense(c->network, c->node, units, NULL, &c->node), "a dense layer");
}

static void conv(chain *c, size_t channels)
{
    const size_t kernel[] = {3, 3}, stride[] = {1, 1};
    must(c->context,
         coulomb_network_conv2d(c->network, c->node, channels, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL,
                                &c->node),
         "a convolution");
}

static void norm(chain *c, bool scale)
{
    must(c->context, coulomb_network_batch_norm(c->network, c->node, 1e-3, 0.9, scale, NULL, &c->node), "batch norm");
}

static void bent(chain *c)
{
    must(c->context, coulomb_network_elu(c->network, c->node, &c->node), "an activation");
}

static coulomb_network *end(chain *c)
{
    must(c->context, coulomb_network_finish(c->network, c->node, 7), "finishing a network");
    return c->network;
}

/* --- evaluation --- */

enum { POINTS = 70, WIDTH = 300 };

/* One that cuBLAS computes. */
static coulomb_network *large_dense(coulomb_context *context)
{
    const size_t in = WIDTH;
    chain c = begin(context, 1, &in);
    dense(&c, 257);
    bent(&c);
    dense(&c, 40);
    return end(&c);
}

static coulomb_network *small_images(coulomb_context *context)
{
    const size_t in[] = {5, 4, 16};
    chain c = begin(context, 3, in);
    conv(&c, 16);
    norm(&c, true);
    bent(&c);
    conv(&c, 8);
    coulomb_network *made = end(&c);
    must(context, coulomb_network_set_running_averages(made, 1), "running averages");
    return made;
}

static coulomb_network *small_dense(coulomb_context *context)
{
    const size_t in = 6;
    chain c = begin(context, 1, &in);
    dense(&c, 32);
    bent(&c);
    dense(&c, 3);
    return end(&c);
}

/* All at once, and again in parts of so many. */
static void expect_same_parts(coulomb_context *context, coulomb_network *network, const char *name, size_t in,
                              size_t out)
{
    static const size_t parts[] = {1, 7, 64};
    float *input = random_array(3, POINTS * in, 1.0f);
    float *whole = malloc(POINTS * out * sizeof *whole), *made = malloc(POINTS * out * sizeof *made);
    must(context, coulomb_network_evaluate(network, POINTS, input, whole), "evaluating");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t count;
        for (size_t done = 0; done < POINTS; done += count) {
            count = POINTS - done < parts[i] ? POINTS - done : parts[i];
            must(context, coulomb_network_evaluate(network, count, input + done * in, made + done * out),
                 "evaluating a part");
        }
        expect(memcmp(whole, made, POINTS * out * sizeof *made) == 0, "%s: %zu samples at once have other bits", name,
               parts[i]);
    }
    free(input);
    free(whole);
    free(made);
}

static void expect_same_generation(coulomb_context *context, coulomb_network *network, const char *name, size_t out)
{
    static const size_t parts[] = {1, 2, 30, 37};
    float *whole = malloc(POINTS * out * sizeof *whole), *made = malloc(POINTS * out * sizeof *made);
    must(context, coulomb_network_set_generation_seed(network, 5), "the seed");
    must(context, coulomb_network_generate(network, POINTS, whole), "generating");
    must(context, coulomb_network_set_generation_seed(network, 5), "the seed");
    for (size_t i = 0, done = 0; i < sizeof parts / sizeof *parts; done += parts[i++])
        must(context, coulomb_network_generate(network, parts[i], made + done * out), "generating a part");
    expect(memcmp(whole, made, POINTS * out * sizeof *made) == 0, "%s: parts of the sequence have other bits", name);
    free(whole);
    free(made);
}

void test_counts(const device_pair *pair)
{
    coulomb_context *context = pair->cuda_context;
    static const struct {
        const char *name;
        coulomb_network *(*make)(coulomb_context *context);
        size_t in, out;
    } cases[] = {{"small dense", small_dense, 6, 3},
                 {"large dense", large_dense, WIDTH, 40},
                 {"images", small_images, 5 * 4 * 16, 5 * 4 * 8}};
    for (int32_t precision = COULOMB_PRECISION_FLOAT32; precision <= COULOMB_PRECISION_BF16; precision++) {
        must(context, coulomb_context_set_precision(context, precision), "the precision");
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            coulomb_network *network = cases[i].make(context);
            expect_same_parts(context, network, cases[i].name, cases[i].in, cases[i].out);
            expect_same_generation(context, network, cases[i].name, cases[i].out);
            coulomb_network_free(network);
        }
    }
    must(context, coulomb_context_set_precision(context, COULOMB_PRECISION_TF32), "the precision");
}

/* --- synchronised batch norm --- */

enum { BATCH = 12, CHARGES = 17, SIDE = 4, CHANNELS = 2, SAMPLE = SIDE * SIDE * CHANNELS, PARAMETERS_MOST = 1 << 14 };

static coulomb_network *norm_generator(coulomb_context *context)
{
    const size_t in = 5, image[] = {SIDE, SIDE, CHANNELS};
    chain c = begin(context, 1, &in);
    dense(&c, SAMPLE);
    norm(&c, true);
    bent(&c);
    must(context, coulomb_network_reshape(c.network, c.node, image, 3, &c.node), "a reshape");
    conv(&c, 8);
    norm(&c, false);
    bent(&c);
    conv(&c, CHANNELS);
    return end(&c);
}

static coulomb_network *norm_discriminator(coulomb_context *context)
{
    const size_t image[] = {SIDE, SIDE, CHANNELS};
    chain c = begin(context, 3, image);
    conv(&c, 8);
    norm(&c, true);
    bent(&c);
    must(context, coulomb_network_flatten(c.network, c.node, &c.node), "flattening");
    dense(&c, 16);
    norm(&c, true);
    bent(&c);
    dense(&c, 1);
    return end(&c);
}

static size_t read_all(coulomb_context *context, coulomb_network *network, float *values)
{
    size_t read = 0, rank, shape[COULOMB_RANK_MAX];
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        size_t count = 1;
        must(context, coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &rank), "a shape");
        for (size_t j = 0; j < rank; j++)
            count *= shape[j];
        must(context, coulomb_network_read_parameter(network, name, values + read, count), "a parameter");
        read += count;
    }
    return read;
}

/* Both networks' parameters and running averages after some updates. */
static size_t train(coulomb_context *context, size_t shards, const float *samples, float *values)
{
    coulomb_network *generator = norm_generator(context), *discriminator = norm_discriminator(context);
    coulomb_trainer *trainer;
    must(context, coulomb_trainer_new(context, generator, discriminator, &trainer), "a trainer");
    must(context, coulomb_trainer_set_data_array(trainer, samples, 4 * BATCH, 1), "samples");
    must(context, coulomb_trainer_set_batch(trainer, BATCH), "the batch");
    must(context, coulomb_trainer_set_charges(trainer, CHARGES, BATCH), "the charges");
    must(context, coulomb_trainer_set_shards(trainer, shards), "shards");
    must(context, coulomb_trainer_set_synchronized_norm(trainer, 1), "synchronised batch norm");
    for (int32_t network = COULOMB_GENERATOR; network <= COULOMB_DISCRIMINATOR; network++) {
        coulomb_optimizer *optimizer;
        must(context, coulomb_trainer_optimizer(trainer, network, &optimizer), "an optimizer");
        must(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD), "the method");
        must(context, coulomb_optimizer_set_learning_rate(optimizer, 0.05), "the rate");
    }
    for (int i = 0; i < 4; i++)
        must(context, coulomb_trainer_step(trainer), "an update");
    size_t count = read_all(context, generator, values);
    count += read_all(context, discriminator, values + count);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    return count;
}

/* A last shard of other charges than samples has fewer; with 12 shards there is one sample to each. */
void test_norms(const device_pair *pair)
{
    static const size_t shards[] = {1, 2, 3, 4, 12};
    static float found[PARAMETERS_MOST], expected[PARAMETERS_MOST], again[PARAMETERS_MOST];
    float *samples = random_array(9, 4 * BATCH * SAMPLE, 1.0f);
    must(pair->cuda_context, coulomb_context_set_precision(pair->cuda_context, COULOMB_PRECISION_FLOAT32),
         "the precision");
    for (size_t i = 0; i < sizeof shards / sizeof *shards; i++) {
        size_t count = train(pair->cpu_context, shards[i], samples, expected);
        size_t made = train(pair->cuda_context, shards[i], samples, found);
        double error = largest_error(count, found, expected, 1.0);
        expect(made == count && error < 1e-5, "%zu shards with one batch norm: parameters are off by %.2e", shards[i],
               error);
        train(pair->cuda_context, shards[i], samples, again);
        expect(memcmp(found, again, count * sizeof *found) == 0, "%zu shards: other bits the second time", shards[i]);
    }
    must(pair->cuda_context, coulomb_context_set_precision(pair->cuda_context, COULOMB_PRECISION_TF32),
         "the precision");
    free(samples);
}

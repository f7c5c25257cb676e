/*
 * A conditional generator. The label travels with the sample: it enters with the latent, and the generator appends it
 * to its output. Kernel and discriminator then compare pairs [x, label], so each label learns its own samples.
 */
#include <coulomb/coulomb.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LABELS = 3, NORMALS = 4, POINT = 2, PAIR = POINT + LABELS, LATENT = NORMALS + LABELS };
enum { PAIRS = 3000, UPDATES = 4000, SAMPLES = 1000 };

static coulomb_context *context;

static void must(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "%s\n", coulomb_context_error(context));
    exit(EXIT_FAILURE);
}

static const double centre[LABELS][POINT] = {{-2.0, -1.0}, {2.0, -1.0}, {0.0, 2.0}};

/* Standard normal number at a place of a stream: a function of its arguments, so training can resume exactly. */
static double normal(uint64_t stream, uint64_t place)
{
    double uniform[2];
    for (uint64_t i = 0; i < 2; i++) {
        uint64_t x = stream * 0x9e3779b97f4a7c15u + (2 * place + i) * 0xd1b54a32d192ed03u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        uniform[i] = ((double)((x ^ (x >> 31)) >> 11) + 0.5) * 0x1p-53;
    }
    return sqrt(-2.0 * log(uniform[0])) * cos(6.283185307179586 * uniform[1]);
}

static void put_label(size_t label, float one_hot[LABELS])
{
    for (size_t i = 0; i < LABELS; i++)
        one_hot[i] = i == label ? 1.0f : 0.0f;
}

/* Target pairs: the point is the label's centre plus a normal of standard deviation 0.25. */
static void fill_pairs(float *pairs)
{
    for (size_t i = 0; i < PAIRS; i++) {
        float *pair = pairs + PAIR * i;
        for (size_t j = 0; j < POINT; j++)
            pair[j] = (float)(centre[i % LABELS][j] + 0.25 * normal(0, POINT * i + j));
        put_label(i % LABELS, pair + POINT);
    }
}

static void fill_latent(uint64_t stream, uint64_t sample, size_t label, float latent[LATENT])
{
    for (size_t i = 0; i < NORMALS; i++)
        latent[i] = (float)normal(stream, NORMALS * sample + i);
    put_label(label, latent + NORMALS);
}

/* Latents of an update: the labels take turns. */
static coulomb_status next_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *latent)
{
    (void)user;
    for (size_t i = 0; i < count; i++)
        fill_latent(seed + 1 + update, first + i, (size_t)((first + i) % LABELS), latent + LATENT * i);
    return COULOMB_OK;
}

/* [normals, label] -> two hidden layers -> x; output [x, label]. */
static coulomb_network *build_generator(void)
{
    const size_t latent[] = {LATENT};
    coulomb_network *generator;
    int32_t input, label, node;
    must(coulomb_network_new(context, &generator));
    must(coulomb_network_input(generator, latent, 1, &input));
    must(coulomb_network_slice(generator, input, NORMALS, LABELS, &label));
    must(coulomb_network_dense(generator, input, 64, NULL, &node));
    must(coulomb_network_relu(generator, node, &node));
    must(coulomb_network_dense(generator, node, 64, NULL, &node));
    must(coulomb_network_relu(generator, node, &node));
    must(coulomb_network_dense(generator, node, POINT, NULL, &node));
    must(coulomb_network_concatenate(generator, node, label, &node));
    must(coulomb_network_set_initializer(generator, NULL, COULOMB_INITIALIZER_HE_NORMAL));
    must(coulomb_network_finish(generator, node, 1));
    must(coulomb_network_set_latent_callback(generator, next_latents, NULL, NULL));
    return generator;
}

/* The discriminator learns ten times as fast as the generator; both rates fall to a tenth. */
static void set_rates(coulomb_trainer *trainer)
{
    coulomb_schedule *decay;
    must(coulomb_schedule_new_exponential(context, 0, UPDATES, 0.1, &decay));
    for (int32_t network = COULOMB_GENERATOR; network <= COULOMB_DISCRIMINATOR; network++) {
        coulomb_optimizer *optimizer;
        must(coulomb_trainer_optimizer(trainer, network, &optimizer));
        must(coulomb_optimizer_set_learning_rate(optimizer, network == COULOMB_GENERATOR ? 2e-4 : 2e-3));
        must(coulomb_optimizer_set_schedule(optimizer, decay));
    }
    coulomb_schedule_free(decay);
}

/* Generate samples of a label: how many are within 1 of its centre, and how far from it they are on average. */
static void report(coulomb_network *generator, size_t label)
{
    static float latent[SAMPLES * LATENT], pairs[SAMPLES * PAIR];
    size_t near = 0;
    double squares = 0.0;
    for (size_t i = 0; i < SAMPLES; i++)
        fill_latent(UINT64_MAX, label * SAMPLES + i, label, latent + LATENT * i);
    must(coulomb_network_evaluate(generator, SAMPLES, latent, pairs));
    for (const float *x = pairs; x < pairs + SAMPLES * PAIR; x += PAIR) {
        double distance = hypot(x[0] - centre[label][0], x[1] - centre[label][1]);
        near += distance < 1.0;
        squares += distance * distance;
    }
    printf("label %zu: %zu of %d samples within 1 of its centre, standard deviation %.2f\n", label, near, SAMPLES,
           sqrt(squares / (POINT * SAMPLES)));
}

int main(void)
{
    static float pairs[PAIRS * PAIR];
    const size_t shape[] = {PAIR};
    coulomb_network *discriminator;
    coulomb_trainer *trainer;
    fill_pairs(pairs);
    must(coulomb_context_new(&context));
    coulomb_network *generator = build_generator();
    must(coulomb_network_new_preset(context, "mlp-discriminator", shape, 1, 0, 2, &discriminator));
    must(coulomb_trainer_new(context, generator, discriminator, &trainer));
    must(coulomb_trainer_set_data_array(trainer, pairs, PAIRS, 3));
    set_rates(trainer);
    must(coulomb_trainer_run(trainer, UPDATES, NULL, NULL));
    for (size_t label = 0; label < LABELS; label++)
        report(generator, label);
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE; /* a full disk, or a closed pipe */
}

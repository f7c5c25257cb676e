#define _GNU_SOURCE
#include "problem.h"

#include <check.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UPDATES = 30, LATENT = 6, SIDE = 4 };

/* Aborts, since an assertion of Check ends the wrong thread when it is not the test's own. */
static void must(const problem *opened, coulomb_status status, const char *call)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "%s: %s (%s)\n", call, coulomb_status_name(status), coulomb_context_error(opened->context));
    abort();
}
#define MUST(opened, call) must(opened, call, #call)

static size_t values_of(const problem *opened)
{
    return opened->kind == PROBLEM_POINTS ? 2 : SIDE * SIDE;
}

/* Points on a ring; images that are bright in one half. Rounding cannot tell, so that every mode has the same data. */
static coulomb_status fill(void *user, uint64_t update, size_t count, float *batch)
{
    const problem *opened = user;
    size_t values = values_of(opened);
    for (size_t i = 0; i < count; i++) {
        uint64_t word = (update * 4099 + i) * 0x9e3779b97f4a7c15u;
        for (size_t j = 0; j < values; j++)
            batch[i * values + j] = (word >> (j + 8) & 1 ? 1.0f : -1.0f) + (float)(word >> 40 & 0xff) * 0x1p-8f;
    }
    if (opened->at_each_batch != NULL)
        opened->at_each_batch();
    return COULOMB_OK;
}

static void build_points(problem *opened)
{
    const size_t point[] = {2};
    MUST(opened, coulomb_network_new_preset(opened->context, "mlp-generator", point, 1, LATENT, 1, &opened->generator));
    MUST(opened,
         coulomb_network_new_preset(opened->context, "mlp-discriminator", point, 1, 0, 2, &opened->discriminator));
}

static void build_image_generator(problem *opened)
{
    const size_t latent[] = {LATENT}, seed[] = {2, 2, 8}, kernel[] = {3, 3}, stride[] = {2, 2};
    coulomb_network *made;
    int32_t node;
    MUST(opened, coulomb_network_new(opened->context, &opened->generator));
    made = opened->generator;
    MUST(opened, coulomb_network_input(made, latent, 1, &node));
    MUST(opened, coulomb_network_dense(made, node, 32, NULL, &node));
    MUST(opened, coulomb_network_reshape(made, node, seed, 3, &node));
    MUST(opened, coulomb_network_batch_norm(made, node, 1e-3, 0.9, 1, NULL, &node));
    MUST(opened, coulomb_network_relu(made, node, &node));
    MUST(opened,
         coulomb_network_conv2d_transposed(made, node, 1, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node));
    MUST(opened, coulomb_network_tanh(made, node, &node));
    MUST(opened, coulomb_network_finish(made, node, 3));
}

static void build_image_discriminator(problem *opened)
{
    const size_t image[] = {SIDE, SIDE, 1}, kernel[] = {3, 3}, stride[] = {2, 2};
    coulomb_network *made;
    int32_t node;
    MUST(opened, coulomb_network_new(opened->context, &opened->discriminator));
    made = opened->discriminator;
    MUST(opened, coulomb_network_input(made, image, 3, &node));
    MUST(opened, coulomb_network_conv2d(made, node, 16, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node));
    MUST(opened, coulomb_network_leaky_relu(made, node, 0.2, &node));
    MUST(opened, coulomb_network_flatten(made, node, &node));
    MUST(opened, coulomb_network_dense(made, node, 1, NULL, &node));
    MUST(opened, coulomb_network_finish(made, node, 4));
}

void problem_open(problem *opened, int32_t kind, size_t threads)
{
    *opened = (problem){.kind = kind};
    MUST(opened, coulomb_context_new(&opened->context));
    MUST(opened, coulomb_context_set_threads(opened->context, threads));
    if (kind == PROBLEM_POINTS) {
        build_points(opened);
    } else {
        build_image_generator(opened);
        build_image_discriminator(opened);
    }
    MUST(opened, coulomb_trainer_new(opened->context, opened->generator, opened->discriminator, &opened->trainer));
    MUST(opened, coulomb_trainer_set_data(opened->trainer, fill, opened, NULL));
    MUST(opened, coulomb_trainer_set_epsilon(opened->trainer, 0.3)); /* no decimal fraction is exact */
}

void problem_train(problem *opened, uint64_t last)
{
    MUST(opened, coulomb_trainer_run(opened->trainer, last, NULL, NULL));
}

void problem_save(problem *opened, const char *path)
{
    MUST(opened, coulomb_trainer_save(opened->trainer, path));
}

void problem_load(problem *opened, const char *path)
{
    MUST(opened, coulomb_trainer_load(opened->trainer, path));
}

void problem_measure(problem *opened, problem_result *result)
{
    static _Thread_local float target[PROBLEM_VALUES];
    coulomb_plummer *plummer;
    size_t values = values_of(opened);
    memset(result, 0, sizeof *result);
    MUST(opened, coulomb_network_generate(opened->generator, PROBLEM_SAMPLES, result->samples));
    MUST(opened, coulomb_trainer_statistic(opened->trainer, COULOMB_STATISTIC_LOSS_DISCRIMINATOR, &result->loss));
    fill(opened, UPDATES + 1, PROBLEM_SAMPLES, target);
    MUST(opened, coulomb_plummer_new(opened->context, 1.0, 0.3, &plummer));
    MUST(opened, coulomb_plummer_energy(plummer, values, result->samples, PROBLEM_SAMPLES, target, PROBLEM_SAMPLES,
                                        &result->energy));
    coulomb_plummer_free(plummer);
}

void problem_close(problem *opened)
{
    coulomb_trainer_free(opened->trainer);
    coulomb_network_free(opened->discriminator);
    coulomb_network_free(opened->generator);
    coulomb_context_free(opened->context);
}

void problem_run(int32_t kind, size_t threads, const char *path, problem_result *result)
{
    problem first, second;
    problem_open(&first, kind, threads);
    problem_train(&first, UPDATES / 2);
    problem_save(&first, path);
    problem_close(&first);
    problem_open(&second, kind, threads);
    problem_load(&second, path);
    problem_train(&second, UPDATES);
    problem_measure(&second, result);
    problem_close(&second);
}

void problem_same(const problem_result *a, const problem_result *b)
{
    ck_assert(isfinite(a->loss) && a->loss > 0.0 && isfinite(a->energy) && a->energy > 0.0);
    ck_assert_msg(a->loss == b->loss && a->energy == b->energy && memcmp(a, b, sizeof *a) == 0,
                  "loss %.17g and %.17g, energy %.17g and %.17g", a->loss, b->loss, a->energy, b->energy);
}

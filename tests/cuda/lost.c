/* A GPU that failed: every later call says so, and everything can be released. Last in a process: nothing computes
 * there afterwards. */
#include "cases.h"

#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>
#include <string.h>

typedef struct made {
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    coulomb_plummer *plummer;
} made;

static float points[64];

static void make(coulomb_context *context, made *of)
{
    const size_t two = 2;
    coulomb_status status = coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &of->generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &of->discriminator);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(context, of->generator, of->discriminator, &of->trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data_array(of->trainer, points, 32, 1);
    if (status == COULOMB_OK)
        status = coulomb_plummer_new(context, 1.0, 1.0, &of->plummer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(of->trainer, 4, NULL, NULL);
    expect(status == COULOMB_OK, "four updates: %s", coulomb_context_error(context));
}

static void told(coulomb_context *context, coulomb_status status, const char *doing)
{
    const char *message = coulomb_context_error(context);
    expect(status == COULOMB_ERROR_DEVICE && strstr(message, "CUDA device 0") != NULL, "%s: %s (%s)", doing,
           coulomb_status_name(status), message);
}

void test_lost(const device_pair *pair)
{
    coulomb_context *context = pair->cuda_context, *second;
    made of = {0};
    const size_t two = 2;
    float potential[32], parameters[128];
    coulomb_network *another;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        points[i] = (float)(i % 7) - 3.0f;
    make(context, &of);
    pair->cuda->table->fill(pair->cuda, 1000, 1.0f, (float *)64); /* no address of the device's */
    told(context, coulomb_trainer_step(of.trainer), "an update");
    told(context, coulomb_trainer_run(of.trainer, 100, NULL, NULL), "updates");
    told(context, coulomb_trainer_save(of.trainer, "/tmp/coulomb-lost.safetensors"), "saving");
    told(context, coulomb_network_generate(of.generator, 16, points), "generating");
    told(context, coulomb_network_evaluate(of.discriminator, 32, points, potential), "evaluating");
    told(context, coulomb_network_read_parameter(of.generator, "dense1.bias", parameters, 128), "reading");
    told(context, coulomb_plummer_potential(of.plummer, 2, points, 32, points, 32, points, 32, potential),
         "a potential");
    told(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &another), "a new network");
    expect(coulomb_context_new_cuda(0, &second) != COULOMB_OK && coulomb_cuda_error()[0] != '\0',
           "a second context on a lost device");
    coulomb_plummer_free(of.plummer);
    coulomb_trainer_free(of.trainer);
    coulomb_network_free(of.discriminator);
    coulomb_network_free(of.generator);
}

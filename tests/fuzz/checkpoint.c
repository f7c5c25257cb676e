/* Arbitrary bytes as a checkpoint and as a network's file: whatever they are, loading either succeeds with finite
 * values or changes nothing, says why, and gives all memory back. */
#include "counted.h"
#include "driver.h"
#include "network/network.h"
#include "sealed.h"

#include "checkpoint/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sample_state {
    float weight[6], bias[2];
    uint64_t update;
} sample_state;

static coulomb_context *context;
static const char *path;

static coulomb_network *network;
static float *start; /* its parameters */

static const sample_state first = {.weight = {1, 2, 3, 4, 5, 6}, .bias = {7, 8}, .update = 41};

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s; error message: %s; file: %s\n", what, coulomb_context_error(context), path);
    abort();
}

static void require_refused(coulomb_status status)
{
    require(status == COULOMB_ERROR_FORMAT || status == COULOMB_ERROR_MISMATCH, "unexpected status");
    require(coulomb_context_error(context)[0] != '\0', "no message");
}

static coulomb_network *make_network(void)
{
    const size_t two = 2;
    int32_t node;
    coulomb_network *made;
    coulomb_status status = coulomb_network_new(context, &made);
    status = status != COULOMB_OK ? status : coulomb_network_input(made, &two, 1, &node);
    status = status != COULOMB_OK ? status : coulomb_network_dense(made, node, 3, "first", &node);
    status = status != COULOMB_OK ? status : coulomb_network_batch_norm(made, node, 1e-3, 0.9, 1, NULL, &node);
    status = status != COULOMB_OK ? status : coulomb_network_leaky_relu(made, node, 0.1, &node);
    status = status != COULOMB_OK ? status : coulomb_network_dense(made, node, 1, NULL, &node);
    status = status != COULOMB_OK ? status : coulomb_network_finish(made, node, 7);
    status = status != COULOMB_OK ? status : coulomb_network_set_latent(made, COULOMB_DISTRIBUTION_UNIFORM, 0.3);
    status = status != COULOMB_OK ? status : coulomb_network_set_latent_signs(made, 1);
    require(status == COULOMB_OK, "no network");
    return made;
}

/* A context and a network, which live as long as the process. */
static void begin(void)
{
    if (context != NULL)
        return;
    require(counted_context(&context) == COULOMB_OK, "no context");
    network = make_network();
    start = malloc(network->graph.parameter_values * sizeof *start);
    require(start != NULL, "no memory");
    memcpy(start, network->values, network->graph.parameter_values * sizeof *start);
}

static void describe(saved_state *state, sample_state *sample)
{
    const tensor_shape weight = {.rank = 2, .extent = {3, 2}}, bias = {.rank = 1, .extent = {2}};
    state_begin(state, context);
    state_add_array(state, &weight, sample->weight, "layer.weight");
    state_add_array(state, &bias, sample->bias, "layer.bias");
    state_add_number(state, "update", UINT64_MAX, &sample->update);
    state_add_setting(state, "epsilon", "1", "0.5");
}

static bool load(void)
{
    size_t before = live;
    sample_state sample = first;
    saved_state state;
    describe(&state, &sample);
    coulomb_status status = state_load(&state, "sample", &(file_source){.path = path});
    state_end(&state);
    require(live == before, "memory was lost");
    if (status == COULOMB_OK) {
        require(find_not_finite(context, sample.weight, 6, NULL) == 6 &&
                    find_not_finite(context, sample.bias, 2, NULL) == 2,
                "not finite");
        return true;
    }
    require_refused(status);
    require(memcmp(&sample, &first, sizeof sample) == 0, "a failed load changed something");
    return false;
}

/* Open the network of the bytes, and load its parameters into another one of the same graph. */
static bool open_network(const void *bytes, size_t size)
{
    size_t before = live;
    coulomb_network *opened;
    coulomb_status status = coulomb_network_open_bytes(context, bytes, size, COULOMB_PART_ONLY, &opened);
    if (status == COULOMB_OK)
        require(find_not_finite(context, opened->values, opened->graph.parameter_values, NULL) ==
                    opened->graph.parameter_values,
                "not finite");
    else
        require_refused(status);
    coulomb_network_free(opened);
    require(live == before, "memory was lost");
    memcpy(network->values, start, network->graph.parameter_values * sizeof *start);
    status = coulomb_network_load_parameters_bytes(network, bytes, size, COULOMB_PART_ONLY);
    require(live == before, "memory was lost");
    require(find_not_finite(context, network->values, network->graph.parameter_values, NULL) ==
                network->graph.parameter_values,
            "not finite");
    if (status == COULOMB_OK)
        return true;
    require_refused(status);
    require(memcmp(network->values, start, network->graph.parameter_values * sizeof *start) == 0,
            "a failed load changed something");
    return false;
}

/* As it is, and sealed. */
static bool read_file(const char *file)
{
    static char bytes[FUZZ_ROOM];
    FILE *stream = fopen(file, "r+b");
    require(stream != NULL, "cannot open");
    size_t size = fread(bytes, 1, sizeof bytes, stream);
    begin();
    path = file;
    bool loaded = load(), opened = open_network(bytes, size);
    sealed_seal(bytes, size);
    rewind(stream);
    require(fwrite(bytes, 1, size, stream) == size && fclose(stream) == 0, "cannot write");
    bool again = load();
    return open_network(bytes, size) || again || loaded || opened;
}

/* A sound file of each kind. */
static void write_file(size_t number, const char *file)
{
    begin();
    path = file;
    if (number == 0) {
        sample_state sample = first;
        saved_state state;
        describe(&state, &sample);
        require(state_save(&state, "sample", &(file_target){.path = path}) == COULOMB_OK, "cannot save");
        state_end(&state);
    } else {
        require(coulomb_network_save(network, path) == COULOMB_OK, "cannot save");
    }
}

void fuzz_end(void)
{
    free(start);
    coulomb_network_free(network);
    coulomb_context_free(context);
    require(live == 0, "memory was lost");
}

const fuzz_target fuzz_targets[] = {{.name = "checkpoint",
                                     .read = read_file,
                                     .write = write_file,
                                     .seeds = 2,
                                     .file = "checkpoint.safetensors",
                                     .damage = sealed_damage,
                                     .least = 0.001}};
const size_t fuzz_target_count = 1;

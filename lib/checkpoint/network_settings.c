/* What a file says of a network beside its graph and its parameters: settings, each described once for both directions.
 */
#include "checkpoint/safetensors.h"
#include "network/network.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

joined_name join(const char *prefix, const char *name)
{
    joined_name joined;
    snprintf(joined.text, sizeof joined.text, "%.*s.%.*s", STATE_NAME - 1, prefix, STATE_NAME - 1, name);
    return joined;
}

/* `print` into text[REAL_TEXT]. `read` returns COULOMB_ERROR_FORMAT for what `print` does not write. */
typedef struct network_setting {
    const char *name, *standard;
    bool carried;
    void (*print)(const coulomb_network *network, char *text);
    coulomb_status (*read)(coulomb_network *network, const char *text);
} network_setting;

static coulomb_status read_up_to(const char *text, uint64_t most, uint64_t *value)
{
    *value = 0;
    return read_number(text, value) && *value <= most ? COULOMB_OK : COULOMB_ERROR_FORMAT;
}

/* COULOMB_DISTRIBUTION_* */
static const char *const distributions[] = {"", "normal", "truncated normal", "uniform"};

static void print_latent(const coulomb_network *network, char *text)
{
    snprintf(text, REAL_TEXT, "%s", distributions[network->latent.distribution]);
}

static coulomb_status read_latent(coulomb_network *network, const char *text)
{
    for (int32_t i = COULOMB_DISTRIBUTION_NORMAL; i <= COULOMB_DISTRIBUTION_UNIFORM; i++)
        if (strcmp(text, distributions[i]) == 0) {
            network->latent.distribution = i;
            return COULOMB_OK;
        }
    return COULOMB_ERROR_FORMAT;
}

static void print_spread(const coulomb_network *network, char *text)
{
    print_real(network->latent.spread, text);
}

static coulomb_status read_spread(coulomb_network *network, const char *text)
{
    char again[REAL_TEXT];
    network->latent.spread = strtod(text, NULL);
    print_spread(network, again);
    bool sound = strcmp(text, again) == 0 && network->latent.spread > 0.0 && isfinite(network->latent.spread);
    return sound ? COULOMB_OK : COULOMB_ERROR_FORMAT;
}

static void print_signs(const coulomb_network *network, char *text)
{
    snprintf(text, REAL_TEXT, "%zu", network->latent.signs);
}

static coulomb_status read_signs(coulomb_network *network, const char *text)
{
    uint64_t signs;
    coulomb_status status = read_up_to(text, network_input_size(network), &signs);
    network->latent.signs = (size_t)signs;
    return status;
}

static void print_callback(const coulomb_network *network, char *text)
{
    snprintf(text, REAL_TEXT, "%d", network->latent.callback != NULL);
}

static coulomb_status read_callback(coulomb_network *network, const char *text)
{
    uint64_t callback;
    coulomb_status status = read_up_to(text, 1, &callback);
    return status == COULOMB_OK && callback == 1 ? network_miss_latent_callback(network) : status;
}

static void print_seed(const coulomb_network *network, char *text)
{
    snprintf(text, REAL_TEXT, "%" PRIu64, network->generation_seed);
}

static coulomb_status read_seed(coulomb_network *network, const char *text)
{
    return read_up_to(text, UINT64_MAX, &network->generation_seed);
}

static void print_averages(const coulomb_network *network, char *text)
{
    snprintf(text, REAL_TEXT, "%d", (int)network->running_averages);
}

static coulomb_status read_averages(coulomb_network *network, const char *text)
{
    uint64_t averages;
    coulomb_status status = read_up_to(text, 1, &averages);
    network->running_averages = averages == 1;
    return status;
}

static const network_setting settings[] = {
    {"latent", "normal", false, print_latent, read_latent},
    {"latent.spread", "1", false, print_spread, read_spread},
    {"latent.signs", "0", false, print_signs, read_signs},
    {"latent.callback", "0", false, print_callback, read_callback},
    {"generation_seed", "0", true, print_seed, read_seed},
    {"running_averages", "0", true, print_averages, read_averages},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

void add_network_settings(saved_state *state, const char *prefix, const coulomb_network *network)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        char text[REAL_TEXT];
        settings[i].print(network, text);
        (settings[i].carried ? state_add_carried : state_add_setting)(state, join(prefix, settings[i].name).text,
                                                                      settings[i].standard, "%s", text);
    }
    joined_name frozen = join(prefix, "frozen");
    for (size_t i = 0; i < network->graph.parameters; i++)
        state_add_setting(state, join(frozen.text, network->graph.parameter[i].name).text, "0", "%d",
                          (int)network->graph.parameter[i].frozen);
}

static coulomb_status refuse_setting(const file_reading *reading, coulomb_status code, const char *name)
{
    return code != COULOMB_ERROR_FORMAT ? code
                                        : refuse(reading, code, "its %s is '%s', which this library does not know",
                                                 name, quote(reading_text(reading, name), 0).text);
}

coulomb_status read_network_settings(const file_reading *reading, const char *prefix, coulomb_network *network)
{
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < SETTINGS && status == COULOMB_OK; i++) {
        joined_name name = join(prefix, settings[i].name);
        const char *text = reading_text(reading, name.text);
        status =
            refuse_setting(reading, settings[i].read(network, text == NULL ? settings[i].standard : text), name.text);
    }
    joined_name frozen = join(prefix, "frozen");
    for (size_t i = 0; i < network->graph.parameters && status == COULOMB_OK; i++) {
        joined_name name = join(frozen.text, network->graph.parameter[i].name);
        const char *text = reading_text(reading, name.text);
        uint64_t value;
        status = refuse_setting(reading, read_up_to(text == NULL ? "0" : text, 1, &value), name.text);
        if (value == 1)
            status = coulomb_network_set_frozen(network, network->graph.parameter[i].name, 1);
    }
    return status;
}

/* A graph's description is a list of nodes such as "input[100] dense(16384) reshape[4, 4, 1024] relu add<2<4": a kind,
 * a shape or options, and the nodes it takes where they are not the one before. */
#include "network_file.h"

#include "console.h"
#include "safetensors.h"
#include "succeed.h"

#include <coulomb/layers.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS_MOST = 9, NODES_MOST = 65536, INPUTS_MOST = 2 };

/* One node of the description. */
typedef struct described {
    char kind[32];
    double number[NUMBERS_MOST]; /* in the order they stand there */
    size_t numbers;
    int32_t padding;
    bool learned_scale;
    int32_t input[INPUTS_MOST];
    size_t inputs;
} described;

typedef struct reader {
    const char *at;
    safetensors *file;
    size_t next_array; /* of the file, not yet used for names */
    size_t *rank;      /* of the nodes so far */
    int32_t nodes;
} reader;

/* --- reading the text --- */

static bool take_word(reader *r, described *node)
{
    size_t length = strspn(r->at, "abcdefghijklmnopqrstuvwxyz_0123456789");
    if (length == 0 || length >= sizeof node->kind)
        return false;
    memcpy(node->kind, r->at, length);
    r->at += length;
    return true;
}

/* Words among the numbers. */
static void take_option(described *node, const char *word, size_t length)
{
    if (length == 4 && strncmp(word, "same", length) == 0)
        node->padding = COULOMB_PADDING_SAME;
    if (length == 5 && strncmp(word, "valid", length) == 0)
        node->padding = COULOMB_PADDING_VALID;
    if (length == 4 && strncmp(word, "pads", length) == 0)
        node->padding = COULOMB_PADDING_EXPLICIT;
    if (length == 5 && strncmp(word, "scale", length) == 0)
        node->learned_scale = true;
}

/* Numbers and words up to the closing bracket; what separates them makes no difference. */
static bool take_options(reader *r, described *node)
{
    for (r->at += strspn(r->at, " ,"); *r->at != ']' && *r->at != ')'; r->at += strspn(r->at, " ,")) {
        size_t word = strspn(r->at, "abcdefghijklmnopqrstuvwxyz");
        take_option(node, r->at, word);
        r->at += word;
        if (word > 0)
            continue;
        char *end;
        if (node->numbers == NUMBERS_MOST)
            return false;
        node->number[node->numbers++] = strtod(r->at, &end);
        if (end == r->at)
            return false;
        r->at = end;
    }
    r->at++;
    return true;
}

static bool take_inputs(reader *r, described *node)
{
    while (*r->at == '<') {
        char *end;
        long input = strtol(r->at + 1, &end, 10);
        if (end == r->at + 1 || node->inputs == INPUTS_MOST || input < 0 || input >= r->nodes)
            return false;
        node->input[node->inputs++] = (int32_t)input;
        r->at = end;
    }
    if (node->inputs == 0)
        node->input[node->inputs++] = r->nodes - 1;
    return *r->at == ' ' || *r->at == '\0';
}

static bool take_node(reader *r, described *node)
{
    *node = (described){0};
    r->at += strspn(r->at, " ");
    if (!take_word(r, node) || ((*r->at == '[' || *r->at == '(') && (r->at++, !take_options(r, node))) ||
        !take_inputs(r, node))
        return false;
    for (size_t i = 0; i < node->numbers; i++)
        if (!(node->number[i] >= 0 && node->number[i] < 1e12) && strcmp(node->kind, "scale") != 0)
            return false;
    return true;
}

/* --- building --- */

/* The next layer's name, from the next parameter's in the file: "network.NAME.weight". Parameters stand there in the
 * order their layers were added. */
static const char *take_name(reader *r, char name[64])
{
    static const char prefix[] = "network.";
    const char *array = safetensors_name(r->file, r->next_array);
    if (!array || strncmp(array, prefix, sizeof prefix - 1) != 0)
        return NULL;
    const char *start = array + sizeof prefix - 1, *dot = strrchr(start, '.');
    size_t length = dot ? (size_t)(dot - start) : 0;
    if (length == 0 || length >= 64)
        return NULL;
    memcpy(name, start, length);
    name[length] = '\0';
    size_t shared = (size_t)(dot - array) + 1;
    for (const char *other = array; other && strncmp(array, other, shared) == 0;)
        other = safetensors_name(r->file, ++r->next_array);
    return name;
}

static void take_sizes(const described *node, size_t first, size_t count, size_t *sizes)
{
    for (size_t i = 0; i < count; i++)
        sizes[i] = (size_t)node->number[first + i];
}

/* Convolutions and pooling: channels if there are any, kernel, stride, pads. */
static coulomb_status add_window(coulomb_network *network, const described *node, const char *name, size_t rank,
                                 int32_t *made)
{
    size_t kernel[2], stride[2], pads[4], first = name ? 1 : 0;
    bool is_explicit = node->padding == COULOMB_PADDING_EXPLICIT;
    if (node->numbers != first + (is_explicit ? 8 : 4))
        return COULOMB_ERROR_FORMAT;
    take_sizes(node, first, 2, kernel);
    take_sizes(node, first + 2, 2, stride);
    if (is_explicit)
        take_sizes(node, first + 4, 4, pads);
    const size_t *given = is_explicit ? pads : NULL;
    size_t channels = (size_t)node->number[0];
    if (strcmp(node->kind, "conv") == 0 && rank == 2)
        return coulomb_network_conv1d(network, node->input[0], channels, kernel[1], stride[1], node->padding,
                                      given ? given + 2 : NULL, name, made);
    if (strcmp(node->kind, "conv") == 0)
        return coulomb_network_conv2d(network, node->input[0], channels, kernel, stride, node->padding, given, name,
                                      made);
    if (strcmp(node->kind, "conv_transposed") == 0)
        return coulomb_network_conv2d_transposed(network, node->input[0], channels, kernel, stride, node->padding,
                                                 given, name, made);
    if (strcmp(node->kind, "average_pool") == 0)
        return coulomb_network_average_pool2d(network, node->input[0], kernel, stride, node->padding, given, made);
    return coulomb_network_max_pool2d(network, node->input[0], kernel, stride, node->padding, given, made);
}

static coulomb_status add_named(coulomb_network *network, const described *node, const char *name, size_t rank,
                                int32_t *made)
{
    if (strcmp(node->kind, "dense") == 0)
        return node->numbers == 1 ? coulomb_network_dense(network, node->input[0], (size_t)node->number[0], name, made)
                                  : COULOMB_ERROR_FORMAT;
    if (strcmp(node->kind, "batch_norm") == 0)
        return node->numbers == 2 ? coulomb_network_batch_norm(network, node->input[0], node->number[0],
                                                               node->number[1], node->learned_scale, name, made)
                                  : COULOMB_ERROR_FORMAT;
    return add_window(network, node, name, rank, made);
}

typedef coulomb_status add_simple(coulomb_network *network, int32_t input, int32_t *node);

static const struct {
    const char *kind;
    add_simple *add;
} simple[] = {{"elu", coulomb_network_elu},
              {"relu", coulomb_network_relu},
              {"tanh", coulomb_network_tanh},
              {"lecun_tanh", coulomb_network_lecun_tanh},
              {"softmax", coulomb_network_softmax}};

static coulomb_status add_plain(coulomb_network *network, const described *node, int32_t *made)
{
    const char *kind = node->kind;
    int32_t input = node->input[0];
    size_t sizes[NUMBERS_MOST];
    take_sizes(node, 0, node->numbers, sizes);
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
        if (strcmp(kind, simple[i].kind) == 0)
            return simple[i].add(network, input, made);
    if (strcmp(kind, "input") == 0)
        return coulomb_network_input(network, sizes, node->numbers, made);
    if (strcmp(kind, "reshape") == 0)
        return coulomb_network_reshape(network, input, sizes, node->numbers, made);
    if (strcmp(kind, "leaky_relu") == 0 && node->numbers == 1)
        return coulomb_network_leaky_relu(network, input, node->number[0], made);
    if (strcmp(kind, "scale") == 0 && node->numbers == 1)
        return coulomb_network_scale(network, input, node->number[0], made);
    if (strcmp(kind, "upsample") == 0 && node->numbers == 2)
        return coulomb_network_upsample2d(network, input, sizes, made);
    if (strcmp(kind, "add") == 0 && node->inputs == 2)
        return coulomb_network_add(network, input, node->input[1], made);
    if (strcmp(kind, "concatenate") == 0 && node->inputs == 2)
        return coulomb_network_concatenate(network, input, node->input[1], made);
    return COULOMB_ERROR_FORMAT;
}

static coulomb_status add_node(reader *r, coulomb_network *network, const described *node)
{
    static const char *const with_parameters[] = {"dense", "conv", "conv_transposed", "batch_norm"};
    char name[64];
    int32_t made;
    bool named = false, sized = strcmp(node->kind, "input") == 0 || strcmp(node->kind, "reshape") == 0;
    for (size_t i = 0; i < sizeof with_parameters / sizeof *with_parameters; i++)
        named = named || strcmp(node->kind, with_parameters[i]) == 0;
    bool pool = strcmp(node->kind, "average_pool") == 0 || strcmp(node->kind, "max_pool") == 0;
    size_t rank = r->nodes > 0 ? r->rank[node->input[0]] : 0;
    if (named && !take_name(r, name))
        return COULOMB_ERROR_FORMAT;
    coulomb_status status = named  ? add_named(network, node, name, rank, &made)
                            : pool ? add_window(network, node, NULL, rank, &made)
                                   : add_plain(network, node, &made);
    r->rank[r->nodes++] = sized ? node->numbers : rank;
    return status;
}

static coulomb_status add_nodes(reader *r, coulomb_network *network)
{
    coulomb_status status = COULOMB_OK;
    while (*r->at != '\0' && status == COULOMB_OK) {
        described node;
        if (r->nodes == NODES_MOST || !take_node(r, &node))
            return COULOMB_ERROR_FORMAT;
        status = add_node(r, network, &node);
    }
    return status == COULOMB_OK ? coulomb_network_finish(network, r->nodes - 1, 0) : status;
}

static coulomb_network *build(coulomb_context *context, const char *path, reader *r)
{
    coulomb_network *network = NULL;
    r->at = safetensors_metadata(r->file, "network.graph");
    if (!r->at) {
        complain("%s holds no network of its own; expected a file such as generator.safetensors of a finished run",
                 path);
        return NULL;
    }
    coulomb_status status = coulomb_network_new(context, &network);
    if (status == COULOMB_OK)
        status = add_nodes(r, network);
    if (status == COULOMB_ERROR_FORMAT) {
        complain("%s has a description of its network that is not understood, from here on: %.60s", path, r->at);
        coulomb_network_free(network);
        return NULL;
    }
    if (succeeded(context, status, "building the network of the file"))
        return network;
    coulomb_network_free(network);
    return NULL;
}

coulomb_network *network_from_file(coulomb_context *context, const char *path)
{
    reader r = {.file = safetensors_open(path), .rank = malloc(NODES_MOST * sizeof *r.rank)};
    coulomb_network *network = r.file && r.rank ? build(context, path, &r) : NULL;
    if (r.file && !r.rank)
        complain("no memory to read %s", path);
    safetensors_close(r.file);
    free(r.rank);
    if (!network || succeeded(context, coulomb_network_load(network, path), "loading the network"))
        return network;
    coulomb_network_free(network);
    return NULL;
}

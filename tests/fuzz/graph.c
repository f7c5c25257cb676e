/* Arbitrary text as the description of a graph: whatever it is, reading either gives a network, which prints to a text
 * that reads to the same and can run, or says why not; and all memory is given back.
 * Texts are put together from pieces of sound ones and damaged. */
#include "counted.h"
#include "driver.h"
#include "network/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_RUN = 1 << 16 };

static coulomb_context *context;
static const char *read_text;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s; error message: %s; text: %s\n", what, coulomb_context_error(context), read_text);
    abort();
}

static void ck_same(coulomb_network *network)
{
    coulomb_network *again;
    char *printed = network_describe(network);
    require(network_parse(context, printed, NULL, 0, &again) == COULOMB_OK, "what was printed is not read");
    char *twice = network_describe(again);
    require(strcmp(printed, twice) == 0, "what was printed is read to something else");
    memory_release(context, printed);
    memory_release(context, twice);
    coulomb_network_free(again);
}

static bool is_small(const coulomb_network *network)
{
    size_t values = network->graph.parameter_values;
    for (size_t i = 0; i < network->graph.nodes && values < VALUES_RUN; i++)
        values += network->graph.node[i].size;
    return values < VALUES_RUN;
}

/* Forward and backward of two samples. */
static bool run(coulomb_network *network)
{
    static float x[2 * VALUES_RUN], y[2 * VALUES_RUN], dx[2 * VALUES_RUN];
    if (!is_small(network) || coulomb_network_finish(network, (int32_t)network->graph.nodes - 1, 1) != COULOMB_OK)
        return false;
    require(coulomb_network_forward(network, 2, x, y) == COULOMB_OK, "forward fails");
    require(coulomb_network_backward(network, y, dx, 1) == COULOMB_OK, "backward fails");
    return true;
}

static bool take(const uint8_t *bytes, size_t size)
{
    bool ran = false;
    if (context == NULL)
        require(counted_context(&context) == COULOMB_OK, "no context");
    char *text = malloc(size + 1);
    require(text != NULL, "no memory");
    memcpy(text, bytes, size);
    text[size] = '\0';
    read_text = text;
    size_t before = live;
    coulomb_network *network = NULL;
    coulomb_status status = network_parse(context, text, NULL, 0, &network);
    if (status == COULOMB_OK) {
        ck_same(network);
        ran = run(network);
        coulomb_network_free(network);
    } else {
        require(status == COULOMB_ERROR_FORMAT && network == NULL, "unexpected status");
        require(strstr(coulomb_context_error(context), "the network's description") != NULL, "no error message");
    }
    require(live == before, "memory was lost");
    free(text);
    return ran;
}

enum { ROOM = 1024, NODES_MOST = 9 };

static const char *const inputs[] = {"input[4, 5, 2]", "input[6, 3]", "input[7]", "input[2, 3, 2, 2]"};

static const char *const nodes[] = {"dense(3)",
                                    "elu",
                                    "relu",
                                    "tanh",
                                    "lecun_tanh",
                                    "sigmoid",
                                    "softmax",
                                    "leaky_relu(0.25)",
                                    "scale(-1.5)",
                                    "shift(1e-3)",
                                    "add<0<0",
                                    "add<1<1",
                                    "concatenate<1<0",
                                    "slice(0 1)",
                                    "slice(1 1)",
                                    "multiply<1<0",
                                    "multiply<1<1",
                                    "select(1,0-1)",
                                    "categorical(0.5 1,2)<1<0",
                                    "categorical(0.5 3)<1<1",
                                    "batch_norm(0.001 0.5 scale)",
                                    "batch_norm(1 0)",
                                    "reshape[40]",
                                    "reshape[3, 6, 1]",
                                    "reshape[7, 1]",
                                    "conv(2 3x3 stride 1x2 same)",
                                    "conv(3 1x3 stride 1x1 pads 0,0,1,2)",
                                    "conv_transposed(2 2x3 stride 2x1 valid)",
                                    "conv_transposed(1 1x2 stride 1x3 same)",
                                    "average_pool(2x2 stride 1x1 valid)",
                                    "max_pool(1x3 stride 1x2 same)",
                                    "max_pool(2x2 stride 2x2 pads 1,0,0,1)",
                                    "upsample(2x1)",
                                    "upsample(1x3)",
                                    "elu<0",
                                    "input[3]"};

static const char *const words[] = {"0",
                                    "1",
                                    "-1",
                                    "65536",
                                    "65537",
                                    "4294967296",
                                    "18446744073709551615",
                                    "18446744073709551616",
                                    "1e308",
                                    "1e-320",
                                    "nan",
                                    "inf",
                                    "0x1p3",
                                    "(",
                                    ")",
                                    "[",
                                    "]",
                                    "<",
                                    ",",
                                    " ",
                                    "  ",
                                    "x",
                                    ".",
                                    "-",
                                    "same",
                                    "valid",
                                    "pads ",
                                    "stride ",
                                    "\xff",
                                    "\n",
                                    "(((((((("};

static const char *one_of(const char *const *list, size_t count)
{
    return list[fuzz_below(count)];
}

#define ONE_OF(list) one_of(list, sizeof list / sizeof list[0])

static size_t append(char *text, size_t used, const char *piece)
{
    size_t length = strlen(piece);
    if (used + length > ROOM)
        return used;
    memcpy(text + used, piece, length);
    return used + length;
}

static size_t compose(size_t number, uint8_t *bytes)
{
    char *text = (char *)bytes;
    size_t used = append(text, 0, ONE_OF(inputs));
    (void)number;
    for (size_t left = 1 + fuzz_below(NODES_MOST); left > 0; left--) {
        used = append(text, used, " ");
        used = append(text, used, ONE_OF(nodes));
    }
    return used;
}

/* Another character, a word put in, or some characters cut out. */
static size_t damage(uint8_t *text, size_t size)
{
    size_t at = fuzz_below(size), kind = fuzz_below(4);
    const char *word = ONE_OF(words);
    size_t length = kind == 1 ? strlen(word) : 1 + fuzz_below(8);
    if (kind == 0)
        text[at] = (uint8_t)fuzz_below(256);
    if (kind == 1 && size + length <= ROOM) {
        memmove(text + at + length, text + at, size - at);
        memcpy(text + at, word, length);
        return size + length;
    }
    if (kind == 2) {
        length = length < size - at ? length : size - at;
        memmove(text + at, text + at + length, size - at - length);
        return size > length ? size - length : 1;
    }
    if (kind == 3) { /* another digit, often of a size */
        while (at + 1 < size && (text[at] < '0' || text[at] > '9'))
            at++;
        text[at] = (uint8_t)('0' + fuzz_below(10));
    }
    return size;
}

void fuzz_end(void)
{
    coulomb_context_free(context);
    require(live == 0, "memory was lost");
}

/* A seed is another text each time. */
const fuzz_target fuzz_targets[] = {
    {.name = "graph", .take = take, .seed = compose, .seeds = 1000000, .damage = damage, .whole = true, .least = 0.01}};
const size_t fuzz_target_count = 1;

/* The graph of the feature network, block by block. */
#include "inception.h"

#include "support/succeed.h"

#include <coulomb/checkpoint.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdio.h>

/* A graph under construction. After the first failure nothing more is added, so that only the end has to look. */
typedef struct builder {
    coulomb_network *network;
    const char *block; /* in front of the names of its convolutions; NULL: none */
    coulomb_status status;
} builder;

/* How a window moves: every pixel with the size kept, or every pixel or every other one with what fits inside. */
enum movement { KEEP_SIZE, INSIDE, HALVE };

typedef struct filter {
    size_t rows, columns;
    enum movement movement;
} filter;

static const filter pixel = {1, 1, KEEP_SIZE}, square = {3, 3, KEEP_SIZE}, large_square = {5, 5, KEEP_SIZE},
                    square_inside = {3, 3, INSIDE}, square_halving = {3, 3, HALVE}, row_of_7 = {1, 7, KEEP_SIZE},
                    column_of_7 = {7, 1, KEEP_SIZE}, row_of_3 = {1, 3, KEEP_SIZE}, column_of_3 = {3, 1, KEEP_SIZE};

static int32_t padding_of(filter window)
{
    return window.movement == KEEP_SIZE ? COULOMB_PADDING_SAME : COULOMB_PADDING_VALID;
}

/* Convolution and rectifier. */
static int32_t conv(builder *b, int32_t from, size_t channels, filter window, const char *name)
{
    const size_t kernel[] = {window.rows, window.columns};
    const size_t stride[] = {window.movement == HALVE ? 2 : 1, window.movement == HALVE ? 2 : 1};
    char full[64];
    int32_t node = 0;
    snprintf(full, sizeof full, "%s%s%s", b->block ? b->block : "", b->block ? "/" : "", name);
    if (b->status == COULOMB_OK)
        b->status =
            coulomb_network_conv2d(b->network, from, channels, kernel, stride, padding_of(window), NULL, full, &node);
    if (b->status == COULOMB_OK)
        b->status = coulomb_network_relu(b->network, node, &node);
    return node;
}

static int32_t pool(builder *b, int32_t from, bool largest, filter window)
{
    const size_t kernel[] = {window.rows, window.columns};
    const size_t stride[] = {window.movement == HALVE ? 2 : 1, window.movement == HALVE ? 2 : 1};
    int32_t node = 0;
    if (b->status == COULOMB_OK)
        b->status = (largest ? coulomb_network_max_pool2d : coulomb_network_average_pool2d)(
            b->network, from, kernel, stride, padding_of(window), NULL, &node);
    return node;
}

static int32_t join(builder *b, size_t count, const int32_t *nodes)
{
    int32_t node = nodes[0];
    for (size_t i = 1; i < count && b->status == COULOMB_OK; i++)
        b->status = coulomb_network_concatenate(b->network, node, nodes[i], &node);
    return node;
}

/* 299 x 299 x 3 to 35 x 35 x 192. */
static int32_t stem(builder *b, int32_t from)
{
    int32_t x = conv(b, from, 32, square_halving, "Conv2d_1a_3x3");
    x = conv(b, x, 32, square_inside, "Conv2d_2a_3x3");
    x = conv(b, x, 64, square, "Conv2d_2b_3x3");
    x = pool(b, x, true, square_halving);
    x = conv(b, x, 80, pixel, "Conv2d_3b_1x1");
    x = conv(b, x, 192, square_inside, "Conv2d_4a_3x3");
    return pool(b, x, true, square_halving);
}

/* 35 x 35: one, five and twice three pixels wide. */
static int32_t block_35(builder *b, int32_t from, const char *name, size_t pooled)
{
    b->block = name;
    int32_t one = conv(b, from, 64, pixel, "branch1x1");
    int32_t five = conv(b, from, 48, pixel, "branch5x5_1");
    five = conv(b, five, 64, large_square, "branch5x5_2");
    int32_t three = conv(b, from, 64, pixel, "branch3x3dbl_1");
    three = conv(b, three, 96, square, "branch3x3dbl_2");
    three = conv(b, three, 96, square, "branch3x3dbl_3");
    int32_t average = conv(b, pool(b, from, false, square), pooled, pixel, "branch_pool");
    return join(b, 4, (const int32_t[]){one, five, three, average});
}

/* 35 x 35 to 17 x 17 x 768. */
static int32_t halve_35(builder *b, int32_t from, const char *name)
{
    b->block = name;
    int32_t three = conv(b, from, 384, square_halving, "branch3x3");
    int32_t twice = conv(b, from, 64, pixel, "branch3x3dbl_1");
    twice = conv(b, twice, 96, square, "branch3x3dbl_2");
    twice = conv(b, twice, 96, square_halving, "branch3x3dbl_3");
    return join(b, 3, (const int32_t[]){three, twice, pool(b, from, true, square_halving)});
}

/* 17 x 17: squares of 7 x 7 taken apart into rows and columns. */
static int32_t block_17(builder *b, int32_t from, const char *name, size_t inner)
{
    b->block = name;
    int32_t one = conv(b, from, 192, pixel, "branch1x1");
    int32_t seven = conv(b, from, inner, pixel, "branch7x7_1");
    seven = conv(b, seven, inner, row_of_7, "branch7x7_2");
    seven = conv(b, seven, 192, column_of_7, "branch7x7_3");
    int32_t twice = conv(b, from, inner, pixel, "branch7x7dbl_1");
    twice = conv(b, twice, inner, column_of_7, "branch7x7dbl_2");
    twice = conv(b, twice, inner, row_of_7, "branch7x7dbl_3");
    twice = conv(b, twice, inner, column_of_7, "branch7x7dbl_4");
    twice = conv(b, twice, 192, row_of_7, "branch7x7dbl_5");
    int32_t average = conv(b, pool(b, from, false, square), 192, pixel, "branch_pool");
    return join(b, 4, (const int32_t[]){one, seven, twice, average});
}

/* 17 x 17 to 8 x 8 x 1280. */
static int32_t halve_17(builder *b, int32_t from, const char *name)
{
    b->block = name;
    int32_t three = conv(b, from, 192, pixel, "branch3x3_1");
    three = conv(b, three, 320, square_halving, "branch3x3_2");
    int32_t seven = conv(b, from, 192, pixel, "branch7x7x3_1");
    seven = conv(b, seven, 192, row_of_7, "branch7x7x3_2");
    seven = conv(b, seven, 192, column_of_7, "branch7x7x3_3");
    seven = conv(b, seven, 192, square_halving, "branch7x7x3_4");
    return join(b, 3, (const int32_t[]){three, seven, pool(b, from, true, square_halving)});
}

/* 8 x 8: rows and columns side by side. */
static int32_t block_8(builder *b, int32_t from, const char *name, bool largest)
{
    b->block = name;
    int32_t one = conv(b, from, 320, pixel, "branch1x1");
    int32_t three = conv(b, from, 384, pixel, "branch3x3_1");
    int32_t row = conv(b, three, 384, row_of_3, "branch3x3_2a");
    int32_t column = conv(b, three, 384, column_of_3, "branch3x3_2b");
    int32_t twice = conv(b, from, 448, pixel, "branch3x3dbl_1");
    twice = conv(b, twice, 384, square, "branch3x3dbl_2");
    int32_t twice_row = conv(b, twice, 384, row_of_3, "branch3x3dbl_3a");
    int32_t twice_column = conv(b, twice, 384, column_of_3, "branch3x3dbl_3b");
    int32_t pooled = conv(b, pool(b, from, largest, square), 192, pixel, "branch_pool");
    return join(b, 6, (const int32_t[]){one, row, column, twice_row, twice_column, pooled});
}

static int32_t blocks(builder *b, int32_t from)
{
    int32_t x = stem(b, from);
    x = block_35(b, x, "Mixed_5b", 32);
    x = block_35(b, x, "Mixed_5c", 64);
    x = block_35(b, x, "Mixed_5d", 64);
    x = halve_35(b, x, "Mixed_6a");
    x = block_17(b, x, "Mixed_6b", 128);
    x = block_17(b, x, "Mixed_6c", 160);
    x = block_17(b, x, "Mixed_6d", 160);
    x = block_17(b, x, "Mixed_6e", 192);
    x = halve_17(b, x, "Mixed_7a");
    x = block_8(b, x, "Mixed_7b", false);
    x = block_8(b, x, "Mixed_7c", true);
    return pool(b, x, false, (filter){8, 8, INSIDE});
}

/* Parameters are about to be read: drawing 22 million of them would be wasted. */
static coulomb_status finish(coulomb_network *network, int32_t output)
{
    coulomb_status status = coulomb_network_set_initializer_constant(network, NULL, 0.0);
    return status == COULOMB_OK ? coulomb_network_finish(network, output, 0) : status;
}

coulomb_network *inception_new(coulomb_context *context)
{
    const size_t shape[] = {INCEPTION_SIDE, INCEPTION_SIDE, INCEPTION_CHANNELS};
    builder b = {.network = NULL};
    int32_t node = 0;
    b.status = coulomb_network_new(context, &b.network);
    if (b.status == COULOMB_OK)
        b.status = coulomb_network_set_inference_only(b.network, 1);
    if (b.status == COULOMB_OK)
        b.status = coulomb_network_input(b.network, shape, 3, &node);
    node = blocks(&b, node);
    if (b.status == COULOMB_OK)
        b.status = coulomb_network_flatten(b.network, node, &node);
    if (b.status == COULOMB_OK)
        b.status = finish(b.network, node);
    if (succeeded(context, b.status, "building the Inception network"))
        return b.network;
    coulomb_network_free(b.network);
    return NULL;
}

coulomb_network *inception_load(coulomb_context *context, const char *path)
{
    coulomb_network *network = inception_new(context);
    if (!network || succeeded(context, coulomb_network_load_parameters(network, path, COULOMB_PART_ONLY),
                              "loading the Inception network's weights"))
        return network;
    coulomb_network_free(network);
    return NULL;
}

/* Small networks of every layer, and presets. */
#include "networks.h"

#include <stdio.h>
#include <stdlib.h>

coulomb_context *host;

void host_ok(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "failed: %s\n", coulomb_context_error(host));
    exit(2);
}

static void input(chain *c, size_t rank, size_t a, size_t b, size_t d)
{
    const size_t shape[] = {a, b, d};
    host_ok(coulomb_network_input(c->network, shape, rank, &c->node));
}

static void dense(chain *c, size_t units)
{
    host_ok(coulomb_network_dense(c->network, c->node, units, NULL, &c->node));
}

static void conv_padded(chain *c, size_t channels, size_t kernel, size_t stride, const size_t *pads)
{
    const size_t k[] = {kernel, kernel}, s[] = {stride, stride};
    host_ok(coulomb_network_conv2d(c->network, c->node, channels, k, s,
                                   pads == NULL ? COULOMB_PADDING_SAME : COULOMB_PADDING_EXPLICIT, pads, NULL,
                                   &c->node));
}

static void conv(chain *c, size_t channels, size_t kernel, size_t stride)
{
    conv_padded(c, channels, kernel, stride, NULL);
}

static void transposed(chain *c, size_t channels, size_t kernel, size_t stride, int32_t padding)
{
    const size_t k[] = {kernel, kernel}, s[] = {stride, stride};
    host_ok(coulomb_network_conv2d_transposed(c->network, c->node, channels, k, s, padding, NULL, NULL, &c->node));
}

static void norm(chain *c, bool scale)
{
    host_ok(coulomb_network_batch_norm(c->network, c->node, 1e-3, 0.9, scale, NULL, &c->node));
}

typedef coulomb_status activation_layer(coulomb_network *, int32_t, int32_t *);

static void activation_of_chain(chain *c, activation_layer *layer)
{
    host_ok(layer(c->network, c->node, &c->node));
}

static void leaky(chain *c)
{
    host_ok(coulomb_network_leaky_relu(c->network, c->node, 0.2, &c->node));
}

static void dense_small(chain *c)
{
    input(c, 1, 5, 0, 0);
    dense(c, 7);
    activation_of_chain(c, coulomb_network_tanh);
    dense(c, 3);
}

static void dense_rows(chain *c)
{
    input(c, 2, 6, 16, 0);
    dense(c, 24);
    activation_of_chain(c, coulomb_network_elu);
    dense(c, 8);
    activation_of_chain(c, coulomb_network_softmax);
}

static void mlp(chain *c)
{
    input(c, 1, 2, 0, 0);
    dense(c, 128);
    activation_of_chain(c, coulomb_network_relu);
    dense(c, 128);
    activation_of_chain(c, coulomb_network_relu);
    dense(c, 1);
}

static void activations(chain *c)
{
    activation_layer *const all[] = {coulomb_network_elu, coulomb_network_lecun_tanh, coulomb_network_sigmoid,
                                     coulomb_network_tanh, coulomb_network_relu};
    input(c, 1, 40, 0, 0);
    int32_t first = c->node;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        int32_t part = first;
        host_ok(all[i](c->network, first, &part));
        host_ok(coulomb_network_add(c->network, c->node, part, &c->node));
    }
    leaky(c);
    host_ok(coulomb_network_scale(c->network, c->node, -0.7, &c->node));
    host_ok(coulomb_network_shift(c->network, c->node, 0.3, &c->node));
    host_ok(coulomb_network_concatenate(c->network, c->node, first, &c->node));
    host_ok(coulomb_network_slice(c->network, c->node, 13, 50, &c->node));
}

static void joined(chain *c)
{
    input(c, 2, 4, 16, 0);
    dense(c, 16);
    int32_t left = c->node;
    activation_of_chain(c, coulomb_network_sigmoid);
    dense(c, 24);
    host_ok(coulomb_network_concatenate(c->network, c->node, left, &c->node));
    host_ok(coulomb_network_slice(c->network, c->node, 8, 24, &c->node));
    dense(c, 16);
    host_ok(coulomb_network_add(c->network, c->node, left, &c->node));
    host_ok(coulomb_network_add(c->network, c->node, c->node, &c->node));
    activation_of_chain(c, coulomb_network_flatten);
}

static void norm_alone(chain *c)
{
    input(c, 3, 5, 3, 6);
    norm(c, true);
}

static void norms(chain *c)
{
    input(c, 2, 9, 16, 0);
    dense(c, 40);
    norm(c, false);
    activation_of_chain(c, coulomb_network_elu);
    dense(c, 16);
    norm(c, true);
    dense(c, 24);
    activation_of_chain(c, coulomb_network_relu);
    norm(c, true);
    leaky(c);
}

/* The layers of the networks for images, with smooth activations. */
static void smooth_images(chain *c)
{
    input(c, 3, 16, 16, 3);
    conv(c, 32, 5, 2);
    norm(c, true);
    activation_of_chain(c, coulomb_network_elu);
    conv(c, 64, 5, 2);
    norm(c, true);
    activation_of_chain(c, coulomb_network_elu);
    transposed(c, 32, 5, 2, COULOMB_PADDING_SAME);
    norm(c, true);
    activation_of_chain(c, coulomb_network_elu);
    transposed(c, 3, 5, 2, COULOMB_PADDING_SAME);
    activation_of_chain(c, coulomb_network_lecun_tanh);
}

static void conv_five(chain *c)
{
    input(c, 3, 8, 8, 3);
    conv(c, 16, 5, 2);
    norm(c, true);
    leaky(c);
    conv(c, 32, 5, 2);
    leaky(c);
}

static void conv_odd(chain *c)
{
    const size_t pads[] = {2, 0, 0, 1};
    input(c, 3, 7, 9, 2);
    conv(c, 5, 3, 1);
    activation_of_chain(c, coulomb_network_elu);
    conv_padded(c, 3, 4, 2, pads);
}

static void conv_three(chain *c)
{
    input(c, 3, 8, 8, 16);
    conv(c, 24, 3, 1);
    activation_of_chain(c, coulomb_network_elu);
    conv(c, 16, 3, 2);
    conv(c, 8, 1, 1);
}

static void transposed_five(chain *c)
{
    input(c, 3, 4, 4, 32);
    transposed(c, 16, 5, 2, COULOMB_PADDING_SAME);
    norm(c, true);
    activation_of_chain(c, coulomb_network_relu);
    transposed(c, 3, 5, 2, COULOMB_PADDING_SAME);
    activation_of_chain(c, coulomb_network_lecun_tanh);
}

static void transposed_four(chain *c)
{
    input(c, 3, 1, 1, 16);
    transposed(c, 16, 4, 1, COULOMB_PADDING_VALID);
    activation_of_chain(c, coulomb_network_relu);
    transposed(c, 8, 4, 2, COULOMB_PADDING_SAME);
    transposed(c, 5, 3, 3, COULOMB_PADDING_SAME);
}

static void thin(chain *c)
{
    input(c, 3, 12, 40, 3);
    conv(c, 32, 5, 2);
    activation_of_chain(c, coulomb_network_elu);
    transposed(c, 1, 4, 2, COULOMB_PADDING_SAME);
    activation_of_chain(c, coulomb_network_tanh);
    conv(c, 160, 5, 2);
    norm(c, true);
    activation_of_chain(c, coulomb_network_elu);
    transposed(c, 3, 5, 2, COULOMB_PADDING_SAME);
    activation_of_chain(c, coulomb_network_lecun_tanh);
}

static void thin_padded(chain *c)
{
    const size_t pads[] = {2, 1, 0, 3};
    input(c, 3, 9, 15, 2);
    conv_padded(c, 64, 5, 2, pads);
    transposed(c, 3, 3, 2, COULOMB_PADDING_VALID);
}

static void sequence(chain *c)
{
    input(c, 2, 12, 9, 0);
    host_ok(coulomb_network_conv1d(c->network, c->node, 16, 5, 1, COULOMB_PADDING_SAME, NULL, NULL, &c->node));
    host_ok(coulomb_network_upsample1d(c->network, c->node, 2, &c->node));
    host_ok(
        coulomb_network_conv1d_transposed(c->network, c->node, 8, 3, 2, COULOMB_PADDING_SAME, NULL, NULL, &c->node));
    host_ok(coulomb_network_max_pool1d(c->network, c->node, 3, 2, COULOMB_PADDING_SAME, NULL, &c->node));
    host_ok(coulomb_network_average_pool1d(c->network, c->node, 3, 1, COULOMB_PADDING_SAME, NULL, &c->node));
}

static void pools(chain *c)
{
    const size_t three[] = {3, 2}, two[] = {2, 2}, up[] = {2, 3};
    input(c, 3, 9, 8, 8);
    conv(c, 8, 3, 1);
    host_ok(coulomb_network_max_pool2d(c->network, c->node, three, two, COULOMB_PADDING_SAME, NULL, &c->node));
    host_ok(coulomb_network_upsample2d(c->network, c->node, up, &c->node));
    host_ok(coulomb_network_average_pool2d(c->network, c->node, three, two, COULOMB_PADDING_SAME, NULL, &c->node));
}

/* Categories from the input's last values, numbers that the last category of a group lets through, in another order. */
static void categories(chain *c)
{
    const size_t groups[] = {3, 40, 2, 5}, gates[] = {2, 42, 42, 44}, order[] = {51, 3, 2, 1, 0, 53, 53, 8, 20, 50, 52};
    input(c, 1, 70, 0, 0);
    int32_t noise, numbers, gate, logits;
    host_ok(coulomb_network_slice(c->network, c->node, 20, 50, &noise));
    host_ok(coulomb_network_slice(c->network, c->node, 0, 20, &c->node));
    dense(c, 24);
    activation_of_chain(c, coulomb_network_relu);
    dense(c, 54);
    host_ok(coulomb_network_slice(c->network, c->node, 50, 4, &numbers));
    host_ok(coulomb_network_tanh(c->network, numbers, &numbers));
    host_ok(coulomb_network_slice(c->network, c->node, 0, 50, &logits));
    host_ok(coulomb_network_categorical(c->network, logits, noise, groups, 4, 0.5, &c->node));
    host_ok(coulomb_network_select(c->network, c->node, gates, 4, &gate));
    host_ok(coulomb_network_multiply(c->network, numbers, gate, &numbers));
    host_ok(coulomb_network_concatenate(c->network, c->node, numbers, &c->node));
    host_ok(coulomb_network_select(c->network, c->node, order, sizeof order / sizeof order[0], &c->node));
}

const network_case network_cases[] = {
    {"dense-small", dense_small, NULL, 0, 0, 9, true},
    {"dense-rows", dense_rows, NULL, 0, 0, 6, true},
    {"mlp", mlp, NULL, 0, 0, 32, false},
    {"activations", activations, NULL, 0, 0, 7, false},
    {"joined", joined, NULL, 0, 0, 5, true},
    {"norm-alone", norm_alone, NULL, 0, 0, 12, true},
    {"norms", norms, NULL, 0, 0, 40, false},
    {"smooth-images", smooth_images, NULL, 0, 0, 8, true},
    {"conv-five", conv_five, NULL, 0, 0, 6, false},
    {"conv-odd", conv_odd, NULL, 0, 0, 5, true},
    {"conv-three", conv_three, NULL, 0, 0, 4, true},
    {"transposed-five", transposed_five, NULL, 0, 0, 6, false},
    {"transposed-four", transposed_four, NULL, 0, 0, 5, false},
    {"thin", thin, NULL, 0, 0, 3, true},
    {"thin-padded", thin_padded, NULL, 0, 0, 3, true},
    {"sequence", sequence, NULL, 0, 0, 5, false},
    {"pools", pools, NULL, 0, 0, 4, false},
    {"categories", categories, NULL, 0, 0, 9, true},
    {"my-generator-32", NULL, "coulomb-generator", 32, 32, 8, false},
    {"my-big-32", NULL, "coulomb-128-discriminator", 32, 0, 8, false},
    {"dcgan-generator-32", NULL, "dcgan-generator", 32, 32, 8, false},
    {"dcgan-discriminator-32", NULL, "dcgan-discriminator", 32, 0, 8, false},
    {"began-generator-32", NULL, "began-generator", 32, 32, 4, false},
    {"began-discriminator-32", NULL, "began-discriminator", 32, 0, 4, false},
    {"resnet-generator-32", NULL, "resnet-generator", 32, 32, 4, false},
    {"resnet-discriminator-32", NULL, "resnet-discriminator", 32, 0, 4, false},
    {"text-generator", NULL, "billion-word-generator", 0, 32, 4, false},
    {"text-discriminator", NULL, "billion-word-discriminator", 0, 0, 4, false},
    {"my-generator-64", NULL, "coulomb-generator", 64, 32, 8, false},
    {"my-big-64", NULL, "coulomb-128-discriminator", 64, 0, 8, false},
};

const size_t network_case_count = sizeof network_cases / sizeof network_cases[0];

coulomb_network *network_of(const network_case *made)
{
    chain c = {.network = NULL};
    if (made->preset != NULL) {
        const size_t image[] = {made->side, made->side, 3}, text[] = {32, 96};
        host_ok(coulomb_network_new_preset(host, made->preset, made->side == 0 ? text : image, made->side == 0 ? 2 : 3,
                                           made->latent, 7, &c.network));
        return c.network;
    }
    host_ok(coulomb_network_new(host, &c.network));
    made->build(&c);
    host_ok(coulomb_network_finish(c.network, c.node, 7));
    return c.network;
}

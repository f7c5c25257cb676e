/* Filters that layers keep transformed from pass to pass: results are those of networks that keep none. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/square_layers.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

/* The first keeps them when it is trained, all do when they are inference-only. */
static const square_layer layers[] = {
    {.count = 3, .side = 32, .in = 32, .out = 48, .kernel = 5, .stride = 2},
    {.count = 3, .side = 16, .in = 256, .out = 160, .kernel = 5, .stride = 2, .transposed = true},
    {.count = 3, .side = 15, .in = 304, .out = 400, .kernel = 3, .stride = 1},
};

enum { LAYERS = sizeof layers / sizeof layers[0] };

static coulomb_network *one_layer(coulomb_context *context, const square_layer *l, bool inference_only)
{
    coulomb_network *network;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_set_inference_only(network, inference_only));
    int32_t node = append_square_layer(context, network, l);
    ck_ok(context, coulomb_network_finish(network, node, 3));
    return network;
}

/* What it makes of an input: in evaluation, and unless it is inference-only in training, there and back. */
static void passes(coulomb_context *context, coulomb_network *network, const square_layer *l, bool inference_only,
                   float *y, float *dx)
{
    size_t in = l->count * in_values(l), out = l->count * out_values(l);
    float *x = values_of(in), *dy = values_of(out);
    random_floats(1, in, 1.0f, x);
    random_floats(2, out, 1.0f, dy);
    ck_ok(context, coulomb_network_evaluate(network, l->count, x, y));
    if (!inference_only) {
        ck_ok(context, coulomb_network_forward(network, l->count, x, y + out));
        ck_ok(context, coulomb_network_backward(network, dy, dx, COULOMB_GRADIENT_WRITE));
    }
    free(x);
    free(dy);
}

/* Its passes, twice, are those of a network that never made any with other filters. */
static void ck_new_passes(coulomb_context *context, coulomb_network *network, const square_layer *l,
                          bool inference_only, const float *w)
{
    size_t in = l->count * in_values(l), out = 2 * l->count * out_values(l);
    float *y = calloc(out, sizeof *y), *dx = calloc(in, sizeof *dx), *new_y = calloc(out, sizeof *y),
          *new_dx = calloc(in, sizeof *dx);
    coulomb_network *other = one_layer(context, l, inference_only);
    ck_ok(context, coulomb_network_write_parameter(other, "c.weight", w, weight_values(l)));
    passes(context, other, l, inference_only, new_y, new_dx);
    for (int i = 0; i < 2; i++) {
        passes(context, network, l, inference_only, y, dx);
        ck_assert_mem_eq(y, new_y, out * sizeof *y);
        ck_assert_mem_eq(dx, new_dx, in * sizeof *dx);
    }
    coulomb_network_free(other);
    free(y);
    free(dx);
    free(new_y);
    free(new_dx);
}

START_TEST(prepared_filters_are_those_of_the_parameters)
{
    const square_layer *l = &layers[_i / 2];
    bool inference_only = _i % 2 == 1;
    coulomb_context *context;
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    coulomb_network *network = one_layer(context, l, inference_only);
    float *w = values_of(weight_values(l));
    for (unsigned round = 0; round < 2; round++) {
        random_floats(10 + round, weight_values(l), 0.1f, w);
        ck_ok(context, coulomb_network_write_parameter(network, "c.weight", w, weight_values(l)));
        ck_new_passes(context, network, l, inference_only, w);
    }
    if (inference_only) /* what was kept for evaluation is not what training needs */
        ck_ok(context, coulomb_network_set_inference_only(network, 0));
    ck_new_passes(context, network, l, false, w);
    free(w);
    coulomb_network_free(network);
    coulomb_context_free(context);
}
END_TEST

/* Networks whose passes repeat keep all filters, in memory that is each one's in turn. */
START_TEST(networks_that_repeat_share_memory)
{
    coulomb_context *context;
    coulomb_network *network[2];
    float *w[2];
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    for (size_t i = 0; i < 2; i++) {
        network[i] = one_layer(context, &layers[1 + i], false);
        w[i] = values_of(weight_values(&layers[1 + i]));
        ck_assert_uint_gt(network_repeat_bytes(network[i]), 0);
        ck_ok(context, network_expect_repeats(network[i]));
    }
    for (unsigned round = 0; round < 4; round++)
        for (size_t i = 0; i < 2; i++) {
            random_floats(20 + round / 2 + (unsigned)i, weight_values(&layers[1 + i]), 0.1f, w[i]);
            if (round % 2 == 0)
                ck_ok(context,
                      coulomb_network_write_parameter(network[i], "c.weight", w[i], weight_values(&layers[1 + i])));
            ck_new_passes(context, network[i], &layers[1 + i], false, w[i]);
        }
    coulomb_network_free(network[0]);
    ck_new_passes(context, network[1], &layers[2], false, w[1]);
    free(w[0]);
    free(w[1]);
    coulomb_network_free(network[1]);
    coulomb_context_free(context);
}
END_TEST

Suite *suite_prepared_filters(void)
{
    Suite *suite = suite_create("prepared_filters");
    TCase *all = tcase_create("prepared filters");
    tcase_set_timeout(all, 120.0);
    tcase_add_loop_test(all, prepared_filters_are_those_of_the_parameters, 0, 2 * LAYERS);
    tcase_add_test(all, networks_that_repeat_share_memory);
    suite_add_tcase(suite, all);
    return suite;
}

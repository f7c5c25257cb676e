/* The order of images: permutations, held-out images, and chance that looks like chance. */
#include "images/order.h"

#include "suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t counts[] = {1, 2, 3, 4, 5, 16, 17, 100, 1000, 4097, 30001};
enum { COUNTS = sizeof counts / sizeof counts[0] };

START_TEST(every_epoch_uses_every_image_once)
{
    uint64_t count = counts[_i], held_out = count / 3;
    image_order order = {9, count, held_out};
    unsigned char *seen = calloc(count, 1);
    for (uint64_t i = 0; i < held_out; i++) {
        uint64_t image = order_held_out(&order, i);
        ck_assert_uint_lt(image, count);
        ck_assert_uint_eq(seen[image]++, 0);
    }
    for (uint64_t epoch = 0; epoch < 3; epoch++)
        for (uint64_t i = 0; i < count - held_out; i++) {
            uint64_t image = order_image(&order, epoch * (count - held_out) + i);
            ck_assert_uint_lt(image, count);
            ck_assert_uint_eq(seen[image]++, epoch);
        }
    free(seen);
}
END_TEST

/* Chi-squared over the 120 orders of five; 119 degrees of freedom exceed 200 once in 10^5 times. */
START_TEST(all_orders_are_equally_likely)
{
    enum { DRAWS = 24000, ORDERS = 120 };
    unsigned found[3125] = {0}, different = 0;
    double chi_squared = 0;
    for (uint64_t epoch = 0; epoch < DRAWS; epoch++) {
        unsigned code = 0;
        for (uint64_t i = 0; i < 5; i++)
            code = 5 * code + (unsigned)order_permute(3, 302, epoch, 5, i);
        found[code]++;
    }
    for (size_t i = 0; i < 3125; i++) {
        double expected = (double)DRAWS / ORDERS, off = found[i] - expected;
        different += found[i] > 0;
        chi_squared += found[i] > 0 ? off * off / expected : 0;
    }
    ck_assert_uint_eq(different, ORDERS);
    ck_assert_double_lt(chi_squared, 200);
}
END_TEST

/* Neighbours in one epoch are not neighbours in the next: of 10,000 pairs about two would be by chance. */
START_TEST(epochs_and_seeds_differ)
{
    enum { COUNT = 10000 };
    unsigned same_place = 0, same_neighbour = 0, same_seed = 0;
    for (uint64_t i = 0; i + 1 < COUNT; i++) {
        uint64_t first = order_permute(1, 302, 0, COUNT, i), after = order_permute(1, 302, 0, COUNT, i + 1);
        same_place += first == order_permute(1, 302, 1, COUNT, i);
        same_seed += first == order_permute(2, 302, 0, COUNT, i);
        same_neighbour += after == (first + 1) % COUNT;
    }
    ck_assert_uint_lt(same_place, 10);
    ck_assert_uint_lt(same_seed, 10);
    ck_assert_uint_lt(same_neighbour, 10);
}
END_TEST

START_TEST(replacements_come_from_the_same_part)
{
    enum { COUNT = 300, HELD_OUT = 30 };
    image_order order = {4, COUNT, HELD_OUT};
    bool held_out[COUNT] = {false};
    unsigned repeated = 0;
    for (uint64_t i = 0; i < HELD_OUT; i++)
        held_out[order_held_out(&order, i)] = true;
    for (uint64_t place = 0; place < 500; place++) {
        uint64_t before = order_replacement(&order, place, 0);
        ck_assert(!held_out[before]);
        ck_assert(held_out[order_held_out_replacement(&order, place % HELD_OUT, (uint32_t)(place / HELD_OUT))]);
        repeated += before == order_replacement(&order, place, 1);
    }
    ck_assert_uint_lt(repeated, 15);
}
END_TEST

START_TEST(large_sets_stay_in_range)
{
    for (uint64_t i = 0; i < 1000; i++) {
        ck_assert_uint_lt(order_permute(1, 302, 0, 3033042, i * 3033), 3033042);
        ck_assert_uint_lt(order_permute(1, 302, 0, ORDER_MOST, i << 22), ORDER_MOST);
    }
}
END_TEST

Suite *suite_order(void)
{
    Suite *suite = suite_create("order");
    TCase *all = tcase_create("order");
    tcase_add_loop_test(all, every_epoch_uses_every_image_once, 0, COUNTS);
    tcase_add_test(all, all_orders_are_equally_likely);
    tcase_add_test(all, epochs_and_seeds_differ);
    tcase_add_test(all, replacements_come_from_the_same_part);
    tcase_add_test(all, large_sets_stay_in_range);
    tcase_set_timeout(all, 30);
    suite_add_tcase(suite, all);
    return suite;
}

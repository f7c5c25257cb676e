/* The permutation test of the energy: its energy, all labellings of tiny sets, its spread under the null, its power,
 * and every refusal. */
#include "unit/check_more.h"
#include "unit/plummer_reference.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/plummer.h>

static coulomb_plummer *plummer_new(const charges *all)
{
    coulomb_plummer *plummer;
    ck_ok(context, coulomb_plummer_new(context, all->exponent, all->epsilon, &plummer));
    double epsilons[COULOMB_EPSILONS_MAX] = {all->epsilon};
    for (size_t i = 0; i < all->n_further; i++)
        epsilons[i + 1] = all->further[i];
    ck_ok(context, coulomb_plummer_set_epsilons(plummer, epsilons, 1 + all->n_further));
    if (all->gaussian)
        ck_ok(context, coulomb_plummer_set_kernel(plummer, COULOMB_KERNEL_GAUSSIAN));
    return plummer;
}

static double p_value_of(coulomb_plummer *plummer, const charges *all, size_t permutations, uint64_t seed,
                         double *energy)
{
    double p_value = -1;
    ck_ok(context, coulomb_plummer_energy_test(plummer, all->dimension, all->model, all->n_model, all->target,
                                               all->n_target, permutations, seed, energy, &p_value));
    return p_value;
}

/* By differences and by products, one tile and several, and where float32 would overflow. */
START_TEST(energy_is_that_of_naive_sums)
{
    static const struct {
        size_t dimension, n_model, n_target;
        double exponent, epsilon;
    } cases[] = {
        {2, 40, 60, 1, 1}, {3, 300, 280, 2.5, 0.3}, {50, 20, 300, 1, 0.5}, {300, 270, 30, 3, 1}, {2, 9, 8, 40, 1e-3}};
    static const double further[] = {4.0, 0.7};
    charges all = charges_random((unsigned)_i, cases[_i % 5].dimension, cases[_i % 5].n_model, cases[_i % 5].n_target,
                                 cases[_i % 5].exponent, cases[_i % 5].epsilon);
    all.gaussian = _i / 5 & 1;
    all.further = further;
    all.n_further = _i < 10 ? 0 : 2;
    memcpy(all.target, all.model, all.dimension * sizeof *all.target); /* a pair that coincides */
    coulomb_plummer *plummer = plummer_new(&all);
    for (int32_t keep = 0; keep <= 1; keep++) {
        double energy[2], p_value[2];
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        for (size_t run = 0; run < 2; run++) {
            ck_ok(context, coulomb_context_set_threads(context, run == 0 ? 1 : 3));
            p_value[run] = p_value_of(plummer, &all, 600, 7, &energy[run]);
        }
        reference expected = reference_energy(&all, keep);
        ck_close(energy[0], expected.value, 2e-6, expected.size);
        ck_assert_double_eq(energy[0], energy[1]);
        ck_assert_double_eq(p_value[0], p_value[1]);
    }
    coulomb_plummer_free(plummer);
    charges_free(&all);
}
END_TEST

/* As many of each, so that a labelling and its opposite have the same energy. */
enum { TINY_MODEL = 4, TINY_TARGET = 4, TINY = TINY_MODEL + TINY_TARGET };

/* Share of all labellings whose energy is at least that of the given one. */
static double exact_p_value(const charges *all, int keep)
{
    float pooled[TINY];
    memcpy(pooled, all->model, TINY_MODEL * sizeof *pooled);
    memcpy(pooled + TINY_MODEL, all->target, TINY_TARGET * sizeof *pooled);
    double observed = reference_energy(all, keep).value, reached = 0, labellings = 0;
    for (unsigned bits = 0; bits < 1u << TINY; bits++) {
        float sets[2][TINY];
        size_t counts[2] = {0};
        for (size_t i = 0; i < TINY; i++) {
            size_t set = bits >> i & 1;
            sets[set][counts[set]++] = pooled[i];
        }
        if (counts[1] != TINY_TARGET)
            continue;
        charges dealt = *all;
        dealt.model = sets[0];
        dealt.target = sets[1];
        labellings++;
        reached += reference_energy(&dealt, keep).value >= observed - 1e-12;
    }
    ck_assert_double_eq(labellings, 70);
    return reached / labellings;
}

START_TEST(p_value_is_that_of_all_labellings)
{
    enum { PERMUTATIONS = 40000 };
    charges all = charges_random((unsigned)_i, 1, TINY_MODEL, TINY_TARGET, 1, 0.5);
    coulomb_plummer *plummer = plummer_new(&all);
    for (int32_t keep = 0; keep <= 1; keep++) {
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        double expected = exact_p_value(&all, keep);
        double found = p_value_of(plummer, &all, PERMUTATIONS, 11, NULL);
        ck_close(found, expected, 4.5 * sqrt(expected * (1 - expected) / PERMUTATIONS) + 1.0 / PERMUTATIONS, 1.0);
    }
    coulomb_plummer_free(plummer);
    charges_free(&all);
}
END_TEST

/* Equal samples: all labellings tie, and none is told apart by rounding. */
START_TEST(ties_count_as_reached)
{
    charges all = charges_random(1, 40, 30, 20, 1, 1);
    for (size_t i = 0; i < 40; i++)
        for (size_t s = 0; s < 30; s++) {
            all.model[s * 40 + i] = all.model[i];
            if (s < 20)
                all.target[s * 40 + i] = all.model[i];
        }
    coulomb_plummer *plummer = plummer_new(&all);
    ck_assert_double_eq(p_value_of(plummer, &all, 199, 3, NULL), 1);
    coulomb_plummer_free(plummer);
    charges_free(&all);
}
END_TEST

/* Under the null the share of p-values up to a level is that level: 400 sets, five standard deviations. */
START_TEST(p_values_are_uniform_under_the_null)
{
    enum { SETS = 400 };
    double below[3] = {0};
    const double levels[] = {0.1, 0.5, 0.8};
    for (unsigned set = 0; set < SETS; set++) {
        charges all = charges_random(100 + set, 2, 12, 18, 1, 1);
        coulomb_plummer *plummer = plummer_new(&all);
        double p_value = p_value_of(plummer, &all, 99, set, NULL);
        for (size_t i = 0; i < 3; i++)
            below[i] += p_value <= levels[i] + 1e-9;
        coulomb_plummer_free(plummer);
        charges_free(&all);
    }
    for (size_t i = 0; i < 3; i++)
        ck_close(below[i] / SETS, levels[i], 5 * sqrt(levels[i] * (1 - levels[i]) / SETS), 1.0);
}
END_TEST

START_TEST(a_shift_is_noticed)
{
    charges all = charges_random(5, 3, 60, 80, 1, 1);
    for (size_t i = 0; i < 3 * 80; i++)
        all.target[i] += 0.6f;
    coulomb_plummer *plummer = plummer_new(&all);
    ck_assert_double_eq(p_value_of(plummer, &all, 999, 1, NULL), 0.001);
    coulomb_plummer_free(plummer);
    charges_free(&all);
}
END_TEST

START_TEST(seeds_give_their_permutations)
{
    charges all = charges_random(6, 2, 20, 20, 1, 1);
    coulomb_plummer *plummer = plummer_new(&all);
    double first = p_value_of(plummer, &all, 999, 1, NULL);
    size_t others = 0;
    ck_assert_double_eq(p_value_of(plummer, &all, 999, 1, NULL), first);
    for (uint64_t seed = 2; seed < 10; seed++)
        others += p_value_of(plummer, &all, 999, seed, NULL) != first;
    ck_assert_uint_gt(others, 0);
    coulomb_plummer_free(plummer);
    charges_free(&all);
}
END_TEST

START_TEST(refusals_name_the_value)
{
    float points[] = {0, 1, 2, 3};
    double energy = -1, p = -1;
    coulomb_plummer *plummer;
    ck_ok(context, coulomb_plummer_new(context, 1, 1, &plummer));
    ck_assert_int_eq(coulomb_plummer_energy_test(NULL, 1, points, 2, points, 2, 9, 1, &energy, &p),
                     COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, 2, 9, 1, &energy, NULL),
             COULOMB_ERROR_ARGUMENT, "p_value is NULL");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 0, points, 2, points, 2, 9, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "dimension is 0");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 1, points, 2, 9, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "n_model is 1");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, 0, 9, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "n_target is 0");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, SIZE_MAX, 9, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "2147483648");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, 2, 0, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "permutations is 0");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, 2, 1000001, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "1000001");
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, NULL, 2, 9, 1, &energy, &p),
             COULOMB_ERROR_ARGUMENT, "target is NULL");
    points[3] = NAN;
    ck_fails(context, coulomb_plummer_energy_test(plummer, 2, points, 2, points, 2, 9, 1, &energy, &p),
             COULOMB_ERROR_NOT_FINITE, "sample 1, coordinate 1");
    points[3] = 3;
    ck_ok(context, coulomb_plummer_set_exponent(plummer, 1e4));
    ck_ok(context, coulomb_plummer_set_epsilon(plummer, 1e-3));
    ck_fails(context, coulomb_plummer_energy_test(plummer, 1, points, 2, points, 2, 9, 1, &energy, &p),
             COULOMB_ERROR_NOT_FINITE, "energy");
    ck_assert(energy == -1 && p == -1);
    coulomb_plummer_free(plummer);
}
END_TEST

Suite *suite_energy_test(void)
{
    Suite *suite = suite_create("energy test");
    TCase *all = tcase_create("energy test");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, energy_is_that_of_naive_sums, 0, 20);
    tcase_add_loop_test(all, p_value_is_that_of_all_labellings, 1, 9);
    tcase_add_test(all, ties_count_as_reached);
    tcase_add_test(all, p_values_are_uniform_under_the_null);
    tcase_add_test(all, a_shift_is_noticed);
    tcase_add_test(all, seeds_give_their_permutations);
    tcase_add_test(all, refusals_name_the_value);
    suite_add_tcase(suite, all);
    return suite;
}

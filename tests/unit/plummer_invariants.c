/* What must hold of the sums over charges whatever the numbers: on any number of threads, without allocating twice, and
 * from streams as from arrays. */
#include "plummer/handle.h"
#include "unit/check_more.h"
#include "unit/plummer_sums.h"
#include "unit/suites.h"

START_TEST(one_set_or_none_acts_alone)
{
    charges all = charges_random(15, 3, 30, 0, 1.0, 1.0);
    float *at = points_random(16, 5, 3), potential[5] = {9, 9, 9, 9, 9}, field[15];
    use_kernel_of(&all);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, at, 5, all.model, 30, NULL, 0, potential));
    ck_points(&all, at, 5, potential, NULL);
    all.n_target = 30;
    all.n_model = 0;
    memcpy(all.target = realloc(all.target, 90 * sizeof *all.target), all.model, 90 * sizeof *all.target);
    ck_ok(context, coulomb_plummer_field(plummer, 3, at, 5, NULL, 0, all.target, 30, field, potential));
    ck_points(&all, at, 5, potential, field);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, at, 5, NULL, 0, NULL, 0, potential));
    for (size_t i = 0; i < 5; i++)
        ck_assert_float_eq(potential[i], 0.0f);
    ck_ok(context, coulomb_plummer_potential(plummer, 3, NULL, 0, all.model, 30, all.target, 30, NULL));
    free(at);
    charges_free(&all);
}
END_TEST

typedef struct all_results {
    float potential[2000], field[2000 * 3], at_model[2000], at_target[2000];
    double energy;
} all_results;

static void run_all(const charges *all, const float *at, size_t n_at, all_results *results)
{
    memset(results, 0, sizeof *results);
    ck_assert_uint_le(n_at * all->dimension, 6000);
    ck_ok(context, coulomb_plummer_field(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                         all->n_target, results->field, results->potential));
    ck_ok(context, coulomb_plummer_potential(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                             all->n_target, results->potential));
    size_t n_model = all->n_model < 2000 ? all->n_model : 2000, n_target = all->n_target < 2000 ? all->n_target : 2000;
    ck_ok(context, coulomb_plummer_batch(plummer, all->dimension, all->model, n_model, all->target, n_target,
                                         results->at_model, results->at_target, &results->energy));
}

/* {dimension, n_at, n_model, n_target} */
static const size_t shapes[][4] = {
    {2, 3, 20000, 15000}, {3, 1500, 1400, 1990}, {2, 128, 128, 128}, {64, 80, 300, 700}, {1000, 5, 140, 130}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

START_TEST(results_do_not_depend_on_threads)
{
    const size_t *shape = shapes[_i % SHAPES];
    static all_results one, several;
    charges all = charges_random(17, shape[0], shape[2], shape[3], 1.0, 0.3);
    vary_kernel(&all, _i / SHAPES);
    float *at = points_random(18, shape[1], shape[0]);
    use_kernel_of(&all);
    run_all(&all, at, shape[1], &one);
    for (size_t threads = 2; threads <= 5; threads++) {
        ck_ok(context, coulomb_context_set_threads(context, threads));
        run_all(&all, at, shape[1], &several);
        ck_assert_mem_eq(&one, &several, sizeof one);
    }
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(nothing_is_allocated_after_the_first_call)
{
    const size_t *shape = shapes[_i % SHAPES];
    static all_results results;
    charges all = charges_random(19, shape[0], shape[2], shape[3], 1.0, 0.3);
    vary_kernel(&all, _i / SHAPES);
    use_kernel_of(&all);
    float *at = points_random(20, shape[1], shape[0]);
    charge_batch batch = first_charges(&all, shape[3] < 128 ? shape[3] : 128);
    ck_ok(context, coulomb_context_set_threads(context, 2));
    for (int call = 0; call < 3; call++) {
        size_t before = plummer_book.calls;
        run_all(&all, at, shape[1], &results);
        ck_ok(context, trainers_potentials(&batch, results.at_model, results.at_target));
        ck_assert_msg(call == 0 || plummer_book.calls == before, "call %d allocated", call);
    }
    free(at);
    charges_free(&all);
}
END_TEST

typedef struct stream_source {
    const float *points;
    size_t dimension, next, calls;
} stream_source;

static coulomb_status give(void *user, size_t first, size_t count, float *points)
{
    stream_source *source = user;
    source->calls++;
    source->next = first + count;
    memcpy(points, source->points + first * source->dimension, count * source->dimension * sizeof *points);
    return COULOMB_OK;
}

START_TEST(streams_give_what_arrays_give)
{
    static const size_t sizes[][3] = {{2, 20000, 9000}, {3, 10, 8193}, {3072, 700, 650}, {40, 5, 100}};
    const size_t *size = sizes[_i % 4];
    charges all = charges_random(21, size[0], size[1], size[2], 1.0, 0.5);
    vary_kernel(&all, _i / 4);
    float *at = points_random(22, 10, size[0]), potential[10], from_arrays[10];
    float *field = zeros(10 * size[0]), *field_from_arrays = zeros(10 * size[0]);
    stream_source model = {.points = all.model, .dimension = size[0]};
    stream_source target = {.points = all.target, .dimension = size[0]};
    use_kernel_of(&all);
    ck_ok(context, coulomb_plummer_field(plummer, size[0], at, 10, all.model, size[1], all.target, size[2],
                                         field_from_arrays, from_arrays));
    ck_ok(context, coulomb_plummer_field_streamed(plummer, size[0], at, 10, give, &model, size[1], give, &target,
                                                  size[2], field, potential));
    ck_assert_uint_eq(model.next, size[1]);
    for (size_t i = 0; i < 10; i++)
        ck_close(potential[i], from_arrays[i], 2e-6, 1.0);
    for (size_t i = 0; i < 10 * size[0]; i++)
        ck_close(field[i], field_from_arrays[i], 2e-6, 1.0);
    for (int keep = 0; keep <= 1; keep++) {
        double energy, streamed;
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        ck_ok(context, coulomb_plummer_energy(plummer, size[0], all.model, size[1], all.target, size[2], &energy));
        ck_ok(context, coulomb_plummer_energy_streamed(plummer, size[0], give, &model, size[1], give, &target, size[2],
                                                       &streamed));
        ck_close(streamed, energy, 1e-6, 1.0);
    }
    free(at);
    free(field);
    free(field_from_arrays);
    charges_free(&all);
}
END_TEST

TCase *plummer_invariants(void)
{
    TCase *test = tcase_create("invariants");
    tcase_add_checked_fixture(test, plummer_begin, plummer_end);
    tcase_set_timeout(test, 60);
    tcase_add_test(test, one_set_or_none_acts_alone);
    tcase_add_loop_test(test, results_do_not_depend_on_threads, 0, 4 * SHAPES);
    tcase_add_loop_test(test, nothing_is_allocated_after_the_first_call, 0, 4 * SHAPES);
    tcase_add_loop_test(test, streams_give_what_arrays_give, 0, 16);
    return test;
}

#include "unit/plummer_sums.h"

#include "plummer/handle.h"
#include "unit/check_more.h"

coulomb_plummer *plummer;
ledger plummer_book;

void plummer_begin(void)
{
    context_with_ledger(&plummer_book, &context);
    ck_ok(context, coulomb_plummer_new(context, 1.0, 1.0, &plummer));
}

void plummer_end(void)
{
    coulomb_plummer_free(plummer);
    context_end();
}

void use_kernel_of(const charges *all)
{
    ck_ok(context, coulomb_plummer_set_exponent(plummer, all->exponent));
    double epsilons[COULOMB_EPSILONS_MAX] = {all->epsilon};
    for (size_t i = 0; i < all->n_further; i++)
        epsilons[i + 1] = all->further[i];
    ck_ok(context, coulomb_plummer_set_epsilons(plummer, epsilons, 1 + all->n_further));
    ck_ok(context,
          coulomb_plummer_set_kernel(plummer, all->gaussian ? COULOMB_KERNEL_GAUSSIAN : COULOMB_KERNEL_PLUMMER));
}

float *zeros(size_t count)
{
    float *values = calloc(count + 1, sizeof *values);
    ck_assert_ptr_nonnull(values);
    return values;
}

static const double further[] = {0.5, 2.0};

void vary_kernel(charges *all, int kind)
{
    all->gaussian = kind & 1;
    all->further = further;
    all->n_further = kind & 2 ? 2 : 0;
    if (all->gaussian)
        all->epsilon *= 0.5 * sqrt((double)all->dimension);
}

void ck_points(const charges *all, const float *at, size_t n_at, const float *potential, const float *field)
{
    double *expected = malloc(2 * all->dimension * sizeof *expected);
    for (size_t i = 0; i < n_at; i++) {
        reference sum = reference_potential(all, at + i * all->dimension, no_sample, no_sample, expected,
                                            expected + all->dimension);
        double steep = all->gaussian ? 1.0 / all->epsilon : 1.0;
        if (potential != NULL)
            ck_close(potential[i], sum.value, tolerance, sum.size + nothing);
        for (size_t k = 0; field != NULL && k < all->dimension; k++)
            ck_close(field[i * all->dimension + k], expected[k], tolerance,
                     expected[all->dimension + k] + (1.0 + 20.0 * steep) * nothing);
    }
    free(expected);
}

void ck_points_match(const charges *all, float *at, size_t n_at)
{
    float *potential = zeros(n_at), *beside = zeros(n_at), *field = zeros(n_at * all->dimension);
    memcpy(at, all->model, all->dimension * sizeof *at);
    use_kernel_of(all);
    ck_ok(context, coulomb_plummer_potential(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                             all->n_target, potential));
    ck_ok(context, coulomb_plummer_field(plummer, all->dimension, at, n_at, all->model, all->n_model, all->target,
                                         all->n_target, field, beside));
    ck_points(all, at, n_at, potential, field);
    ck_points(all, at, n_at, beside, NULL);
    free(potential);
    free(beside);
    free(field);
}

void ck_own(const charges *all, const float *at_model, size_t n_model, const float *at_target, size_t n_target,
            int keep)
{
    for (size_t i = 0; i < n_model; i++) {
        reference sum =
            reference_potential(all, all->model + i * all->dimension, keep ? no_sample : i, no_sample, NULL, NULL);
        ck_close(at_model[i], sum.value, tolerance, sum.size + nothing);
    }
    for (size_t i = 0; i < n_target; i++) {
        reference sum =
            reference_potential(all, all->target + i * all->dimension, no_sample, keep ? no_sample : i, NULL, NULL);
        ck_close(at_target[i], sum.value, tolerance, sum.size + nothing);
    }
}

void ck_batch_matches(const charges *all)
{
    float *at_model = zeros(all->n_model), *at_target = zeros(all->n_target);
    use_kernel_of(all);
    for (int keep = all->n_model > 1 && all->n_target > 1 ? 0 : 1; keep <= 1; keep++) {
        double energy = 0.0, again = 1.0;
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        ck_ok(context, coulomb_plummer_batch(plummer, all->dimension, all->model, all->n_model, all->target,
                                             all->n_target, at_model, at_target, &energy));
        ck_own(all, at_model, all->n_model, at_target, all->n_target, keep);
        reference expected = reference_energy(all, keep);
        ck_close(energy, expected.value, tolerance, expected.size + nothing);
        ck_ok(context, coulomb_plummer_energy(plummer, all->dimension, all->model, all->n_model, all->target,
                                              all->n_target, &again));
        ck_assert(energy == again);
    }
    free(at_model);
    free(at_target);
}

charge_batch first_charges(const charges *all, size_t count)
{
    return (charge_batch){.dimension = all->dimension,
                          .model = all->model,
                          .target = all->target,
                          .n_model = all->n_model,
                          .n_target = all->n_target,
                          .at_model = count,
                          .at_target = count};
}

coulomb_status trainers_potentials(const charge_batch *batch, float *at_model, float *at_target)
{
    device_kernel kernel = plummer_device_kernel(plummer, plummer->kernel.epsilon);
    return context_device(context)->table->potentials(plummer_pairs(plummer), &kernel, batch, at_model, at_target,
                                                      NULL);
}

/* Potentials and metrics on small arrays whose results are known. */
#include "tap.hpp"

#include <cmath>
#include <vector>

namespace
{

const std::vector<float> model{0, 0}, target{3, 4}, at{0, 0, 3, 4};

/* Writes the points of an array as a stream. */
auto stream_of(const std::vector<float> &points, std::size_t dimension)
{
    return [&points, dimension](std::size_t first, std::size_t count, coulomb::span<float> block) {
        for (std::size_t i = 0; i < count * dimension; i++)
            block[i] = points[first * dimension + i];
    };
}

bool near(double found, double expected)
{
    return std::abs(found - expected) < 1e-6;
}

bool has_options()
{
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 2);
    const bool first = plummer.exponent() == 1 && plummer.epsilon() == 2 && plummer.self_terms() &&
                       plummer.kernel() == coulomb::kernel::plummer;
    plummer.set_exponent(3);
    plummer.set_epsilon(4);
    const bool one = plummer.epsilon() == 4;
    plummer.set_epsilons({0.5, 1});
    plummer.set_kernel(coulomb::kernel::gaussian);
    plummer.set_self_terms(false);
    return first && one && plummer.exponent() == 3 && plummer.epsilons() == std::vector<double>{0.5, 1} &&
           plummer.kernel() == coulomb::kernel::gaussian && !plummer.self_terms() &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { plummer.set_epsilons({}); });
}

/* Charges at a distance of 5, epsilon 12: the kernel is 1/12 at a charge and 1/13 at the other. */
bool finds_potentials()
{
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 12);
    const double difference = 1.0 / 13 - 1.0 / 12;
    const auto potential = plummer.potential(2, at, model, target);
    const auto both = plummer.field(2, at, model, target);
    std::vector<float> field(4);
    plummer.field(2, at, model, target, field);
    const auto batch = plummer.batch(2, model, target);
    return near(double(potential[0]), difference) && near(double(potential[1]), -difference) &&
           both.potential == potential && both.field == field && near(double(field[0]), -3.0 / 2197) &&
           batch.potential_model[0] == potential[0] && batch.potential_target[0] == potential[1] &&
           near(batch.energy, -difference) && near(plummer.energy(2, model, target), -difference) &&
           tap::refused(COULOMB_ERROR_SHAPE, "multiple",
                        [&] {
                            plummer.energy(2, {1, 2, 3}, target);
                        }) &&
           tap::refused(COULOMB_ERROR_SHAPE, "another size",
                        [&] { plummer.potential(2, at, model, target, coulomb::span<float>(field.data(), 1)); });
}

bool streams()
{
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 12);
    const auto whole = plummer.field(2, at, model, target);
    const auto parts = plummer.field_streamed(2, at, stream_of(model, 2), 1, stream_of(target, 2), 1);
    std::vector<float> potential(2);
    plummer.field_streamed(2, at, stream_of(model, 2), 1, stream_of(target, 2), 1, {}, potential);
    return parts.field == whole.field && parts.potential == whole.potential && potential == whole.potential &&
           near(plummer.energy_streamed(2, stream_of(model, 2), 1, stream_of(target, 2), 1),
                plummer.energy(2, model, target));
}

bool tests_energies()
{
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 1);
    const std::vector<float> left{0, 1, 2, 3, 4, 5}, right{100, 101, 102, 103, 104, 105};
    const auto differs = plummer.energy_test(1, left, right, 999, 1);
    const auto equal = plummer.energy_test(1, left, left, 99, 1);
    return differs.p_value < 0.01 && near(differs.energy, plummer.energy(1, left, right)) && equal.p_value > 0.9;
}

bool finds_moments()
{
    coulomb::context context;
    coulomb::moments moments(context, 2), streamed(context, 2), given(context, 2);
    const std::vector<float> features{1, 0, 3, 0, 1, 4, 3, 4};
    moments.add(features);
    streamed.add_streamed(stream_of(features, 2), 4);
    given.set(4, {3, 2}, moments.covariance());
    return moments.dimension() == 2 && moments.count() == 4 && moments.mean() == std::vector<double>{2, 2} &&
           near(moments.covariance()[3], 16.0 / 3) && streamed.mean() == moments.mean() &&
           near(moments.distance(given), 1) &&
           tap::refused(COULOMB_ERROR_SHAPE, "another size", [&] { given.set(4, {3}, moments.covariance()); });
}

bool finds_modes()
{
    coulomb::context context;
    const coulomb::modes modes(context, 1, {0, 10, 20}, {0, 0.5f, 10, 14}, 1);
    return modes.found() == 2 && modes.share() == 0.75 && modes.counts() == std::vector<std::uint64_t>{2, 2, 0} &&
           near(modes.divergence(), std::log(1.5)) && near(modes.divergence({0.25, 0.25, 0.5}), std::log(2.0)) &&
           near(modes.covariance(0)[0], 0.125) && near(modes.variance(), 0.0625) &&
           tap::refused(COULOMB_ERROR_SHAPE, "", [&] { modes.divergence({1}); }) &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { modes.covariance(3); });
}

bool counts_ngrams()
{
    coulomb::context context;
    coulomb::ngrams a(context, 2), b(context, 2);
    const std::vector<std::uint16_t> lines{1, 2, 1, 1, 2, 3};
    a.add(lines, 3);
    b.add({7, 8, 9}, 3);
    return a.total() == 4 && a.distinct() == 3 && a.divergence(b) == 1 && a.divergence(a) == 0 &&
           tap::refused(COULOMB_ERROR_SHAPE, "multiple", [&] { a.add(lines, 4); });
}

bool finds_neighbours()
{
    coulomb::context context;
    const std::vector<float> queries{0.1f, 9}, targets{0, 4, 8, 12};
    const auto found = coulomb::neighbours(context, 1, queries, targets, 2);
    const auto streamed = coulomb::neighbours_streamed(context, 1, queries, stream_of(targets, 1), 4, 2);
    const auto pairs = coulomb::closest_pairs(context, 1, {0, 5, 6, 20}, 1);
    const auto support = coulomb::support_size(context, {11, 11}, {1, 0});
    return found.indices == std::vector<std::size_t>{0, 1, 2, 3} && near(found.distances[2], 1) &&
           streamed.indices == found.indices && pairs.indices == std::vector<std::size_t>{1, 2} &&
           pairs.distances[0] == 1 && support.estimate == 110 && support.low < 110 && support.high > 110 &&
           tap::refused(COULOMB_ERROR_SHAPE, "", [&] {
               coulomb::support_size(context, {10}, {1, 2});
           });
}

} // namespace

void test_estimators()
{
    tap::test("a kernel has its options", has_options);
    tap::test("potential, field and energy", finds_potentials);
    tap::test("potential, field and energy of streams", streams);
    tap::test("the energy test", tests_energies);
    tap::test("moments and their distance", finds_moments);
    tap::test("mode statistics", finds_modes);
    tap::test("n-grams and their divergence", counts_ngrams);
    tap::test("neighbours, closest pairs and support size", finds_neighbours);
}

/* Layers: each is appended, and has the shape or the values that its name promises. */
#include "tap.hpp"

#include <cmath>
#include <functional>
#include <vector>

namespace
{

using builder = std::function<coulomb::node(coulomb::network &, coulomb::node)>;

coulomb::network layer(const coulomb::context &context, coulomb::span<const std::size_t> shape, const builder &append)
{
    coulomb::network network(context);
    network.finish(append(network, network.input(shape)), 1);
    return network;
}

coulomb::shape shape_of(coulomb::span<const std::size_t> shape, const builder &append)
{
    coulomb::context context;
    return layer(context, shape, append).output_shape();
}

std::vector<float> values_of(std::vector<float> input, const builder &append)
{
    coulomb::context context;
    return layer(context, {input.size()}, append).evaluate(input);
}

bool near(const std::vector<float> &found, const std::vector<double> &expected)
{
    bool all = found.size() == expected.size();
    for (std::size_t i = 0; all && i < found.size(); i++)
        all = std::abs(double(found[i]) - expected[i]) < 1e-5;
    return all;
}

using coulomb::network;
using coulomb::node;
using coulomb::padding;
using coulomb::shape;

bool dense_layers()
{
    coulomb::context context;
    auto normal =
        layer(context, {4}, [](network &n, node x) { return n.batch_norm(n.dense(x, 6), 1e-3, 0.9, false, "norm"); });
    return normal.output_shape() == shape{6} && normal.parameter_name(0) == "dense1.weight" &&
           normal.parameter_shape("norm.shift") == shape{6} && normal.parameter_count() == 5;
}

bool convolutions()
{
    const shape image{8, 8, 3}, line{8, 3};
    return shape_of(image, [](network &n, node x) { return n.conv2d(x, 5, 3, 2); }) == shape{4, 4, 5} &&
           shape_of(image,
                    [](network &n, node x) {
                        return n.conv2d(x, 5, {3, 1}, 1, padding::valid, "c");
                    }) == shape{6, 8, 5} &&
           shape_of(image,
                    [](network &n, node x) {
                        return n.conv2d(x, 5, 3, 1, {2, 2, 0, 0});
                    }) == shape{10, 6, 5} &&
           shape_of(image,
                    [](network &n, node x) {
                        return n.conv2d_transposed(x, 2, 4, 2, {1, 1, 1, 1}, "t");
                    }) == shape{16, 16, 2} &&
           shape_of(line,
                    [](network &n, node x) {
                        return n.conv1d(x, 5, 3, 1, {0, 1}, "c");
                    }) == shape{7, 5} &&
           shape_of(line, [](network &n, node x) { return n.conv1d_transposed(x, 5, 3, 2, padding::same, "t"); }) ==
               shape{16, 5};
}

bool pooling()
{
    const shape image{8, 8, 3}, line{8, 3};
    return shape_of(image, [](network &n, node x) { return n.average_pool2d(x, 2); }) == shape{4, 4, 3} &&
           shape_of(image,
                    [](network &n, node x) {
                        return n.max_pool2d(x, {2, 4});
                    }) == shape{4, 2, 3} &&
           shape_of(image, [](network &n, node x) { return n.max_pool2d(x, 3, 1, padding::valid); }) ==
               shape{6, 6, 3} &&
           shape_of(line, [](network &n, node x) { return n.average_pool1d(x, 2, 2); }) == shape{4, 3} &&
           shape_of(line,
                    [](network &n, node x) {
                        return n.max_pool1d(x, 3, 1, {1, 1});
                    }) == shape{8, 3} &&
           shape_of(image,
                    [](network &n, node x) {
                        return n.upsample2d(x, {2, 3});
                    }) == shape{16, 24, 3} &&
           shape_of(line, [](network &n, node x) { return n.upsample1d(x, 2); }) == shape{16, 3};
}

bool activations()
{
    const double e = std::exp(1.0);
    return near(values_of({-1, 2}, [](network &n, node x) { return n.elu(x); }), {1 / e - 1, 2}) &&
           near(values_of({-1, 2}, [](network &n, node x) { return n.relu(x); }), {0, 2}) &&
           near(values_of({-1, 2}, [](network &n, node x) { return n.leaky_relu(x, 0.25); }), {-0.25, 2}) &&
           near(values_of({-1, 2}, [](network &n, node x) { return n.tanh(x); }), {std::tanh(-1.0), std::tanh(2.0)}) &&
           near(values_of({0, 1}, [](network &n, node x) { return n.lecun_tanh(x); }),
                {0, 1.7159 * std::tanh(2.0 / 3)}) &&
           near(values_of({0, 1}, [](network &n, node x) { return n.sigmoid(x); }), {0.5, e / (e + 1)}) &&
           near(values_of({0, 1}, [](network &n, node x) { return n.softmax(x); }), {1 / (e + 1), e / (e + 1)});
}

bool constants_and_sums()
{
    return values_of({1, 2}, [](network &n, node x) { return n.scale(x, 3); }) == std::vector<float>{3, 6} &&
           values_of({1, 2}, [](network &n, node x) { return n.shift(x, 3); }) == std::vector<float>{4, 5} &&
           values_of({1, 2}, [](network &n, node x) { return n.add(x, n.scale(x, 2)); }) == std::vector<float>{3, 6} &&
           values_of({1, 2}, [](network &n, node x) { return n.multiply(x, x); }) == std::vector<float>{1, 4};
}

bool pieces()
{
    return values_of({1, 2, 3}, [](network &n, node x) { return n.slice(x, 1, 2); }) == std::vector<float>{2, 3} &&
           values_of({1, 2, 3},
                     [](network &n, node x) {
                         return n.select(x, {2, 0});
                     }) == std::vector<float>{3, 1} &&
           values_of({1, 2}, [](network &n, node x) { return n.concatenate(x, x); }) ==
               std::vector<float>{1, 2, 1, 2} &&
           shape_of({6},
                    [](network &n, node x) {
                        return n.reshape(x, {3, 2});
                    }) == shape{3, 2} &&
           shape_of({3, 2}, [](network &n, node x) { return n.flatten(x); }) == shape{6};
}

bool categories()
{
    const auto drawn = values_of({9, 0, 0, 9, 0, 0, 0, 0}, [](network &n, node x) {
        return n.categorical(n.slice(x, 0, 4), n.slice(x, 4, 4), {2, 2}, 0.5);
    });
    return drawn == std::vector<float>{1, 0, 0, 1};
}

bool refuses()
{
    coulomb::context context;
    coulomb::network network(context);
    const node input = network.input({4});
    return tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { network.dense(input, 2, "no spaces please"); }) &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { network.dense(input, 2, ""); }) &&
           tap::refused(COULOMB_ERROR_SHAPE, "", [&] { network.conv2d(input, 2, 3); });
}

} // namespace

void test_layers()
{
    tap::test("dense layers and batch normalisation", dense_layers);
    tap::test("convolutions with each kind of padding", convolutions);
    tap::test("pooling and upsampling", pooling);
    tap::test("activations", activations);
    tap::test("constants, sums and products", constants_and_sums);
    tap::test("slices, selections, concatenations and shapes", pieces);
    tap::test("categories", categories);
    tap::test("layers are refused with the library's message", refuses);
}

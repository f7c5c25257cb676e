/* Networks: parameters, initializers, passes, latents, generation and files; optimizers and schedules. */
#include "tap.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace
{

using coulomb::distribution;

coulomb::network small(const coulomb::context &context)
{
    coulomb::network network(context);
    auto node = network.input({3});
    node = network.dense(node, 4, "first");
    node = network.tanh(node);
    node = network.dense(node, 2, "second");
    network.finish(node, 5);
    return network;
}

bool has_presets()
{
    const auto names = coulomb::presets();
    return names.size() > 10 && std::count(names.begin(), names.end(), "mlp-generator") == 1;
}

bool has_parameters()
{
    coulomb::context context;
    auto network = small(context);
    const std::vector<std::string> names = network.parameter_names();
    if (names.size() != 4 || network.parameter_count() != 4 || network.parameter_name(0) != "first.weight" ||
        network.parameter_shape("first.weight") != coulomb::shape{3, 4})
        return false;
    network.write_parameter("second.bias", {1, 2});
    return network.read_parameter("second.bias") == std::vector<float>{1, 2} &&
           tap::refused(COULOMB_ERROR_SHAPE, "",
                        [&] {
                            network.write_parameter("second.bias", {1, 2, 3});
                        }) &&
           tap::refused(COULOMB_ERROR_NOT_FOUND, "third", [&] { network.parameter_shape("third.bias"); }) &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "index", [&] { network.parameter_name(4); });
}

bool has_initializers()
{
    coulomb::context context;
    auto network = small(context);
    using coulomb::initializer;
    const bool glorot = network.initializer("first.weight") == initializer::glorot_uniform;
    network.set_initializer(coulomb::all, initializer::he_normal);
    const bool he = network.initializer("second.weight") == initializer::he_normal;
    network.set_initializer_constant("first.bias", 0.25);
    network.set_initializer_variance_scaling("first.weight", {3, coulomb::fan::out, distribution::uniform});
    network.set_initializer_random("second.weight", {distribution::truncated_normal, 0.5});
    const auto scaled = network.initializer_variance_scaling("first.weight");
    const auto random = network.initializer_random("second.weight");
    network.initialize(9);
    return glorot && he && network.initializer_constant("first.bias") == 0.25 && scaled.scale == 3 &&
           scaled.fan == coulomb::fan::out && scaled.distribution == distribution::uniform &&
           random.distribution == distribution::truncated_normal && random.spread == 0.5 &&
           network.read_parameter("first.bias") == std::vector<float>(4, 0.25f);
}

bool freezes()
{
    coulomb::context context;
    auto network = small(context);
    network.set_frozen("first", true);
    const bool layer = network.frozen("first.weight") && network.frozen("first.bias") && !network.frozen("second.bias");
    network.set_frozen(coulomb::all, true);
    const bool whole = network.frozen("second.bias");
    network.set_frozen(coulomb::all, false);
    return layer && whole && !network.frozen("first.weight");
}

/* The gradient of the sum of outputs by the last bias is the number of samples. */
bool goes_forward_and_back()
{
    coulomb::context context;
    auto network = small(context);
    const std::vector<float> input{1, 2, 3, 4, 5, 6}, ones(4, 1);
    std::vector<float> by_input(6), output(4), same(4);
    network.reserve(2);
    network.reserve_inference(2);
    if (!tap::refused(COULOMB_ERROR_STATE, "no forward pass", [&] { network.backward(ones); }))
        return false;
    output = network.forward(input);
    network.backward(ones, by_input);
    network.backward(ones, coulomb::gradient::add);
    const bool twice = network.read_gradient("second.bias") == std::vector<float>{4, 4};
    network.forward(input, {});
    network.forward(input, same);
    network.evaluate(input, same);
    const bool equal = output == same && network.evaluate(input) == same && by_input[0] != 0;
    const bool kept = network.forward_evaluation(input) == same;
    network.forward_evaluation(input, same);
    return twice && equal && kept &&
           tap::refused(COULOMB_ERROR_SHAPE, "multiple",
                        [&] {
                            network.evaluate({1, 2});
                        }) &&
           tap::refused(COULOMB_ERROR_SHAPE, "another size", [&] { network.evaluate(input, output = {1}); }) &&
           tap::refused(COULOMB_ERROR_SHAPE, "another size", [&] {
               network.backward({1, 1});
           });
}

bool tells_shapes_and_memory()
{
    coulomb::context context;
    auto network = small(context);
    coulomb::network empty(context);
    return network.input_shape() == coulomb::shape{3} && network.output_shape() == coulomb::shape{2} &&
           network.input_values() == 3 && network.output_values() == 2 && network.finished() && !empty.finished() &&
           network.memory(coulomb::arena::kept, 16) > 0 &&
           tap::refused(COULOMB_ERROR_STATE, "", [&] { empty.input_shape(); });
}

bool is_inference_only()
{
    coulomb::context context;
    auto network = small(context);
    network.set_inference_only(true);
    const bool only = network.inference_only();
    return only && tap::refused(COULOMB_ERROR_STATE, "", [&] { coulomb::optimizer made(network); });
}

bool draws_latents_and_generates()
{
    coulomb::context context;
    auto network = small(context);
    network.set_latent(distribution::uniform, 2);
    network.set_latent_signs(1);
    network.set_generation_seed(77);
    network.set_running_averages(true);
    const auto latent = network.latent();
    const auto latents = network.draw_latents(77, 0, 0, 5);
    std::vector<float> same(15), samples(10);
    network.draw_latents(77, 0, 0, same);
    network.generate(samples);
    network.set_generation_seed(77);
    return latent.distribution == distribution::uniform && latent.spread == 2 && network.latent_signs() == 1 &&
           network.generation_seed() == 77 && network.running_averages() && std::abs(latents[0]) == 1 &&
           same == latents && network.evaluate(latents) == samples && network.generate(5) == samples;
}

/* The callback may come before the input, which says how large a latent is. */
bool has_a_latent_callback()
{
    coulomb::context context;
    coulomb::network network(context);
    network.set_latent_callback([](std::uint64_t seed, std::uint64_t update, std::uint64_t first, std::size_t count,
                                   coulomb::span<float> latents) {
        for (std::size_t i = 0; i < latents.size(); i++)
            latents[i] = static_cast<float>(seed + update + first) + (latents.size() == 2 * count ? 0.5f : 0.0f);
    });
    network.finish(network.scale(network.input({2}), 1), 0);
    network.set_generation_seed(3);
    const bool given = network.generate(2) == std::vector<float>(4, 3.5f);
    std::vector<float> latents(2);
    network.latent_callback()(1, 1, 1, 1, latents);
    network.set_latent_callback(nullptr);
    return given && latents[0] == 3.5f && !network.latent_callback() && network.generate(1)[0] != 3.5f;
}

bool saves_and_opens(const std::string &path)
{
    coulomb::context context;
    auto network = small(context);
    network.save(path);
    const auto bytes = network.save_bytes();
    auto from_file = coulomb::network::open(context, path);
    auto from_memory = coulomb::network::open_bytes(context, bytes);
    const std::vector<float> input{1, 2, 3}, output = network.evaluate(input);
    auto third = small(context), fourth = small(context);
    third.initialize(50);
    fourth.initialize(60);
    const bool others = third.evaluate(input) != output;
    third.load_parameters(path);
    fourth.load_parameters_bytes(bytes);
    std::remove(path.c_str());
    return from_file.evaluate(input) == output && from_memory.evaluate(input) == output && others &&
           third.evaluate(input) == output && fourth.evaluate(input) == output &&
           tap::refused(COULOMB_ERROR_FILE, path.c_str(), [&] { coulomb::network::open(context, path); }) &&
           tap::refused(COULOMB_ERROR_MISMATCH, "",
                        [&] { coulomb::network::open_bytes(context, bytes, coulomb::part::average); });
}

bool optimizes()
{
    coulomb::context context;
    auto network = small(context);
    coulomb::optimizer optimizer(network);
    optimizer.set_method(coulomb::method::sgd);
    optimizer.set_learning_rate(0.5);
    optimizer.set_betas(0.5, 0.75);
    optimizer.set_epsilon(1e-6);
    optimizer.set_l2(0.125);
    const bool none = !optimizer.schedule();
    {
        const auto halves = coulomb::schedule::steps(context, {1}, 0.5);
        optimizer.set_schedule(halves);
    }
    const bool borrowed = optimizer.schedule()->factor(2) == 0.5;
    const auto rates = optimizer.betas();
    const float before = network.read_parameter("second.bias")[0];
    network.forward({1, 2, 3});
    network.backward({1, 1});
    optimizer.step(2);
    const float after = network.read_parameter("second.bias")[0];
    optimizer.set_schedule(nullptr);
    return none && borrowed && !optimizer.schedule() && optimizer.method() == coulomb::method::sgd &&
           optimizer.learning_rate() == 0.5 && rates.beta1 == 0.5 && rates.beta2 == 0.75 &&
           optimizer.epsilon() == 1e-6 && optimizer.l2() == 0.125 && before - after == 0.25f;
}

bool schedules()
{
    coulomb::context context;
    const auto exponential = coulomb::schedule::exponential(context, 10, 20, 0.25);
    const auto steps = coulomb::schedule::steps(context, {3, 5}, 0.5);
    const auto own = coulomb::schedule::callback(context, [](std::uint64_t update) { return 1.0 / double(update); });
    using coulomb::schedule_kind;
    return exponential.kind() == schedule_kind::exponential && exponential.exponential().first == 10 &&
           exponential.exponential().last == 20 && exponential.exponential().final_factor == 0.25 &&
           exponential.factor(15) == 0.5 && steps.kind() == schedule_kind::steps &&
           steps.steps().after == std::vector<std::uint64_t>{3, 5} && steps.steps().factor == 0.5 &&
           steps.factor(6) == 0.25 && own.kind() == schedule_kind::callback && own.factor(4) == 0.25 &&
           own.callback()(8) == 0.125 && tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { own.steps(); }) &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] { coulomb::schedule::callback(context, nullptr); });
}

} // namespace

void test_networks()
{
    tap::test("presets have names", has_presets);
    tap::test("parameters are named, read and written", has_parameters);
    tap::test("initializers are set and read", has_initializers);
    tap::test("parameters freeze by name, by layer and all", freezes);
    tap::test("networks go forward and back", goes_forward_and_back);
    tap::test("networks tell their shapes and memory", tells_shapes_and_memory);
    tap::test("networks are for inference only", is_inference_only);
    tap::test("latents are drawn, samples generated", draws_latents_and_generates);
    tap::test("latents come from a callback", has_a_latent_callback);
    tap::test("networks are saved, opened and loaded", [] { return saves_and_opens("test-network.safetensors"); });
    tap::test("optimizers have options and step", optimizes);
    tap::test("schedules of each kind tell what they are", schedules);
}

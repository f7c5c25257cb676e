/* What every language layer has to show: scenario DIRECTORY LANGUAGE. It trains, saves, opens the checkpoints that
 * other languages left in the directory, and prints digests that must be the same in all languages. */
#include "gaussians.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace
{

using gaussians::training;

constexpr std::uint64_t half = 50, whole = 100;

std::uint64_t digest_of(training &made)
{
    const auto samples = made.generator.generate(1000);
    return gaussians::digest<float>(samples);
}

void print(const char *name, std::uint64_t digest)
{
    std::printf("digest %s %016llx\n", name, static_cast<unsigned long long>(digest));
}

std::uint64_t train(const std::string &checkpoint)
{
    training made(2);
    made.trainer.set_data(gaussians::fill);
    made.trainer.run(half);
    if (!checkpoint.empty())
        made.trainer.save(checkpoint);
    made.trainer.run(whole);
    return digest_of(made);
}

bool opens_all(const std::string &directory, std::uint64_t trained)
{
    int opened = 0;
    bool equal = true;
    for (const auto &entry : std::filesystem::directory_iterator(directory)) {
        if (entry.path().extension() != ".safetensors")
            continue;
        training made(2);
        made.trainer.set_data(gaussians::fill);
        made.trainer.load(entry.path());
        equal = equal && made.trainer.update() == half;
        made.trainer.run(whole);
        equal = equal && digest_of(made) == trained;
        opened++;
    }
    std::printf("# opened %d checkpoints\n", opened);
    return equal && opened > 0;
}

/* The very exception comes out, the update is not counted, and training goes on when the cause is gone. */
bool rethrows()
{
    training made(2);
    made.trainer.set_data([](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        if (update == 3)
            throw std::out_of_range("no data for update 3");
        gaussians::fill(update, count, batch);
    });
    bool caught = false;
    try {
        made.trainer.run(half);
    } catch (const std::out_of_range &thrown) {
        caught = std::string(thrown.what()) == "no data for update 3";
    }
    const bool at_two = made.trainer.update() == 2;
    made.trainer.set_data(gaussians::fill);
    made.trainer.run(half);
    return caught && at_two && made.trainer.update() == half;
}

void print_estimators()
{
    constexpr std::size_t dimension = 3, rows = 64;
    std::vector<float> points(dimension * rows);
    for (std::size_t i = 0; i < points.size(); i++)
        points[i] = static_cast<float>(static_cast<double>(gaussians::mix(i) >> 40) * 0x1p-24);
    const coulomb::span<const float> all = points;
    const coulomb::span<const float> model(all.begin(), all.size() / 2), target(model.end(), all.size() / 2);
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 0.5);
    const auto found = plummer.field(dimension, target, model, target);
    print("potential", gaussians::digest<float>(plummer.potential(dimension, target, model, target)));
    print("field", gaussians::digest<float>(found.field));
    print("energy", gaussians::digest<double>({plummer.energy(dimension, model, target)}));
}

bool stops(std::uint64_t trained)
{
    training made(2);
    made.trainer.set_data(gaussians::fill);
    const bool stopped = !made.trainer.run(whole, [](std::uint64_t update) { return update < 20; });
    const bool at_twenty = made.trainer.update() == 20;
    made.trainer.run(whole);
    return stopped && at_twenty && digest_of(made) == trained;
}

bool trains_on_two_threads(std::uint64_t trained)
{
    auto other = std::async(std::launch::async, [] { return train({}); });
    const bool first = train({}) == trained;
    return other.get() == trained && first;
}

std::uint64_t train_from_array()
{
    training made(2);
    std::vector<float> samples(2 * 4096);
    gaussians::fill(1, 4096, samples);
    made.trainer.set_data_array(std::move(samples), 0);
    made.trainer.run(half);
    return digest_of(made);
}

/* Resident memory in KiB. */
long resident()
{
    std::ifstream status("/proc/self/statm");
    long pages = 0, in_memory = 0;
    status >> pages >> in_memory;
    return 4 * in_memory;
}

bool releases()
{
    const auto held = std::make_shared<int>(0);
    training made(1);
    const auto cycle = [&] {
        auto schedule = coulomb::schedule::callback(made.context, [held](std::uint64_t) { return 1.0; });
        made.trainer.set_data([held](std::uint64_t, std::size_t, coulomb::span<float>) {});
        return held.use_count() == 3;
    };
    bool counted = cycle();
    const long before = resident();
    for (int i = 0; i < 10000; i++)
        counted = cycle() && counted;
    const long grown = resident() - before;
    made.trainer.reset();
    std::printf("# resident memory grew by %ld KiB\n", grown);
    return counted && held.use_count() == 1 && grown < 4096;
}

template <typename Promise> void tell(const char *what, Promise holds)
{
    try {
        std::printf("%sok - %s\n", holds() ? "" : "not ", what);
    } catch (const std::exception &thrown) {
        std::printf("not ok - %s\n# %s\n", what, thrown.what());
    }
}

} // namespace

int main(int argument_count, char **arguments)
{
    if (argument_count != 3) {
        std::fprintf(stderr, "usage: scenario DIRECTORY LANGUAGE\n");
        return 2;
    }
    const std::string directory = arguments[1], language = arguments[2];
    std::uint64_t trained = 0;
    tell("trains and saves", [&] { return (trained = train(directory + "/" + language + ".safetensors")) != 0; });
    print("trained", trained);
    tell("goes on from every language's checkpoint to the same bits", [&] { return opens_all(directory, trained); });
    tell("throws what its callback threw, and goes on", rethrows);
    tell("evaluates the estimators on its own arrays", [] {
        print_estimators();
        return true;
    });
    tell("stops when its progress callback says so, and goes on", [&] { return stops(trained); });
    tell("trains two contexts on two threads", [&] { return trains_on_two_threads(trained); });
    tell("trains from an array", [] {
        print("array", train_from_array());
        return true;
    });
    tell("releases every callback once in 10,000 cycles", releases);
}

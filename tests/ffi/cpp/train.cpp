/* Trains on 25 Gaussians with a lambda as data, and tells for each promise of coulomb.hpp whether it holds. */
#include "coulomb.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace
{

constexpr std::uint64_t half = 50;
constexpr std::size_t samples = 1000;

std::uint64_t mix(std::uint64_t word)
{
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return word ^ (word >> 31);
}

/* Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones. */
void fill(std::uint64_t update, float *values, std::size_t size)
{
    for (std::uint64_t i = 0; i < size / 2; i++) {
        const std::uint64_t key = mix(update * 0x9e3779b97f4a7c15u + i), mode = key % 25;
        const std::uint64_t line[] = {mode % 5, mode / 5};
        for (std::uint64_t axis = 0; axis < 2; axis++) {
            double normal = 0;
            for (std::uint64_t term = 0; term < 12; term++)
                normal += static_cast<double>(mix(key + 1 + 12 * axis + term) >> 11) * 0x1p-53;
            values[2 * i + axis] = static_cast<float>(10.5 * (static_cast<double>(line[axis]) - 2) + (normal - 6));
        }
    }
}

/* FNV-1a over the samples' bytes. */
std::uint64_t digest(const std::vector<float> &values)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    std::vector<unsigned char> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    for (unsigned char byte : bytes)
        hash = (hash ^ byte) * 0x100000001b3u;
    return hash;
}

struct training {
    coulomb::context context;
    coulomb::network generator{context, "mlp-generator", {2}, 8, 1};
    coulomb::network discriminator{context, "mlp-discriminator", {2}, 0, 2};
    coulomb::trainer trainer{context, generator, discriminator};

    training()
    {
        context.set_threads(2);
        trainer.set_data(fill);
    }
};

std::uint64_t trains(const std::string &checkpoint)
{
    training made;
    made.trainer.run(half);
    made.trainer.save(checkpoint);
    made.trainer.run(2 * half);
    if (!std::isfinite(made.trainer.statistic(COULOMB_STATISTIC_LOSS_DISCRIMINATOR)))
        throw std::runtime_error("the loss is not finite");
    return digest(made.generator.generate(samples));
}

bool goes_on(const std::string &checkpoint, std::uint64_t whole)
{
    training made;
    made.trainer.load(checkpoint);
    const bool at_half = made.trainer.update() == half;
    made.trainer.run(2 * half);
    return at_half && digest(made.generator.generate(samples)) == whole;
}

/* The very exception comes out, the update is not counted, and training goes on when the cause is gone. */
bool rethrows()
{
    training made;
    made.trainer.set_data([](std::uint64_t update, float *values, std::size_t size) {
        if (update == 3)
            throw std::out_of_range("no data for update 3");
        fill(update, values, size);
    });
    bool caught = false;
    try {
        made.trainer.run(half);
    } catch (const std::out_of_range &thrown) {
        caught = std::string(thrown.what()) == "no data for update 3";
    }
    const bool at_two = made.trainer.update() == 2;
    made.trainer.set_data(fill);
    made.trainer.run(half);
    return caught && at_two && made.trainer.update() == half;
}

bool releases()
{
    auto held = std::make_shared<int>(0);
    {
        training made;
        for (int i = 0; i < 2; i++)
            made.trainer.set_data(
                [held](std::uint64_t update, float *values, std::size_t size) { fill(update, values, size); });
        made.trainer.run(1);
        if (held.use_count() != 2)
            return false;
    }
    return held.use_count() == 1;
}

bool tells_messages()
{
    training made;
    try {
        made.trainer.load("/nowhere/checkpoint");
    } catch (const coulomb::error &refused) {
        return refused.status() == COULOMB_ERROR_FILE && std::strstr(refused.what(), "/nowhere/checkpoint") != nullptr;
    }
    return false;
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
    const std::string checkpoint = argument_count > 1 ? arguments[1] : "checkpoint.safetensors";
    std::uint64_t whole = 0;
    tell("trains", [&] { return (whole = trains(checkpoint)) != 0; });
    tell("goes on from a checkpoint to the same bits", [&] { return goes_on(checkpoint, whole); });
    tell("throws what its lambda threw, behind the library", rethrows);
    tell("releases each lambda once", releases);
    tell("has the library's error message", tells_messages);
    std::printf("digest %016llx\n", static_cast<unsigned long long>(whole));
}

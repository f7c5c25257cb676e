/* The data of the example programs: 25 Gaussians on a grid, a function of the update's number alone. */
#ifndef GAUSSIANS_HPP
#define GAUSSIANS_HPP

#include <coulomb.hpp>

#include <cstdint>
#include <cstring>

namespace gaussians
{

inline std::uint64_t mix(std::uint64_t word)
{
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
    return word ^ (word >> 31);
}

/* Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones. */
inline void fill(std::uint64_t update, std::size_t count, coulomb::span<float> batch)
{
    for (std::size_t i = 0; i < count; i++) {
        const std::uint64_t key = mix(update * 0x9e3779b97f4a7c15u + i), mode = key % 25;
        const std::uint64_t line[] = {mode % 5, mode / 5};
        for (std::size_t axis = 0; axis < 2; axis++) {
            double normal = 0;
            for (std::uint64_t term = 0; term < 12; term++)
                normal += static_cast<double>(mix(key + 1 + 12 * axis + term) >> 11) * 0x1p-53;
            batch[2 * i + axis] = static_cast<float>(10.5 * (static_cast<double>(line[axis]) - 2) + (normal - 6));
        }
    }
}

/* FNV-1a over the bytes of values. */
template <typename Value> std::uint64_t digest(coulomb::span<const Value> values)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const Value &value : values) {
        unsigned char bytes[sizeof(Value)];
        std::memcpy(bytes, &value, sizeof(Value));
        for (unsigned char byte : bytes)
            hash = (hash ^ byte) * 0x100000001b3u;
    }
    return hash;
}

/* Context, networks and trainer of the experiment; data is still to be set. */
struct training {
    coulomb::context context;
    coulomb::network generator = coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
    coulomb::network discriminator = coulomb::network::preset(context, "mlp-discriminator", {2}, 0, 2);
    coulomb::trainer trainer{context, generator, discriminator};

    explicit training(std::size_t threads)
    {
        context.set_threads(threads);
    }
};

} // namespace gaussians

#endif

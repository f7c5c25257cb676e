/* What a callback costs in C++: cost MODE UPDATES, where MODE is callback or array. Prints seconds per update of the
 * 25-Gaussian setting on one thread, after 200 updates to warm up. */
#include "gaussians.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main(int argument_count, char **arguments)
try {
    constexpr std::uint64_t warm_up = 200, batches = 32;
    const std::string mode = argument_count == 3 ? arguments[1] : "";
    if (mode != "callback" && mode != "array") {
        std::fprintf(stderr, "usage: cost callback|array UPDATES\n");
        return 2;
    }
    const std::uint64_t updates = std::strtoull(arguments[2], nullptr, 10);
    gaussians::training made(1);
    std::vector<float> samples(2 * made.trainer.batch() * batches);
    gaussians::fill(1, samples.size() / 2, samples);
    if (mode == "array")
        made.trainer.set_data_array(samples, 1);
    else
        made.trainer.set_data([&samples](std::uint64_t update, std::size_t, coulomb::span<float> batch) {
            std::copy_n(samples.data() + update % batches * batch.size(), batch.size(), batch.begin());
        });
    made.trainer.run(warm_up);
    const auto start = std::chrono::steady_clock::now();
    made.trainer.run(warm_up + updates);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    std::printf("%.9f\n", taken.count() / static_cast<double>(updates));
} catch (const std::exception &thrown) {
    std::fprintf(stderr, "%s\n", thrown.what());
    return 1;
}

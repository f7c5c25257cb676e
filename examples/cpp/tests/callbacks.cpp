/* Exceptions on both sides of callbacks, stopping, handles released by callbacks; and 10,000 cycles without a leak. */
#include "../programs/gaussians.hpp"
#include "tap.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace
{

using gaussians::training;

struct own_exception {
    int number;
};

template <typename Call> int number_thrown_by(Call call)
{
    try {
        call();
        return 0;
    } catch (const own_exception &thrown) {
        return thrown.number;
    }
}

void throwing_points(std::size_t, std::size_t, coulomb::span<float>)
{
    throw own_exception{4};
}

bool data_throws()
{
    training made(1);
    made.trainer.set_data([](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        if (update == 3)
            throw own_exception{3};
        gaussians::fill(update, count, batch);
    });
    const bool caught = number_thrown_by([&] { made.trainer.run(10); }) == 3 && made.trainer.update() == 2;
    made.trainer.set_data_slice(
        [](std::uint64_t, std::size_t, std::size_t, std::size_t, coulomb::span<float>) { throw own_exception{2}; });
    const bool slice = number_thrown_by([&] { made.trainer.step(); }) == 2;
    made.trainer.set_data(gaussians::fill);
    made.trainer.run(10);
    return caught && slice && made.trainer.update() == 10;
}

bool other_callbacks_throw()
{
    training made(1);
    made.trainer.set_data(gaussians::fill);
    auto schedule = coulomb::schedule::callback(made.context, [](std::uint64_t) -> double { throw own_exception{1}; });
    const bool factor = number_thrown_by([&] { schedule.factor(1); }) == 1;
    made.trainer.optimizer(coulomb::role::generator).set_schedule(schedule);
    const bool rate = number_thrown_by([&] { made.trainer.step(); }) == 1;
    made.trainer.optimizer(coulomb::role::generator).set_schedule(nullptr);
    made.generator.set_latent_callback(
        [](std::uint64_t, std::uint64_t, std::uint64_t, std::size_t, coulomb::span<float>) { throw own_exception{2}; });
    const bool latent = number_thrown_by([&] { made.trainer.step(); }) == 2 &&
                        number_thrown_by([&] { made.generator.generate(1); }) == 2;
    made.generator.set_latent_callback(nullptr);
    const bool progress =
        number_thrown_by([&] { made.trainer.run(5, [](std::uint64_t) { throw own_exception{3}; }); }) == 3;
    return factor && rate && latent && progress && made.trainer.update() == 1;
}

bool points_throw()
{
    coulomb::context context;
    coulomb::plummer plummer(context, 1, 1);
    coulomb::moments moments(context, 1);
    return number_thrown_by([&] { plummer.energy_streamed(1, throwing_points, 2, throwing_points, 2); }) == 4 &&
           number_thrown_by([&] { plummer.field_streamed(1, {0}, throwing_points, 2, throwing_points, 2); }) == 4 &&
           number_thrown_by([&] { moments.add_streamed(throwing_points, 2); }) == 4 && moments.count() == 0 &&
           number_thrown_by([&] { coulomb::neighbours_streamed(context, 1, {0}, throwing_points, 2, 1); }) == 4;
}

/* The log has no status to return: the call ends, then throws. */
bool a_log_throws()
{
    coulomb::context context;
    const bool thrown = number_thrown_by([&] {
                            context.set_log([](coulomb::log_level, std::string_view) { throw own_exception{5}; });
                        }) == 5;
    const bool set = static_cast<bool>(context.log());
    context.set_log(nullptr);
    return thrown && set;
}

/* A call within a callback throws inside the callback; what leaves the callback leaves the outer call. */
bool nested_calls_throw()
{
    training made(1);
    coulomb::plummer plummer(made.context, 1, 1);
    int inside = 0;
    made.trainer.set_data([&](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        inside = number_thrown_by([&] { plummer.energy_streamed(1, throwing_points, 2, throwing_points, 2); });
        if (update == 2)
            plummer.set_epsilon(-1);
        gaussians::fill(update, count, batch);
    });
    made.trainer.run(1);
    return inside == 4 && made.trainer.update() == 1 &&
           tap::refused(COULOMB_ERROR_ARGUMENT, "epsilon", [&] { made.trainer.run(2); });
}

bool a_status_passes()
{
    training made(1);
    made.trainer.set_data([](std::uint64_t, std::size_t, coulomb::span<float>) {
        throw coulomb::error(COULOMB_CALLER_FIRST + 7, "the disk is on fire");
    });
    return tap::refused(COULOMB_CALLER_FIRST + 7, "fire", [&] { made.trainer.step(); });
}

bool progress_stops()
{
    training made(1);
    made.trainer.set_data(gaussians::fill);
    std::uint64_t told = 0;
    const bool stopped = !made.trainer.run(10, [](std::uint64_t update) { return update < 4; });
    const bool at_four = made.trainer.update() == 4;
    const bool whole = made.trainer.run(6, [&](std::uint64_t update) { told += update; });
    return stopped && at_four && whole && told == 11 && made.trainer.run(6, [](std::uint64_t) { return false; });
}

/* The trainer lasts until its call returns. */
bool callbacks_release_handles()
{
    auto made = std::make_unique<training>(1);
    std::optional<coulomb::trainer> trainer(std::move(made->trainer));
    trainer->set_data([&](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        trainer.reset();
        made.reset();
        gaussians::fill(update, count, batch);
    });
    trainer->step();
    return !trainer && !made;
}

bool progress_releases_the_trainer()
{
    training made(1);
    std::optional<coulomb::trainer> trainer(std::move(made.trainer));
    trainer->set_data(gaussians::fill);
    const bool whole = trainer->run(5, [&](std::uint64_t) {
        trainer.reset();
        return false;
    });
    return !whole && !trainer;
}

/* A counted callable, to see that callbacks are released once, when they are replaced or with their handle. */
bool releases_callables()
{
    const auto held = std::make_shared<int>(0);
    training made(1);
    const auto data = [held](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        gaussians::fill(update, count, batch);
    };
    made.trainer.set_data(data);
    made.trainer.set_data(data);
    const bool one = held.use_count() == 3;
    made.trainer.set_data_array(std::vector<float>(2, 1), 1);
    const bool none = held.use_count() == 2;
    made.generator.set_latent_callback(
        [held](std::uint64_t, std::uint64_t, std::uint64_t, std::size_t, coulomb::span<float>) {});
    made.context.set_log([held](coulomb::log_level, std::string_view) {});
    made.trainer.set_data(data);
    made.trainer.reset();
    made.discriminator.reset();
    made.context.reset();
    const bool two = held.use_count() == 4;
    made.generator.reset();
    return one && none && two && held.use_count() == 2;
}

/* A setter that fails keeps nothing, and the callback before stays. */
bool failed_setters_keep_nothing()
{
    const auto held = std::make_shared<int>(0);
    training made(1);
    bool refused = false;
    made.trainer.set_data([&](std::uint64_t update, std::size_t count, coulomb::span<float> batch) {
        refused = tap::refused(COULOMB_ERROR_STATE, "", [&] {
            made.trainer.set_data([held](std::uint64_t, std::size_t, coulomb::span<float>) {});
        });
        gaussians::fill(update, count, batch);
    });
    made.trainer.step();
    return refused && held.use_count() == 1;
}

constexpr int cycles = 10000;

bool cycles_of_handles()
{
    const auto held = std::make_shared<int>(0);
    coulomb::context context;
    for (int i = 0; i < cycles; i++) {
        auto schedule = coulomb::schedule::callback(context, [held](std::uint64_t) { return 1.0; });
        coulomb::network network(context);
        network.set_latent_callback(
            [held](std::uint64_t, std::uint64_t, std::uint64_t, std::size_t, coulomb::span<float>) {});
        coulomb::plummer plummer(context, 1, 1);
        coulomb::ngrams ngrams(context, 1);
        coulomb::moments moments(context, 1);
        coulomb::communicator communicator(
            context, 0, 1, [held](coulomb::span<const std::byte>, coulomb::span<std::byte>) {},
            [held](coulomb::span<const std::byte>, coulomb::span<std::byte>) {});
        if (held.use_count() != 5)
            return false;
    }
    return held.use_count() == 1;
}

bool cycles_of_callbacks()
{
    const auto held = std::make_shared<int>(0);
    training made(1);
    for (int i = 0; i < cycles; i++) {
        made.trainer.set_data([held](std::uint64_t, std::size_t, coulomb::span<float>) { throw own_exception{6}; });
        if (held.use_count() != 2 || number_thrown_by([&] { made.trainer.step(); }) != 6)
            return false;
    }
    made.trainer.set_data(nullptr);
    return held.use_count() == 1;
}

} // namespace

void test_callbacks()
{
    tap::test("what data callbacks throw comes out of the call, and training goes on", data_throws);
    tap::test("what schedule, latent and progress callbacks throw comes out of the call", other_callbacks_throw);
    tap::test("what points callbacks throw comes out of the call", points_throw);
    tap::test("what a log throws comes out of the call", a_log_throws);
    tap::test("calls within callbacks throw within them", nested_calls_throw);
    tap::test("a status of the caller's own passes", a_status_passes);
    tap::test("a progress callback stops, and training goes on", progress_stops);
    tap::test("a data callback may release its trainer", callbacks_release_handles);
    tap::test("a progress callback may release its trainer", progress_releases_the_trainer);
}

void test_releases()
{
    tap::test("callables are released once", releases_callables);
    tap::test("setters that fail keep nothing", failed_setters_keep_nothing);
    tap::test("10,000 cycles of handles with callbacks", cycles_of_handles);
    tap::test("10,000 cycles of a callback that throws", cycles_of_callbacks);
}

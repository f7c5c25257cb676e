/* Trainers: settings, data, parts, training and checkpoints; communicators. */
#include "../programs/gaussians.hpp"
#include "tap.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

namespace
{

using gaussians::training;

bool has_settings()
{
    training made(1);
    auto &trainer = made.trainer;
    trainer.set_batch(32);
    trainer.set_loss(coulomb::loss::l1);
    trainer.set_replay(true);
    trainer.set_smoothing(0.5);
    trainer.set_seed(7);
    trainer.set_averaging(0.75);
    trainer.set_charges(64, 96);
    trainer.set_kernel(coulomb::kernel::gaussian);
    trainer.set_exponent(2);
    trainer.set_epsilon(3);
    const bool one = trainer.epsilon() == 3;
    trainer.set_epsilons({1, 2, 4});
    trainer.set_self_terms(false);
    trainer.set_potential_scale(5);
    trainer.set_shards(4);
    trainer.set_synchronized_norm(true);
    const auto charges = trainer.charges();
    return one && trainer.batch() == 32 && trainer.loss() == coulomb::loss::l1 && trainer.replay() &&
           trainer.smoothing() == 0.5 && trainer.seed() == 7 && trainer.averaging() == 0.75 && charges.model == 64 &&
           charges.target == 96 && trainer.kernel() == coulomb::kernel::gaussian && trainer.exponent() == 2 &&
           trainer.epsilons() == std::vector<double>{1, 2, 4} && !trainer.self_terms() &&
           trainer.potential_scale() == 5 && trainer.shards() == 4 && trainer.synchronized_norm() &&
           trainer.memory() > 100000 &&
           tap::refused(COULOMB_ERROR_STATE, "", [&] { trainer.set_field(coulomb::field::drift); });
}

bool has_an_epsilon_schedule()
{
    training made(1);
    const bool none = !made.trainer.epsilon_schedule();
    made.trainer.set_epsilon_schedule(coulomb::schedule::callback(made.context, [](std::uint64_t) { return 0.5; }));
    made.trainer.set_data(gaussians::fill);
    made.trainer.step();
    const bool halved = made.trainer.statistic(coulomb::statistic::epsilon) == 0.5;
    const bool found = made.trainer.epsilon_schedule()->kind() == coulomb::schedule_kind::callback;
    made.trainer.set_epsilon_schedule(nullptr);
    return none && halved && found && !made.trainer.epsilon_schedule();
}

bool has_features()
{
    training made(1);
    const bool none = !made.trainer.features();
    {
        coulomb::network features(made.context);
        features.finish(features.dense(features.input({2}), 5), 3);
        made.trainer.set_features(features);
    }
    const bool found = made.trainer.features()->output_shape() == coulomb::shape{5};
    made.trainer.set_data(gaussians::fill);
    made.trainer.step();
    made.trainer.set_features(nullptr);
    return none && found && !made.trainer.features() && made.trainer.update() == 1;
}

bool follows_the_field()
{
    coulomb::context context;
    auto generator = coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
    coulomb::trainer trainer(context, generator);
    trainer.set_field(coulomb::field::drift);
    trainer.set_data(gaussians::fill);
    trainer.run(2);
    return trainer.field() == coulomb::field::drift && trainer.update() == 2 &&
           tap::refused(COULOMB_ERROR_STATE, "", [&] { trainer.network(coulomb::role::discriminator); });
}

bool has_parts()
{
    training made(1);
    made.trainer.set_data(gaussians::fill);
    made.trainer.set_averaging(0.9);
    auto rates = made.trainer.optimizer(coulomb::role::discriminator);
    rates.set_learning_rate(0.125);
    made.trainer.run(3);
    auto average = made.trainer.average();
    auto generator = made.trainer.network(coulomb::role::generator);
    /* All objects of one network know of its forward pass. */
    const auto output = generator.forward(std::vector<float>(8, 1));
    made.generator.backward({1, 1});
    const auto bias = generator.read_gradient("dense3.bias");
    made.trainer.reset();
    made.generator.reset();
    made.context.reset();
    const bool alive = generator.generate(1).size() == 2 && average.generate(1).size() == 2;
    return alive && bias == std::vector<float>{1, 1} && rates.learning_rate() == 0.125 && output.size() == 2;
}

bool gives_data_back()
{
    training made(1);
    auto &trainer = made.trainer;
    std::vector<float> batch(8), wanted(8);
    gaussians::fill(3, 4, wanted);
    const bool none = !trainer.data() && !trainer.data_slice() && trainer.data_array().samples.empty();
    trainer.set_data(gaussians::fill);
    trainer.data()(3, 4, batch);
    const bool same = batch == wanted;
    trainer.set_data_slice(
        [](std::uint64_t update, std::size_t total, std::size_t first, std::size_t count, coulomb::span<float> part) {
            std::vector<float> whole(2 * total);
            gaussians::fill(update, total, whole);
            std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(2 * first), 2 * count, part.begin());
        });
    trainer.data_slice()(3, 4, 1, 3, coulomb::span<float>(batch.data(), 6));
    const bool part = batch[0] == wanted[2] && !trainer.data();
    trainer.run(2);
    const std::vector<float> samples(2 * 300, 1);
    trainer.set_data_array(samples, 5);
    const bool borrowed = trainer.data_array().samples.data() == samples.data();
    trainer.set_data_array(std::vector<float>(2 * 300, 2), 6);
    const auto array = trainer.data_array();
    trainer.run(4);
    trainer.set_data(nullptr);
    return none && same && part && borrowed && array.samples.size() == 600 && array.samples[599] == 2 &&
           array.seed == 6 && trainer.data_array().samples.empty() &&
           tap::refused(COULOMB_ERROR_STATE, "", [&] { trainer.step(); }) &&
           tap::refused(COULOMB_ERROR_SHAPE, "multiple", [&] {
               trainer.set_data_array({1, 2, 3}, 0);
           });
}

/* Callbacks that C code has set come back as functions that throw. */
bool wraps_callbacks_of_c()
{
    training made(1);
    coulomb_trainer_set_data(
        made.trainer.get(), [](void *, std::uint64_t, std::size_t, float *) { return coulomb_status{1500}; }, nullptr,
        nullptr);
    std::vector<float> batch(2);
    return tap::refused(1500, "", [&] { made.trainer.data()(1, 1, batch); }) &&
           tap::refused(1500, "", [&] { made.trainer.step(); });
}

bool saves_and_loads(const std::string &path)
{
    training first(1), second(1), third(1);
    for (auto *made : {&first, &second, &third})
        made->trainer.set_data(gaussians::fill);
    first.trainer.run(5);
    first.trainer.save(path);
    const auto bytes = first.trainer.save_bytes();
    second.trainer.load(path);
    third.trainer.load_bytes(bytes);
    auto opened = coulomb::network::open(first.context, path, coulomb::part::generator);
    std::remove(path.c_str());
    for (auto *made : {&first, &second, &third})
        made->trainer.run(10);
    const auto samples = first.generator.generate(10);
    return second.trainer.update() == 10 && second.generator.generate(10) == samples &&
           third.generator.generate(10) == samples && opened.generate(10) != samples &&
           tap::refused(COULOMB_ERROR_FILE, path.c_str(), [&] { first.trainer.load(path); });
}

/* A transport between threads of one process: each rank shows what it sends, all copy, all go on. */
class meeting
{
  public:
    explicit meeting(std::size_t ranks) : shown_(ranks)
    {
    }
    coulomb::communicator of(const coulomb::context &context, std::size_t rank)
    {
        return {context, rank, shown_.size(),
                [this, rank](coulomb::span<const std::byte> send, coulomb::span<std::byte> receive) {
                    exchange(rank, send, receive, send.size(), 0);
                },
                [this, rank](coulomb::span<const std::byte> send, coulomb::span<std::byte> receive) {
                    const std::size_t each = send.size() / shown_.size();
                    exchange(rank, send, receive, each, rank * each);
                }};
    }

  private:
    void exchange(std::size_t rank, coulomb::span<const std::byte> send, coulomb::span<std::byte> receive,
                  std::size_t each, std::size_t from)
    {
        shown_[rank] = send;
        meet();
        for (std::size_t other = 0; other < shown_.size(); other++)
            std::copy_n(shown_[other].begin() + from, each, receive.begin() + other * each);
        meet();
    }
    void meet()
    {
        std::unique_lock lock(mutex_);
        const std::size_t round = round_;
        if (++here_ == shown_.size()) {
            here_ = 0;
            round_++;
            all_.notify_all();
        } else {
            all_.wait(lock, [&] { return round_ != round; });
        }
    }

    std::vector<coulomb::span<const std::byte>> shown_;
    std::mutex mutex_;
    std::condition_variable all_;
    std::size_t here_ = 0, round_ = 0;
};

constexpr std::uint64_t updates = 5;

std::vector<float> train_as_rank(meeting &ranks, std::size_t rank)
{
    training made(1);
    made.trainer.set_shards(2);
    made.trainer.set_data(gaussians::fill);
    auto communicator = ranks.of(made.context, rank);
    made.trainer.set_communicator(communicator);
    made.trainer.run(updates);
    const std::byte letter[] = {static_cast<std::byte>(rank)};
    const auto letters = communicator.allgather(letter);
    const bool told = letters == std::vector<std::byte>{std::byte{0}, std::byte{1}};
    return told && communicator.rank() == rank ? made.generator.generate(10) : std::vector<float>();
}

/* Two ranks on two threads come to the samples of one process. */
bool communicates()
{
    meeting ranks(2);
    auto other = std::async(std::launch::async, [&] { return train_as_rank(ranks, 1); });
    const auto first = train_as_rank(ranks, 0), second = other.get();
    training alone(1);
    alone.trainer.set_shards(2);
    alone.trainer.set_data(gaussians::fill);
    alone.trainer.run(updates);
    return first == second && first == alone.generator.generate(10);
}

bool gives_the_communicator_back()
{
    training made(1);
    meeting single(1);
    const bool none = !made.trainer.communicator();
    made.trainer.set_communicator(single.of(made.context, 0));
    const bool found = made.trainer.communicator()->size() == 1;
    made.trainer.set_communicator(nullptr);
    const auto nothing = [](coulomb::span<const std::byte>, coulomb::span<std::byte>) {};
    return none && found && !made.trainer.communicator() && tap::refused(COULOMB_ERROR_ARGUMENT, "", [&] {
               coulomb::communicator refused(made.context, 0, 1, nothing, nullptr);
           });
}

/* Where one rank's progress callback stops, the others' loops end, too. */
bool stops_all_ranks()
{
    meeting ranks(2);
    const auto loop = [&](std::size_t rank) {
        training made(1);
        made.trainer.set_shards(2);
        made.trainer.set_data(gaussians::fill);
        made.trainer.set_communicator(ranks.of(made.context, rank));
        const bool whole = made.trainer.run(10, [&](std::uint64_t update) { return rank == 0 || update < 3; });
        return !whole && made.trainer.update() == 3;
    };
    auto other = std::async(std::launch::async, [&] { return loop(1); });
    const bool first = loop(0);
    return other.get() && first;
}

bool hands_on_what_a_transport_throws()
{
    training made(1);
    const auto lost = [](coulomb::span<const std::byte>, coulomb::span<std::byte>) {
        throw coulomb::error(COULOMB_ERROR_PROCESS, "rank 1 is gone");
    };
    coulomb::communicator communicator(made.context, 0, 2, lost, lost);
    return tap::refused(COULOMB_ERROR_PROCESS, "rank 1 is gone",
                        [&] { made.trainer.set_communicator(communicator); }) &&
           tap::refused(COULOMB_ERROR_PROCESS, "rank 1 is gone", [&] {
               const std::byte letter[] = {std::byte{1}};
               communicator.allgather(letter);
           });
}

} // namespace

void test_trainers()
{
    tap::test("a trainer has its settings", has_settings);
    tap::test("epsilon follows a schedule", has_an_epsilon_schedule);
    tap::test("distances between features", has_features);
    tap::test("a generator follows the field", follows_the_field);
    tap::test("borrowed parts keep the trainer alive", has_parts);
    tap::test("data come from functions and arrays, which can be read back", gives_data_back);
    tap::test("callbacks that C code has set are functions", wraps_callbacks_of_c);
    tap::test("trainers are saved and loaded", [] { return saves_and_loads("test-trainer.safetensors"); });
}

void test_communicators()
{
    tap::test("two ranks on two threads train as one", communicates);
    tap::test("a progress callback of one rank stops all", stops_all_ranks);
    tap::test("communicators are set and read", gives_the_communicator_back);
    tap::test("what a transport throws comes out of the call", hands_on_what_a_transport_throws);
}

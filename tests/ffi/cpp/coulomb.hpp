/* libcoulomb from C++: handles that free themselves, any callable as a callback, and errors as exceptions, none of
 * which crosses C. */
#ifndef COULOMB_HPP
#define COULOMB_HPP

#include <coulomb/coulomb.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace coulomb
{

class error : public std::runtime_error
{
  public:
    error(coulomb_status status, const char *message) : std::runtime_error(message), status_(status)
    {
    }
    coulomb_status status() const noexcept
    {
        return status_;
    }

  private:
    coulomb_status status_;
};

template <typename Handle, void (*release)(Handle *)> struct releaser {
    void operator()(Handle *handle) const noexcept
    {
        release(handle);
    }
};
template <typename Handle, void (*release)(Handle *)> using owner = std::unique_ptr<Handle, releaser<Handle, release>>;

class context
{
  public:
    context()
    {
        coulomb_context *made = nullptr;
        coulomb_status status = coulomb_context_new(&made);
        if (status != COULOMB_OK)
            throw error(status, coulomb_status_name(status));
        handle.reset(made);
    }
    void set_threads(std::size_t threads)
    {
        check(coulomb_context_set_threads(get(), threads));
    }
    void check(coulomb_status status) const
    {
        if (status != COULOMB_OK)
            throw error(status, coulomb_context_error(get()));
    }
    coulomb_context *get() const noexcept
    {
        return handle.get();
    }

  private:
    owner<coulomb_context, coulomb_context_free> handle;
};

/* Networks and trainers need their context only while a call fails; it must outlive them. */
class network
{
  public:
    network(context &of, const char *preset, const std::vector<std::size_t> &shape, std::size_t latent,
            std::uint64_t seed)
        : of_(of)
    {
        coulomb_network *made = nullptr;
        of.check(coulomb_network_new_preset(of.get(), preset, shape.data(), shape.size(), latent, seed, &made));
        handle.reset(made);
        values_ = 1;
        for (std::size_t extent : shape)
            values_ *= extent;
    }
    std::vector<float> generate(std::size_t count)
    {
        std::vector<float> samples(count * values_);
        of_.check(coulomb_network_generate(get(), count, samples.data()));
        return samples;
    }
    std::size_t values() const noexcept
    {
        return values_;
    }
    coulomb_network *get() const noexcept
    {
        return handle.get();
    }

  private:
    context &of_;
    owner<coulomb_network, coulomb_network_free> handle;
    std::size_t values_;
};

class trainer
{
  public:
    /* Fills in the target samples of an update: `size` values, one sample after the other. */
    using data = std::function<void(std::uint64_t update, float *values, std::size_t size)>;

    trainer(context &of, network &generator, network &discriminator) : of_(of), values_(generator.values())
    {
        coulomb_trainer *made = nullptr;
        of.check(coulomb_trainer_new(of.get(), generator.get(), discriminator.get(), &made));
        handle.reset(made);
    }
    /* The callable before goes. */
    void set_data(data fill)
    {
        auto state = std::make_unique<data_state>(data_state{std::move(fill), values_, nullptr});
        of_.check(coulomb_trainer_set_data(get(), call_data, state.get(), release_data));
        data_ = state.release();
    }
    /* What the callable threw comes out here, when the library has returned. */
    void run(std::uint64_t last)
    {
        coulomb_status status = coulomb_trainer_run(get(), last, nullptr, nullptr);
        if (data_ != nullptr && data_->thrown)
            std::rethrow_exception(std::exchange(data_->thrown, nullptr));
        of_.check(status);
    }
    std::uint64_t update() const
    {
        std::uint64_t number;
        of_.check(coulomb_trainer_update(get(), &number));
        return number;
    }
    double statistic(std::int32_t which) const
    {
        double value;
        of_.check(coulomb_trainer_statistic(get(), which, &value));
        return value;
    }
    void save(const std::string &path)
    {
        of_.check(coulomb_trainer_save(get(), path.c_str()));
    }
    void load(const std::string &path)
    {
        of_.check(coulomb_trainer_load(get(), path.c_str()));
    }
    coulomb_trainer *get() const noexcept
    {
        return handle.get();
    }

  private:
    struct data_state {
        data fill;
        std::size_t values;
        std::exception_ptr thrown;
    };
    static coulomb_status call_data(void *user, std::uint64_t update, std::size_t count, float *batch) noexcept
    {
        auto *state = static_cast<data_state *>(user);
        try {
            state->fill(update, batch, count * state->values);
            return COULOMB_OK;
        } catch (...) {
            state->thrown = std::current_exception();
            return COULOMB_CALLER_FIRST;
        }
    }
    static void release_data(void *user) noexcept
    {
        delete static_cast<data_state *>(user);
    }

    context &of_;
    owner<coulomb_trainer, coulomb_trainer_free> handle;
    std::size_t values_;
    data_state *data_ = nullptr; /* the trainer's own, which releases it */
};

} // namespace coulomb

#endif

/**
 * @file coulomb.hpp
 * libcoulomb for C++17: handles that release themselves, any callable as a callback, errors as exceptions. Copy this
 * file; it needs the C headers and -lcoulomb alone. doc/cpp.md is the guide, and the C headers describe every setting.
 *
 * Errors: every function that can fail throws coulomb::error. After it everything is as it was before, as in C.
 *
 * Handles can be moved and not copied. Each keeps what it needs alive, so handles may be released in any order. A
 * handle that was moved from, or released with reset(), throws coulomb::error. Networks, optimizers, schedules and
 * communicators that a getter returns are borrowed: they keep the handle that they came from alive, and are valid until
 * another one is set there.
 *
 * Callbacks: what a callback throws never passes through C. It ends the call under way, which throws the same
 * exception. Which functions a callback may call is described in coulomb/context.h.
 *
 * Threads: a context and all handles created from it belong to one thread at a time; different contexts are
 * independent.
 *
 * Arrays are given as coulomb::span, which converts from vectors, arrays, std::span and lists in braces. Results come
 * as std::vector, or go into memory of the caller's.
 *
 * Sections: spans and errors - options - what handles share - contexts - schedules - networks - optimizers -
 * communicators - trainers - potentials - metrics - version.
 */
#ifndef COULOMB_HPP
#define COULOMB_HPP

#include <coulomb/coulomb.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace coulomb
{

/* ------------------------------------------------ spans and errors ------------------------------------------------ */

/** Pointer and size: an array that belongs to someone else. */
template <typename T> class span
{
    struct no_list {
    };
    template <typename Container>
    using if_container =
        std::enable_if_t<std::is_convertible_v<decltype(std::data(std::declval<Container &>())), T *> &&
                         !std::is_array_v<std::remove_reference_t<Container>> &&
                         !std::is_same_v<std::remove_cv_t<std::remove_reference_t<Container>>, span>>;

  public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size)
    {
    }
    template <std::size_t count> constexpr span(T (&array)[count]) noexcept : data_(array), size_(count)
    {
    }
    template <typename Container, typename = if_container<Container>>
    constexpr span(Container &&container) : data_(std::data(container)), size_(std::size(container))
    {
    }
    /** A list in braces, as an argument of a call: it lives until the call returns. For const values alone. */
    constexpr span(std::conditional_t<std::is_const_v<T>, std::initializer_list<value_type>, no_list> list) noexcept
        : span(std::data(list), list.size())
    {
    }

    constexpr T *data() const noexcept
    {
        return data_;
    }
    constexpr std::size_t size() const noexcept
    {
        return size_;
    }
    constexpr bool empty() const noexcept
    {
        return size_ == 0;
    }
    constexpr T &operator[](std::size_t index) const
    {
        return data_[index];
    }
    constexpr T *begin() const noexcept
    {
        return data_;
    }
    constexpr T *end() const noexcept
    {
        return data_ + size_;
    }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

/** A call that failed: the library's error message, and its status (coulomb/status.h). A callback may throw one with a
 * status of its own, from COULOMB_CALLER_FIRST on: other processes of the same training run see that status. */
class error : public std::runtime_error
{
  public:
    error(coulomb_status status, const std::string &message) : std::runtime_error(message), status_(status)
    {
    }
    coulomb_status status() const noexcept
    {
        return status_;
    }

  private:
    coulomb_status status_;
};

/** Name of a status, such as "COULOMB_ERROR_SHAPE". */
inline std::string status_name(coulomb_status status)
{
    return coulomb_status_name(status);
}

/** Shape of a sample or of a parameter. */
using shape = std::vector<std::size_t>;

/** Instead of a parameter's name: all of them, see network::set_initializer() and network::set_frozen(). */
inline constexpr std::string_view all{};

/* ---------------------------------------------------- options ----------------------------------------------------- */

enum class log_level : std::int32_t { warning = COULOMB_LOG_WARNING, info = COULOMB_LOG_INFO };

enum class precision : std::int32_t {
    float32 = COULOMB_PRECISION_FLOAT32,
    tf32 = COULOMB_PRECISION_TF32,
    bf16 = COULOMB_PRECISION_BF16
};

enum class distribution : std::int32_t {
    normal = COULOMB_DISTRIBUTION_NORMAL,
    truncated_normal = COULOMB_DISTRIBUTION_TRUNCATED_NORMAL,
    uniform = COULOMB_DISTRIBUTION_UNIFORM
};

enum class initializer : std::int32_t {
    glorot_uniform = COULOMB_INITIALIZER_GLOROT_UNIFORM,
    glorot_normal = COULOMB_INITIALIZER_GLOROT_NORMAL,
    he_uniform = COULOMB_INITIALIZER_HE_UNIFORM,
    he_normal = COULOMB_INITIALIZER_HE_NORMAL,
    constant = COULOMB_INITIALIZER_CONSTANT,
    variance_scaling = COULOMB_INITIALIZER_VARIANCE_SCALING,
    random = COULOMB_INITIALIZER_RANDOM
};

enum class fan : std::int32_t { in = COULOMB_FAN_IN, out = COULOMB_FAN_OUT, average = COULOMB_FAN_AVERAGE };

enum class arena : std::int32_t {
    parameters = COULOMB_MEMORY_PARAMETERS,
    kept = COULOMB_MEMORY_KEPT,
    temporary = COULOMB_MEMORY_TEMPORARY,
    inference = COULOMB_MEMORY_INFERENCE
};

/** What a backward pass does with the parameters' gradients. */
enum class gradient : std::int32_t {
    none = COULOMB_GRADIENT_NONE,
    write = COULOMB_GRADIENT_WRITE,
    add = COULOMB_GRADIENT_ADD
};

/** The network of a file. */
enum class part : std::int32_t {
    only = COULOMB_PART_ONLY,
    generator = COULOMB_PART_GENERATOR,
    discriminator = COULOMB_PART_DISCRIMINATOR,
    average = COULOMB_PART_AVERAGE
};

enum class method : std::int32_t { adam = COULOMB_METHOD_ADAM, sgd = COULOMB_METHOD_SGD };

enum class schedule_kind : std::int32_t {
    exponential = COULOMB_SCHEDULE_EXPONENTIAL,
    steps = COULOMB_SCHEDULE_STEPS,
    callback = COULOMB_SCHEDULE_CALLBACK
};

enum class kernel : std::int32_t { plummer = COULOMB_KERNEL_PLUMMER, gaussian = COULOMB_KERNEL_GAUSSIAN };

/** What a generator without a discriminator follows. */
enum class field : std::int32_t { potential = COULOMB_FIELD_POTENTIAL, drift = COULOMB_FIELD_DRIFT };

enum class loss : std::int32_t { l2 = COULOMB_LOSS_L2, l1 = COULOMB_LOSS_L1 };

/** The networks of a trainer. */
enum class role : std::int32_t { generator = COULOMB_GENERATOR, discriminator = COULOMB_DISCRIMINATOR };

enum class statistic : std::int32_t {
    loss_discriminator = COULOMB_STATISTIC_LOSS_DISCRIMINATOR,
    loss_generator = COULOMB_STATISTIC_LOSS_GENERATOR,
    energy = COULOMB_STATISTIC_ENERGY,
    potential_model = COULOMB_STATISTIC_POTENTIAL_MODEL,
    potential_target = COULOMB_STATISTIC_POTENTIAL_TARGET,
    gradient_generator = COULOMB_STATISTIC_GRADIENT_GENERATOR,
    gradient_discriminator = COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR,
    learning_rate_generator = COULOMB_STATISTIC_LEARNING_RATE_GENERATOR,
    learning_rate_discriminator = COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR,
    epsilon = COULOMB_STATISTIC_EPSILON
};

enum class padding : std::int32_t { same = COULOMB_PADDING_SAME, valid = COULOMB_PADDING_VALID };

/** Rows and columns; one number stands for both. */
struct extent2d {
    std::array<std::size_t, 2> values;

    constexpr extent2d(std::size_t both) noexcept : values{both, both}
    {
    }
    constexpr extent2d(std::size_t rows, std::size_t columns) noexcept : values{rows, columns}
    {
    }
};

/** Padding of an image: a mode, or explicit pads before and after the rows, before and after the columns. */
struct padding2d {
    std::int32_t mode;
    std::array<std::size_t, 4> pads{};

    constexpr padding2d(padding implicit) noexcept : mode(static_cast<std::int32_t>(implicit))
    {
    }
    constexpr padding2d(std::size_t above, std::size_t below, std::size_t left, std::size_t right) noexcept
        : mode(COULOMB_PADDING_EXPLICIT), pads{above, below, left, right}
    {
    }
    const std::size_t *data() const noexcept
    {
        return mode == COULOMB_PADDING_EXPLICIT ? pads.data() : nullptr;
    }
};

/** Padding of a sequence: a mode, or explicit pads before and after. */
struct padding1d {
    std::int32_t mode;
    std::array<std::size_t, 2> pads{};

    constexpr padding1d(padding implicit) noexcept : mode(static_cast<std::int32_t>(implicit))
    {
    }
    constexpr padding1d(std::size_t before, std::size_t after) noexcept
        : mode(COULOMB_PADDING_EXPLICIT), pads{before, after}
    {
    }
    const std::size_t *data() const noexcept
    {
        return mode == COULOMB_PADDING_EXPLICIT ? pads.data() : nullptr;
    }
};

/* ----------------------------------------------- what handles share ----------------------------------------------- */

namespace detail
{

/** Codes that callbacks of this header return: an exception waits in the context; a progress callback said stop. */
enum : coulomb_status { thrown = COULOMB_CALLER_FIRST, stopped = COULOMB_CALLER_FIRST + 1 };

/** A context and the exception that waits for the call under way to return. It outlives the context's C handles,
 * because every handle here holds it longer than its C handle. */
struct core {
    coulomb_context *handle = nullptr;
    std::pmr::memory_resource *memory = nullptr;
    std::exception_ptr waiting;
    std::exception_ptr refused; /* of the memory resource: counts only if the call fails */

    core() = default;
    core(const core &) = delete;
    core &operator=(const core &) = delete;
    ~core()
    {
        coulomb_context_free(handle);
    }

    void check(coulomb_status status)
    {
        const std::exception_ptr first = std::exchange(waiting, nullptr),
                                 memory_first = std::exchange(refused, nullptr);
        if (first)
            std::rethrow_exception(first);
        if (status == COULOMB_OK)
            return;
        if (status == COULOMB_ERROR_MEMORY && memory_first)
            std::rethrow_exception(memory_first);
        throw error(status, handle != nullptr ? coulomb_context_error(handle) : coulomb_status_name(status));
    }

    void keep(std::exception_ptr exception) noexcept
    {
        if (!waiting)
            waiting = std::move(exception);
    }
    /** Runs a callback; what it throws waits. */
    template <typename Function> coulomb_status guard(Function &&function) noexcept
    {
        try {
            function();
            return COULOMB_OK;
        } catch (const error &own) {
            keep(std::current_exception());
            const bool passes = own.status() >= COULOMB_CALLER_FIRST && own.status() <= COULOMB_CALLER_LAST;
            return passes || own.status() == COULOMB_ERROR_PROCESS ? own.status() : coulomb_status{thrown};
        } catch (...) {
            keep(std::current_exception());
            return thrown;
        }
    }
};

[[noreturn]] inline void refuse(coulomb_status status, const char *message)
{
    throw error(status, message);
}

/** A name for C: NULL for a view without an address, such as coulomb::all. */
class text
{
  public:
    text(std::string_view view) : none_(view.data() == nullptr), copy_(view)
    {
    }
    operator const char *() const noexcept
    {
        return none_ ? nullptr : copy_.c_str();
    }

  private:
    bool none_;
    std::string copy_;
};

template <typename State> void destroy(void *user) noexcept
{
    delete static_cast<State *>(user);
}

inline std::size_t product(span<const std::size_t> extents) noexcept
{
    std::size_t values = 1;
    for (std::size_t extent : extents)
        values *= extent;
    return values;
}

/** Number of rows of an array; the library checks everything but that its size is a multiple. */
inline std::size_t rows(std::size_t size, std::size_t values)
{
    if (values == 0 ? size != 0 : size % values != 0)
        refuse(COULOMB_ERROR_SHAPE, "the size of an array is not a multiple of the values of a sample");
    return values == 0 ? 0 : size / values;
}

inline void expect(std::size_t size, std::size_t wanted)
{
    if (size != wanted)
        refuse(COULOMB_ERROR_SHAPE, "an array has another size than its result or its partner needs");
}

inline std::size_t area(std::size_t count, std::size_t values)
{
    if (values != 0 && count > SIZE_MAX / values)
        refuse(COULOMB_ERROR_MEMORY, "an array would not fit into memory");
    return count * values;
}

/** What every handle is: the context's core, and a C handle that is released before it. */
template <typename T> class handle
{
  public:
    handle(handle &&other) noexcept : core_(std::move(other.core_)), handle_(std::move(other.handle_))
    {
    }
    handle &operator=(handle &&other) noexcept
    {
        if (this != &other) {
            handle_ = std::move(other.handle_);
            core_ = std::move(other.core_);
        }
        return *this;
    }
    handle(const handle &) = delete;
    handle &operator=(const handle &) = delete;

    /** The C handle, for functions of C; it still belongs to this object. */
    T *get() const noexcept
    {
        return handle_.get();
    }
    explicit operator bool() const noexcept
    {
        return handle_ != nullptr;
    }
    /** What handles of one context share; not for programs. */
    const std::shared_ptr<detail::core> &core() const
    {
        if (!core_)
            refuse(COULOMB_ERROR_STATE, "the handle was moved from or released");
        return core_;
    }
    /** Release the handle now; later calls throw. */
    void reset() noexcept
    {
        handle_.reset();
        core_.reset();
    }

  protected:
    handle(std::shared_ptr<detail::core> owner, std::shared_ptr<T> made) noexcept
        : core_(std::move(owner)), handle_(std::move(made))
    {
    }
    ~handle() = default;

    /** Calls a function of C. A callback may release this very object, so both are held meanwhile. */
    template <typename Function, typename... Arguments> void call(Function function, Arguments... arguments) const
    {
        const std::shared_ptr<detail::core> kept_core = core();
        const std::shared_ptr<T> kept = handle_;
        kept_core->check(function(kept.get(), arguments...));
    }
    /** Calls a getter of C with one result. */
    template <typename Value, typename Function> Value read(Function function) const
    {
        Value value{};
        call(function, &value);
        return value;
    }
    template <typename Enum, typename Function> Enum read_enum(Function function) const
    {
        return static_cast<Enum>(read<std::int32_t>(function));
    }
    template <typename Function> bool read_flag(Function function) const
    {
        return read<std::int32_t>(function) != 0;
    }
    /** Calls a getter of C that fills in a shape. */
    template <typename Function, typename... Arguments>
    coulomb::shape read_shape(Function function, Arguments... arguments) const
    {
        std::size_t rank = 0;
        call(function, arguments..., nullptr, std::size_t{0}, &rank);
        coulomb::shape extents(rank);
        call(function, arguments..., extents.data(), extents.size(), &rank);
        return extents;
    }
    template <typename Function> std::vector<double> read_epsilons(Function function) const
    {
        std::vector<double> epsilons(COULOMB_EPSILONS_MAX);
        std::size_t count = 0;
        call(function, epsilons.data(), epsilons.size(), &count);
        epsilons.resize(count);
        return epsilons;
    }
    template <typename Function> std::vector<std::byte> read_bytes(Function function) const
    {
        std::size_t size = 0;
        call(function, nullptr, std::size_t{0}, &size);
        std::vector<std::byte> bytes(size);
        call(function, static_cast<void *>(bytes.data()), bytes.size(), &size);
        return bytes;
    }
    /** Gives C a callback; C takes its state if the setter succeeds. */
    template <typename Setter, typename Callback, typename State>
    void give(Setter setter, Callback *callback, std::unique_ptr<State> state) const
    {
        const std::shared_ptr<detail::core> kept_core = core();
        const bool none = state == nullptr;
        const coulomb_status status =
            setter(get(), none ? nullptr : callback, state.get(), none ? nullptr : &destroy<State>);
        if (status == COULOMB_OK)
            static_cast<void>(state.release());
        kept_core->check(status);
    }

    std::shared_ptr<detail::core> core_;
    std::shared_ptr<T> handle_;
};

/** Creates a C handle that is released even if the call ends in an exception. */
template <typename T, typename Function, typename... Arguments>
std::shared_ptr<T> make(core &owner, void (*release)(T *), Function function, Arguments... arguments)
{
    T *made = nullptr;
    const coulomb_status status = function(arguments..., &made);
    std::shared_ptr<T> kept(made, release);
    owner.check(status);
    return kept;
}

/** A callback with what it needs, owned by C. */
template <typename Function> struct state {
    Function function;
    core *owner;
    std::size_t values; /* of a sample */
};

template <typename Function> std::unique_ptr<state<Function>> hold(Function function, core &owner, std::size_t values)
{
    if (!function)
        return nullptr;
    return std::make_unique<state<Function>>(state<Function>{std::move(function), &owner, values});
}

/** What all objects of one network know: values of a latent, samples of the last forward pass. */
struct network_sizes {
    std::size_t latent = 0;
    std::size_t passed = 0;
};

/** A callback of one call, which stays the caller's. */
template <typename Function> struct stream {
    Function *function;
    core *owner;
    std::size_t dimension;

    static coulomb_status write(void *user, std::size_t first, std::size_t count, float *points) noexcept
    {
        const auto &self = *static_cast<stream *>(user);
        return self.owner->guard([&] { (*self.function)(first, count, span<float>(points, count * self.dimension)); });
    }
};

} // namespace detail

/* ---------------------------------------------------- contexts ---------------------------------------------------- */

/** Worker threads, memory, log and error message. All other handles are created from a context. */
class context : public detail::handle<coulomb_context>
{
  public:
    /** Receives a log line. What it throws comes out of the call under way, whose effect stands. */
    using log_function = std::function<void(log_level level, std::string_view line)>;

    context() : context(nullptr, [](detail::core &, coulomb_context **made) { return coulomb_context_new(made); })
    {
    }
    /** A context that takes its memory from `resource`, which must outlive it and its handles. What the resource throws
     * comes out of the call that needed memory. */
    explicit context(std::pmr::memory_resource &resource)
        : context(&resource, [](detail::core &core, coulomb_context **made) {
              return coulomb_context_new_with_allocator(allocate, release, &core, made);
          })
    {
    }
    /** Takes over a context made by a function of C, such as one on a GPU. */
    explicit context(coulomb_context *made)
        : context(nullptr, [made](detail::core &, coulomb_context **receives) {
              *receives = made;
              return coulomb_status{made == nullptr ? COULOMB_ERROR_ARGUMENT : COULOMB_OK};
          })
    {
    }

    /** Set the number of threads; 0: one for each processor. Results do not depend on it. */
    void set_threads(std::size_t threads)
    {
        call(coulomb_context_set_threads, threads);
    }
    std::size_t threads() const
    {
        return read<std::size_t>(coulomb_context_get_threads);
    }
    void set_precision(coulomb::precision precision)
    {
        call(coulomb_context_set_precision, static_cast<std::int32_t>(precision));
    }
    coulomb::precision precision() const
    {
        return read_enum<coulomb::precision>(coulomb_context_get_precision);
    }
    /** Set the log callback; an empty function: no log. */
    void set_log(log_function log)
    {
        give(coulomb_context_set_log, write_log, detail::hold(std::move(log), *core(), 0));
    }
    /** The log callback; empty if none is set. */
    log_function log() const
    {
        coulomb_log_callback *found = nullptr;
        void *user = nullptr;
        call(coulomb_context_get_log, &found, &user);
        if (found == write_log)
            return static_cast<detail::state<log_function> *>(user)->function;
        if (found == nullptr)
            return nullptr;
        return [found, user](log_level level, std::string_view line) {
            found(user, static_cast<std::int32_t>(level), std::string(line).c_str());
        };
    }
    /** Error message of the last failed call. */
    std::string last_error() const
    {
        return coulomb_context_error(get());
    }
    /** Name and version of the BLAS. */
    std::string blas() const
    {
        return coulomb_context_blas(get());
    }
    /** Name of the library's kernels in use: "avx512", "avx2" or "portable". */
    std::string kernels() const
    {
        return coulomb_context_kernels(get());
    }

  private:
    template <typename Create>
    context(std::pmr::memory_resource *memory, Create create) : handle(std::make_shared<detail::core>(), nullptr)
    {
        core_->memory = memory;
        core_->check(create(*core_, &core_->handle));
        handle_ = std::shared_ptr<coulomb_context>(core_, core_->handle);
    }
    static void write_log(void *user, std::int32_t level, const char *line) noexcept
    {
        const auto &self = *static_cast<detail::state<log_function> *>(user);
        static_cast<void>(self.owner->guard([&] { self.function(static_cast<log_level>(level), line); }));
    }

    /* Memory resources want the size back, so it stands before what the library gets, which stays aligned. */
    static constexpr std::size_t before = alignof(std::max_align_t);
    static_assert(before >= sizeof(std::size_t));
    static void *allocate(void *user, std::size_t size) noexcept
    {
        auto &core = *static_cast<detail::core *>(user);
        if (size > SIZE_MAX - before)
            return nullptr;
        try {
            void *whole = core.memory->allocate(size + before, before);
            *static_cast<std::size_t *>(whole) = size + before;
            return static_cast<std::byte *>(whole) + before;
        } catch (...) {
            core.refused = std::current_exception();
            return nullptr;
        }
    }
    static void release(void *user, void *memory) noexcept
    {
        std::byte *whole = static_cast<std::byte *>(memory) - before;
        const std::size_t size = *static_cast<std::size_t *>(static_cast<void *>(whole));
        static_cast<detail::core *>(user)->memory->deallocate(whole, size, before);
    }
};

/* ---------------------------------------------------- schedules --------------------------------------------------- */

/** Learning rate or epsilon as a function of the update number: a factor on the value that was set. */
class schedule : public detail::handle<coulomb_schedule>
{
  public:
    using factor_function = std::function<double(std::uint64_t update)>;
    struct exponential_arguments {
        std::uint64_t first, last;
        double final_factor;
    };
    struct steps_arguments {
        std::vector<std::uint64_t> after;
        double factor;
    };

    /** Exponential decay from 1 at update `first` to `final_factor` at update `last`. */
    static schedule exponential(const context &context, std::uint64_t first, std::uint64_t last, double final_factor)
    {
        const auto &core = context.core();
        return {core, detail::make(*core, coulomb_schedule_free, coulomb_schedule_new_exponential, context.get(), first,
                                   last, final_factor)};
    }
    /** The factor is multiplied by `factor` after each of the updates `after`. */
    static schedule steps(const context &context, span<const std::uint64_t> after, double factor)
    {
        const auto &core = context.core();
        return {core, detail::make(*core, coulomb_schedule_free, coulomb_schedule_new_steps, context.get(),
                                   after.data(), after.size(), factor)};
    }
    /** A function of the update number alone. */
    static schedule callback(const context &context, factor_function factor)
    {
        const auto &core = context.core();
        auto state = detail::hold(std::move(factor), *core, 0);
        coulomb_schedule *made = nullptr;
        const coulomb_status status = coulomb_schedule_new_callback(context.get(), state == nullptr ? nullptr : compute,
                                                                    state.get(), detail::destroy<held>, &made);
        std::shared_ptr<coulomb_schedule> kept(made, coulomb_schedule_free);
        if (status == COULOMB_OK)
            static_cast<void>(state.release());
        core->check(status);
        return {core, std::move(kept)};
    }

    schedule_kind kind() const
    {
        return read_enum<schedule_kind>(coulomb_schedule_get_kind);
    }
    exponential_arguments exponential() const
    {
        exponential_arguments found{};
        call(coulomb_schedule_get_exponential, &found.first, &found.last, &found.final_factor);
        return found;
    }
    steps_arguments steps() const
    {
        steps_arguments found{std::vector<std::uint64_t>(COULOMB_SCHEDULE_DROPS_MAX), 0};
        std::size_t drops = 0;
        call(coulomb_schedule_get_steps, found.after.data(), found.after.size(), &drops, &found.factor);
        found.after.resize(drops);
        return found;
    }
    /** The function of a schedule of kind callback. */
    factor_function callback() const
    {
        coulomb_schedule_callback *found = nullptr;
        void *user = nullptr;
        call(coulomb_schedule_get_callback, &found, &user);
        if (found == compute)
            return static_cast<held *>(user)->function;
        return [found, user, core = core()](std::uint64_t update) {
            double factor = 0;
            core->check(found(user, update, &factor));
            return factor;
        };
    }
    /** The factor of an update, counted from 1. */
    double factor(std::uint64_t update) const
    {
        double value = 0;
        call(coulomb_schedule_factor, update, &value);
        return value;
    }

  private:
    friend class optimizer;
    friend class trainer;
    using held = detail::state<factor_function>;

    schedule(std::shared_ptr<detail::core> core, std::shared_ptr<coulomb_schedule> made)
        : handle(std::move(core), std::move(made))
    {
    }
    static coulomb_status compute(void *user, std::uint64_t update, double *factor) noexcept
    {
        const auto &self = *static_cast<held *>(user);
        return self.owner->guard([&] { *factor = self.function(update); });
    }
};

/* ---------------------------------------------------- networks ---------------------------------------------------- */

/** Number of a node of a network under construction. */
using node = std::int32_t;

/** Names of the published networks. */
inline std::vector<std::string> presets()
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < coulomb_preset_count(); i++)
        names.emplace_back(coulomb_preset_name(i));
    return names;
}

/** A directed acyclic graph of layers. Build it node by node (input(), layers, finish()), or create it from a preset or
 * from a file. Shapes are those of one sample: images [height, width, channels], sequences [length, channels]. */
class network : public detail::handle<coulomb_network>
{
  public:
    /** Writes latents `first` ... `first + count - 1` of an update; update 0: of generation. Depends on the numbers
     * alone. */
    using latent_function = std::function<void(std::uint64_t seed, std::uint64_t update, std::uint64_t first,
                                               std::size_t count, span<float> latents)>;
    struct latent_distribution {
        coulomb::distribution distribution;
        double spread;
    };
    struct scaling {
        double scale;
        coulomb::fan fan;
        coulomb::distribution distribution;
    };

    /** An empty network. */
    explicit network(const context &context)
        : network(context.core(),
                  detail::make(*context.core(), coulomb_network_free, coulomb_network_new, context.get()))
    {
    }
    /** A published network, finished. `latent`: dimension of a generator's latent, 0 for discriminators. */
    static network preset(const context &context, std::string_view name, span<const std::size_t> extents,
                          std::size_t latent, std::uint64_t seed)
    {
        return {context.core(),
                detail::make(*context.core(), coulomb_network_free, coulomb_network_new_preset, context.get(),
                             detail::text(name), extents.data(), extents.size(), latent, seed)};
    }
    /** The network of a file. */
    static network open(const context &context, const std::string &path, part part = part::only)
    {
        return {context.core(), detail::make(*context.core(), coulomb_network_free, coulomb_network_open, context.get(),
                                             path.c_str(), static_cast<std::int32_t>(part))};
    }
    /** The network of a file's contents. */
    static network open_bytes(const context &context, span<const std::byte> bytes, part part = part::only)
    {
        return {context.core(),
                detail::make(*context.core(), coulomb_network_free, coulomb_network_open_bytes, context.get(),
                             static_cast<const void *>(bytes.data()), bytes.size(), static_cast<std::int32_t>(part))};
    }

    /* --- building: each function appends a node and returns its number --- */

    node input(span<const std::size_t> extents)
    {
        const node made = append(coulomb_network_input, extents.data(), extents.size());
        sizes_->latent = detail::product(extents);
        return made;
    }
    node dense(node input, std::size_t units, std::string_view name = {})
    {
        return append(coulomb_network_dense, input, units, name_of(name));
    }
    node batch_norm(node input, double epsilon, double momentum, bool scale = true, std::string_view name = {})
    {
        return append(coulomb_network_batch_norm, input, epsilon, momentum, std::int32_t{scale}, name_of(name));
    }
    node conv2d(node input, std::size_t channels, extent2d kernel, extent2d stride = 1,
                padding2d padding = padding::same, std::string_view name = {})
    {
        return append(coulomb_network_conv2d, input, channels, kernel.values.data(), stride.values.data(), padding.mode,
                      padding.data(), name_of(name));
    }
    node conv2d_transposed(node input, std::size_t channels, extent2d kernel, extent2d stride = 1,
                           padding2d padding = padding::same, std::string_view name = {})
    {
        return append(coulomb_network_conv2d_transposed, input, channels, kernel.values.data(), stride.values.data(),
                      padding.mode, padding.data(), name_of(name));
    }
    node conv1d(node input, std::size_t channels, std::size_t kernel, std::size_t stride = 1,
                padding1d padding = padding::same, std::string_view name = {})
    {
        return append(coulomb_network_conv1d, input, channels, kernel, stride, padding.mode, padding.data(),
                      name_of(name));
    }
    node conv1d_transposed(node input, std::size_t channels, std::size_t kernel, std::size_t stride = 1,
                           padding1d padding = padding::same, std::string_view name = {})
    {
        return append(coulomb_network_conv1d_transposed, input, channels, kernel, stride, padding.mode, padding.data(),
                      name_of(name));
    }
    /** Without a stride, it is the kernel's. */
    node average_pool2d(node input, extent2d kernel, std::optional<extent2d> stride = {},
                        padding2d padding = padding::same)
    {
        return append(coulomb_network_average_pool2d, input, kernel.values.data(),
                      stride.value_or(kernel).values.data(), padding.mode, padding.data());
    }
    node max_pool2d(node input, extent2d kernel, std::optional<extent2d> stride = {}, padding2d padding = padding::same)
    {
        return append(coulomb_network_max_pool2d, input, kernel.values.data(), stride.value_or(kernel).values.data(),
                      padding.mode, padding.data());
    }
    node average_pool1d(node input, std::size_t kernel, std::size_t stride, padding1d padding = padding::same)
    {
        return append(coulomb_network_average_pool1d, input, kernel, stride, padding.mode, padding.data());
    }
    node max_pool1d(node input, std::size_t kernel, std::size_t stride, padding1d padding = padding::same)
    {
        return append(coulomb_network_max_pool1d, input, kernel, stride, padding.mode, padding.data());
    }
    node upsample2d(node input, extent2d factor)
    {
        return append(coulomb_network_upsample2d, input, factor.values.data());
    }
    node upsample1d(node input, std::size_t factor)
    {
        return append(coulomb_network_upsample1d, input, factor);
    }
    node elu(node input)
    {
        return append(coulomb_network_elu, input);
    }
    node relu(node input)
    {
        return append(coulomb_network_relu, input);
    }
    node leaky_relu(node input, double slope)
    {
        return append(coulomb_network_leaky_relu, input, slope);
    }
    node tanh(node input)
    {
        return append(coulomb_network_tanh, input);
    }
    node lecun_tanh(node input)
    {
        return append(coulomb_network_lecun_tanh, input);
    }
    node sigmoid(node input)
    {
        return append(coulomb_network_sigmoid, input);
    }
    node softmax(node input)
    {
        return append(coulomb_network_softmax, input);
    }
    node categorical(node logits, node noise, span<const std::size_t> groups, double temperature)
    {
        return append(coulomb_network_categorical, logits, noise, groups.data(), groups.size(), temperature);
    }
    node scale(node input, double factor)
    {
        return append(coulomb_network_scale, input, factor);
    }
    node shift(node input, double shift)
    {
        return append(coulomb_network_shift, input, shift);
    }
    node add(node a, node b)
    {
        return append(coulomb_network_add, a, b);
    }
    node multiply(node a, node b)
    {
        return append(coulomb_network_multiply, a, b);
    }
    node concatenate(node a, node b)
    {
        return append(coulomb_network_concatenate, a, b);
    }
    node slice(node input, std::size_t first, std::size_t count)
    {
        return append(coulomb_network_slice, input, first, count);
    }
    node select(node input, span<const std::size_t> indices)
    {
        return append(coulomb_network_select, input, indices.data(), indices.size());
    }
    node reshape(node input, span<const std::size_t> extents)
    {
        return append(coulomb_network_reshape, input, extents.data(), extents.size());
    }
    node flatten(node input)
    {
        return append(coulomb_network_flatten, input);
    }
    /** Choose the output node, create the parameters and initialise them. */
    void finish(node output, std::uint64_t seed)
    {
        call(coulomb_network_finish, output, seed);
    }
    bool finished() const
    {
        return read_flag(coulomb_network_finished);
    }
    void set_inference_only(bool only)
    {
        call(coulomb_network_set_inference_only, std::int32_t{only});
    }
    bool inference_only() const
    {
        return read_flag(coulomb_network_get_inference_only);
    }

    /* --- running --- */

    coulomb::shape input_shape() const
    {
        return read_shape(coulomb_network_input_shape);
    }
    coulomb::shape output_shape() const
    {
        return read_shape(coulomb_network_output_shape);
    }
    /** Number of values of an input sample. */
    std::size_t input_values() const
    {
        return detail::product(input_shape());
    }
    /** Number of values of an output sample. */
    std::size_t output_values() const
    {
        return detail::product(output_shape());
    }
    void reserve(std::size_t batch)
    {
        call(coulomb_network_reserve, batch);
    }
    void reserve_inference(std::size_t count)
    {
        call(coulomb_network_reserve_inference, count);
    }
    /** Size of an arena in bytes for batches of `batch` samples. */
    std::size_t memory(arena arena, std::size_t batch) const
    {
        std::size_t bytes = 0;
        call(coulomb_network_memory, static_cast<std::int32_t>(arena), batch, &bytes);
        return bytes;
    }
    /** Forward pass in training mode. `input` must stay unchanged until the last backward pass through it. */
    std::vector<float> forward(span<const float> input)
    {
        return pass(coulomb_network_forward, input);
    }
    /** The same; an empty `output` is not wanted. */
    void forward(span<const float> input, span<float> output)
    {
        pass(coulomb_network_forward, input, output, output.empty());
    }
    /** Forward pass in evaluation mode that a backward pass may follow; `input` as in forward(). */
    std::vector<float> forward_evaluation(span<const float> input)
    {
        return pass(coulomb_network_forward_evaluation, input);
    }
    void forward_evaluation(span<const float> input, span<float> output)
    {
        pass(coulomb_network_forward_evaluation, input, output, output.empty());
    }
    /** Inference. */
    std::vector<float> evaluate(span<const float> input)
    {
        return pass(coulomb_network_evaluate, input);
    }
    void evaluate(span<const float> input, span<float> output)
    {
        pass(coulomb_network_evaluate, input, output, false);
    }
    /** Backward pass of the last forward pass, which had as many samples as `output_gradient`. An empty
     * `input_gradient` is not wanted. */
    void backward(span<const float> output_gradient, span<float> input_gradient, gradient parameters = gradient::write)
    {
        const std::size_t count = detail::rows(output_gradient.size(), output_values());
        if (sizes_->passed == 0)
            detail::refuse(COULOMB_ERROR_STATE, "there is no forward pass");
        detail::expect(count, sizes_->passed);
        if (!input_gradient.empty())
            detail::expect(input_gradient.size(), detail::area(count, input_values()));
        call(coulomb_network_backward, output_gradient.data(), input_gradient.data(),
             static_cast<std::int32_t>(parameters));
    }
    /** The same without the input's gradient. */
    void backward(span<const float> output_gradient, gradient parameters = gradient::write)
    {
        backward(output_gradient, {}, parameters);
    }

    /* --- parameters --- */

    std::size_t parameter_count() const
    {
        return coulomb_network_parameter_count(get());
    }
    /** Name of a parameter, `index` below parameter_count(). */
    std::string parameter_name(std::size_t index) const
    {
        const char *name = coulomb_network_parameter_name(get(), index);
        if (name == nullptr)
            detail::refuse(COULOMB_ERROR_ARGUMENT, "there is no parameter with this index");
        return name;
    }
    std::vector<std::string> parameter_names() const
    {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < parameter_count(); i++)
            names.push_back(parameter_name(i));
        return names;
    }
    coulomb::shape parameter_shape(std::string_view parameter) const
    {
        return read_shape(coulomb_network_parameter_shape, name_of(parameter));
    }
    std::vector<float> read_parameter(std::string_view parameter) const
    {
        std::vector<float> values(detail::product(parameter_shape(parameter)));
        call(coulomb_network_read_parameter, name_of(parameter), values.data(), values.size());
        return values;
    }
    void write_parameter(std::string_view parameter, span<const float> values)
    {
        call(coulomb_network_write_parameter, name_of(parameter), values.data(), values.size());
    }
    std::vector<float> read_gradient(std::string_view parameter) const
    {
        std::vector<float> values(detail::product(parameter_shape(parameter)));
        call(coulomb_network_read_gradient, name_of(parameter), values.data(), values.size());
        return values;
    }
    /** Freeze a parameter, a layer's parameters, or coulomb::all; or make them trainable again. */
    void set_frozen(std::string_view name, bool frozen)
    {
        call(coulomb_network_set_frozen, name_of(name), std::int32_t{frozen});
    }
    bool frozen(std::string_view parameter) const
    {
        std::int32_t value = 0;
        call(coulomb_network_get_frozen, name_of(parameter), &value);
        return value != 0;
    }
    /** Set the initializer of a parameter or of coulomb::all weight arrays; in effect from finish() or initialize(). */
    void set_initializer(std::string_view parameter, coulomb::initializer initializer)
    {
        call(coulomb_network_set_initializer, name_of(parameter), static_cast<std::int32_t>(initializer));
    }
    void set_initializer_constant(std::string_view parameter, double value)
    {
        call(coulomb_network_set_initializer_constant, name_of(parameter), value);
    }
    void set_initializer_variance_scaling(std::string_view parameter, const scaling &wanted)
    {
        call(coulomb_network_set_initializer_variance_scaling, name_of(parameter), wanted.scale,
             static_cast<std::int32_t>(wanted.fan), static_cast<std::int32_t>(wanted.distribution));
    }
    void set_initializer_random(std::string_view parameter, const latent_distribution &wanted)
    {
        call(coulomb_network_set_initializer_random, name_of(parameter), static_cast<std::int32_t>(wanted.distribution),
             wanted.spread);
    }
    coulomb::initializer initializer(std::string_view parameter) const
    {
        std::int32_t kind = 0;
        call(coulomb_network_get_initializer, name_of(parameter), &kind);
        return static_cast<coulomb::initializer>(kind);
    }
    double initializer_constant(std::string_view parameter) const
    {
        double value = 0;
        call(coulomb_network_get_initializer_constant, name_of(parameter), &value);
        return value;
    }
    scaling initializer_variance_scaling(std::string_view parameter) const
    {
        double scale = 0;
        std::int32_t fan = 0, drawn = 0;
        call(coulomb_network_get_initializer_variance_scaling, name_of(parameter), &scale, &fan, &drawn);
        return {scale, static_cast<coulomb::fan>(fan), static_cast<coulomb::distribution>(drawn)};
    }
    latent_distribution initializer_random(std::string_view parameter) const
    {
        double spread = 0;
        std::int32_t drawn = 0;
        call(coulomb_network_get_initializer_random, name_of(parameter), &drawn, &spread);
        return {static_cast<coulomb::distribution>(drawn), spread};
    }
    /** Initialise all parameters again. */
    void initialize(std::uint64_t seed)
    {
        call(coulomb_network_initialize, seed);
    }

    /* --- latents and generation --- */

    void set_latent(coulomb::distribution distribution, double spread)
    {
        call(coulomb_network_set_latent, static_cast<std::int32_t>(distribution), spread);
    }
    latent_distribution latent() const
    {
        double spread = 0;
        std::int32_t drawn = 0;
        call(coulomb_network_get_latent, &drawn, &spread);
        return {static_cast<coulomb::distribution>(drawn), spread};
    }
    void set_latent_signs(std::size_t signs)
    {
        call(coulomb_network_set_latent_signs, signs);
    }
    std::size_t latent_signs() const
    {
        return read<std::size_t>(coulomb_network_get_latent_signs);
    }
    /** Set a callback that provides the latents; an empty function: the distribution again. */
    void set_latent_callback(latent_function latent)
    {
        static_cast<void>(core());
        std::unique_ptr<held> state;
        if (latent)
            state = std::make_unique<held>(held{std::move(latent), core_.get(), sizes_});
        give(coulomb_network_set_latent_callback, write_latents, std::move(state));
    }
    /** The latent callback; empty if none is set. */
    latent_function latent_callback() const
    {
        coulomb_latent_callback *found = nullptr;
        void *user = nullptr;
        call(coulomb_network_get_latent_callback, &found, &user);
        if (found == write_latents)
            return static_cast<held *>(user)->function;
        if (found == nullptr)
            return nullptr;
        return [found, user, core = core()](std::uint64_t seed, std::uint64_t update, std::uint64_t first,
                                            std::size_t count, span<float> latents) {
            core->check(found(user, seed, update, first, count, latents.data()));
        };
    }
    /** Set the seed of generate() and restart its sequence. */
    void set_generation_seed(std::uint64_t seed)
    {
        call(coulomb_network_set_generation_seed, seed);
    }
    std::uint64_t generation_seed() const
    {
        return read<std::uint64_t>(coulomb_network_get_generation_seed);
    }
    /** Normalise by running averages in evaluation and generation, or by the batch's statistics (the default). */
    void set_running_averages(bool averages)
    {
        call(coulomb_network_set_running_averages, std::int32_t{averages});
    }
    bool running_averages() const
    {
        return read_flag(coulomb_network_get_running_averages);
    }
    /** Draw latents as training (update from 1 on) or generation (update 0) does. */
    std::vector<float> draw_latents(std::uint64_t seed, std::uint64_t update, std::uint64_t first, std::size_t count)
    {
        std::vector<float> latents(detail::area(count, input_values()));
        call(coulomb_network_draw_latents, seed, update, first, count, latents.data());
        return latents;
    }
    void draw_latents(std::uint64_t seed, std::uint64_t update, std::uint64_t first, span<float> latents)
    {
        call(coulomb_network_draw_latents, seed, update, first, detail::rows(latents.size(), input_values()),
             latents.data());
    }
    /** Generate the next `count` samples of the network's sequence. */
    std::vector<float> generate(std::size_t count)
    {
        std::vector<float> samples(detail::area(count, output_values()));
        call(coulomb_network_generate, count, samples.data());
        return samples;
    }
    /** Generate as many samples as `samples` has room for. */
    void generate(span<float> samples)
    {
        call(coulomb_network_generate, detail::rows(samples.size(), output_values()), samples.data());
    }

    /* --- files --- */

    /** Save graph, parameters and latent distribution; the file is replaced atomically. */
    void save(const std::string &path)
    {
        call(coulomb_network_save, path.c_str());
    }
    /** The bytes that save() would write. */
    std::vector<std::byte> save_bytes()
    {
        return read_bytes(coulomb_network_save_bytes);
    }
    /** Load parameters from a file of this library, or from a safetensors file of another program. */
    void load_parameters(const std::string &path, part part = part::only)
    {
        call(coulomb_network_load_parameters, path.c_str(), static_cast<std::int32_t>(part));
    }
    void load_parameters_bytes(span<const std::byte> bytes, part part = part::only)
    {
        call(coulomb_network_load_parameters_bytes, static_cast<const void *>(bytes.data()), bytes.size(),
             static_cast<std::int32_t>(part));
    }

  private:
    friend class trainer;
    /* Networks share a callback (a trainer's average), and the size of a latent may not be known when it is set. */
    struct held {
        latent_function function;
        detail::core *owner;
        std::shared_ptr<detail::network_sizes> sizes;
    };
    using pass_function = coulomb_status(coulomb_network *, std::size_t, const float *, float *);

    network(std::shared_ptr<detail::core> core, std::shared_ptr<coulomb_network> made,
            std::shared_ptr<detail::network_sizes> sizes = std::make_shared<detail::network_sizes>())
        : handle(std::move(core), std::move(made)), sizes_(std::move(sizes))
    {
        if (finished())
            sizes_->latent = input_values();
    }
    static detail::text name_of(std::string_view name)
    {
        return {name};
    }
    template <typename Function, typename... Arguments> node append(Function function, const Arguments &...arguments)
    {
        node made = 0;
        append_to(function, &made, arguments...);
        return made;
    }
    /* Names become C strings here, where they live until the call returns. */
    template <typename Function, typename... Arguments>
    void append_to(Function function, node *made, const Arguments &...arguments)
    {
        call([&](coulomb_network *self) { return function(self, arguments..., made); });
    }
    std::vector<float> pass(pass_function *function, span<const float> input)
    {
        std::vector<float> output(detail::area(detail::rows(input.size(), input_values()), output_values()));
        pass(function, input, output, false);
        return output;
    }
    void pass(pass_function *function, span<const float> input, span<float> output, bool unwanted)
    {
        const std::size_t count = detail::rows(input.size(), input_values());
        if (!unwanted)
            detail::expect(output.size(), detail::area(count, output_values()));
        call(function, count, input.data(), output.data());
        if (function != coulomb_network_evaluate)
            sizes_->passed = count;
    }
    static coulomb_status write_latents(void *user, std::uint64_t seed, std::uint64_t update, std::uint64_t first,
                                        std::size_t count, float *latents) noexcept
    {
        const auto &self = *static_cast<held *>(user);
        return self.owner->guard(
            [&] { self.function(seed, update, first, count, span<float>(latents, count * self.sizes->latent)); });
    }

    std::shared_ptr<detail::network_sizes> sizes_;
};

/* --------------------------------------------------- optimizers --------------------------------------------------- */

/** Updates a network's parameters with the gradients of its backward pass. */
class optimizer : public detail::handle<coulomb_optimizer>
{
  public:
    struct decay_rates {
        double beta1, beta2;
    };

    explicit optimizer(network &of)
        : optimizer(of.core(), detail::make(*of.core(), coulomb_optimizer_free, coulomb_optimizer_new, of.get()))
    {
    }

    void set_method(coulomb::method method)
    {
        call(coulomb_optimizer_set_method, static_cast<std::int32_t>(method));
    }
    coulomb::method method() const
    {
        return read_enum<coulomb::method>(coulomb_optimizer_get_method);
    }
    void set_learning_rate(double rate)
    {
        call(coulomb_optimizer_set_learning_rate, rate);
    }
    double learning_rate() const
    {
        return read<double>(coulomb_optimizer_get_learning_rate);
    }
    /** Set the schedule of the learning rate; the optimizer shares it. */
    void set_schedule(const coulomb::schedule &schedule)
    {
        call(coulomb_optimizer_set_schedule, schedule.get());
    }
    /** No schedule: a constant learning rate. */
    void set_schedule(std::nullptr_t)
    {
        call(coulomb_optimizer_set_schedule, nullptr);
    }
    /** The schedule, borrowed; empty if none is set. */
    std::optional<coulomb::schedule> schedule() const
    {
        auto *found = read<coulomb_schedule *>(coulomb_optimizer_get_schedule);
        if (found == nullptr)
            return {};
        return coulomb::schedule(core_, std::shared_ptr<coulomb_schedule>(handle_, found));
    }
    /** Set Adam's decay rates. */
    void set_betas(double beta1, double beta2)
    {
        call(coulomb_optimizer_set_betas, beta1, beta2);
    }
    decay_rates betas() const
    {
        decay_rates found{};
        call(coulomb_optimizer_get_betas, &found.beta1, &found.beta2);
        return found;
    }
    void set_epsilon(double epsilon)
    {
        call(coulomb_optimizer_set_epsilon, epsilon);
    }
    double epsilon() const
    {
        return read<double>(coulomb_optimizer_get_epsilon);
    }
    void set_l2(double l2)
    {
        call(coulomb_optimizer_set_l2, l2);
    }
    double l2() const
    {
        return read<double>(coulomb_optimizer_get_l2);
    }
    /** Update the parameters; `update` is counted from 1. */
    void step(std::uint64_t update)
    {
        call(coulomb_optimizer_step, update);
    }

  private:
    friend class trainer;

    optimizer(std::shared_ptr<detail::core> core, std::shared_ptr<coulomb_optimizer> made)
        : handle(std::move(core), std::move(made))
    {
    }
};

/* -------------------------------------------------- communicators ------------------------------------------------- */

/** How the processes (ranks) of one training run exchange bytes, over a transport of the caller's. */
class communicator : public detail::handle<coulomb_communicator>
{
  public:
    /** Gives `send` of every rank to every rank; `receive` has room for all, rank by rank. A transport that has lost a
     * rank throws coulomb::error with COULOMB_ERROR_PROCESS on every rank that is left. */
    using allgather_function = std::function<void(span<const std::byte> send, span<std::byte> receive)>;
    /** Gives part r of `send` to rank r; `receive` gets this rank's part of every rank. */
    using alltoall_function = std::function<void(span<const std::byte> send, span<std::byte> receive)>;

    communicator(const context &context, std::size_t rank, std::size_t size, allgather_function allgather,
                 alltoall_function alltoall)
        : handle(context.core(), nullptr)
    {
        auto state = std::make_unique<held>(held{std::move(allgather), std::move(alltoall), core_.get(), size});
        const bool whole = state->allgather && state->alltoall;
        coulomb_communicator *made = nullptr;
        const coulomb_status status =
            coulomb_communicator_new(context.get(), rank, size, whole ? gather : nullptr, whole ? exchange : nullptr,
                                     state.get(), detail::destroy<held>, &made);
        handle_ = std::shared_ptr<coulomb_communicator>(made, coulomb_communicator_free);
        if (status == COULOMB_OK)
            static_cast<void>(state.release());
        core_->check(status);
    }
    /** Takes over a communicator of this context made by a function of C. */
    communicator(const context &context, coulomb_communicator *made)
        : handle(context.core(), std::shared_ptr<coulomb_communicator>(made, coulomb_communicator_free))
    {
    }

    std::size_t rank() const
    {
        return read<std::size_t>(coulomb_communicator_rank);
    }
    std::size_t size() const
    {
        return read<std::size_t>(coulomb_communicator_size);
    }
    /** Gives every rank's bytes to every rank; all ranks call. The result is ordered by rank. */
    std::vector<std::byte> allgather(span<const std::byte> send)
    {
        std::vector<std::byte> receive(detail::area(size(), send.size()));
        call(coulomb_communicator_allgather, static_cast<const void *>(send.data()), send.size(),
             static_cast<void *>(receive.data()));
        return receive;
    }

  private:
    friend class trainer;
    struct held {
        allgather_function allgather;
        alltoall_function alltoall;
        detail::core *owner;
        std::size_t size;
    };

    communicator(std::shared_ptr<detail::core> core, std::shared_ptr<coulomb_communicator> made)
        : handle(std::move(core), std::move(made))
    {
    }
    static span<const std::byte> sent(const void *bytes, std::size_t size) noexcept
    {
        return {static_cast<const std::byte *>(bytes), size};
    }
    static span<std::byte> received(void *bytes, std::size_t size) noexcept
    {
        return {static_cast<std::byte *>(bytes), size};
    }
    static coulomb_status gather(void *user, const void *send, std::size_t bytes, void *receive) noexcept
    {
        const auto &self = *static_cast<held *>(user);
        return self.owner->guard([&] { self.allgather(sent(send, bytes), received(receive, self.size * bytes)); });
    }
    static coulomb_status exchange(void *user, const void *send, std::size_t bytes_each, void *receive) noexcept
    {
        const auto &self = *static_cast<held *>(user);
        const std::size_t whole = self.size * bytes_each;
        return self.owner->guard([&] { self.alltoall(sent(send, whole), received(receive, whole)); });
    }
};

/* ---------------------------------------------------- trainers ---------------------------------------------------- */

/** The training step and loop of the Coulomb GAN. */
class trainer : public detail::handle<coulomb_trainer>
{
  public:
    /** Writes the `count` target samples of an update, a function of `update` and `count` alone. */
    using data_function = std::function<void(std::uint64_t update, std::size_t count, span<float> batch)>;
    /** Writes samples `first` ... `first + count - 1` of an update's `total`. */
    using slice_function = std::function<void(std::uint64_t update, std::size_t total, std::size_t first,
                                              std::size_t count, span<float> batch)>;
    struct charge_counts {
        std::size_t model, target;
    };
    struct array_data {
        span<const float> samples; /* no values: no array is set */
        std::uint64_t seed;
    };

    trainer(const context &context, network &generator, network &discriminator)
        : trainer(context, generator, &discriminator)
    {
    }
    /** Without a discriminator: the generator follows the field itself. */
    trainer(const context &context, network &generator) : trainer(context, generator, nullptr)
    {
    }

    /* --- settings --- */

    void set_batch(std::size_t batch)
    {
        call(coulomb_trainer_set_batch, batch);
    }
    std::size_t batch() const
    {
        return read<std::size_t>(coulomb_trainer_get_batch);
    }
    void set_loss(coulomb::loss loss)
    {
        call(coulomb_trainer_set_loss, static_cast<std::int32_t>(loss));
    }
    coulomb::loss loss() const
    {
        return read_enum<coulomb::loss>(coulomb_trainer_get_loss);
    }
    void set_replay(bool replay)
    {
        call(coulomb_trainer_set_replay, std::int32_t{replay});
    }
    bool replay() const
    {
        return read_flag(coulomb_trainer_get_replay);
    }
    void set_smoothing(double deviation)
    {
        call(coulomb_trainer_set_smoothing, deviation);
    }
    double smoothing() const
    {
        return read<double>(coulomb_trainer_get_smoothing);
    }
    void set_seed(std::uint64_t seed)
    {
        call(coulomb_trainer_set_seed, seed);
    }
    std::uint64_t seed() const
    {
        return read<std::uint64_t>(coulomb_trainer_get_seed);
    }
    /** Set the decay of the average of the generator's parameters; 0: no average. */
    void set_averaging(double decay)
    {
        call(coulomb_trainer_set_averaging, decay);
    }
    double averaging() const
    {
        return read<double>(coulomb_trainer_get_averaging);
    }

    /* --- potential and field --- */

    /** Set the numbers of charges; 0: the batch. */
    void set_charges(std::size_t model, std::size_t target)
    {
        call(coulomb_trainer_set_charges, model, target);
    }
    charge_counts charges() const
    {
        charge_counts found{};
        call(coulomb_trainer_get_charges, &found.model, &found.target);
        return found;
    }
    void set_kernel(coulomb::kernel kernel)
    {
        call(coulomb_trainer_set_kernel, static_cast<std::int32_t>(kernel));
    }
    coulomb::kernel kernel() const
    {
        return read_enum<coulomb::kernel>(coulomb_trainer_get_kernel);
    }
    void set_exponent(double exponent)
    {
        call(coulomb_trainer_set_exponent, exponent);
    }
    double exponent() const
    {
        return read<double>(coulomb_trainer_get_exponent);
    }
    void set_epsilon(double epsilon)
    {
        call(coulomb_trainer_set_epsilon, epsilon);
    }
    double epsilon() const
    {
        return read<double>(coulomb_trainer_get_epsilon);
    }
    /** Set several epsilons: the kernel is the sum of the kernels that have one each. */
    void set_epsilons(span<const double> epsilons)
    {
        call(coulomb_trainer_set_epsilons, epsilons.data(), epsilons.size());
    }
    std::vector<double> epsilons() const
    {
        return read_epsilons(coulomb_trainer_get_epsilons);
    }
    /** Set the schedule of epsilon; the trainer shares it. */
    void set_epsilon_schedule(const schedule &schedule)
    {
        call(coulomb_trainer_set_epsilon_schedule, schedule.get());
    }
    void set_epsilon_schedule(std::nullptr_t)
    {
        call(coulomb_trainer_set_epsilon_schedule, nullptr);
    }
    /** The schedule of epsilon, borrowed; empty if none is set. */
    std::optional<schedule> epsilon_schedule() const
    {
        auto *found = read<coulomb_schedule *>(coulomb_trainer_get_epsilon_schedule);
        if (found == nullptr)
            return {};
        return schedule(core_, std::shared_ptr<coulomb_schedule>(handle_, found));
    }
    void set_self_terms(bool keep)
    {
        call(coulomb_trainer_set_self_terms, std::int32_t{keep});
    }
    bool self_terms() const
    {
        return read_flag(coulomb_trainer_get_self_terms);
    }
    void set_potential_scale(double scale)
    {
        call(coulomb_trainer_set_potential_scale, scale);
    }
    double potential_scale() const
    {
        return read<double>(coulomb_trainer_get_potential_scale);
    }
    /** Set what a generator without a discriminator follows. */
    void set_field(coulomb::field field)
    {
        call(coulomb_trainer_set_field, static_cast<std::int32_t>(field));
    }
    coulomb::field field() const
    {
        return read_enum<coulomb::field>(coulomb_trainer_get_field);
    }
    /** Take distances between features that this network finds; the trainer shares it. */
    void set_features(coulomb::network &features)
    {
        call(coulomb_trainer_set_features, features.get());
        body_->features = features.sizes_;
    }
    void set_features(std::nullptr_t)
    {
        call(coulomb_trainer_set_features, nullptr);
        body_->features = nullptr;
    }
    /** The network between samples and the kernel, borrowed; empty if none is set. */
    std::optional<coulomb::network> features() const
    {
        auto *found = read<coulomb_network *>(coulomb_trainer_get_features);
        if (found == nullptr)
            return {};
        return borrow(found, body_->features);
    }

    /* --- data: setting one replaces what was set before --- */

    /** Read target samples from a function; an empty one: none. */
    void set_data(data_function data)
    {
        give(coulomb_trainer_set_data, write_data, detail::hold(std::move(data), *core(), values()));
        body_->array = {};
    }
    /** The data function; empty if none is set. */
    data_function data() const
    {
        coulomb_batch_callback *found = nullptr;
        void *user = nullptr;
        call(coulomb_trainer_get_data, &found, &user);
        if (found == write_data)
            return static_cast<detail::state<data_function> *>(user)->function;
        if (found == nullptr)
            return nullptr;
        return [found, user, core = core_](std::uint64_t update, std::size_t count, span<float> batch) {
            core->check(found(user, update, count, batch.data()));
        };
    }
    /** Read target samples from a function that writes parts of an update; an empty one: none. */
    void set_data_slice(slice_function data)
    {
        give(coulomb_trainer_set_data_slice, write_slice, detail::hold(std::move(data), *core(), values()));
        body_->array = {};
    }
    slice_function data_slice() const
    {
        coulomb_slice_callback *found = nullptr;
        void *user = nullptr;
        call(coulomb_trainer_get_data_slice, &found, &user);
        if (found == write_slice)
            return static_cast<detail::state<slice_function> *>(user)->function;
        if (found == nullptr)
            return nullptr;
        return [found, user, core = core_](std::uint64_t update, std::size_t total, std::size_t first,
                                           std::size_t count, span<float> batch) {
            core->check(found(user, update, total, first, count, batch.data()));
        };
    }
    /** Read target samples from an array in random order. The array stays the caller's, who keeps it valid and
     * unchanged until it is replaced or the trainer is released. */
    void set_data_array(span<const float> samples, std::uint64_t seed)
    {
        call(coulomb_trainer_set_data_array, samples.data(), detail::rows(samples.size(), values()), seed);
        body_->array = {};
    }
    /** The same with an array that the trainer keeps. */
    void set_data_array(std::vector<float> &&samples, std::uint64_t seed)
    {
        call(coulomb_trainer_set_data_array, samples.data(), detail::rows(samples.size(), values()), seed);
        body_->array = std::move(samples);
    }
    void set_data_array(std::initializer_list<float> samples, std::uint64_t seed)
    {
        set_data_array(std::vector<float>(samples), seed);
    }
    array_data data_array() const
    {
        const float *samples = nullptr;
        std::size_t count = 0;
        std::uint64_t seed = 0;
        call(coulomb_trainer_get_data_array, &samples, &count, &seed);
        return {{samples, count * values()}, seed};
    }

    /* --- shards and processes --- */

    void set_shards(std::size_t shards)
    {
        call(coulomb_trainer_set_shards, shards);
    }
    std::size_t shards() const
    {
        return read<std::size_t>(coulomb_trainer_get_shards);
    }
    void set_synchronized_norm(bool on)
    {
        call(coulomb_trainer_set_synchronized_norm, std::int32_t{on});
    }
    bool synchronized_norm() const
    {
        return read_flag(coulomb_trainer_get_synchronized_norm);
    }
    /** Train as one rank of the communicator's; the trainer shares it. All ranks call. */
    void set_communicator(const coulomb::communicator &communicator)
    {
        call(coulomb_trainer_set_communicator, communicator.get());
    }
    void set_communicator(std::nullptr_t)
    {
        call(coulomb_trainer_set_communicator, nullptr);
    }
    /** The communicator, borrowed; empty if none is set. */
    std::optional<coulomb::communicator> communicator() const
    {
        auto *found = read<coulomb_communicator *>(coulomb_trainer_get_communicator);
        if (found == nullptr)
            return {};
        return coulomb::communicator(core_, std::shared_ptr<coulomb_communicator>(handle_, found));
    }

    /* --- parts --- */

    /** One of the networks, borrowed. */
    coulomb::network network(role which) const
    {
        coulomb_network *found = nullptr;
        call(coulomb_trainer_network, static_cast<std::int32_t>(which), &found);
        return borrow(found, which == role::generator ? body_->generator : body_->discriminator);
    }
    /** The network with the averaged parameters, borrowed. */
    coulomb::network average()
    {
        coulomb_network *found = nullptr;
        call(coulomb_trainer_average, &found);
        return borrow(found, body_->average);
    }
    /** The optimizer of one of the networks, borrowed: change its settings, do not step it. */
    coulomb::optimizer optimizer(role which) const
    {
        coulomb_optimizer *found = nullptr;
        call(coulomb_trainer_optimizer, static_cast<std::int32_t>(which), &found);
        return {core_, std::shared_ptr<coulomb_optimizer>(handle_, found)};
    }
    /** Bytes that the arrays of training take, with the present settings. */
    std::size_t memory() const
    {
        return read<std::size_t>(coulomb_trainer_memory);
    }

    /* --- training --- */

    /** Run one update. */
    void step()
    {
        call(coulomb_trainer_step);
    }
    /** Run updates until update `last` is done. */
    void run(std::uint64_t last)
    {
        call(coulomb_trainer_run, last, nullptr, nullptr);
    }
    /**
     * The same, with a call of progress(update) after each update. It may do everything except step, run or load the
     * trainer. If it returns bool, false ends the loop after the update; call again to continue.
     *
     * @return whether update `last` is done; false: a progress callback ended the loop, here or on another rank
     */
    template <typename Progress> bool run(std::uint64_t last, Progress &&progress)
    {
        using plain = std::remove_reference_t<Progress>;
        struct report {
            plain *function;
            detail::core *owner;

            static coulomb_status tell(void *user, std::uint64_t update) noexcept
            {
                const auto &self = *static_cast<report *>(user);
                bool go_on = true;
                const coulomb_status status = self.owner->guard([&] {
                    if constexpr (std::is_void_v<std::invoke_result_t<plain &, std::uint64_t>>)
                        (*self.function)(update);
                    else
                        go_on = (*self.function)(update);
                });
                return status != COULOMB_OK || go_on ? status : coulomb_status{detail::stopped};
            }
        };
        report told{&progress, core().get()};
        const std::shared_ptr<detail::core> kept_core = core_;
        const std::shared_ptr<coulomb_trainer> kept = handle_;
        const coulomb_status status = coulomb_trainer_run(kept.get(), last, report::tell, &told);
        kept_core->check(status == detail::stopped ? coulomb_status{COULOMB_OK} : status);
        return status == COULOMB_OK;
    }
    /** Number of updates done. */
    std::uint64_t update() const
    {
        return read<std::uint64_t>(coulomb_trainer_update);
    }
    /** A statistic of the last update. */
    double statistic(coulomb::statistic which) const
    {
        double value = 0;
        call(coulomb_trainer_statistic, static_cast<std::int32_t>(which), &value);
        return value;
    }

    /* --- checkpoints --- */

    /** Save the complete state; the file is replaced atomically. */
    void save(const std::string &path)
    {
        call(coulomb_trainer_save, path.c_str());
    }
    /** The bytes that save() would write. */
    std::vector<std::byte> save_bytes()
    {
        return read_bytes(coulomb_trainer_save_bytes);
    }
    /** Continue from a file, to the last bit. Networks and settings must be the same; set the same callbacks. */
    void load(const std::string &path)
    {
        call(coulomb_trainer_load, path.c_str());
    }
    void load_bytes(span<const std::byte> bytes)
    {
        call(coulomb_trainer_load_bytes, static_cast<const void *>(bytes.data()), bytes.size());
    }

  private:
    /* The C handle with what must last as long: the array it reads, and what objects of its networks share. */
    struct body {
        std::vector<float> array;
        std::shared_ptr<coulomb_trainer> made; /* released before the array */
        std::size_t values;
        std::shared_ptr<detail::network_sizes> generator, discriminator, features;
        std::shared_ptr<detail::network_sizes> average = std::make_shared<detail::network_sizes>();
    };

    trainer(const context &context, coulomb::network &generator, coulomb::network *discriminator)
        : handle(context.core(), nullptr)
    {
        const auto owned = std::make_shared<body>();
        body_ = owned.get();
        body_->made = detail::make(*core_, coulomb_trainer_free, coulomb_trainer_new, context.get(), generator.get(),
                                   discriminator == nullptr ? nullptr : discriminator->get());
        body_->values = generator.output_values();
        body_->generator = generator.sizes_;
        if (discriminator != nullptr)
            body_->discriminator = discriminator->sizes_;
        handle_ = std::shared_ptr<coulomb_trainer>(owned, body_->made.get());
    }
    std::size_t values() const
    {
        static_cast<void>(core());
        return body_->values;
    }
    coulomb::network borrow(coulomb_network *found, std::shared_ptr<detail::network_sizes> sizes) const
    {
        if (!sizes)
            sizes = std::make_shared<detail::network_sizes>();
        return {core_, std::shared_ptr<coulomb_network>(handle_, found), std::move(sizes)};
    }
    static coulomb_status write_data(void *user, std::uint64_t update, std::size_t count, float *batch) noexcept
    {
        const auto &self = *static_cast<detail::state<data_function> *>(user);
        return self.owner->guard([&] { self.function(update, count, span<float>(batch, count * self.values)); });
    }
    static coulomb_status write_slice(void *user, std::uint64_t update, std::size_t total, std::size_t first,
                                      std::size_t count, float *batch) noexcept
    {
        const auto &self = *static_cast<detail::state<slice_function> *>(user);
        return self.owner->guard(
            [&] { self.function(update, total, first, count, span<float>(batch, count * self.values)); });
    }

    body *body_ = nullptr; /* lives as long as the handle */
};

/* --------------------------------------------------- potentials --------------------------------------------------- */

/** Potential, field and energy of two sets of samples: target samples attract, model samples repel. Arrays of points
 * are [count, dimension]. A stream is a callable (first, count, span<float> points) that writes points `first` ...
 * `first + count - 1`, the same each time. */
class plummer : public detail::handle<coulomb_plummer>
{
  public:
    struct field_and_potential {
        std::vector<float> field, potential;
    };
    struct batch_results {
        std::vector<float> potential_model, potential_target;
        double energy;
    };
    struct test_result {
        double energy, p_value;
    };

    plummer(const context &context, double exponent, double epsilon)
        : handle(context.core(), detail::make(*context.core(), coulomb_plummer_free, coulomb_plummer_new, context.get(),
                                              exponent, epsilon))
    {
    }

    void set_exponent(double exponent)
    {
        call(coulomb_plummer_set_exponent, exponent);
    }
    double exponent() const
    {
        return read<double>(coulomb_plummer_get_exponent);
    }
    void set_kernel(coulomb::kernel kernel)
    {
        call(coulomb_plummer_set_kernel, static_cast<std::int32_t>(kernel));
    }
    coulomb::kernel kernel() const
    {
        return read_enum<coulomb::kernel>(coulomb_plummer_get_kernel);
    }
    void set_epsilon(double epsilon)
    {
        call(coulomb_plummer_set_epsilon, epsilon);
    }
    double epsilon() const
    {
        return read<double>(coulomb_plummer_get_epsilon);
    }
    void set_epsilons(span<const double> epsilons)
    {
        call(coulomb_plummer_set_epsilons, epsilons.data(), epsilons.size());
    }
    std::vector<double> epsilons() const
    {
        return read_epsilons(coulomb_plummer_get_epsilons);
    }
    void set_self_terms(bool keep)
    {
        call(coulomb_plummer_set_self_terms, std::int32_t{keep});
    }
    bool self_terms() const
    {
        return read_flag(coulomb_plummer_get_self_terms);
    }

    /** Potential at the points `at`. */
    std::vector<float> potential(std::size_t dimension, span<const float> at, span<const float> model,
                                 span<const float> target)
    {
        std::vector<float> result(detail::rows(at.size(), dimension));
        potential(dimension, at, model, target, result);
        return result;
    }
    void potential(std::size_t dimension, span<const float> at, span<const float> model, span<const float> target,
                   span<float> result)
    {
        detail::expect(result.size(), detail::rows(at.size(), dimension));
        call(coulomb_plummer_potential, dimension, at.data(), result.size(), model.data(),
             detail::rows(model.size(), dimension), target.data(), detail::rows(target.size(), dimension),
             result.data());
    }
    /** Field and potential at the points `at`. */
    field_and_potential field(std::size_t dimension, span<const float> at, span<const float> model,
                              span<const float> target)
    {
        field_and_potential result{std::vector<float>(at.size()),
                                   std::vector<float>(detail::rows(at.size(), dimension))};
        field(dimension, at, model, target, result.field, result.potential);
        return result;
    }
    /** The same; an empty `potential` is not wanted. */
    void field(std::size_t dimension, span<const float> at, span<const float> model, span<const float> target,
               span<float> field, span<float> potential = {})
    {
        expect_results(dimension, at, field, potential, true);
        call(coulomb_plummer_field, dimension, at.data(), detail::rows(at.size(), dimension), model.data(),
             detail::rows(model.size(), dimension), target.data(), detail::rows(target.size(), dimension), field.data(),
             potential.data());
    }
    /** Potential at every sample of a batch, and the energy. */
    batch_results batch(std::size_t dimension, span<const float> model, span<const float> target)
    {
        batch_results result{std::vector<float>(detail::rows(model.size(), dimension)),
                             std::vector<float>(detail::rows(target.size(), dimension)), 0};
        call(coulomb_plummer_batch, dimension, model.data(), result.potential_model.size(), target.data(),
             result.potential_target.size(), result.potential_model.data(), result.potential_target.data(),
             &result.energy);
        return result;
    }
    /** Energy between two sets: half the squared maximum mean discrepancy. */
    double energy(std::size_t dimension, span<const float> model, span<const float> target)
    {
        double result = 0;
        call(coulomb_plummer_energy, dimension, model.data(), detail::rows(model.size(), dimension), target.data(),
             detail::rows(target.size(), dimension), &result);
        return result;
    }
    /** Permutation test whether both sets could come from one density. */
    test_result energy_test(std::size_t dimension, span<const float> model, span<const float> target,
                            std::size_t permutations, std::uint64_t seed)
    {
        test_result result{};
        call(coulomb_plummer_energy_test, dimension, model.data(), detail::rows(model.size(), dimension), target.data(),
             detail::rows(target.size(), dimension), permutations, seed, &result.energy, &result.p_value);
        return result;
    }
    /** Field and potential of sets larger than memory. */
    template <typename Model, typename Target>
    field_and_potential field_streamed(std::size_t dimension, span<const float> at, Model &&model, std::size_t n_model,
                                       Target &&target, std::size_t n_target)
    {
        field_and_potential result{std::vector<float>(at.size()),
                                   std::vector<float>(detail::rows(at.size(), dimension))};
        field_streamed(dimension, at, model, n_model, target, n_target, result.field, result.potential);
        return result;
    }
    /** The same; an empty `field` or `potential` is not wanted. */
    template <typename Model, typename Target>
    void field_streamed(std::size_t dimension, span<const float> at, Model &&model, std::size_t n_model,
                        Target &&target, std::size_t n_target, span<float> field, span<float> potential)
    {
        using models = detail::stream<std::remove_reference_t<Model>>;
        using targets = detail::stream<std::remove_reference_t<Target>>;
        expect_results(dimension, at, field, potential, false);
        models from_model{&model, core().get(), dimension};
        targets from_target{&target, core_.get(), dimension};
        call(coulomb_plummer_field_streamed, dimension, at.data(), detail::rows(at.size(), dimension), models::write,
             static_cast<void *>(&from_model), n_model, targets::write, static_cast<void *>(&from_target), n_target,
             field.data(), potential.data());
    }
    /** Energy between sets larger than memory. */
    template <typename Model, typename Target>
    double energy_streamed(std::size_t dimension, Model &&model, std::size_t n_model, Target &&target,
                           std::size_t n_target)
    {
        using models = detail::stream<std::remove_reference_t<Model>>;
        using targets = detail::stream<std::remove_reference_t<Target>>;
        models from_model{&model, core().get(), dimension};
        targets from_target{&target, core_.get(), dimension};
        double result = 0;
        call(coulomb_plummer_energy_streamed, dimension, models::write, static_cast<void *>(&from_model), n_model,
             targets::write, static_cast<void *>(&from_target), n_target, &result);
        return result;
    }

  private:
    static void expect_results(std::size_t dimension, span<const float> at, span<float> field, span<float> potential,
                               bool field_wanted)
    {
        if (field_wanted || !field.empty())
            detail::expect(field.size(), at.size());
        if (!potential.empty())
            detail::expect(potential.size(), detail::rows(at.size(), dimension));
    }
};

/* ----------------------------------------------------- metrics ---------------------------------------------------- */

/** Number, mean and covariance of feature vectors, and the Frechet distance between two of them. */
class moments : public detail::handle<coulomb_moments>
{
  public:
    moments(const context &context, std::size_t dimension)
        : handle(context.core(),
                 detail::make(*context.core(), coulomb_moments_free, coulomb_moments_new, context.get(), dimension))
    {
    }

    /** Add features, [count, dimension]. */
    void add(span<const float> features)
    {
        call(coulomb_moments_add, features.data(), detail::rows(features.size(), dimension()));
    }
    /** Add `count` features from a stream, see plummer. */
    template <typename Features> void add_streamed(Features &&features, std::size_t count)
    {
        using from = detail::stream<std::remove_reference_t<Features>>;
        from stream{&features, core().get(), dimension()};
        call(coulomb_moments_add_streamed, from::write, static_cast<void *>(&stream), count);
    }
    /** Replace the moments with given ones; `count` 0: unknown. */
    void set(std::uint64_t count, span<const double> mean, span<const double> covariance)
    {
        detail::expect(mean.size(), dimension());
        detail::expect(covariance.size(), dimension() * dimension());
        call(coulomb_moments_set, count, mean.data(), covariance.data());
    }
    std::size_t dimension() const
    {
        return coulomb_moments_dimension(get());
    }
    std::uint64_t count() const
    {
        return coulomb_moments_count(get());
    }
    std::vector<double> mean() const
    {
        std::vector<double> values(dimension());
        call(coulomb_moments_mean, values.data());
        return values;
    }
    /** [dimension, dimension] */
    std::vector<double> covariance() const
    {
        std::vector<double> values(dimension() * dimension());
        call(coulomb_moments_covariance, values.data());
        return values;
    }
    /** Frechet distance, squared as usual, to other moments of the same dimension. */
    double distance(const moments &other) const
    {
        double result = 0;
        call(coulomb_moments_distance, other.get(), &result);
        return result;
    }
};

/** Mode statistics of samples against a mixture with known means. */
class modes : public detail::handle<coulomb_modes>
{
  public:
    /** `radius`: distance up to which a sample belongs to a mode, usually 3 standard deviations. */
    modes(const context &context, std::size_t dimension, span<const float> means, span<const float> samples,
          double radius)
        : handle(context.core(), detail::make(*context.core(), coulomb_modes_free, coulomb_modes_new, context.get(),
                                              dimension, means.data(), detail::rows(means.size(), dimension),
                                              samples.data(), detail::rows(samples.size(), dimension), radius)),
          dimension_(dimension), modes_(detail::rows(means.size(), dimension))
    {
    }

    /** Number of modes with at least one sample within the radius. */
    std::size_t found() const
    {
        return coulomb_modes_found(get());
    }
    /** Share of samples within the radius of their nearest mean. */
    double share() const
    {
        return coulomb_modes_share(get());
    }
    /** Kullback-Leibler divergence of the histogram over nearest means from weights; none: all equal. */
    double divergence(span<const double> weights = {}) const
    {
        if (!weights.empty())
            detail::expect(weights.size(), modes_);
        double result = 0;
        call(coulomb_modes_divergence, weights.data(), &result);
        return result;
    }
    /** Number of samples nearest to each mean. */
    std::vector<std::uint64_t> counts() const
    {
        std::vector<std::uint64_t> result(modes_);
        call(coulomb_modes_counts, result.data());
        return result;
    }
    /** Covariance within a mode's radius, [dimension, dimension]. */
    std::vector<double> covariance(std::size_t mode) const
    {
        std::vector<double> result(dimension_ * dimension_);
        call(coulomb_modes_covariance, mode, result.data());
        return result;
    }
    /** Mean variance within the radius. */
    double variance() const
    {
        return coulomb_modes_variance(get());
    }

  private:
    std::size_t dimension_, modes_;
};

/** Counts of the n-grams of a text: lines of 16-bit symbols. */
class ngrams : public detail::handle<coulomb_ngrams>
{
  public:
    ngrams(const context &context, std::size_t n)
        : handle(context.core(),
                 detail::make(*context.core(), coulomb_ngrams_free, coulomb_ngrams_new, context.get(), n))
    {
    }

    /** Count the n-grams of further lines, [count, length]. */
    void add(span<const std::uint16_t> lines, std::size_t length)
    {
        call(coulomb_ngrams_add, lines.data(), detail::rows(lines.size(), length), length);
    }
    std::uint64_t total() const
    {
        return coulomb_ngrams_total(get());
    }
    std::uint64_t distinct() const
    {
        return coulomb_ngrams_distinct(get());
    }
    /** Jensen-Shannon divergence in bits from another text's n-grams of the same n. */
    double divergence(const ngrams &other) const
    {
        double result = 0;
        call(coulomb_ngrams_divergence, other.get(), &result);
        return result;
    }
};

/** Indices of points, and their distances. */
struct found_points {
    std::vector<std::size_t> indices;
    std::vector<double> distances;
};

/** The nearest targets of each query: [queries, neighbours]. */
inline found_points neighbours(const context &context, std::size_t dimension, span<const float> queries,
                               span<const float> targets, std::size_t neighbours)
{
    const std::size_t count = detail::rows(queries.size(), dimension);
    const std::size_t results = detail::area(count, neighbours);
    found_points found{std::vector<std::size_t>(results), std::vector<double>(results)};
    context.core()->check(coulomb_neighbours(context.get(), dimension, queries.data(), count, targets.data(),
                                             detail::rows(targets.size(), dimension), neighbours, found.indices.data(),
                                             found.distances.data()));
    return found;
}

/** The same among `n_targets` targets of a stream, see plummer. */
template <typename Targets>
found_points neighbours_streamed(const context &context, std::size_t dimension, span<const float> queries,
                                 Targets &&targets, std::size_t n_targets, std::size_t neighbours)
{
    using from = detail::stream<std::remove_reference_t<Targets>>;
    const std::size_t count = detail::rows(queries.size(), dimension);
    const std::size_t results = detail::area(count, neighbours);
    const std::shared_ptr<detail::core> core = context.core();
    found_points found{std::vector<std::size_t>(results), std::vector<double>(results)};
    from stream{&targets, core.get(), dimension};
    core->check(coulomb_neighbours_streamed(context.get(), dimension, queries.data(), count, from::write, &stream,
                                            n_targets, neighbours, found.indices.data(), found.distances.data()));
    return found;
}

/** The most similar pairs within one set of samples: indices are [pairs, 2]. */
inline found_points closest_pairs(const context &context, std::size_t dimension, span<const float> samples,
                                  std::size_t pairs)
{
    found_points found{std::vector<std::size_t>(detail::area(pairs, 2)), std::vector<double>(pairs)};
    context.core()->check(coulomb_closest_pairs(context.get(), dimension, samples.data(),
                                                detail::rows(samples.size(), dimension), pairs, found.indices.data(),
                                                found.distances.data()));
    return found;
}

/** An estimate with its 95 % interval. */
struct support_estimate {
    double estimate, low, high;
};

/** Size of a density's support from the numbers of samples, and of pairs of duplicates, in independent sets. */
inline support_estimate support_size(const context &context, span<const std::size_t> counts,
                                     span<const std::uint64_t> duplicates)
{
    detail::expect(duplicates.size(), counts.size());
    support_estimate found{};
    context.core()->check(coulomb_support_size(context.get(), counts.size(), counts.data(), duplicates.data(),
                                               &found.estimate, &found.low, &found.high));
    return found;
}

/* ----------------------------------------------------- version ---------------------------------------------------- */

/** Version of the running library: 10000 * major + 100 * minor + patch. */
inline std::uint32_t version() noexcept
{
    return coulomb_version();
}
inline std::string version_string()
{
    return coulomb_version_string();
}
/** Number in the shared library's SONAME. */
inline std::uint32_t abi_version() noexcept
{
    return coulomb_abi_version();
}
/** Whether library and processor support a feature, such as "avx2". */
inline bool has_feature(std::string_view name)
{
    return coulomb_has_feature(detail::text(name)) != 0;
}

} // namespace coulomb

#endif

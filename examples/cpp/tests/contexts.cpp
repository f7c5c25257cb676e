/* Spans, errors, contexts with their memory and log, and what handles have in common. */
#include "tap.hpp"

#include <array>
#include <cstring>
#include <memory_resource>
#include <type_traits>
#include <vector>
#if __has_include(<span>)
#include <span>
#endif

namespace
{

template <typename Handle>
constexpr bool moves_alone = !std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle> &&
                             std::is_nothrow_move_constructible_v<Handle> && std::is_nothrow_move_assignable_v<Handle>;
static_assert(moves_alone<coulomb::context> && moves_alone<coulomb::network> && moves_alone<coulomb::trainer>);
static_assert(moves_alone<coulomb::optimizer> && moves_alone<coulomb::schedule> && moves_alone<coulomb::communicator>);
static_assert(moves_alone<coulomb::plummer> && moves_alone<coulomb::moments> && moves_alone<coulomb::modes>);
static_assert(moves_alone<coulomb::ngrams>);
static_assert(std::is_base_of_v<std::runtime_error, coulomb::error>);

/* What may not compile: a span of const values where values are written, and a string as a flag. */
static_assert(!std::is_constructible_v<coulomb::span<float>, const std::vector<float> &>);
static_assert(!std::is_constructible_v<coulomb::span<const float>, const std::vector<double> &>);

double sum(coulomb::span<const double> values)
{
    double total = 0;
    for (double value : values)
        total += value;
    return total;
}

/* Counts what it lends, and lends nothing beyond a limit. */
class counting : public std::pmr::memory_resource
{
  public:
    std::size_t lent = 0, calls = 0, limit = SIZE_MAX;

  private:
    void *do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        if (calls >= limit)
            throw std::length_error("no more memory");
        void *memory = std::pmr::new_delete_resource()->allocate(bytes, alignment);
        lent += bytes;
        calls++;
        return memory;
    }
    void do_deallocate(void *memory, std::size_t bytes, std::size_t alignment) override
    {
        lent -= bytes;
        std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override
    {
        return this == &other;
    }
};

bool takes_memory_from_a_resource()
{
    counting memory;
    {
        coulomb::context context(memory);
        auto network = coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
        if (memory.lent < 4 * 128 * 128 || network.generate(10).size() != 20)
            return false;
        context.reset();
        network.generate(10);
    }
    return memory.lent == 0 && memory.calls > 10;
}

bool hands_on_what_the_resource_throws()
{
    counting memory;
    coulomb::context context(memory);
    memory.limit = memory.calls;
    try {
        coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
        return false;
    } catch (const std::length_error &thrown) {
        memory.limit = SIZE_MAX;
        return std::strcmp(thrown.what(), "no more memory") == 0 &&
               coulomb::network::preset(context, "mlp-generator", {2}, 8, 1).finished();
    }
}

bool has_options()
{
    coulomb::context context;
    context.set_threads(2);
    context.set_precision(coulomb::precision::float32);
    return context.threads() == 2 && context.precision() == coulomb::precision::float32 && !context.blas().empty() &&
           coulomb::has_feature(context.kernels()) && context.last_error().empty();
}

bool takes_over_a_c_handle()
{
    coulomb_context *made = nullptr;
    if (coulomb_context_new(&made) != COULOMB_OK)
        return false;
    coulomb::context context(made);
    return context.get() == made && tap::refused(COULOMB_ERROR_ARGUMENT, "COULOMB_ERROR_ARGUMENT", [] {
               coulomb::context none(static_cast<coulomb_context *>(nullptr));
           });
}

bool logs()
{
    coulomb::context context;
    std::vector<std::string> lines;
    if (context.log())
        return false;
    context.set_log([&lines](coulomb::log_level level, std::string_view line) {
        if (level == coulomb::log_level::info || level == coulomb::log_level::warning)
            lines.emplace_back(line);
    });
    const std::size_t before = lines.size();
    context.log()(coulomb::log_level::info, "one more");
    const bool told = before > 0 && lines.back() == "one more";
    context.set_log(nullptr);
    return told && !context.log();
}

/* A callback that was set by C code comes back as a function, too. */
bool wraps_a_log_of_c()
{
    coulomb::context context;
    std::string said;
    coulomb_context_set_log(
        context.get(), [](void *user, std::int32_t, const char *line) { *static_cast<std::string *>(user) = line; },
        &said, nullptr);
    context.log()(coulomb::log_level::info, "from C++");
    return said == "from C++";
}

bool refuses_empty_handles()
{
    coulomb::context context;
    auto network = coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
    coulomb::network moved = std::move(network);
    const char *text = "moved from or released";
    const bool first = tap::refused(COULOMB_ERROR_STATE, text, [&] { network.generate(1); });
    moved.reset();
    const bool second = tap::refused(COULOMB_ERROR_STATE, text, [&] { moved.set_latent_callback(nullptr); });
    coulomb::context other = std::move(context);
    const bool third = tap::refused(COULOMB_ERROR_STATE, text, [&] { coulomb::network made(context); });
    return first && second && third && !moved && other;
}

bool tells_messages()
{
    coulomb::context context;
    return tap::refused(COULOMB_ERROR_NOT_FOUND, "no-such-preset",
                        [&] { coulomb::network::preset(context, "no-such-preset", {2}, 0, 1); }) &&
           context.last_error().find("no-such-preset") != std::string::npos;
}

bool knows_its_version()
{
    return coulomb::version() == 10000 * COULOMB_VERSION_MAJOR + 100 * COULOMB_VERSION_MINOR + COULOMB_VERSION_PATCH &&
           coulomb::version_string().find('.') != std::string::npos && coulomb::abi_version() < 100 &&
           coulomb::has_feature("portable") && !coulomb::has_feature(coulomb::all);
}

} // namespace

void test_spans()
{
    tap::test("spans come from vectors, arrays and lists", [] {
        const std::vector<double> vector{1, 2, 3};
        const std::array<double, 2> array{4, 5};
        double plain[] = {6, 7};
        std::vector<double> written(2);
        coulomb::span<double> room = written;
        room[1] = 8;
        return sum(vector) + sum(array) + sum(plain) + sum({9, 10}) + sum(room) + sum({}) == 55 && room.size() == 2 &&
               coulomb::span<const double>(room).data() == written.data();
    });
#if defined(__cpp_lib_span)
    tap::test("std::span converts both ways", [] {
        std::vector<double> values{1, 2};
        std::span<double> standard = values;
        coulomb::span<double> ours = standard;
        return sum(standard) == 3 && std::span<double>(ours).data() == values.data();
    });
#endif
}

void test_contexts()
{
    tap::test("a context has its options", has_options);
    tap::test("a context takes over a handle of C", takes_over_a_c_handle);
    tap::test("a context takes its memory from a memory resource, and gives all back", takes_memory_from_a_resource);
    tap::test("what a memory resource throws comes out of the call", hands_on_what_the_resource_throws);
    tap::test("a log is written, read and turned off", logs);
    tap::test("a log that C code has set is a function", wraps_a_log_of_c);
    tap::test("handles that were moved from or released refuse calls", refuses_empty_handles);
    tap::test("errors have status and message", tells_messages);
    tap::test("the library tells its version", knows_its_version);
}

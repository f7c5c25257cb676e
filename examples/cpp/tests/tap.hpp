/* A line of the Test Anything Protocol for each case. */
#ifndef TAP_HPP
#define TAP_HPP

#include <coulomb.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace tap
{

inline int failures = 0;

inline void tell(bool holds, const char *what)
{
    failures += holds ? 0 : 1;
    std::printf("%sok - %s\n", holds ? "" : "not ", what);
    std::fflush(stdout);
}

/* A case holds if the callable returns true. */
template <typename Case> void test(const char *what, Case holds)
{
    try {
        tell(holds(), what);
    } catch (const std::exception &thrown) {
        tell(false, what);
        std::printf("# %s\n", thrown.what());
    }
}

/* Whether a call throws coulomb::error with this status, and with this text in its message. */
template <typename Call> bool refused(coulomb_status status, const char *text, Call call)
{
    try {
        call();
    } catch (const coulomb::error &refusal) {
        if (refusal.status() == status && std::string(refusal.what()).find(text) != std::string::npos)
            return true;
        std::printf("# %s: %s\n", coulomb::status_name(refusal.status()).c_str(), refusal.what());
    }
    return false;
}

} // namespace tap

void test_spans();
void test_contexts();
void test_networks();
void test_layers();
void test_trainers();
void test_communicators();
void test_estimators();
void test_callbacks();
void test_releases();

#endif

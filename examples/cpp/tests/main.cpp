/* Tests of coulomb.hpp: every function, every kind of callback, and that nothing leaks. */
#include "tap.hpp"

int main()
{
    test_spans();
    test_contexts();
    test_networks();
    test_layers();
    test_trainers();
    test_communicators();
    test_estimators();
    test_callbacks();
    test_releases();
    return tap::failures == 0 ? 0 : 1;
}

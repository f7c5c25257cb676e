/* Assertions and inputs that all tests share, beside Check's own. */
#ifndef UNIT_CHECK_MORE_H
#define UNIT_CHECK_MORE_H

#include <check.h>
#include <coulomb/context.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The call succeeds; otherwise the context's error message is shown. */
#define ck_ok(context, call)                                                                                           \
    do {                                                                                                               \
        coulomb_status ck_status_ = (call);                                                                            \
        ck_assert_msg(ck_status_ == COULOMB_OK, "%s: %s (%s)", #call, coulomb_status_name(ck_status_),                 \
                      coulomb_context_error(context));                                                                 \
    } while (0)

/* The call fails with this code, and its error message contains `part`. */
#define ck_fails(context, call, code, part)                                                                            \
    do {                                                                                                               \
        coulomb_status ck_status_ = (call);                                                                            \
        ck_assert_msg(ck_status_ == (code), "%s: %s, expected %s (%s)", #call, coulomb_status_name(ck_status_), #code, \
                      coulomb_context_error(context));                                                                 \
        ck_assert_msg(strstr(coulomb_context_error(context), part) != NULL, "%s: \"%s\" does not say \"%s\"", #call,   \
                      coulomb_context_error(context), part);                                                           \
    } while (0)

/* |value - expected| <= tolerance * scale; NaN never is close. Check's assertions report each success too, which is
 * slow where millions are compared; this one does not. */
#define ck_close(value, expected, tolerance, scale)                                                                    \
    do {                                                                                                               \
        double ck_value_ = (double)(value), ck_expected_ = (double)(expected), ck_scale_ = (double)(scale);            \
        if (!(fabs(ck_value_ - ck_expected_) <= (double)(tolerance)*ck_scale_))                                        \
            ck_abort_msg("%s is %.9g, expected %.9g: off by %.3g of %.3g, allowed %.3g", #value, ck_value_,            \
                         ck_expected_, fabs(ck_value_ - ck_expected_) / ck_scale_, ck_scale_, (double)(tolerance));    \
    } while (0)

/* Uniform values between -width and width; the same for the same seed. */
void random_floats(unsigned seed, size_t count, float width, float *values);

/* A size between low and high, both included. */
size_t random_size(unsigned seed, size_t low, size_t high);

#endif

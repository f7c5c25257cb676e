/* What the kernels over pairs need to know about the function. */
#include "kernels/pairwise.h"

#include <math.h>

/* Times a whole number of 8 bits the leading 12 bits stay exact in float32. */
static void set_slope(pair_function *function, double slope)
{
    int power;
    double fraction = frexp(slope, &power);
    double high = ldexp(nearbyint(ldexp(fraction, 12)), power - 12);
    function->slope = (float)slope;
    function->slope_high = (float)high;
    function->slope_low = (float)(slope - high);
}

pair_function pair_function_of(double exponent, double epsilon)
{
    pair_function made = {
        .shape = exponent == 1.0 || exponent == 2.0 || exponent == 3.0 ? (int32_t)exponent : 0,
        .weight = (float)exponent,
        .epsilon2 = (float)(epsilon * epsilon),
    };
    set_slope(&made, -0.5 * exponent);
    return made;
}

pair_function gaussian_function_of(double epsilon)
{
    const double log2_e = 1.4426950408889634;
    pair_function made = {.shape = PAIR_GAUSSIAN, .weight = (float)(1.0 / (epsilon * epsilon))};
    set_slope(&made, -0.5 * log2_e / (epsilon * epsilon));
    return made;
}

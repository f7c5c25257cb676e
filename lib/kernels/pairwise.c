/* What the kernels over pairs need to know about the exponent. */
#include "kernels/pairwise.h"

#include <math.h>

pair_function pair_function_of(double exponent, double epsilon)
{
    /* Times a whole number of 8 bits the leading 12 bits stay exact in float32. */
    double slope = -0.5 * exponent;
    int power;
    double fraction = frexp(slope, &power);
    double high = ldexp(nearbyint(ldexp(fraction, 12)), power - 12);
    return (pair_function){
        .shape = exponent == 1.0 || exponent == 2.0 || exponent == 3.0 ? (int32_t)exponent : 0,
        .exponent = (float)exponent,
        .epsilon2 = (float)(epsilon * epsilon),
        .slope = (float)slope,
        .slope_high = (float)high,
        .slope_low = (float)(slope - high),
    };
}

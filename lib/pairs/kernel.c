/* Kernels in float64, and what their sums in float32 must know of them. */
#include "pairs/pairs.h"
#include "pairs/tiles.h"

#include <math.h>
#include <stdio.h>

static const double near_threshold = 0x1p-5; /* see distance_kernels' squares() */

static double kernel_least_epsilon(const potential_kernel *kernel)
{
    double least = kernel->epsilon[0];
    for (size_t i = 1; i < kernel->epsilons; i++)
        least = fmin(least, kernel->epsilon[i]);
    return least;
}

/* log(|a-b|^2 + epsilon^2), also where epsilon^2 is below all float64 numbers */
static double log_softened(double square, double epsilon)
{
    double softened = square + epsilon * epsilon;
    return softened > 1e-290 ? log(softened) : 2.0 * log(hypot(sqrt(square), epsilon));
}

static double square_of_quotient(double square, double epsilon)
{
    double quotient = sqrt(square) / epsilon;
    return quotient * quotient;
}

kernel_term kernel_term_of(const potential_kernel *kernel, double epsilon, double square)
{
    if (kernel->kind == COULOMB_KERNEL_GAUSSIAN) {
        double value = exp(-0.5 * square_of_quotient(square, epsilon));
        return (kernel_term){value, value == 0.0 ? 0.0 : value / epsilon / epsilon};
    }
    double log_square = log_softened(square, epsilon);
    return (kernel_term){exp(-0.5 * kernel->exponent * log_square),
                         kernel->exponent * exp(-(0.5 * kernel->exponent + 1.0) * log_square)};
}

double kernel_value(const potential_kernel *kernel, double square)
{
    double sum = 0.0;
    for (size_t i = 0; i < kernel->epsilons; i++)
        sum += kernel_term_of(kernel, kernel->epsilon[i], square).value;
    return sum;
}

bool kernel_bears(const potential_kernel *kernel, double square, double norms)
{
    if (kernel->kind != COULOMB_KERNEL_GAUSSIAN) {
        double epsilon = kernel_least_epsilon(kernel);
        return square + epsilon * epsilon > near_threshold * norms;
    }
    for (size_t i = 0; i < kernel->epsilons; i++) {
        double epsilon2 = kernel->epsilon[i] * kernel->epsilon[i];
        if (norms > GAUSSIAN_NORMS_MOST * epsilon2 && square < GAUSSIAN_REACH * epsilon2 + 1e-6 * norms)
            return false;
    }
    return true;
}

kernel_text kernel_print(const potential_kernel *kernel)
{
    kernel_text made;
    char epsilons[40];
    double least = kernel_least_epsilon(kernel);
    if (kernel->epsilons == 1)
        snprintf(epsilons, sizeof epsilons, "epsilon %g", least);
    else
        snprintf(epsilons, sizeof epsilons, "%zu epsilons from %g on", kernel->epsilons, least);
    if (kernel->kind == COULOMB_KERNEL_GAUSSIAN)
        snprintf(made.text, sizeof made.text, "Gaussian kernel, %s", epsilons);
    else
        snprintf(made.text, sizeof made.text, "exponent %g, %s", kernel->exponent, epsilons);
    return made;
}

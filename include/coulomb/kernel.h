/**
 * @file kernel.h
 * Kernels k(a,b) of potentials: what coulomb_plummer and coulomb_trainer have in common.
 */
#ifndef COULOMB_KERNEL_H
#define COULOMB_KERNEL_H

#ifdef __cplusplus
extern "C" {
#endif

/** Kernels. @since 0.1 */
enum {
    COULOMB_KERNEL_PLUMMER = 1, /**< (|a-b|^2 + epsilon^2)^(-exponent/2); the default */
    COULOMB_KERNEL_GAUSSIAN = 2 /**< exp(-|a-b|^2 / (2 epsilon^2)); may be 0 beyond 13.2 epsilon, where it is below the
                                     normal numbers of float32. The exponent has no effect */
};

/** Most epsilons of a kernel that is a sum, see coulomb_plummer_set_epsilons(). @since 0.1 */
enum { COULOMB_EPSILONS_MAX = 8 };

#ifdef __cplusplus
}
#endif

#endif

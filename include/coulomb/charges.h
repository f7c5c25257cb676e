/**
 * @file charges.h
 * Charges of a trainer: how many samples make the potential, with which kernel, and what a generator without a
 * discriminator follows.
 *
 * Each setting has a getter. Checkpoints compare all settings. COULOMB_ERROR_STATE without a reason means that a step
 * of the trainer is under way, see trainer.h.
 */
#ifndef COULOMB_CHARGES_H
#define COULOMB_CHARGES_H

#include <coulomb/kernel.h>
#include <coulomb/schedule.h>
#include <coulomb/trainer.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a generator without a discriminator follows, see coulomb_trainer_set_field(). @since 0.1 */
enum {
    COULOMB_FIELD_POTENTIAL = 1, /**< the gradient of the potential: the field of all charges; the default */
    COULOMB_FIELD_DRIFT = 2      /**< the gradient of the logarithm of the potentials' quotient: the normalised drift */
};

/**
 * Set the numbers of charges: the samples that make the potential. The first of them are the batch; the others only act
 * as charges, which makes the potential less noisy. Each further model charge costs a forward pass of the generator.
 *
 * @param trainer  not NULL
 * @param model    0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @param target   0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or a number is too large); COULOMB_ERROR_STATE
 *
 * A number below the batch makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target);

/**
 * Get the numbers of charges as they were set.
 *
 * @param trainer  not NULL
 * @param model    receives the number of model charges; 0: the batch
 * @param target   receives the number of target charges; 0: the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_charges(const coulomb_trainer *trainer, size_t *model, size_t *target);

/**
 * Set the kernel of the potential.
 *
 * Without a discriminator, a Gaussian makes the trainer a generative moment matching network: the energy is half the
 * squared maximum mean discrepancy with that kernel.
 *
 * @param trainer  not NULL
 * @param kernel   COULOMB_KERNEL_* (kernel.h); COULOMB_KERNEL_PLUMMER unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_kernel(coulomb_trainer *trainer, int32_t kernel);

/**
 * Get the kernel of the potential.
 *
 * @param trainer  not NULL
 * @param kernel   receives COULOMB_KERNEL_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_kernel(const coulomb_trainer *trainer, int32_t *kernel);

/**
 * Set the exponent p of the Plummer kernel (plummer.h). It has no effect on the Gaussian. The paper's m is p + 2.
 *
 * @param trainer   not NULL
 * @param exponent  finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent);

/**
 * Get the exponent of the kernel.
 *
 * @param trainer   not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_exponent(const coulomb_trainer *trainer, double *exponent);

/**
 * Set one epsilon of the kernel (plummer.h), which replaces all that were set before. Its schedule multiplies it.
 *
 * @param trainer  not NULL
 * @param epsilon  in the unit of the samples: finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon);

/**
 * Get the epsilon of the kernel, without its schedule's factor. If several are set, get the first.
 *
 * @param trainer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon(const coulomb_trainer *trainer, double *epsilon);

/**
 * Set several epsilons: the kernel is the sum of one kernel for each epsilon, so that the field has structure of all
 * these lengths. It is a sum, not a mean: potential and field grow with the number of epsilons. The schedule multiplies
 * all epsilons.
 *
 * @param trainer   not NULL
 * @param epsilons  [count] in the unit of the samples: each finite, above 0
 * @param count     1 to COULOMB_EPSILONS_MAX; 1 is coulomb_trainer_set_epsilon()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, count, or a value, named by its index); COULOMB_ERROR_STATE
 *
 * Above 32 dimensions, the matrix products of points are computed once for all epsilons. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilons(coulomb_trainer *trainer, const double *epsilons, size_t count);

/**
 * Get all epsilons, without the schedule's factor.
 *
 * @param trainer   not NULL
 * @param epsilons  [capacity] receives them; may be NULL if capacity is 0; untouched on failure
 * @param capacity  values that `epsilons` has room for: 0 (only their number is wanted), or at least their number;
 *                  COULOMB_EPSILONS_MAX is always enough
 * @param count     receives their number, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilons(const coulomb_trainer *trainer, double *epsilons,
                                                        size_t capacity, size_t *count);

/**
 * Set the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  of the same context; the trainer holds a reference; NULL, the default: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the schedule belongs to another context);
 *         COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule);

/**
 * Get the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  receives the schedule; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon_schedule(const coulomb_trainer *trainer,
                                                                coulomb_schedule **schedule);

/**
 * Set whether a sample's potential includes its own charge, see coulomb_plummer_set_self_terms().
 *
 * @param trainer  not NULL
 * @param keep     1, the default: included; 0: left out, then a step needs two charges of each kind
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep);

/**
 * Get whether a sample's potential includes its own charge.
 *
 * @param trainer  not NULL
 * @param keep     receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_self_terms(const coulomb_trainer *trainer, int32_t *keep);

/**
 * Set the scale of the discriminator's regression target: D learns scale * potential. Without a discriminator, a factor
 * on the field.
 *
 * @param trainer  not NULL
 * @param scale    finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale);

/**
 * Get the scale of the discriminator's regression target.
 *
 * @param trainer  not NULL
 * @param scale    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_potential_scale(const coulomb_trainer *trainer, double *scale);

/**
 * Set what the generator follows in a trainer without a discriminator.
 *
 * With the batch's model samples x_i, b of them, and scale as in coulomb_trainer_set_potential_scale(), the gradient at
 * x_i that goes back through the generator is
 *
 * -scale/b grad Phi(x_i)                                                    COULOMB_FIELD_POTENTIAL
 * -scale/b grad [log Phi_target(x_i) - log Phi_model(x_i)]                  COULOMB_FIELD_DRIFT
 *
 * Phi is the potential of all charges of the update (Eq. 32). Phi_target and Phi_model are the means of the kernel over
 * the charges of one kind, the latter without x_i itself. So the drift is E_model/Phi_model - E_target/Phi_target with
 * their fields E, and does not fade far from all charges as the field does. Following the field of all charges
 * descends the energy (Eq. 8); following the drift descends no energy in general.
 *
 * A sample's own charge exerts no force on it. Without self-terms (coulomb_trainer_set_self_terms()), the other model
 * charges count 1/(n - 1) each instead of 1/n in COULOMB_FIELD_POTENTIAL; the drift always does so.
 *
 * @param trainer  not NULL
 * @param field    COULOMB_FIELD_*; COULOMB_FIELD_POTENTIAL unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: the trainer
 *         has a discriminator)
 *
 * Error at a sample: within 1e-5 of the sum of the terms' magnitudes. The drift needs two model charges, and fails with
 * COULOMB_ERROR_NOT_FINITE where a potential is below the range of float32. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_field(coulomb_trainer *trainer, int32_t field);

/**
 * Get what the generator follows.
 *
 * @param trainer  not NULL
 * @param field    receives COULOMB_FIELD_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the trainer has a discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_field(const coulomb_trainer *trainer, int32_t *field);

/**
 * Set a network that maps samples to features. The kernel then takes distances between features instead of samples, and
 * epsilon is in the unit of the features. Without a discriminator, the field at the features is propagated back through
 * the network into the generator. A discriminator still receives samples, and learns the potential at their features;
 * with smoothing, at the features of the displaced points. Replayed samples pass through the network, too.
 *
 * The network is evaluated in evaluation mode and not trained. Checkpoints do not contain it: they compare a digest of
 * its layers, parameters and running averages. This function computes the digest: call it again after changing them.
 *
 * @param trainer   not NULL
 * @param features  finished, of this context, none of the trainer's own networks; its input shape is the generator's
 *                  output shape; the trainer holds a reference. NULL, the default: distances between samples
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, a network of another context, or one that the trainer
 *         trains); COULOMB_ERROR_SHAPE (the shapes do not fit together); COULOMB_ERROR_STATE (also: the network is not
 *         finished, is inference-only, or its batch norm normalises by the batch, see
 *         coulomb_network_set_running_averages()); COULOMB_ERROR_MEMORY
 *
 * The network's memory for passes over a shard comes with the next step and is part of coulomb_trainer_memory(). An
 * update costs a forward pass over all charges (on each rank) and, without a discriminator, one back over the batch.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features);

/**
 * Get the network that maps samples to features.
 *
 * @param trainer   not NULL
 * @param features  receives the network; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features);

#ifdef __cplusplus
}
#endif

#endif

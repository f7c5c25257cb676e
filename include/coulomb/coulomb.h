/**
 * @file coulomb.h
 * All of libcoulomb: networks trained as charges in a potential field (Unterthiner et al. 2017).
 *
 * The library never prints, exits or changes the process's state; every function that can fail returns a
 * #coulomb_status and leaves a sentence in coulomb_context_error(). Handles of one context belong to one thread at a
 * time; different contexts are independent. @since 0.1
 */
#ifndef COULOMB_COULOMB_H
#define COULOMB_COULOMB_H

#include <coulomb/checkpoint.h>
#include <coulomb/context.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/metrics.h>
#include <coulomb/moments.h>
#include <coulomb/neighbours.h>
#include <coulomb/network.h>
#include <coulomb/ngrams.h>
#include <coulomb/optimizer.h>
#include <coulomb/parameters.h>
#include <coulomb/plummer.h>
#include <coulomb/points.h>
#include <coulomb/schedule.h>
#include <coulomb/status.h>
#include <coulomb/trainer.h>
#include <coulomb/version.h>

#endif

/**
 * @file coulomb.h
 * Includes all headers of libcoulomb, which trains Coulomb GANs (Unterthiner et al. 2017).
 *
 * Every function that can fail returns a #coulomb_status and stores an error message, see coulomb_context_error().
 * After a failed call everything is as it was before, unless its comment says otherwise. The library never prints and
 * never exits. Of the process's state it changes one thing: creating a context sets the thread count of OpenBLAS to
 * one, see coulomb_context_new().
 *
 * A context and all handles created from it belong to one thread at a time; different contexts are independent. Which
 * functions a callback may call is described in context.h. @since 0.1
 */
#ifndef COULOMB_COULOMB_H
#define COULOMB_COULOMB_H

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/communicator.h>
#include <coulomb/context.h>
#include <coulomb/data.h>
#include <coulomb/kernel.h>
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
#include <coulomb/shards.h>
#include <coulomb/status.h>
#include <coulomb/trainer.h>
#include <coulomb/version.h>

#endif

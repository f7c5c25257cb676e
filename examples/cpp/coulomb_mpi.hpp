/**
 * @file coulomb_mpi.hpp
 * Communicators of MPI processes, for C++17: coulomb/mpi.h and coulomb/mpi_world.h beside coulomb.hpp. Link
 * libcoulomb-mpi and that MPI as well (pkg-config coulomb-mpi, mpicxx). A program without MPI of its own defines
 * COULOMB_MPI_WORLD_ONLY before it includes this file: it then needs no header of MPI.
 */
#ifndef COULOMB_MPI_HPP
#define COULOMB_MPI_HPP

#include "coulomb.hpp"

#ifndef COULOMB_MPI_WORLD_ONLY
#include <coulomb/mpi.h>
#endif
#include <coulomb/mpi_world.h>

namespace coulomb::mpi
{

#ifndef COULOMB_MPI_WORLD_ONLY
/** A communicator of the processes of an intracommunicator, with the same ranks; all of them call. Release it, and the
 * trainers that use it, before MPI_Finalize(). */
inline communicator new_communicator(const context &context, MPI_Comm processes)
{
    coulomb_communicator *made = nullptr;
    context.core()->check(coulomb_communicator_new_mpi(context.get(), processes, &made));
    return {context, made};
}
#endif

/** A communicator of all processes that were started together; all of them call. Initialises MPI if the program has
 * not, and finalises it with the last communicator made by this function. */
inline communicator new_world(const context &context)
{
    coulomb_communicator *made = nullptr;
    context.core()->check(coulomb_communicator_new_mpi_world(context.get(), &made));
    return {context, made};
}

} // namespace coulomb::mpi

#endif

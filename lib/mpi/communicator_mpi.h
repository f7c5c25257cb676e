/* Communicators of MPI processes, as the files of this library share them. */
#ifndef MPI_COMMUNICATOR_MPI_H
#define MPI_COMMUNICATOR_MPI_H

#include <coulomb/communicator.h>
#include <mpi.h>

/* On a duplicate of `mpi`, once MPI is known to run. `left`, which may be NULL, is called when the communicator is
 * destroyed; not if this function fails. */
coulomb_status communicator_over(coulomb_context *context, MPI_Comm mpi, void (*left)(void),
                                 coulomb_communicator **communicator);

#endif

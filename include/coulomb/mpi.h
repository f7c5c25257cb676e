/**
 * @file mpi.h
 * Communicators of MPI processes. Part of the library libcoulomb-mpi, which is built for one implementation of MPI.
 * Programs link libcoulomb-mpi, libcoulomb and this MPI.
 *
 * The program calls MPI_Init() itself; programs that do not use MPI include coulomb/mpi_world.h instead. MPI's default
 * error handler ends the run when a process dies. Errors that MPI returns end the update with COULOMB_ERROR_PROCESS.
 */
#ifndef COULOMB_MPI_H
#define COULOMB_MPI_H

#include <coulomb/communicator.h>
#include <mpi.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Create a communicator of the processes of an MPI communicator, with the same ranks. All of them must call.
 *
 * Works on a duplicate of `mpi`, which is freed with the communicator, so it must be released before MPI_Finalize() is
 * called. Messages of any size are supported.
 *
 * @param context       not NULL
 * @param mpi           an intracommunicator
 * @param communicator  receives the handle; release it with coulomb_communicator_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or too many processes); COULOMB_ERROR_STATE (MPI is not
 *         initialised, or finalised already); COULOMB_ERROR_PROCESS (MPI reports an error); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_new_mpi(coulomb_context *context, MPI_Comm mpi,
                                                        coulomb_communicator **communicator);

#ifdef __cplusplus
}
#endif

#endif

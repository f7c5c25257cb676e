/**
 * @file mpi_world.h
 * The communicator of all processes that mpirun or srun started together, for programs that do not use MPI themselves.
 * Part of libcoulomb-mpi. The header does not need MPI's headers. A program links the library, or loads it with
 * dlopen() when it was started as one of several processes.
 */
#ifndef COULOMB_MPI_WORLD_H
#define COULOMB_MPI_WORLD_H

#include <coulomb/communicator.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Create a communicator of all processes of MPI_COMM_WORLD, with the same ranks. All of them must call.
 *
 * Initialises MPI if the program has not (MPI_THREAD_FUNNELED: call from the main thread). It then finalises MPI with
 * the last communicator that this function created. MPI cannot be initialised again: keep one communicator as long as
 * others may follow. A process that was started alone gets a communicator of one rank. Not safe to call from two
 * threads at once.
 *
 * @param context       not NULL
 * @param communicator  receives the handle; release it with coulomb_communicator_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or too many processes); COULOMB_ERROR_STATE (MPI is finalised
 *         already); COULOMB_ERROR_PROCESS (MPI reports an error); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_new_mpi_world(coulomb_context *context,
                                                              coulomb_communicator **communicator);

#ifdef __cplusplus
}
#endif

#endif

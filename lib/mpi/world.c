/* The communicator of all processes that were started together, for programs that do not use MPI themselves: MPI begins
 * with the first one and ends with the last. */
#include "mpi/communicator_mpi.h"

#include <coulomb/mpi_world.h>

#include "communicator/entry.h"

#include <stdbool.h>

static struct {
    size_t communicators; /* of this file that are alive */
    bool initialized;     /* MPI, and here */
} world;

static void leave(void)
{
    if (--world.communicators == 0 && world.initialized)
        MPI_Finalize();
}

static coulomb_status begin(coulomb_context *context)
{
    int initialized = 0, finalized = 0, provided = 0;
    MPI_Initialized(&initialized);
    MPI_Finalized(&finalized);
    if (finalized)
        return coulomb_private_fail(context, COULOMB_ERROR_STATE,
                                    "MPI is finalised, and a process cannot initialise it again");
    if (initialized)
        return COULOMB_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return coulomb_private_fail(context, COULOMB_ERROR_PROCESS, "MPI cannot be initialised");
    world.initialized = true;
    return COULOMB_OK;
}

coulomb_status coulomb_communicator_new_mpi_world(coulomb_context *context, coulomb_communicator **communicator)
{
    if (communicator != NULL)
        *communicator = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (communicator == NULL)
        return coulomb_private_fail(context, COULOMB_ERROR_ARGUMENT, "communicator is NULL");
    coulomb_status status = begin(context);
    if (status == COULOMB_OK)
        status = communicator_over(context, MPI_COMM_WORLD, leave, communicator);
    if (status == COULOMB_OK)
        world.communicators++;
    return status;
}

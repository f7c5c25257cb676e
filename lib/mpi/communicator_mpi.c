/* Communicators of MPI processes. MPI counts in int, so what is larger goes in several calls, each of which moves a
 * part of every rank's bytes: a type as long as a rank's bytes, of which only that part is sent, keeps the parts in
 * place. */
#include "mpi/communicator_mpi.h"

#include <coulomb/mpi.h>

#include "communicator/entry.h"

#include <stdlib.h>

#ifndef PART_MOST
#define PART_MOST (1 << 30)
#endif

typedef struct transport {
    MPI_Comm mpi;
    void (*left)(void); /* called when it is destroyed; may be NULL */
} transport;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* `count` bytes, and `stride` bytes from one to the next. */
static int make_type(size_t count, size_t stride, MPI_Datatype *type)
{
    MPI_Datatype bytes;
    int failed = MPI_Type_contiguous((int)count, MPI_BYTE, &bytes);
    if (failed != MPI_SUCCESS)
        return failed;
    failed = MPI_Type_create_resized(bytes, 0, (MPI_Aint)stride, type);
    MPI_Type_free(&bytes);
    return failed == MPI_SUCCESS ? MPI_Type_commit(type) : failed;
}

typedef int move_part(MPI_Comm mpi, const char *send, size_t bytes, MPI_Datatype strided, char *receive);

static int gather_part(MPI_Comm mpi, const char *send, size_t bytes, MPI_Datatype strided, char *receive)
{
    return MPI_Allgather(send, (int)bytes, MPI_BYTE, receive, 1, strided, mpi);
}

static int exchange_part(MPI_Comm mpi, const char *send, size_t bytes, MPI_Datatype strided, char *receive)
{
    (void)bytes;
    return MPI_Alltoall(send, 1, strided, receive, 1, strided, mpi);
}

static coulomb_status move(void *user, const char *send, size_t bytes, char *receive, move_part *part)
{
    MPI_Comm mpi = ((const transport *)user)->mpi;
    int failed = MPI_SUCCESS;
    for (size_t done = 0; done < bytes && failed == MPI_SUCCESS;) {
        size_t count = least(bytes - done, PART_MOST);
        MPI_Datatype strided;
        failed = make_type(count, bytes, &strided);
        if (failed != MPI_SUCCESS)
            break;
        failed = part(mpi, send + done, count, strided, receive + done);
        MPI_Type_free(&strided);
        done += count;
    }
    return failed == MPI_SUCCESS ? COULOMB_OK : COULOMB_ERROR_PROCESS;
}

static coulomb_status allgather(void *user, const void *send, size_t bytes, void *receive)
{
    return move(user, send, bytes, receive, gather_part);
}

static coulomb_status alltoall(void *user, const void *send, size_t bytes_each, void *receive)
{
    return move(user, send, bytes_each, receive, exchange_part);
}

/* After MPI_Finalize() there is nothing left to free. */
static void release(transport *own)
{
    int finalized = 0;
    MPI_Finalized(&finalized);
    if (!finalized)
        MPI_Comm_free(&own->mpi);
    free(own);
}

static void destroy(void *user)
{
    transport *own = user;
    void (*left)(void) = own->left;
    release(own);
    if (left != NULL)
        left();
}

static coulomb_status check_mpi(coulomb_context *context)
{
    int initialized = 0, finalized = 0;
    MPI_Initialized(&initialized);
    MPI_Finalized(&finalized);
    if (initialized && !finalized)
        return COULOMB_OK;
    return coulomb_private_fail(context, COULOMB_ERROR_STATE,
                                initialized ? "MPI is finalised" : "MPI is not initialised; call MPI_Init() first");
}

static coulomb_status refuse(coulomb_context *context)
{
    return coulomb_private_fail(context, COULOMB_ERROR_PROCESS, "MPI reports an error with this communicator");
}

coulomb_status communicator_over(coulomb_context *context, MPI_Comm mpi, void (*left)(void),
                                 coulomb_communicator **communicator)
{
    transport *own = malloc(sizeof *own); /* before the duplicate, which all ranks make together */
    int rank = 0, size = 0;
    if (own == NULL)
        return coulomb_private_fail(context, COULOMB_ERROR_MEMORY, "out of memory for a communicator");
    own->left = left;
    if (MPI_Comm_dup(mpi, &own->mpi) != MPI_SUCCESS) {
        free(own);
        return refuse(context);
    }
    coulomb_status status = COULOMB_OK;
    MPI_Comm_set_errhandler(own->mpi, MPI_ERRORS_RETURN);
    if (MPI_Comm_rank(own->mpi, &rank) != MPI_SUCCESS || MPI_Comm_size(own->mpi, &size) != MPI_SUCCESS)
        status = refuse(context);
    if (status == COULOMB_OK)
        status = coulomb_communicator_new(context, (size_t)rank, (size_t)size, allgather, alltoall, own, destroy,
                                          communicator);
    if (status != COULOMB_OK)
        release(own);
    return status;
}

coulomb_status coulomb_communicator_new_mpi(coulomb_context *context, MPI_Comm mpi, coulomb_communicator **communicator)
{
    if (communicator != NULL)
        *communicator = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (communicator == NULL)
        return coulomb_private_fail(context, COULOMB_ERROR_ARGUMENT, "communicator is NULL");
    coulomb_status status = check_mpi(context);
    if (status != COULOMB_OK)
        return status;
    if (mpi == MPI_COMM_NULL)
        return coulomb_private_fail(context, COULOMB_ERROR_ARGUMENT, "mpi is MPI_COMM_NULL");
    return communicator_over(context, mpi, NULL, communicator);
}

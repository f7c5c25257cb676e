/* Run by mpirun, or alone: the communicator of all processes, for a program that does not initialise MPI itself. */
#include <coulomb/coulomb.h>
#include <coulomb/mpi.h>
#include <coulomb/mpi_world.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { RANKS_MOST = 64 };

static bool good = true;

static void expect(bool what, const char *sentence)
{
    if (!what)
        fprintf(stderr, "not true: %s\n", sentence);
    good = good && what;
}

/* Each rank's number arrives in its place. */
static bool numbers_arrive(coulomb_communicator *communicator, size_t rank, size_t size)
{
    size_t all[RANKS_MOST];
    if (coulomb_communicator_allgather(communicator, &rank, sizeof rank, all) != COULOMB_OK)
        return false;
    for (size_t i = 0; i < size; i++)
        if (all[i] != i)
            return false;
    return true;
}

int main(int count, char **arguments)
{
    size_t wanted = count > 1 ? (size_t)strtoull(arguments[1], NULL, 10) : 1, rank = RANKS_MOST, size = 0;
    int initialized = 0, finalized = 0;
    coulomb_context *context;
    coulomb_communicator *first, *second, *third = NULL;
    if (coulomb_context_new(&context) != COULOMB_OK)
        return EXIT_FAILURE;
    expect(coulomb_communicator_new_mpi_world(NULL, &first) == COULOMB_ERROR_ARGUMENT, "a context is needed");
    expect(coulomb_communicator_new_mpi_world(context, NULL) == COULOMB_ERROR_ARGUMENT, "a place is needed");
    MPI_Initialized(&initialized);
    expect(!initialized, "what fails initialises nothing");
    expect(coulomb_communicator_new_mpi_world(context, &first) == COULOMB_OK, "the first is made");
    expect(coulomb_communicator_new_mpi_world(context, &second) == COULOMB_OK, "so is the second");
    coulomb_communicator_rank(first, &rank);
    coulomb_communicator_size(first, &size);
    expect(size == wanted && rank < size, "it has all processes");
    expect(numbers_arrive(first, rank, size) && numbers_arrive(second, rank, size), "both move bytes");
    coulomb_communicator_free(first);
    MPI_Finalized(&finalized);
    expect(!finalized && numbers_arrive(second, rank, size), "the second outlives the first");
    coulomb_communicator_free(second);
    MPI_Finalized(&finalized);
    expect(finalized, "MPI ends with the last");
    expect(coulomb_communicator_new_mpi_world(context, &third) == COULOMB_ERROR_STATE && third == NULL,
           "it does not begin again");
    coulomb_context_free(context);
    if (good && rank == 0)
        printf("%zu ranks: all true\n", size);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

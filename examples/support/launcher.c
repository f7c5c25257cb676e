#include "launcher.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The value of the first variable that is set. */
static const char *first_set(const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = getenv(names[i]);
        if (value && *value != '\0')
            return value;
    }
    return NULL;
}

/* Open MPI's mpirun; MPICH's and srun --mpi=pmi2; srun. The innermost first: mpirun may itself be a step of Slurm's,
 * but not the other way round. A job's variables, which every program in it finds, are not among them: a program in a
 * batch script is alone unless a launcher is in front of it. */
size_t launcher_processes(void)
{
    static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};
    const char *size = first_set(sizes, COUNT(sizes));
    if (!size)
        return getenv("PMIX_RANK") ? LAUNCHER_UNKNOWN : 1;
    unsigned long count = strtoul(size, NULL, 10);
    return count > 0 ? count : 1;
}

bool launcher_first(void)
{
    static const char *const ranks[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID", "PMIX_RANK"};
    const char *rank = first_set(ranks, COUNT(ranks));
    return !rank || strcmp(rank, "0") == 0;
}

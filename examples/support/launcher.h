/* What the environment says of the launcher of several processes: mpirun of Open MPI, MPICH and its relatives, srun. */
#ifndef SUPPORT_LAUNCHER_H
#define SUPPORT_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

/* Processes it started together with this one; 1: none, or no launcher. LAUNCHER_UNKNOWN: one that does not say. */
enum { LAUNCHER_UNKNOWN = 0 };
size_t launcher_processes(void);

/* Whether this is the first of them, as far as the launcher says. */
bool launcher_first(void);

#endif

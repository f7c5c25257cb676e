#include "runs.h"

#include "timing.h"

#include <stdio.h>
#include <string.h>

coulomb_status time_runs(coulomb_trainer *trainer, size_t run, size_t count, double *seconds)
{
    uint64_t update = 0;
    coulomb_status status = coulomb_trainer_update(trainer, &update);
    for (size_t i = 0; i < count && status == COULOMB_OK; i++) {
        double start = now();
        status = run == 1 ? coulomb_trainer_step(trainer) : coulomb_trainer_run(trainer, update += run, NULL, NULL);
        seconds[i] = (now() - start) / (double)run;
    }
    return status;
}

bool asked_again(const char *word)
{
    char line[16];
    fflush(stdout);
    return strcmp(word, "again") == 0 && fgets(line, sizeof line, stdin) != NULL;
}

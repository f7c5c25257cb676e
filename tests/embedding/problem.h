/* Two small trainings of different kinds, as a host would run them: through the public interface alone. */
#ifndef EMBEDDING_PROBLEM_H
#define EMBEDDING_PROBLEM_H

#include <coulomb/coulomb.h>

/* Points of the plane for dense networks; images for convolutions with batch norm. */
enum { PROBLEM_POINTS, PROBLEM_IMAGES, PROBLEMS };

enum { PROBLEM_SAMPLES = 100, PROBLEM_VALUES = PROBLEM_SAMPLES * 16 };

typedef struct problem {
    int32_t kind;
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    void (*at_each_batch)(void); /* called by the data callback; may be NULL */
} problem;

/* What training has come to. Two that came to the same are equal byte by byte. */
typedef struct problem_result {
    float samples[PROBLEM_VALUES];
    double loss, energy; /* energy between the samples and those of the data */
} problem_result;

/* Any failure fails the test that runs; the thread needs not be the test's own. */
void problem_open(problem *opened, int32_t kind, size_t threads);
void problem_train(problem *opened, uint64_t last);
void problem_save(problem *opened, const char *path);
void problem_load(problem *opened, const char *path);
void problem_measure(problem *opened, problem_result *result);
void problem_close(problem *opened);

/* All of the above in turn: halfway it is saved at `path`, and loaded into another that goes on to the end. */
void problem_run(int32_t kind, size_t threads, const char *path, problem_result *result);

/* Fails unless both came to the same. */
void problem_same(const problem_result *a, const problem_result *b);

#endif

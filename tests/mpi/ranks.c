/* Run by mpirun: the processes train together, then each trains alone, and both must have the same bits. Arguments:
 * what to do ("train"; "error": one rank's data fail at update 3; "die": one rank is killed there; "resume": more
 * updates, from the checkpoint if there is one, and saved after each), the number of shards, the checkpoint's path and
 * how many more updates. */
#include <coulomb/coulomb.h>
#include <coulomb/mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 48, FEW = 5, PARAMETERS_MOST = 1 << 16, CODE = 1042, FAILING = 1 };

typedef struct run {
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
} run;

static int rank, size;
static uint64_t failing_update; /* 0: none */
static double drawn;            /* when this rank last had its samples */
static bool dies;
static uint64_t updates = FEW;
static const char *checkpoint; /* NULL: none */

static void must(const run *r, coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "rank %d: %s: %s\n", rank, coulomb_status_name(status), coulomb_context_error(r->context));
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static coulomb_status draw(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    (void)user;
    (void)total;
    if (update == failing_update && rank == FAILING && dies)
        raise(SIGKILL);
    for (size_t i = 0; i < 2 * count; i++) {
        uint64_t state = (update * 100000 + 2 * first + i) * 0x9e3779b97f4a7c15u;
        batch[i] = (float)(int32_t)(state >> 32) * 0x1p-31f;
    }
    drawn = MPI_Wtime();
    return update == failing_update && rank == FAILING ? CODE : COULOMB_OK;
}

static void begin(run *r, size_t shards)
{
    const size_t two = 2;
    if (coulomb_context_new(&r->context) != COULOMB_OK)
        MPI_Abort(MPI_COMM_WORLD, 1);
    must(r, coulomb_network_new_preset(r->context, "mlp-generator", &two, 1, 2, 1, &r->generator));
    must(r, coulomb_network_new_preset(r->context, "mlp-discriminator", &two, 1, 0, 2, &r->discriminator));
    must(r, coulomb_trainer_new(r->context, r->generator, r->discriminator, &r->trainer));
    must(r, coulomb_trainer_set_batch(r->trainer, BATCH));
    must(r, coulomb_trainer_set_shards(r->trainer, shards));
    must(r, coulomb_trainer_set_charges(r->trainer, BATCH + 10, BATCH + 7));
    must(r, coulomb_trainer_set_data_slice(r->trainer, draw, NULL, NULL));
}

static void end(run *r)
{
    coulomb_trainer_free(r->trainer);
    coulomb_network_free(r->generator);
    coulomb_network_free(r->discriminator);
    coulomb_context_free(r->context);
}

/* Both networks' parameters; their number. */
static size_t read_parameters(const run *r, float *values)
{
    const coulomb_network *networks[] = {r->generator, r->discriminator};
    size_t total = 0;
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < coulomb_network_parameter_count(networks[n]); i++) {
            const char *name = coulomb_network_parameter_name(networks[n], i);
            size_t dimensions, shape[COULOMB_RANK_MAX], count = 1;
            must(r, coulomb_network_parameter_shape(networks[n], name, shape, COULOMB_RANK_MAX, &dimensions));
            for (size_t j = 0; j < dimensions; j++)
                count *= shape[j];
            must(r, coulomb_network_read_parameter(networks[n], name, values + total, count));
            total += count;
        }
    return total;
}

static bool equal_alone(const run *together, size_t shards)
{
    static float found[PARAMETERS_MOST], expected[PARAMETERS_MOST];
    run alone;
    begin(&alone, shards);
    must(&alone, coulomb_trainer_run(alone.trainer, updates, NULL, NULL));
    size_t count = read_parameters(together, found);
    bool equal = read_parameters(&alone, expected) == count && memcmp(found, expected, count * sizeof *found) == 0;
    end(&alone);
    return equal;
}

/* All ranks have the failing rank's code within a second, and go on when its cause is gone. */
static bool fails_and_goes_on(const run *r)
{
    uint64_t update = 0;
    coulomb_status status = coulomb_trainer_run(r->trainer, updates, NULL, NULL);
    double waited = MPI_Wtime() - drawn;
    must(r, coulomb_trainer_update(r->trainer, &update));
    bool named = rank == FAILING || strstr(coulomb_context_error(r->context), "rank 1: ") != NULL;
    failing_update = 0;
    return status == CODE && update == 2 && named && waited < 1.0;
}

static coulomb_status save(void *user, uint64_t update)
{
    const run *r = user;
    (void)update;
    if (rank == 0)
        must(r, coulomb_trainer_save(r->trainer, checkpoint));
    return COULOMB_OK;
}

static void load_and_run(run *r)
{
    FILE *file = fopen(checkpoint, "rb");
    if (file != NULL) {
        fclose(file);
        must(r, coulomb_trainer_load(r->trainer, checkpoint));
    }
    uint64_t done = 0;
    must(r, coulomb_trainer_update(r->trainer, &done));
    updates += done;
    must(r, coulomb_trainer_run(r->trainer, updates, save, r));
}

int main(int count, char **arguments)
{
    MPI_Init(&count, &arguments);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const char *task = count > 1 ? arguments[1] : "train";
    size_t shards = count > 2 ? (size_t)strtoull(arguments[2], NULL, 10) : 4;
    failing_update = strcmp(task, "error") == 0 || strcmp(task, "die") == 0 ? 3 : 0;
    checkpoint = strcmp(task, "resume") == 0 && count > 3 ? arguments[3] : NULL;
    updates = checkpoint != NULL && count > 4 ? strtoull(arguments[4], NULL, 10) : FEW;
    dies = strcmp(task, "die") == 0;
    run r;
    coulomb_communicator *communicator;
    begin(&r, shards);
    must(&r, coulomb_communicator_new_mpi(r.context, MPI_COMM_WORLD, &communicator));
    must(&r, coulomb_trainer_set_communicator(r.trainer, communicator));
    coulomb_communicator_free(communicator);
    if (checkpoint != NULL)
        load_and_run(&r);
    bool good = failing_update == 0 || fails_and_goes_on(&r);
    must(&r, coulomb_trainer_run(r.trainer, updates, NULL, NULL));
    good = good && equal_alone(&r, shards);
    end(&r);
    int all = good;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LAND, MPI_COMM_WORLD);
    if (rank == 0)
        printf("%d ranks, %zu shards: %s\n", size, shards, all ? "the same bits" : "OTHER BITS");
    MPI_Finalize();
    return all ? EXIT_SUCCESS : EXIT_FAILURE;
}

#include "trainer/ranks.h"

#include "unit/check_more.h"
#include "unit/rank_jobs.h"

#include <coulomb/checkpoint.h>
#include <stdio.h>

const run_kind run_kinds[RUN_KINDS] = {
    {RUN_MLP, false},           {RUN_MLP_OPTIONS, false},      {RUN_IMAGES, false},
    {RUN_IMAGES_NORM, false},   {RUN_IMAGES_NORM_NEAR, false}, {RUN_FIELD, false},
    {RUN_FIELD_NORM, false},    {RUN_IMAGES_NORM, true},       {RUN_IMAGES_NORM_NEAR, true},
    {RUN_FIELD_NORM, true},     {RUN_MLP_NORM, false},         {RUN_FEATURES, false},
    {RUN_FEATURES_NEAR, false}, {RUN_FEATURES_NEAR, true},     {RUN_MLP_NORM, true}};

_Static_assert((int)RUN_KINDS >= (int)RUN_SETTINGS, "all settings are among them");

void note_status(rank_job *j, const training_run *run, size_t rank, coulomb_status status)
{
    j->status[rank] = status;
    snprintf(j->message[rank], sizeof j->message[rank], "%s", coulomb_context_error(run->context));
    run_must(run->context, coulomb_trainer_update(run->trainer, &j->update[rank]));
}

static void train(rank_job *j, training_run *run, rank_room *room, size_t rank)
{
    coulomb_status status = j->load == NULL ? COULOMB_OK : coulomb_trainer_load(run->trainer, j->load);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(run->trainer, j->updates, NULL, NULL);
    note_status(j, run, rank, status);
    if (rank == FAILING)
        j->memory.fail_at = 0;
    if (status != COULOMB_OK && j->again) {
        j->mend(run, room, rank);
        run_must(run->context, coulomb_trainer_run(run->trainer, j->updates, NULL, NULL));
    }
    if (j->save != NULL && rank == 0)
        run_must(run->context, coulomb_trainer_save(run->trainer, j->save));
    if (status != COULOMB_ERROR_ARGUMENT) /* settings that cannot be saved */
        j->checkpoint[rank] = run_checkpoint(run, &j->bytes[rank]);
}

void work_on_job(rank_room *room, size_t rank, void *user)
{
    rank_job *j = user;
    training_run run;
    coulomb_communicator *communicator;
    if (rank == FAILING && j->allocation > 0)
        run_begin_with_allocator(&run, j->setting, j->shards, ledger_allocate, ledger_release, &j->memory);
    else
        run_begin(&run, j->setting, j->shards);
    run_must(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, j->synchronised));
    if (j->threads > 0)
        run_must(run.context, coulomb_context_set_threads(run.context, j->threads));
    if (j->change != NULL)
        j->change(&run, rank);
    size_t told = rank == FAILING && j->told > 0 ? j->told : rank;
    run_must(run.context, thread_communicator_as(room, run.context, rank, told, &communicator));
    if (rank == FAILING && j->allocation > 0)
        j->memory.fail_at = j->memory.calls + j->allocation;
    j->joined[rank] = coulomb_trainer_set_communicator(run.trainer, communicator);
    coulomb_communicator_free(communicator);
    if (j->joined[rank] == COULOMB_OK) {
        if (j->prepare != NULL)
            j->prepare(&run, room, rank);
        train(j, &run, room, rank);
    } else {
        note_status(j, &run, rank, j->joined[rank]);
    }
    if (rank == 0)
        j->parameters = run.generator->graph.parameter_values +
                        (run.discriminator == NULL ? 0 : run.discriminator->graph.parameter_values);
    j->sent[rank] = thread_ranks_sent(room, rank);
    run_end(&run);
}

void release_job(rank_job *j)
{
    for (size_t rank = 0; rank < THREAD_RANKS_MOST; rank++)
        free(j->checkpoint[rank]);
}

void ck_checkpoints(const rank_job *j, size_t ranks, const char *expected, size_t bytes)
{
    for (size_t rank = 0; rank < ranks; rank++) {
        ck_assert_msg(j->status[rank] == COULOMB_OK, "rank %zu: %s", rank, j->message[rank]);
        ck_assert_uint_eq(j->bytes[rank], bytes);
        ck_assert_msg(memcmp(j->checkpoint[rank], expected, bytes) == 0, "rank %zu of %zu has other bits", rank, ranks);
    }
}

char *train_alone(int setting, size_t shards, bool synchronised, uint64_t updates, size_t *bytes)
{
    training_run run;
    run_begin(&run, setting, shards);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, synchronised));
    ck_ok(run.context, coulomb_trainer_run(run.trainer, updates, NULL, NULL));
    char *checkpoint = run_checkpoint(&run, bytes);
    run_end(&run);
    return checkpoint;
}

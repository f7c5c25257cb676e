/* What ranks tell one another before they go on together: how it went so far, why they are there, and digests of what
 * must be equal. */
#include "trainer/ranks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LAYOUT = 2 }; /* of a note: another one, another number */

typedef struct rank_note {
    rank_word word; /* first */
    uint64_t layout, rank, ranks, why, update, facts;
    uint64_t fact[FACTS_MOST];
} rank_note;

_Static_assert(sizeof(rank_note) <= COMMUNICATOR_NOTE, "a note has room");

/* Blocks have any size, so that words in them stand at any address. */
void ranks_write_word(const coulomb_trainer *trainer, coulomb_status status, void *place)
{
    rank_word word = {.status = status};
    if (status != COULOMB_OK)
        snprintf(word.message, sizeof word.message, "%s", coulomb_context_error(trainer->context));
    memcpy(place, &word, sizeof word);
}

/* Codes of the range for callers mean something to all ranks; another error is one of that rank. */
coulomb_status ranks_judge(const coulomb_trainer *trainer, const void *words, size_t stride, coulomb_status status)
{
    for (size_t rank = 0; rank < trainer_ranks(trainer) && status == COULOMB_OK; rank++) {
        rank_word word;
        memcpy(&word, (const char *)words + rank * stride, sizeof word);
        word.message[sizeof word.message - 1] = '\0';
        if (word.status == COULOMB_OK)
            continue;
        bool callers = word.status >= COULOMB_CALLER_FIRST && word.status <= COULOMB_CALLER_LAST;
        status = fail(trainer->context, callers ? (coulomb_status)word.status : COULOMB_ERROR_PROCESS, "rank %zu: %s",
                      rank, word.message);
    }
    return status;
}

static const char *reason(uint64_t why)
{
    static const char *const reasons[MEETINGS] = {"is given its communicator", "loads a checkpoint", "goes on",
                                                  "has done its last update"};
    return why < MEETINGS ? reasons[why] : "does what this library does not know";
}

/* What came from a rank is its own: ranks that were given each other's number would add up the wrong shards. */
static coulomb_status check_place(const coulomb_trainer *trainer, size_t rank, const rank_note *note)
{
    size_t size = trainer_ranks(trainer);
    if (note->layout != LAYOUT || (note->rank == rank && note->ranks == size))
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_PROCESS,
                "the communicator brings what rank %" PRIu64 " of %" PRIu64 " sent as rank %zu's of %zu", note->rank,
                note->ranks, rank, size);
}

/* Each rank is compared with rank 0, so that all find the same. */
static coulomb_status compare_note(const coulomb_trainer *trainer, size_t rank, const rank_note *first,
                                   const rank_note *other, const fact_list *facts)
{
    coulomb_context *context = trainer->context;
    if (first->layout != LAYOUT || other->layout != LAYOUT || first->facts > FACTS_MOST || other->facts > FACTS_MOST)
        return fail(context, COULOMB_ERROR_PROCESS, "rank %zu and rank 0 use different releases of libcoulomb", rank);
    if (first->why != other->why || first->update != other->update)
        return fail(context, COULOMB_ERROR_PROCESS,
                    "rank %zu %s after update %" PRIu64 ", but rank 0 %s after update %" PRIu64, rank,
                    reason(other->why), other->update, reason(first->why), first->update);
    for (size_t i = 0; i < facts->count; i++)
        if (first->fact[i] != other->fact[i])
            return fail(context, COULOMB_ERROR_PROCESS, "rank %zu and rank 0 differ in %s", rank, facts->name[i]);
    if (first->facts != other->facts)
        return fail(context, COULOMB_ERROR_PROCESS, "rank %zu and rank 0 use different releases of libcoulomb", rank);
    return COULOMB_OK;
}

coulomb_status ranks_meet(coulomb_trainer *trainer, enum meeting why, const fact_list *facts, coulomb_status status)
{
    coulomb_communicator *communicator = trainer->ranks.communicator;
    if (communicator == NULL || communicator->size == 1)
        return status;
    rank_note *notes = communicator->notes, *own = notes + communicator->size;
    memset(own, 0, sizeof *own);
    ranks_write_word(trainer, status, &own->word);
    own->layout = LAYOUT;
    own->rank = communicator->rank;
    own->ranks = communicator->size;
    own->why = (uint64_t)why;
    own->update = why == MEETING_LOAD ? 0 : trainer->update; /* loading brings another one */
    own->facts = facts->count;
    memcpy(own->fact, facts->value, facts->count * sizeof *own->fact);
    coulomb_status moved = communicator_allgather(communicator, own, sizeof *own, notes);
    if (moved != COULOMB_OK)
        return status == COULOMB_OK ? moved : status;
    status = ranks_judge(trainer, notes, sizeof *notes, status);
    for (size_t rank = 0; rank < communicator->size && status == COULOMB_OK; rank++)
        status = check_place(trainer, rank, &notes[rank]);
    for (size_t rank = 1; rank < communicator->size && status == COULOMB_OK; rank++)
        status = compare_note(trainer, rank, &notes[0], &notes[rank], facts);
    return status;
}

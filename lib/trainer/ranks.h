/* A trainer's part in a run of several processes, the ranks: what they tell one another before an update, and what they
 * exchange within it. With one rank there is nothing to tell. */
#ifndef TRAINER_RANKS_H
#define TRAINER_RANKS_H

#include "trainer/step.h"

/* --- meetings: nobody goes on unless all can --- */

/* Why ranks meet, as messages put it. */
enum meeting { MEETING_COMMUNICATOR, MEETING_LOAD, MEETING_STEP, MEETING_END, MEETINGS };

enum { FACTS_MOST = 48 };

/* What must be equal on all ranks: names for messages, and values. */
typedef struct fact_list {
    size_t count;
    const char *name[FACTS_MOST];
    uint64_t value[FACTS_MOST];
} fact_list;

void facts_add(fact_list *facts, const char *name, uint64_t value);

/* Of a network's layers, parameters and running averages. */
coulomb_status facts_digest_network(coulomb_trainer *trainer, const coulomb_network *network, uint64_t *digest);

/* Settings that stay from update to update: ranks compare them, and an update that was recorded with others is recorded
 * anew. Epsilons are on the board. */
void facts_of_settings(const training_step *step, fact_list *facts);

/* What an update depends on, and the parameters it starts with. */
coulomb_status facts_of_step(const training_step *step, fact_list *facts);

/* All that a checkpoint has, and what settings cannot change. */
coulomb_status facts_of_state(coulomb_trainer *trainer, fact_list *facts);

/* All ranks come with the status of what they did so far: COULOMB_OK if each has this status, all came for the same
 * reason at the same update, and their facts are equal. Otherwise this rank's own status, or an error that names
 * another. */
coulomb_status ranks_meet(coulomb_trainer *trainer, enum meeting why, const fact_list *facts, coulomb_status status);

void ranks_write_word(const coulomb_trainer *trainer, coulomb_status status, void *place);

/* Of all ranks' words, [ranks] with `stride` bytes between them: `status`, this rank's own, or an error that names the
 * first rank that failed. */
coulomb_status ranks_judge(const coulomb_trainer *trainer, const void *words, size_t stride, coulomb_status status);

/* --- what ranks exchange in an update; `status` is that of this rank so far, and what comes back is as above --- */

coulomb_status ranks_agree(const training_step *step, coulomb_status status); /* nothing but the status */
coulomb_status ranks_share_samples(const training_step *step, coulomb_status status);
coulomb_status ranks_add_gradients(const training_step *step, coulomb_status status);

/* Memory for it. */
coulomb_status ranks_reserve(coulomb_trainer *trainer);
size_t ranks_bytes(const coulomb_trainer *trainer);
void ranks_release(coulomb_trainer *trainer);

/* --- digests --- */

void digest_number(uint64_t *digest, uint64_t number);
void digest_real(uint64_t *digest, double number);
void digest_words(uint64_t *digest, const void *values, size_t count); /* of four bytes */

/* The part of `total` items that is a rank's: at most rank_part() each, in order. */
static inline size_t rank_part(const coulomb_trainer *trainer, size_t total)
{
    return piece_count(total, trainer_ranks(trainer));
}

#endif

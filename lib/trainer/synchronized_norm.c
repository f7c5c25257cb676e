/* Batch norm over the whole batch: sums over each shard of all processes, added in the order of shards. Shards go
 * forward at once, node by node, and within a node that normalises ranks exchange their sums. */
#include "trainer/ranks.h"

#include <string.h>

coulomb_status coulomb_trainer_set_synchronized_norm(coulomb_trainer *trainer, int32_t on)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = check_flag(trainer->context, "on", on);
    if (status == COULOMB_OK)
        trainer->settings.synchronized_norm = on;
    return status;
}

coulomb_status coulomb_trainer_get_synchronized_norm(const coulomb_trainer *trainer, int32_t *on)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (on == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "on is NULL");
    *on = trainer->settings.synchronized_norm;
    return COULOMB_OK;
}

bool trainer_synchronises(const coulomb_trainer *trainer)
{
    return trainer->settings.synchronized_norm && trainer->settings.shards > 1 &&
           (network_mixes_samples(trainer->generator) ||
            (trainer->discriminator != NULL && network_mixes_samples(trainer->discriminator)));
}

size_t trainer_own_shards(const coulomb_trainer *trainer)
{
    size_t own = trainer->settings.shards / trainer_ranks(trainer);
    return own == 0 ? 1 : own; /* more ranks than shards are refused later */
}

size_t trainer_part(const coulomb_trainer *trainer)
{
    return trainer_shard(trainer) * (trainer_synchronises(trainer) ? trainer_own_shards(trainer) : 1);
}

/* --- memory --- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Sums of a shard in one exchange: two for each channel. */
static size_t sums_of_shard(const coulomb_trainer *trainer)
{
    const coulomb_network *const networks[] = {trainer->generator, trainer->discriminator};
    size_t channels = 0;
    for (size_t n = 0; n < 2 && networks[n] != NULL; n++)
        for (size_t i = 0; i < networks[n]->graph.nodes; i++) {
            const graph_node *node = &networks[n]->graph.node[i];
            if (node->op->mixes)
                channels = larger(channels, node->shape.extent[node->shape.rank - 1]);
        }
    return 2 * channels;
}

size_t norm_sums_block(const coulomb_trainer *trainer)
{
    return trainer_synchronises(trainer) ? trainer_own_shards(trainer) * sums_of_shard(trainer) * sizeof(double) : 0;
}

/* The sums of all shards together come first. */
size_t norm_sums_bytes(const coulomb_trainer *trainer)
{
    size_t own = norm_sums_block(trainer);
    return own == 0 ? 0 : sums_of_shard(trainer) * sizeof(double) + own;
}

coulomb_status norm_sums_reserve(coulomb_trainer *trainer)
{
    size_t bytes = norm_sums_bytes(trainer);
    return bytes == 0 ? COULOMB_OK : buffer_reserve(trainer->context, &trainer->norm_sums, bytes, 1);
}

/* --- sums --- */

/* Own shards of so many of all. */
static size_t shards_of_rank(const coulomb_trainer *trainer, size_t rank, size_t all)
{
    size_t own = trainer_own_shards(trainer), first = rank * own;
    return first >= all ? 0 : all - first < own ? all - first : own;
}

/* Behind those that are there. */
static void add_rows(double *total, const double *sums, size_t shards, size_t count, bool first)
{
    for (size_t shard = 0; shard < shards; shard++, first = false)
        for (size_t i = 0; i < count; i++)
            total[i] = first ? sums[shard * count + i] : total[i] + sums[shard * count + i];
}

/* Ranks that have fewer shards fill up with zeros, which nobody reads. */
static void add_ranks(coulomb_trainer *trainer, const double *sums, size_t all, size_t count, double *total)
{
    trainer_company *ranks = &trainer->ranks;
    coulomb_communicator *communicator = ranks->communicator;
    size_t block = trainer_own_shards(trainer) * count;
    size_t here = shards_of_rank(trainer, communicator->rank, all) * count;
    memcpy(ranks->send.data, sums, here * sizeof *sums);
    memset((double *)ranks->send.data + here, 0, (block - here) * sizeof *sums);
    ranks->passes = communicator_allgather(communicator, ranks->send.data, block * sizeof *sums, ranks->receive.data);
    for (size_t rank = 0; rank < communicator->size && ranks->passes == COULOMB_OK; rank++)
        add_rows(total, (const double *)ranks->receive.data + rank * block, shards_of_rank(trainer, rank, all), count,
                 rank == 0);
}

static const double *add_sums(const device_shards *shards, size_t count)
{
    coulomb_trainer *trainer = shards->user;
    double *total = trainer->norm_sums.data;
    size_t all = piece_count(shards->samples, shards->shard);
    memset(total, 0, count * sizeof *total); /* what is there after a failure */
    if (trainer_ranks(trainer) == 1)
        add_rows(total, shards->sums, all, count, true);
    else if (trainer->ranks.passes == COULOMB_OK)
        add_ranks(trainer, shards->sums, all, count, total);
    return total;
}

device_shards step_shards(const training_step *step, size_t samples)
{
    coulomb_trainer *trainer = step->trainer;
    return (device_shards){.shard = step->shard,
                           .samples = samples,
                           .sums = (double *)trainer->norm_sums.data + sums_of_shard(trainer),
                           .add = add_sums,
                           .user = trainer};
}

/* What ranks exchange within an update: samples, so that each computes the potential of the whole batch; then the sum
 * of their gradients, and what figures and running averages need of each shard. Sums are taken here, in the order of
 * the sum's tree; the communicator only moves bytes. */
#include "trainer/ranks.h"

#include <string.h>

/* An array of which each rank has a part, and each is to have the whole. */
typedef struct shared_array {
    void *data; /* an address of the device, or of the host */
    bool host;
    size_t item;        /* bytes */
    size_t total, each; /* items: of all, and of a part. Parts go around the ranks: a rank's first one has its number */
} shared_array;

enum { SHARED_MOST = 16 };

typedef struct shared_list {
    size_t ranks, count, bytes; /* of a rank's block */
    shared_array array[SHARED_MOST];
} shared_list;

/* Parts of a rank. */
static size_t rounds_of(const shared_list *list, const shared_array *array)
{
    return array->each == 0 ? 0 : piece_count(array->total, list->ranks * array->each);
}

static void add_shared(shared_list *list, const shared_array *array)
{
    list->array[list->count++] = *array;
    list->bytes += rounds_of(list, array) * array->each * array->item;
}

static size_t items_of(const shared_array *array, size_t part)
{
    size_t first = part * array->each;
    if (first >= array->total)
        return 0;
    return array->total - first < array->each ? array->total - first : array->each;
}

static char *place_of(const shared_array *array, size_t part)
{
    return (char *)array->data + part * array->each * array->item;
}

/* The networks that learn. */
typedef struct learner_list {
    size_t count;
    const coulomb_network *network[2];
} learner_list;

static learner_list learners(const coulomb_trainer *trainer)
{
    return (learner_list){trainer->discriminator == NULL ? 1 : 2, {trainer->generator, trainer->discriminator}};
}

/* --- what is shared --- */

static float *from(const device_array *array, size_t first)
{
    return array->data == NULL ? NULL : values_of(array) + first;
}

/* Samples of both kinds, and what running averages take in of the generator's passes. */
static shared_list list_samples(const coulomb_trainer *trainer)
{
    const step_arrays *arrays = &trainer->arrays;
    size_t batch = trainer->settings.batch, shards = trainer->settings.shards, ranks = trainer_ranks(trainer);
    size_t target = trainer_charges_target(trainer), model = trainer_charges_model(trainer), own = shards / ranks;
    size_t dimension = trainer->dimension, averages = trainer->generator->graph.average_values;
    size_t parts = trainer_shards_of(trainer, model) - shards, each = rank_part(trainer, parts);
    size_t sample = dimension * sizeof(float), average = averages * sizeof(float);
    shared_list list = {.ranks = trainer_ranks(trainer), .bytes = sizeof(rank_word)};
    add_shared(&list, &(shared_array){arrays->target.host, true, sample, target, rank_part(trainer, target)});
    if (trainer_synchronises(
            trainer)) { /* batch by batch, of each the rank's shards; averages move alike on all ranks */
        add_shared(&list, &(shared_array){from(&arrays->model, 0), false, sample, model, own * trainer_shard(trainer)});
        return list;
    }
    add_shared(&list, &(shared_array){from(&arrays->model, 0), false, sample, batch, own * trainer_shard(trainer)});
    add_shared(&list, &(shared_array){from(&arrays->model, batch * dimension), false, sample, model - batch,
                                      each * trainer_shard(trainer)});
    add_shared(&list, &(shared_array){from(&arrays->generator_averages, 0), false, average, shards, own});
    add_shared(&list,
               &(shared_array){from(&arrays->generator_averages, shards * averages), false, average, parts, each});
    return list;
}

/* The summed gradients, a part of which each rank has summed; outputs of D, and what running averages take in of its
 * passes. */
static shared_list list_results(const coulomb_trainer *trainer, bool replays)
{
    const step_arrays *arrays = &trainer->arrays;
    size_t batch = trainer->settings.batch, shards = trainer->settings.shards, own = shards / trainer_ranks(trainer);
    const learner_list learning = learners(trainer);
    shared_list list = {.ranks = trainer_ranks(trainer), .bytes = sizeof(rank_word)};
    for (size_t i = 0; i < learning.count; i++) {
        size_t count = learning.network[i]->graph.parameter_values;
        add_shared(&list, &(shared_array){learning.network[i]->gradients, false, sizeof(float), count,
                                          rank_part(trainer, count)});
    }
    if (trainer->discriminator == NULL)
        return list;
    size_t averages = trainer->discriminator->graph.average_values;
    for (size_t pass = 0; pass < DISCRIMINATOR_PASSES; pass++) {
        if ((pass == OVER_NEAR_MODEL && trainer->settings.smoothing == 0.0) || (pass == OVER_PREVIOUS && !replays))
            continue;
        add_shared(&list, &(shared_array){from(&arrays->outputs, pass * batch), false, sizeof(float), batch,
                                          own * trainer_shard(trainer)});
        if (!trainer_synchronises(trainer))
            add_shared(&list, &(shared_array){from(&arrays->discriminator_averages, pass * shards * averages), false,
                                              averages * sizeof(float), shards, own});
    }
    return list;
}

/* --- memory --- */

/* Of a part of all gradients, for one rank. */
static size_t gradient_block(const coulomb_trainer *trainer)
{
    const learner_list learning = learners(trainer);
    size_t values = 0;
    for (size_t i = 0; i < learning.count; i++)
        values += rank_part(trainer, learning.network[i]->graph.parameter_values);
    return sizeof(rank_word) + values * sizeof(float);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void count_bytes(const coulomb_trainer *trainer, size_t *send, size_t *receive)
{
    size_t ranks = trainer_ranks(trainer), gradients = ranks * gradient_block(trainer);
    size_t shared = larger(list_samples(trainer).bytes, list_results(trainer, trainer->settings.replay != 0).bytes);
    *send = larger(larger(shared, gradients), norm_sums_block(trainer));
    *receive = larger(larger(ranks * shared, gradients), ranks * norm_sums_block(trainer));
}

coulomb_status ranks_reserve(coulomb_trainer *trainer)
{
    if (trainer_ranks(trainer) == 1)
        return COULOMB_OK;
    size_t send, receive;
    count_bytes(trainer, &send, &receive);
    coulomb_status status = buffer_reserve(trainer->context, &trainer->ranks.send, send, 1);
    return status == COULOMB_OK ? buffer_reserve(trainer->context, &trainer->ranks.receive, receive, 1) : status;
}

size_t ranks_bytes(const coulomb_trainer *trainer)
{
    size_t send = 0, receive = 0, ranks = trainer_ranks(trainer);
    if (ranks == 1)
        return 0;
    count_bytes(trainer, &send, &receive);
    return send + receive;
}

void ranks_release(coulomb_trainer *trainer)
{
    buffer_release(trainer->context, &trainer->ranks.send);
    buffer_release(trainer->context, &trainer->ranks.receive);
    buffer_release(trainer->context, &trainer->ranks.room);
    coulomb_communicator_free(trainer->ranks.communicator);
    trainer->ranks.communicator = NULL;
}

/* --- sharing --- */

static coulomb_status pack_part(const training_step *step, const shared_array *array, size_t part,
                                coulomb_status status, char *at)
{
    size_t bytes = items_of(array, part) * array->item;
    memset(at + bytes, 0, array->each * array->item - bytes);
    if (array->host && bytes > 0)
        memcpy(at, place_of(array, part), bytes);
    else if (bytes > 0 && status == COULOMB_OK)
        status = step->on->table->copy_out(step->on, at, place_of(array, part), bytes);
    return status;
}

/* This rank's parts, and how it went. */
static coulomb_status pack(const training_step *step, const shared_list *list, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    char *block = trainer->ranks.send.data, *at = block + sizeof(rank_word);
    size_t rank = trainer->ranks.communicator->rank;
    for (size_t i = 0; i < list->count; i++) {
        const shared_array *array = &list->array[i];
        for (size_t round = 0; round < rounds_of(list, array); round++, at += array->each * array->item)
            status = pack_part(step, array, round * list->ranks + rank, status, at);
    }
    ranks_write_word(trainer, status, block);
    return status;
}

static void unpack_part(const training_step *step, const shared_array *array, size_t part, const char *at)
{
    size_t bytes = items_of(array, part) * array->item;
    if (array->host && bytes > 0)
        memcpy(place_of(array, part), at, bytes);
    else if (bytes > 0)
        step->on->table->copy_in(step->on, place_of(array, part), at, bytes);
}

static void unpack(const training_step *step, const shared_list *list, size_t rank, const char *block)
{
    const char *at = block + sizeof(rank_word);
    for (size_t i = 0; i < list->count; i++) {
        const shared_array *array = &list->array[i];
        for (size_t round = 0; round < rounds_of(list, array); round++, at += array->each * array->item)
            unpack_part(step, array, round * list->ranks + rank, at);
    }
}

static coulomb_status share(const training_step *step, const shared_list *list, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    coulomb_communicator *communicator = trainer->ranks.communicator;
    char *blocks = trainer->ranks.receive.data;
    status = pack(step, list, status);
    coulomb_status moved = communicator_allgather(communicator, trainer->ranks.send.data, list->bytes, blocks);
    if (moved != COULOMB_OK)
        return status == COULOMB_OK ? moved : status;
    status = ranks_judge(trainer, blocks, list->bytes, status);
    for (size_t rank = 0; rank < communicator->size && status == COULOMB_OK; rank++)
        if (rank != communicator->rank)
            unpack(step, list, rank, blocks + rank * list->bytes);
    return status;
}

coulomb_status ranks_agree(const training_step *step, coulomb_status status)
{
    const shared_list nothing = {.bytes = sizeof(rank_word)};
    return share(step, &nothing, status);
}

coulomb_status ranks_share_samples(const training_step *step, coulomb_status status)
{
    const shared_list list = list_samples(step->trainer);
    return share(step, &list, status);
}

/* --- the sum of gradients --- */

/* A part of each network's gradients for each rank. */
static coulomb_status send_gradients(const training_step *step, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t stride = gradient_block(trainer);
    const learner_list learning = learners(trainer);
    for (size_t rank = 0; rank < trainer_ranks(trainer); rank++) {
        char *block = (char *)trainer->ranks.send.data + rank * stride, *at = block + sizeof(rank_word);
        for (size_t i = 0; i < learning.count; i++) {
            size_t count = learning.network[i]->graph.parameter_values, each = rank_part(trainer, count);
            const shared_array array = {learning.network[i]->gradients, false, sizeof(float), count, each};
            size_t bytes = items_of(&array, rank) * sizeof(float);
            memset(at + bytes, 0, each * sizeof(float) - bytes);
            if (bytes > 0 && status == COULOMB_OK)
                status = step->on->table->copy_out(step->on, at, place_of(&array, rank), bytes);
            at += each * sizeof(float);
        }
    }
    for (size_t rank = 0; rank < trainer_ranks(trainer); rank++)
        ranks_write_word(trainer, status, (char *)trainer->ranks.send.data + rank * stride);
    return status;
}

static float *summands(const coulomb_trainer *trainer, size_t rank)
{
    return (float *)(void *)((char *)trainer->ranks.receive.data + rank * gradient_block(trainer) + sizeof(rank_word));
}

/* The sum's tree above the ranks, whose shards are whole subtrees: see learn_shards(). The sum takes the first's place.
 */
static void add_ranks(const coulomb_trainer *trainer, size_t first, size_t count)
{
    size_t left = 1, values = (gradient_block(trainer) - sizeof(rank_word)) / sizeof(float);
    if (count == 1)
        return;
    while (2 * left < count)
        left *= 2;
    add_ranks(trainer, first, left);
    add_ranks(trainer, first + left, count - left);
    float *sum = summands(trainer, first);
    context_kernels(trainer->context)->add(values, sum, summands(trainer, first + left), sum);
}

/* This rank's part of the sum, to where its own gradients were. */
static void keep_sum(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    const learner_list learning = learners(trainer);
    const float *at = summands(trainer, 0);
    size_t rank = trainer->ranks.communicator->rank;
    for (size_t i = 0; i < learning.count; i++) {
        size_t count = learning.network[i]->graph.parameter_values, each = rank_part(trainer, count);
        const shared_array array = {learning.network[i]->gradients, false, sizeof(float), count, each};
        size_t bytes = items_of(&array, rank) * sizeof *at;
        if (bytes > 0)
            step->on->table->copy_in(step->on, place_of(&array, rank), at, bytes);
        at += each;
    }
}

coulomb_status ranks_add_gradients(const training_step *step, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    coulomb_communicator *communicator = trainer->ranks.communicator;
    size_t stride = gradient_block(trainer);
    status = send_gradients(step, status);
    coulomb_status moved =
        communicator_alltoall(communicator, trainer->ranks.send.data, stride, trainer->ranks.receive.data);
    if (moved != COULOMB_OK)
        return status == COULOMB_OK ? moved : status;
    status = ranks_judge(trainer, trainer->ranks.receive.data, stride, status);
    if (status != COULOMB_OK)
        return status;
    add_ranks(trainer, 0, communicator->size);
    keep_sum(step);
    const shared_list list = list_results(trainer, step_replays(step));
    return share(step, &list, COULOMB_OK);
}

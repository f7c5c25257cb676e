/* Ranks of a run as threads of this process. An exchange has two phases between which all ranks wait: each shows where
 * its bytes are, then each copies what is for it. */
#include "unit/thread_ranks.h"

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct rank_place {
    rank_room *room;
    size_t rank;
    const char *shown;
    size_t bytes;
    size_t exchanges, break_at, sent;
    coulomb_status code; /* when broken */
    pthread_t thread;
} rank_place;

struct rank_room {
    pthread_mutex_t lock;
    pthread_cond_t all_here;
    size_t ranks, waiting;
    uint64_t round;
    bool gone; /* a rank has left: nobody waits any more */
    rank_work *work;
    void *user;
    rank_place place[THREAD_RANKS_MOST];
};

/* All ranks are here; false: one never will be. */
static bool wait_for_all(rank_room *room)
{
    pthread_mutex_lock(&room->lock);
    uint64_t round = room->round;
    if (++room->waiting == room->ranks) {
        room->waiting = 0;
        room->round++;
        pthread_cond_broadcast(&room->all_here);
    }
    while (room->round == round && !room->gone)
        pthread_cond_wait(&room->all_here, &room->lock);
    bool complete = room->round != round;
    pthread_mutex_unlock(&room->lock);
    return complete;
}

static void leave(rank_room *room)
{
    pthread_mutex_lock(&room->lock);
    room->gone = true;
    pthread_cond_broadcast(&room->all_here);
    pthread_mutex_unlock(&room->lock);
}

/* From what each rank shows, `stride` times this rank's number on, so many bytes. */
static coulomb_status exchange(rank_place *own, const void *send, size_t bytes, size_t stride, void *receive)
{
    rank_room *room = own->room;
    if (++own->exchanges == own->break_at) {
        leave(room);
        return own->code;
    }
    own->shown = send;
    own->bytes = bytes;
    if (!wait_for_all(room))
        return COULOMB_ERROR_PROCESS;
    for (size_t rank = 0; rank < room->ranks; rank++) {
        const rank_place *other = &room->place[rank];
        if (other->bytes != bytes) {
            leave(room);
            return COULOMB_ERROR_PROCESS;
        }
        memcpy((char *)receive + rank * bytes, other->shown + own->rank * stride, bytes);
    }
    own->sent += (room->ranks - 1) * bytes;
    return wait_for_all(room) ? COULOMB_OK : COULOMB_ERROR_PROCESS;
}

static coulomb_status allgather(void *user, const void *send, size_t bytes, void *receive)
{
    return exchange(user, send, bytes, 0, receive);
}

static coulomb_status alltoall(void *user, const void *send, size_t bytes_each, void *receive)
{
    return exchange(user, send, bytes_each, bytes_each, receive);
}

coulomb_status thread_communicator_as(rank_room *room, coulomb_context *context, size_t rank, size_t told,
                                      coulomb_communicator **communicator)
{
    return coulomb_communicator_new(context, told, room->ranks, allgather, alltoall, &room->place[rank], NULL,
                                    communicator);
}

coulomb_status thread_communicator(rank_room *room, coulomb_context *context, size_t rank,
                                   coulomb_communicator **communicator)
{
    return thread_communicator_as(room, context, rank, rank, communicator);
}

void thread_ranks_break(rank_room *room, size_t rank, size_t exchange_number, coulomb_status code)
{
    rank_place *place = &room->place[rank];
    place->break_at = exchange_number == 0 ? 0 : place->exchanges + exchange_number;
    place->code = code;
}

size_t thread_ranks_sent(rank_room *room, size_t rank)
{
    return room->place[rank].sent;
}

static void *run_rank(void *argument)
{
    rank_place *own = argument;
    own->room->work(own->room, own->rank, own->room->user);
    leave(own->room);
    return NULL;
}

void thread_ranks_run(size_t ranks, rank_work *work, void *user)
{
    ck_assert(ranks >= 1 && ranks <= THREAD_RANKS_MOST);
    rank_room *room = calloc(1, sizeof *room);
    ck_assert_ptr_nonnull(room);
    pthread_mutex_init(&room->lock, NULL);
    pthread_cond_init(&room->all_here, NULL);
    room->ranks = ranks;
    room->work = work;
    room->user = user;
    for (size_t i = 0; i < ranks; i++) {
        room->place[i].room = room;
        room->place[i].rank = i;
        ck_assert_int_eq(pthread_create(&room->place[i].thread, NULL, run_rank, &room->place[i]), 0);
    }
    for (size_t i = 0; i < ranks; i++)
        pthread_join(room->place[i].thread, NULL);
    pthread_cond_destroy(&room->all_here);
    pthread_mutex_destroy(&room->lock);
    free(room);
}

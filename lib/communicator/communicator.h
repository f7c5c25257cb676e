/* Communicators as the trainer sees them: they move bytes, and know nothing of what these mean. */
#ifndef COMMUNICATOR_COMMUNICATOR_H
#define COMMUNICATOR_COMMUNICATOR_H

#include "base/base.h"

#include <coulomb/communicator.h>

/* Room for what each rank tells the others before it sends anything large. */
enum { COMMUNICATOR_NOTE = 704 };

struct coulomb_communicator {
    coulomb_context *context;
    size_t rank, size;
    coulomb_allgather_callback *allgather;
    coulomb_alltoall_callback *alltoall;
    void *user;
    coulomb_destroy_callback *destroy;
    void *notes; /* [size + 1, COMMUNICATOR_NOTE] of all ranks, and this one's to send: memory that is there when the
                    rest is short, since nobody may stay away from a meeting */
};

/* The callbacks, with their codes checked. */
coulomb_status communicator_allgather(coulomb_communicator *communicator, const void *send, size_t bytes,
                                      void *receive);
coulomb_status communicator_alltoall(coulomb_communicator *communicator, const void *send, size_t bytes_each,
                                     void *receive);

#endif

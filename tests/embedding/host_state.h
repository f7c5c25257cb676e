/* What belongs to the host and must be after a call as it was before it. */
#ifndef EMBEDDING_HOST_STATE_H
#define EMBEDDING_HOST_STATE_H

typedef struct host_state host_state;

/* Of the process and the calling thread; to be given to host_state_is() once. */
host_state *host_state_take(void);

/* Fails the test that runs if anything differs from `before`, and frees it. */
void host_state_is(host_state *before);

#endif

/* System calls of a process led through a function of ours: also those that the C library makes by itself, as for
 * streams, which no symbol of ours could replace. Linux on x86-64. */
#ifndef FAULTS_TRAP_H
#define FAULTS_TRAP_H

#include <stddef.h>

enum { CALL_ARGUMENTS = 6 };

typedef struct system_call {
    long number;
    long arguments[CALL_ARGUMENTS];
} system_call;

/* What the process gets back: a result, or -errno. May run at any moment that a signal may, in any thread. */
typedef long call_handler(const system_call *call);

/* From here on the calls with these numbers go to the handler. -1 where the system does not allow that. */
int trap_calls(const long *numbers, size_t count, call_handler *handler);

/* The call itself, past the handler. */
long call_now(const system_call *call);
/* Of an argument that is one. */
const void *call_address(long argument);

long call_with(long number, long first, long second, long third, long fourth);

#endif

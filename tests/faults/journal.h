/* A record of what a process did to files: FAULT_JOURNAL names the file that receives it; without one, nothing happens.
 * Of each call one line of text, "OPERATION DESCRIPTOR OFFSET LENGTH BYTES_OF_PATH BYTES_OF_OTHER", then the paths and
 * what was written. Paths are absolute. */
#ifndef FAULTS_JOURNAL_H
#define FAULTS_JOURNAL_H

#include "trap.h"

void journal_begin(void);

/* Add a call that has been made, if it changed files and did not fail. */
void journal_add(const system_call *call, long result);

#endif

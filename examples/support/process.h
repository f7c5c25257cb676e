/* A program and its process: what the shell may have left closed, limited or piped away is an ordinary error. */
#ifndef SUPPORT_PROCESS_H
#define SUPPORT_PROCESS_H

/* Before anything else: occupy closed standard descriptors, so that no file of the program gets their numbers and
 * receives its messages, and make writing beyond a limit of the file size or to a closed pipe an error of the write. */
void process_begin(void);

/* At the end: what was printed must have arrived, otherwise success becomes failure, with a complaint; and all
 * processes of the run end together. Returns the exit code. */
int process_end(int code);

#endif

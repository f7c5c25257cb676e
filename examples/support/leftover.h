/* The temporary file of a program that a signal ends. */
#ifndef SUPPORT_LEFTOVER_H
#define SUPPORT_LEFTOVER_H

/* Should Ctrl-C, SIGTERM or SIGHUP end the program from now on, this file is removed first. One file at a time: while
 * one is watched, others are not. Where a signal does something else than to end the program, that stays so. */
void leftover_watch(const char *path);

/* That file has its name, or is gone. */
void leftover_forget(const char *path);

#endif

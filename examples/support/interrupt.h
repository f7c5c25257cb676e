/* Ctrl-C that lets the program finish what it is doing. */
#ifndef SUPPORT_INTERRUPT_H
#define SUPPORT_INTERRUPT_H

#include <stdbool.h>

/* From now on the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 (which launchers of several processes hand on, and
 * schedulers send before time is up) only raises a flag; the second one ends the program. */
void interrupt_catch(void);

/* Back to the default action, once there is nothing left to save. */
void interrupt_release(void);

/* 0, or the number of the signal that came. */
int interrupt_signal(void);

/* Take it that this signal came, because another process of the run got it. */
void interrupt_take(int signal_number);

/* The exit code that shells use for a program ended by that signal, 130 for Ctrl-C. */
int interrupt_exit_code(void);

#endif

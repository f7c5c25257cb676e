/* What a program tells its user on stderr: messages, errors, and one status line that is redrawn in place. */
#ifndef SUPPORT_CONSOLE_H
#define SUPPORT_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define SUPPORT_PRINTF(message, first) __attribute__((format(printf, message, first)))
#else
#define SUPPORT_PRINTF(message, first)
#endif

/* The name in front of errors and notes. */
void console_name(const char *program);

/* "NAME: message". Returns false, so that callers can write `return complain(...)`. */
bool complain(const char *format, ...) SUPPORT_PRINTF(1, 2);

/* A message for the user that is no error; not part of the program's results, which go to stdout. */
void say(const char *format, ...) SUPPORT_PRINTF(1, 2);

/* The same of one of several processes that train together: told by each of them, with its name. */
void say_of_process(const char *format, ...) SUPPORT_PRINTF(1, 2);

bool console_is_terminal(void);

/* Columns of the terminal; 80 where it does not say. */
size_t console_width(void);

/* Draw the status line over the last one; NULL removes it. Sentences that come between go above it. Terminals only. */
void console_status(const char *line);

/* --- processes that train together, see ranks.h --- */

/* Complain of what another process tells better: shown only if none does. */
bool complain_of_another(const char *format, ...) SUPPORT_PRINTF(1, 2);

/* What say_of_process() puts in front, such as "rank 3: "; and whether say() and the status line are another process's.
 */
void console_of_process(const char *called, bool mute);

/* Complaints that wait until all processes know of them, a line each. */
enum { HELD_MOST = 1024 };
typedef struct held_complaints {
    char own[HELD_MOST], of_another[HELD_MOST];
} held_complaints;

/* Whether complaints are to wait. */
void console_hold(bool hold_them);

/* Those that do; then there are none. */
held_complaints console_take_held(void);

/* "NAME: CALLED line" for each line. */
void console_tell_lines(const char *called, const char *lines);

#endif

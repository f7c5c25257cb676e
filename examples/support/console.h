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

bool console_is_terminal(void);

/* Columns of the terminal; 80 where it does not say. */
size_t console_width(void);

/* Draw the status line over the last one; NULL removes it. Sentences that come between go above it. Terminals only. */
void console_status(const char *line);

#endif

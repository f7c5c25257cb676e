#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE_MOST = 8192 }; /* room for a few paths */

static const char *name = "program";
static bool status_shown;

/* Of a process that trains together with others. */
static char process[80]; /* "rank 3: " */
static bool muted, holding;
static held_complaints held;

void console_name(const char *program)
{
    name = program;
}

/* At once: several processes may write to the same terminal. */
static void tell(const char *prefix, const char *separator, const char *format, va_list arguments)
{
    char text[LINE_MOST];
    vsnprintf(text, sizeof text, format, arguments);
    console_status(NULL);
    fprintf(stderr, "%s%s%s\n", prefix, separator, text);
}

/* As a line behind those that are held; what does not fit is left out. */
static void hold(char text[HELD_MOST], const char *format, va_list arguments)
{
    size_t length = strlen(text);
    vsnprintf(text + length, HELD_MOST - length, format, arguments);
    length = strlen(text);
    if (length + 1 < HELD_MOST)
        memcpy(text + length, "\n", 2);
}

static void complain_or_hold(char *text, const char *format, va_list arguments)
{
    if (holding)
        hold(text, format, arguments);
    else
        tell(name, ": ", format, arguments);
}

bool complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_or_hold(held.own, format, arguments);
    va_end(arguments);
    return false;
}

bool complain_of_another(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_or_hold(held.of_another, format, arguments);
    va_end(arguments);
    return false;
}

void say(const char *format, ...)
{
    va_list arguments;
    if (muted)
        return;
    va_start(arguments, format);
    tell("", "", format, arguments);
    va_end(arguments);
}

void say_of_process(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(process, "", format, arguments);
    va_end(arguments);
}

void console_of_process(const char *called, bool mute)
{
    snprintf(process, sizeof process, "%s", called);
    muted = mute;
}

void console_hold(bool hold_them)
{
    holding = hold_them;
}

held_complaints console_take_held(void)
{
    held_complaints taken = held;
    held = (held_complaints){0};
    return taken;
}

void console_tell_lines(const char *called, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        console_status(NULL);
        fprintf(stderr, "%s: %s%.*s\n", name, called, (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

bool console_is_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

size_t console_width(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

void console_status(const char *line)
{
    if (muted || (!line && !status_shown))
        return;
    fprintf(stderr, "\r\033[K%s", line ? line : "");
    fflush(stderr);
    status_shown = line != NULL;
}

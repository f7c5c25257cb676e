#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *name = "program";
static bool status_shown;

void console_name(const char *program)
{
    name = program;
}

static void tell(const char *prefix, const char *separator, const char *format, va_list arguments)
{
    console_status(NULL);
    fprintf(stderr, "%s%s", prefix, separator);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

bool complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell(name, ": ", format, arguments);
    va_end(arguments);
    return false;
}

void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tell("", "", format, arguments);
    va_end(arguments);
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
    if (!line && !status_shown)
        return;
    fprintf(stderr, "\r\033[K%s", line ? line : "");
    fflush(stderr);
    status_shown = line != NULL;
}

#include "leftover.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int endings[] = {SIGINT, SIGTERM, SIGHUP};
enum { ENDINGS = sizeof endings / sizeof *endings };

static char watched[4128]; /* empty: nothing is */

/* What is called here may be called in a handler. */
static void remove_and_end(int signal_number)
{
    unlink(watched);
    /* its action is the usual one again, and waits for this function's return */
    raise(signal_number);
}

static void replace_action(void (*from)(int), void (*to)(int))
{
    struct sigaction old, handling = {0};
    handling.sa_handler = to;
    handling.sa_flags = to == SIG_DFL ? 0 : (int)SA_RESETHAND;
    sigemptyset(&handling.sa_mask);
    for (size_t i = 0; i < ENDINGS; i++)
        if (sigaction(endings[i], NULL, &old) == 0 && !(old.sa_flags & SA_SIGINFO) && old.sa_handler == from)
            sigaction(endings[i], &handling, NULL);
}

void leftover_watch(const char *path)
{
    if (watched[0] != '\0' || strlen(path) >= sizeof watched)
        return;
    memcpy(watched, path, strlen(path) + 1);
    replace_action(SIG_DFL, remove_and_end);
}

void leftover_forget(const char *path)
{
    if (strcmp(watched, path) != 0)
        return;
    replace_action(remove_and_end, SIG_DFL);
    watched[0] = '\0';
}

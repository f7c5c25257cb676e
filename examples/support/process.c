#include "process.h"

#include "console.h"
#include "ranks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lost messages are the user's choice. Lost results are not: standard output becomes one that cannot be written to, so
 * that the end of the program notices if there was something to print. */
static void occupy_standard_descriptors(void)
{
    static const int modes[] = {[STDIN_FILENO] = O_RDONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_WRONLY};
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[descriptor]) < 0)
            abort(); /* nothing works here, and nobody could be told */
}

static void ignore_signals_of_writing(void)
{
    struct sigaction handling = {0};
    handling.sa_handler = SIG_IGN;
    sigemptyset(&handling.sa_mask);
    sigaction(SIGXFSZ, &handling, NULL);
    sigaction(SIGPIPE, &handling, NULL);
}

static bool output_arrived(void)
{
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed)
        return true;
    return complain("cannot write to standard output: %s", strerror(errno));
}

void process_begin(void)
{
    occupy_standard_descriptors();
    ignore_signals_of_writing();
    ranks_expect();
}

int process_end(int code)
{
    return ranks_end(output_arrived() || code != EXIT_SUCCESS ? code : EXIT_FAILURE);
}

#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void remember(int signal_number)
{
    caught = signal_number;
}

static void set_action(void (*action)(int), int flags)
{
    struct sigaction handling = {0};
    handling.sa_handler = action;
    handling.sa_flags = flags;
    sigemptyset(&handling.sa_mask);
    sigaction(SIGINT, &handling, NULL);
    sigaction(SIGTERM, &handling, NULL);
    sigaction(SIGUSR1, &handling, NULL);
    /* a terminal that is closed; nohup has it ignored, and it stays so */
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &handling, NULL);
}

void interrupt_catch(void)
{
    caught = 0;
    /* the handler goes after its first use, so that a second signal acts as usual; interrupted writes are taken up
     * again */
    set_action(remember, (int)SA_RESETHAND | SA_RESTART);
}

void interrupt_release(void)
{
    set_action(SIG_DFL, 0);
}

int interrupt_signal(void)
{
    return caught;
}

void interrupt_take(int signal_number)
{
    caught = signal_number;
}

int interrupt_exit_code(void)
{
    return 128 + caught;
}

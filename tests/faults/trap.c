/* A filter of the kernel (seccomp) turns the chosen calls into SIGSYS, whose handler answers them. */
#define _GNU_SOURCE

#include "trap.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <ucontext.h>

#include <dlfcn.h>

enum { NUMBERS_MOST = 100 };

static call_handler *handle;

/* The only place whose calls the filter lets pass; `after_call` is where the kernel sees them come from. */
long call_at_known_place(long number, long first, long second, long third, long fourth, long fifth, long sixth);
extern const char after_call[];
__asm__(".text\n"
        ".hidden call_at_known_place\n.globl call_at_known_place\n.type call_at_known_place, @function\n"
        "call_at_known_place:\n"
        "endbr64\n"
        "mov %rdi, %rax\nmov %rsi, %rdi\nmov %rdx, %rsi\nmov %rcx, %rdx\nmov %r8, %r10\nmov %r9, %r8\n"
        "mov 8(%rsp), %r9\n"
        "syscall\n"
        ".hidden after_call\n.globl after_call\nafter_call:\n"
        "ret\n");

long call_now(const system_call *call)
{
    const long *a = call->arguments;
    return call_at_known_place(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

const void *call_address(long argument)
{
    return (const void *)(uintptr_t)argument; /* NOLINT(performance-no-int-to-ptr) */
}

long call_with(long number, long first, long second, long third, long fourth)
{
    return call_at_known_place(number, first, second, third, fourth, 0, 0);
}

static void answer(int signal_number, siginfo_t *information, void *context)
{
    ucontext_t *before = context;
    greg_t *registers = before->uc_mcontext.gregs;
    system_call call = {
        .number = information->si_syscall,
        .arguments = {registers[REG_RDI], registers[REG_RSI], registers[REG_RDX], registers[REG_R10], registers[REG_R8],
                      registers[REG_R9]},
    };
    (void)signal_number;
    registers[REG_RAX] = handle(&call);
}

/* A trapped call of a thread that blocks the signal would end the process. */
int pthread_sigmask(int how, const sigset_t *wanted, sigset_t *before)
{
    int (*next)(int, const sigset_t *, sigset_t *);
    sigset_t without;
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_sigmask");
    if (wanted && how != SIG_UNBLOCK) {
        without = *wanted;
        sigdelset(&without, SIGSYS);
        wanted = &without;
    }
    return next(how, wanted, before);
}

int trap_calls(const long *numbers, size_t count, call_handler *handler)
{
    uint64_t place = (uint64_t)(uintptr_t)after_call;
    struct sock_filter filter[NUMBERS_MOST + 10] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)place, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(place >> 32), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    unsigned short used = 6;
    if (count > NUMBERS_MOST)
        return -1;
    for (size_t i = 0; i < count; i++)
        filter[used++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)numbers[i],
                                                      (unsigned char)(count - i), 0);
    filter[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
    struct sock_fprog program = {used, filter};
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART};
    handle = handler;
    if (sigaction(SIGSYS, &action, NULL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

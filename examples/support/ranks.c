#define _GNU_SOURCE /* sets of processors */
#include "ranks.h"

#include "console.h"
#include "interrupt.h"
#include "launcher.h"
#include "library.h"
#include "options.h"
#include "succeed.h"

#include <coulomb/communicator.h>
#include <coulomb/shards.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_SIZE = 64 };

/* What ranks tell one another at a meeting. */
typedef struct word {
    int64_t failed, code, ends, signal;
} word;

/* What a rank has to complain of. */
typedef struct note {
    char host[HOST_SIZE];
    held_complaints complaints;
} note;

static struct {
    coulomb_context *context; /* of the communicator */
    coulomb_communicator *communicator;
    coulomb_status (*new_world)(coulomb_context *context, coulomb_communicator **communicator);
    size_t rank, count;
    ranks_sharing on_host;
    char host[HOST_SIZE];
    bool several_hosts;
    word *words; /* [count] */
    note *notes; /* [count] memory that is there when the rest is short */
    int signal;
    bool parted; /* a rank has failed, and all know */
    bool lost;   /* a rank is gone */
} company = {.count = 1, .on_host = {.count = 1}};

size_t ranks_count(void)
{
    return company.count;
}

size_t ranks_own(void)
{
    return company.rank;
}

bool ranks_writes(void)
{
    return company.rank == 0;
}

ranks_sharing ranks_on_host(void)
{
    return company.on_host;
}

size_t ranks_processors(void)
{
    cpu_set_t own;
    const ranks_sharing here = company.on_host;
    size_t together = here.processors, sharing = here.count > 0 ? here.count : 1;
    if (together == 0 && sched_getaffinity(0, sizeof own, &own) == 0)
        together = (size_t)CPU_COUNT(&own);
    return together > sharing ? together / sharing : 1;
}

int ranks_signal(void)
{
    return company.count > 1 ? company.signal : interrupt_signal();
}

/* --- telling what went wrong --- */

static void name_rank(size_t rank, const char *host, char called[80])
{
    if (company.several_hosts)
        snprintf(called, 80, "rank %zu on %.48s: ", rank, host);
    else
        snprintf(called, 80, "rank %zu: ", rank);
}

static void tell_held(void)
{
    held_complaints held = console_take_held();
    char called[80] = "";
    if (company.count > 1)
        name_rank(company.rank, company.host, called);
    console_tell_lines(called, held.own[0] != '\0' ? held.own : held.of_another);
}

/* What rank 0 says too is told as its own, without a name; so is what no rank says of itself. */
static void tell_all(void)
{
    const note *notes = company.notes;
    const char *first = notes[0].complaints.own;
    bool any = false;
    for (size_t rank = 0; rank < company.count; rank++) {
        const char *own = notes[rank].complaints.own;
        char called[80] = "";
        if (own[0] == '\0' || (rank > 0 && strcmp(own, first) == 0))
            continue;
        if (rank > 0)
            name_rank(rank, notes[rank].host, called);
        console_tell_lines(called, own);
        any = true;
    }
    for (size_t rank = 0; rank < company.count && !any; rank++) {
        console_tell_lines("", notes[rank].complaints.of_another);
        any = notes[rank].complaints.of_another[0] != '\0';
    }
    if (!any)
        console_tell_lines("", "a process of the run has ended");
}

static bool gather(const void *send, size_t bytes, void *receive)
{
    if (coulomb_communicator_allgather(company.communicator, send, bytes, receive) == COULOMB_OK)
        return true;
    company.parted = company.lost = true;
    complain_of_another("%s", coulomb_context_error(company.context));
    tell_held();
    return false;
}

/* All know that a rank has failed: rank 0 says why. */
static bool part(void)
{
    note own = {.complaints = console_take_held()};
    memcpy(own.host, company.host, sizeof own.host);
    if (gather(&own, sizeof own, company.notes) && ranks_writes())
        tell_all();
    company.parted = true;
    return false;
}

/* --- meetings --- */

/* Whether nobody has failed; *code: the first that is no success. */
static bool meet(word own, int *code)
{
    own.signal = interrupt_signal();
    if (company.parted || !gather(&own, sizeof own, company.words))
        return false;
    bool failed = false;
    company.signal = 0;
    for (size_t rank = 0; rank < company.count; rank++) {
        const word *other = &company.words[rank];
        failed = failed || other->failed != 0 || other->ends != company.words[0].ends;
        if (company.signal == 0)
            company.signal = (int)other->signal;
        if (*code == EXIT_SUCCESS)
            *code = (int)other->code;
    }
    if (company.signal != 0)
        interrupt_take(company.signal);
    return failed ? part() : true;
}

bool ranks_agree(bool fine)
{
    int code = EXIT_SUCCESS;
    return company.count > 1 ? meet((word){.failed = !fine}, &code) : fine;
}

bool ranks_gather(bool fine, const void *send, size_t bytes, void *receive)
{
    if (company.count > 1)
        return ranks_agree(fine) && gather(send, bytes, receive);
    if (fine)
        memcpy(receive, send, bytes);
    return fine;
}

bool ranks_share(bool fine, void *values, size_t bytes)
{
    if (company.count == 1)
        return fine;
    char *all = malloc(company.count * bytes);
    if (!all)
        fine = complain("no memory for what processes share");
    fine = ranks_gather(fine, values, bytes, all);
    if (fine)
        memcpy(values, all, bytes);
    free(all);
    return fine;
}

bool ranks_same(const char *what, uint64_t number)
{
    uint64_t first = number;
    if (!ranks_share(true, &first, sizeof first))
        return false;
    return ranks_agree(number == first || complain_of_another("rank %zu and rank 0 differ in %s", company.rank, what));
}

bool ranks_join(coulomb_context *context, coulomb_trainer *trainer)
{
    static const char doing[] = "joining the processes of the run";
    coulomb_communicator *communicator = NULL;
    if (company.count == 1)
        return true;
    if (!ranks_agree(true))
        return false;
    bool fine = ranks_agree(succeeded(context, company.new_world(context, &communicator), doing)) &&
                succeeded(context, coulomb_trainer_set_communicator(trainer, communicator), doing);
    coulomb_communicator_free(communicator);
    return fine;
}

/* --- the beginning and the end --- */

void ranks_expect(void)
{
    console_hold(launcher_processes() != 1);
}

/* With a rank gone, to take leave of it would be to wait for ever: the launcher ends those that are left. */
static void release(void)
{
    if (company.lost)
        return;
    coulomb_communicator_free(company.communicator);
    coulomb_context_free(company.context);
    free(company.words);
    free(company.notes);
    company.communicator = NULL;
    company.context = NULL;
    company.words = NULL;
    company.notes = NULL;
    company.rank = 0;
    company.count = 1;
}

static bool load(void)
{
    static const library mpi = {"libcoulomb-mpi", "MPI", "training in several processes"};
    void *handle = library_load(&mpi);
    return handle && library_find(&mpi, handle, "coulomb_communicator_new_mpi_world", &company.new_world);
}

static bool enter_world(void)
{
    static const char doing[] = "bringing the processes of the run together";
    if (!context_created(coulomb_context_new(&company.context)))
        return false;
    coulomb_status status = company.new_world(company.context, &company.communicator);
    if (status == COULOMB_OK)
        status = coulomb_communicator_rank(company.communicator, &company.rank);
    if (status == COULOMB_OK)
        status = coulomb_communicator_size(company.communicator, &company.count);
    return succeeded(company.context, status, doing);
}

/* A launcher of one MPI starts programs of another as so many that are alone. Told once, as far as the launcher says
 * who is first. */
static bool check_count(size_t started)
{
    if (started == LAUNCHER_UNKNOWN || company.count == started)
        return true;
    if (launcher_first())
        complain("%zu processes were started together, but MPI finds %zu: the launcher must be that of the MPI which "
                 "libcoulomb-mpi is built for, and srun needs --mpi=pmix; --alone trains without the others",
                 started, company.count);
    return false;
}

/* Where a process runs. */
typedef struct location {
    char host[HOST_SIZE];
    cpu_set_t processors;
} location;

static void compare_locations(const location *all, const location *own)
{
    cpu_set_t together;
    CPU_ZERO(&together);
    company.on_host = (ranks_sharing){0};
    for (size_t rank = 0; rank < company.count; rank++) {
        company.several_hosts = company.several_hosts || strcmp(all[rank].host, all[0].host) != 0;
        if (strcmp(all[rank].host, own->host) != 0)
            continue;
        company.on_host.place += rank < company.rank;
        company.on_host.count++;
        CPU_OR(&together, &together, &all[rank].processors);
    }
    company.on_host.processors = (size_t)CPU_COUNT(&together);
}

static bool meet_on_hosts(void)
{
    location own = {0}, *all = malloc(company.count * sizeof *all);
    gethostname(own.host, sizeof own.host - 1);
    if (sched_getaffinity(0, sizeof own.processors, &own.processors) != 0)
        CPU_ZERO(&own.processors);
    memcpy(company.host, own.host, sizeof company.host);
    bool fine = ranks_gather(all || complain("no memory for the names of hosts"), &own, sizeof own, all);
    if (fine)
        compare_locations(all, &own);
    free(all);
    return fine;
}

static bool make_company(size_t started)
{
    char called[80];
    if (!load() || !enter_world() || !check_count(started))
        return false;
    company.words = calloc(company.count, sizeof *company.words);
    company.notes = calloc(company.count, sizeof *company.notes);
    if (!company.words || !company.notes)
        return complain("no memory for %zu processes", company.count);
    if (!meet_on_hosts())
        return false;
    name_rank(company.rank, company.host, called);
    console_of_process(called, !ranks_writes());
    return true;
}

bool ranks_begin(bool alone)
{
    size_t started = launcher_processes();
    bool fine = alone || started == 1 || make_company(started);
    if (fine && company.count > 1)
        return true;
    tell_held();
    console_hold(false);
    company.lost = company.count > 1; /* the others go on, or wait */
    release();
    return fine;
}

int ranks_end(int code)
{
    if (company.count > 1) {
        bool failed = code == EXIT_FAILURE || code == EXIT_USAGE;
        if (!meet((word){.failed = failed, .code = code, .ends = 1}, &code) && code == EXIT_SUCCESS)
            code = EXIT_FAILURE;
    }
    tell_held();
    console_hold(false);
    release();
    return code;
}

#include "images/lmdb_guard.h"

#include <setjmp.h>
#include <stddef.h>

/* Where this thread goes on if LMDB gives up. Leaving LMDB that way is safe: readers without locks hold nothing but the
 * transaction's memory. */
static _Thread_local jmp_buf *escape;

static void give_up(MDB_env *environment, const char *message)
{
    (void)environment;
    (void)message;
    if (escape)
        longjmp(*escape, 1);
}

int lmdb_open_database(MDB_env *environment, MDB_dbi *database)
{
    MDB_txn *transaction;
    int code = mdb_env_set_assert(environment, give_up);
    if (code == 0)
        code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction);
    if (code != 0)
        return code;
    code = mdb_dbi_open(transaction, NULL, 0, database);
    mdb_txn_abort(transaction);
    return code;
}

static int run(lmdb_work *work, void *with, MDB_cursor *cursor)
{
    jmp_buf here;
    int code = MDB_PROBLEM_PAGES;
    escape = &here;
    if (setjmp(here) == 0)
        code = work(with, cursor);
    escape = NULL;
    return code;
}

int lmdb_guarded(MDB_env *environment, MDB_dbi database, lmdb_work *work, void *with)
{
    MDB_txn *transaction = NULL;
    MDB_cursor *cursor = NULL;
    int code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction);
    if (code != 0)
        return code;
    code = mdb_cursor_open(transaction, database, &cursor);
    if (code == 0)
        code = run(work, with, cursor);
    if (cursor)
        mdb_cursor_close(cursor);
    mdb_txn_abort(transaction);
    return code;
}

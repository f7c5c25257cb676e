/*
 * Reading an LMDB that may be damaged. Where LMDB finds a page that cannot be right it calls abort(), which would take
 * the training run along; here that becomes a code.
 */
#ifndef IMAGES_LMDB_GUARD_H
#define IMAGES_LMDB_GUARD_H

#include <lmdb.h>

/* Codes beside LMDB's own. */
enum { MDB_PROBLEM_PAGES = -20001, MDB_PROBLEM_MEMORY = -20002 };

typedef int lmdb_work(void *with, MDB_cursor *cursor);

/* The main database of a read-only environment. */
int lmdb_open_database(MDB_env *environment, MDB_dbi *database);

/* Run `work` with a cursor in a transaction of its own; from any thread. Its code, LMDB's or one of the above. `work`
 * must not hold memory over calls of LMDB. */
int lmdb_guarded(MDB_env *environment, MDB_dbi database, lmdb_work *work, void *with);

#endif

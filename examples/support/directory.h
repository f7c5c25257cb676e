/* All names of a directory, and what a directory holds made durable. Failures are told to the user. */
#ifndef SUPPORT_DIRECTORY_H
#define SUPPORT_DIRECTORY_H

#include <stdbool.h>

/* False ends the visit. */
typedef bool directory_visitor(void *user, const char *directory, const char *name);

/* Every name but "." and "..", in no order; a visitor may remove what it is shown. False if a visitor returned false,
 * or with a complaint if the directory cannot be read to its end. */
bool directory_visit(const char *directory, directory_visitor *visit, void *user);

/* Whether a path, which need not exist, is a directory that exists or stands below it, whatever links lead there. */
bool directory_holds(const char *directory, const char *path);

/* Names that were given, changed or taken away in a directory are so after a power loss too. False with a complaint;
 * file systems that cannot do that, and directories that may not be read, are passed over. */
bool directory_sync(const char *directory);

/* The same of the directory in which a path stands. */
bool directory_sync_above(const char *path);

#endif

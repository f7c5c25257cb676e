/* A directory takes another one's place: whatever happens meanwhile, one of the two has the name. */
#ifndef MAKE_DATASET_EXCHANGE_H
#define MAKE_DATASET_EXCHANGE_H

#include <stdbool.h>

/* Bring `made` to the disk and give it the name `path`; what had the name before is called `made` afterwards. `old` is
 * a free name for where the system cannot exchange two names at once. False with a complaint; then all is as before. */
bool exchange_directories(const char *made, const char *path, const char *old);

/* Undo what a process that died within the latter left: where `path` is missing, `old` gets its name back; where it is
 * there, `old` is unexpected. False with a complaint. */
bool exchange_recover(const char *path, const char *old);

#endif

/*
 * The checkpoints of a run: checkpoint.safetensors is always the newest, checkpoint-NNNNNNN.safetensors are those of
 * the last few updates at which one was saved, the newest among them.
 */
#ifndef SUPPORT_CHECKPOINTS_H
#define SUPPORT_CHECKPOINTS_H

#include <coulomb/coulomb.h>
#include <stdbool.h>

/* Save one of `update`; keep the last `kept` by number, 0: only checkpoint.safetensors. Files are replaced whole, and
 * none goes before its successor is there. */
bool checkpoints_save(const coulomb_context *context, coulomb_trainer *trainer, const char *directory, uint64_t update,
                      uint64_t kept);

/* Remove numbered checkpoints beyond the last `kept`, which a dead process left; 0: none. */
bool checkpoints_tidy(const char *directory, uint64_t kept);

/* Remove all of a directory, for a run that begins anew. */
bool checkpoints_remove(const char *directory);

#endif

/**
 * @file checkpoint.h
 * Trainers and networks as safetensors files, readable from any language.
 *
 * A file is replaced atomically: after a crash it is the old or the new one, never half of one. The reader is strict:
 * formats, limits and overlaps are checked before anything is allocated, every value must be finite, and a file that
 * does not fit is an error that names the first difference. Loading changes everything or, on failure, nothing.
 *
 * Arrays are float32 under the networks' parameter names behind a prefix, such as "generator.dense1.weight"; numbers
 * and settings are text in the header's metadata. The host's locale makes no difference.
 */
#ifndef COULOMB_CHECKPOINT_H
#define COULOMB_CHECKPOINT_H

#include <coulomb/network.h>
#include <coulomb/trainer.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Save all of a trainer's state: both networks, the averaged generator, both optimizers' moments, the update number,
 * replayed samples, the seed and every setting of training. Where coulomb_network_generate() stands in its sequence is
 * not part of it.
 *
 * @param trainer  not NULL
 * @param path     the file to write or replace, not NULL or empty; of a symbolic link the file behind it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, an empty path, charges below the batch, a header above 16 MiB);
 *         COULOMB_ERROR_FILE (the system's reason is in the sentence); COULOMB_ERROR_MEMORY; COULOMB_ERROR_NOT_FINITE
 *         (an array, named with the index, has become infinite or NaN: a file with it could not be loaded);
 *         COULOMB_ERROR_STATE (called from a callback of a running step; a progress callback may save)
 *
 * On failure the old file stays, unless the sentence says that the new one was saved but may not survive a crash of the
 * system. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_save(coulomb_trainer *trainer, const char *path);

/**
 * Load what coulomb_trainer_save() wrote into a trainer made of the same networks with the same settings. Training then
 * goes on as if it had never stopped, to the last bit. Callbacks are not in the file: set them as they were.
 *
 * @param trainer  not NULL; unchanged on failure
 * @param path     the file, not NULL or empty
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, an empty path, charges below the batch); COULOMB_ERROR_FILE (the
 *         system's reason is in the sentence); COULOMB_ERROR_FORMAT (damaged, or no checkpoint);
 *         COULOMB_ERROR_MISMATCH (another network or setting: the first difference is named with both values);
 *         COULOMB_ERROR_MEMORY; COULOMB_ERROR_STATE (called from one of the trainer's callbacks)
 *
 * Statistics are those of no update until the next one. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_load(coulomb_trainer *trainer, const char *path);

/**
 * Save a network's parameters and graph alone, for example of coulomb_trainer_average(). Latents are not part of it.
 *
 * @param network  not NULL
 * @param path     as coulomb_trainer_save()
 * @return COULOMB_OK; COULOMB_ERROR_STATE (not finished); COULOMB_ERROR_ARGUMENT, COULOMB_ERROR_FILE,
 *         COULOMB_ERROR_MEMORY and COULOMB_ERROR_NOT_FINITE as coulomb_trainer_save()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_save(coulomb_network *network, const char *path);

/**
 * Load parameters that coulomb_network_save() wrote into a network of the same graph with the same names.
 *
 * @param network  not NULL; unchanged on failure
 * @param path     the file, not NULL or empty
 * @return COULOMB_OK; COULOMB_ERROR_STATE (not finished, or in use by a running callback); COULOMB_ERROR_ARGUMENT,
 *         COULOMB_ERROR_FILE, COULOMB_ERROR_FORMAT, COULOMB_ERROR_MISMATCH and COULOMB_ERROR_MEMORY as
 *         coulomb_trainer_load()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_load(coulomb_network *network, const char *path);

#ifdef __cplusplus
}
#endif

#endif

/**
 * @file checkpoint.h
 * Trainers and networks as safetensors files, readable from any language.
 *
 * A file is replaced atomically: after a crash it is the old or the new one, never half of one. The reader is strict:
 * formats, limits and overlaps are checked before anything is allocated, every value must be finite, and a file that
 * does not fit is an error that names the first difference. Loading changes everything or, on failure, nothing.
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
 * replayed samples, seeds and every setting.
 *
 * @param path  the file to write or replace
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_FILE (the system's reason is in the sentence);
 * COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_save(coulomb_trainer *trainer, const char *path);

/**
 * Load what coulomb_trainer_save() wrote into a trainer made of the same networks with the same settings. Training then
 * goes on as if it had never stopped, to the last bit. Callbacks are not in the file: set them as they were.
 *
 * @param path  the file
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_FILE; COULOMB_ERROR_FORMAT (damaged);
 * COULOMB_ERROR_MISMATCH (another network or setting); COULOMB_ERROR_MEMORY; COULOMB_ERROR_STATE (called from one of
 * the trainer's callbacks)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_load(coulomb_trainer *trainer, const char *path);

/** Save a network's parameters and graph alone. Errors as coulomb_trainer_save(). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_save(coulomb_network *network, const char *path);

/**
 * Load parameters that coulomb_network_save() wrote into a network of the same graph. Errors as coulomb_trainer_load().
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_load(coulomb_network *network, const char *path);

#ifdef __cplusplus
}
#endif

#endif

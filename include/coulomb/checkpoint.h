/**
 * @file checkpoint.h
 * Trainers and networks as safetensors files, readable from any language.
 *
 * Arrays are float32 under the networks' parameter names with a prefix: "generator.dense1.weight" in a trainer's
 * checkpoint, "network.dense1.weight" in a network's file. Numbers and settings are text in the header's metadata. A
 * setting at its default is not written, and a missing one means the default, so files stay readable when the library
 * gains settings; a setting that this library does not know is an error that names it.
 *
 * Saving replaces the file atomically: after a crash it is the old or the new one, never part of one. Checksums cover
 * the whole file: any changed bit is an error. Loading changes everything or, on failure, nothing. Formats, limits and
 * overlaps are checked before memory is allocated, and values must be finite. The host's locale and floating-point
 * modes make no difference.
 *
 * Common errors of reading: COULOMB_ERROR_ARGUMENT (a NULL, an empty path, no such part), COULOMB_ERROR_FILE (with the
 * system's reason), COULOMB_ERROR_FORMAT (damaged, or not of the expected format), COULOMB_ERROR_MISMATCH (the file
 * does not fit: the message names the first difference and both values), COULOMB_ERROR_MEMORY.
 */
#ifndef COULOMB_CHECKPOINT_H
#define COULOMB_CHECKPOINT_H

#include <coulomb/network.h>
#include <coulomb/trainer.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Networks in a file, see coulomb_network_open(). @since 0.1 */
enum {
    COULOMB_PART_ONLY = 0,          /**< that of coulomb_network_save(), prefix "network" */
    COULOMB_PART_GENERATOR = 1,     /**< a trainer's generator, prefix "generator" */
    COULOMB_PART_DISCRIMINATOR = 2, /**< a trainer's discriminator, prefix "discriminator" */
    COULOMB_PART_AVERAGE = 3        /**< a trainer's averaged generator, prefix "average" */
};

/** @name Training
 * @{ */

/**
 * Save the complete state of a trainer: both networks, the averaged generator, both optimizers' moments, the update
 * number, replayed samples, the seed and every setting. The position of coulomb_network_generate() in its sequence is
 * not saved.
 *
 * @param trainer  not NULL
 * @param path     file to write or replace, not NULL or empty. Symbolic links are followed; in a directory that
 *                 everybody can write to, only those that belong to the process's user or to the directory's owner
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, an empty path, fewer charges than the batch, a header above
 *         16 MiB); COULOMB_ERROR_FILE (with the system's reason); COULOMB_ERROR_MEMORY; COULOMB_ERROR_NOT_FINITE (an
 *         array, named with the index, holds an infinity or NaN); COULOMB_ERROR_STATE (called from a callback of a
 *         running step; a progress callback may save)
 *
 * On failure the old file is unchanged, unless the message says that the new one was saved but may not survive a crash
 * of the system. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_save(coulomb_trainer *trainer, const char *path);

/**
 * Save the complete state of a trainer into memory: the bytes that coulomb_trainer_save() would write.
 *
 * Call twice: with a capacity of 0 for the size, then with that much memory. The size stays the same as long as nothing
 * of the trainer changes.
 *
 * @param trainer   not NULL
 * @param bytes     [capacity] receives the bytes; may be NULL if capacity is 0; undefined on failure
 * @param capacity  bytes that `bytes` has room for: 0 (only the size is wanted), or at least the size
 * @param size      receives the number of bytes, also if capacity is too small; untouched on any other failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small);
 *         otherwise as coulomb_trainer_save(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_save_bytes(coulomb_trainer *trainer, void *bytes, size_t capacity,
                                                      size_t *size);

/**
 * Load a file of coulomb_trainer_save() into a trainer created with the same networks and settings. Training continues
 * as if it had never stopped, to the last bit.
 *
 * Every setting of training is compared, frozen parameters included. Generation seeds and the choice of running
 * averages are not compared and not changed: training does not depend on them. Callbacks are not in the file: set the
 * same ones.
 *
 * @param trainer  not NULL; unchanged on failure
 * @param path     the file, not NULL or empty
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for fewer charges than the batch;
 *         COULOMB_ERROR_STATE (called from one of the trainer's callbacks)
 *
 * Statistics are unavailable until the next update. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_load(coulomb_trainer *trainer, const char *path);

/**
 * Load a trainer from the contents of a file: coulomb_trainer_load() for bytes in memory.
 *
 * @param trainer  not NULL; unchanged on failure
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @return as coulomb_trainer_load(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_load_bytes(coulomb_trainer *trainer, const void *bytes, size_t size);
/** @} */

/** @name Networks
 * @{ */

/**
 * Save a network: graph, layer names, parameters, frozen parameters, latent distribution, generation seed and the
 * choice of running averages. Initialisers are not saved. A latent callback is not saved; the file records that there
 * was one.
 *
 * @param network  not NULL, finished; for example that of coulomb_trainer_average()
 * @param path     as in coulomb_trainer_save()
 * @return COULOMB_OK; COULOMB_ERROR_STATE (not finished, or in use by a running callback); COULOMB_ERROR_ARGUMENT,
 *         COULOMB_ERROR_FILE, COULOMB_ERROR_MEMORY and COULOMB_ERROR_NOT_FINITE as in coulomb_trainer_save()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_save(coulomb_network *network, const char *path);

/**
 * Save a network into memory: the bytes that coulomb_network_save() would write. Call twice, as
 * coulomb_trainer_save_bytes().
 *
 * @param network   not NULL, finished
 * @param bytes     [capacity] receives the bytes; may be NULL if capacity is 0; undefined on failure
 * @param capacity  bytes that `bytes` has room for: 0 (only the size is wanted), or at least the size
 * @param size      receives the number of bytes, also if capacity is too small; untouched on any other failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small);
 *         otherwise as coulomb_network_save(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_save_bytes(coulomb_network *network, void *bytes, size_t capacity,
                                                      size_t *size);

/**
 * Create the network that a file describes, as it was when it was saved. From its first sample on, it generates the
 * samples that the saved network generated, bit for bit (on the same kernels).
 *
 * If its latents came from a callback, generating and training fail with COULOMB_ERROR_STATE until
 * coulomb_network_set_latent_callback() is called. A file that another safetensors program has read and written again
 * can be opened, too.
 *
 * @param context  not NULL
 * @param path     a file of coulomb_network_save() or coulomb_trainer_save(), not NULL or empty
 * @param part     COULOMB_PART_*: which of the file's networks
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_MISMATCH if the file has no such part
 *
 * Memory while it is built: the parameters, their gradients, and one more copy of the parameters. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_open(coulomb_context *context, const char *path, int32_t part,
                                                coulomb_network **network);

/**
 * Create the network that a file's contents describe: coulomb_network_open() for bytes in memory.
 *
 * @param context  not NULL
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @param part     COULOMB_PART_*
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return as coulomb_network_open(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_open_bytes(coulomb_context *context, const void *bytes, size_t size,
                                                      int32_t part, coulomb_network **network);

/**
 * Load parameters into a network: from files of this library, or from a safetensors file that another program wrote
 * (doc/pytorch.md shows how arrays of PyTorch are laid out here).
 *
 * Each parameter NAME, running averages included, is taken from the file's array PREFIX.NAME with the prefix of `part`,
 * or else from NAME. It must be there, with the parameter's shape and dtype F32. Other arrays and all metadata are
 * ignored, whatever their type. Checksums are checked where the file has them.
 *
 * @param network  not NULL, finished; unchanged on failure
 * @param path     the file, not NULL or empty
 * @param part     COULOMB_PART_*: which prefix
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (not finished, or in use by a running callback)
 *
 * Memory: one more copy of the parameters, and the file's header, which may have 16 MiB. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_load_parameters(coulomb_network *network, const char *path, int32_t part);

/**
 * Load parameters into a network: coulomb_network_load_parameters() for bytes in memory.
 *
 * @param network  not NULL, finished; unchanged on failure
 * @param bytes    [size] the contents of a file, of any alignment; not NULL; not used after the call
 * @param size     bytes
 * @param part     COULOMB_PART_*: which prefix
 * @return as coulomb_network_load_parameters(), without COULOMB_ERROR_FILE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_load_parameters_bytes(coulomb_network *network, const void *bytes,
                                                                 size_t size, int32_t part);
/** @} */

#ifdef __cplusplus
}
#endif

#endif

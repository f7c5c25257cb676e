/* Damage to the library's safetensors files, of the kinds that lead furthest in them, mostly with the header's length
 * made right; and the checksums, so that damage is met behind them too. */
#ifndef FUZZ_SEALED_H
#define FUZZ_SEALED_H

#include <stddef.h>
#include <stdint.h>

/* Make the checksums those of the bytes, as far as the header's place can be told. */
void sealed_seal(char *bytes, size_t size);

/* For fuzz_target.damage. */
size_t sealed_damage(uint8_t *bytes, size_t size);

#endif

/* A hash that tells sequences of bytes apart where nobody tries to deceive. */
#ifndef SUPPORT_HASH_H
#define SUPPORT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Of no bytes. */
#define HASH_START ((uint64_t)14695981039346656037u)

/* Of what was hashed so far and some more (Fowler, Noll and Vo 1991, FNV-1a). */
uint64_t hash_bytes(uint64_t so_far, const void *bytes, size_t count);

#endif

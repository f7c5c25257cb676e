#include "hash.h"

uint64_t hash_bytes(uint64_t so_far, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        so_far = (so_far ^ at[i]) * 1099511628211u;
    return so_far;
}

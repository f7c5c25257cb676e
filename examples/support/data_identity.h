/* What tells a data set from another one. */
#ifndef SUPPORT_DATA_IDENTITY_H
#define SUPPORT_DATA_IDENTITY_H

#include <stdint.h>

typedef struct data_identity {
    uint64_t count; /* of entries */
    uint64_t hash;  /* of their names, keys or contents, in their order */
} data_identity;

#endif

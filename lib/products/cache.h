/* Sizes of this processor's caches. They decide how work is cut, never what comes out. */
#ifndef PRODUCTS_CACHE_H
#define PRODUCTS_CACHE_H

#include <stddef.h>

size_t cache_of_level(int level); /* bytes of a core's data cache of level 1 or 2; a usual size where unknown */

#endif

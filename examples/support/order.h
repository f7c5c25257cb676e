/* A random order of many things, of which every place can be asked for alone: nothing to store, nothing to save. */
#ifndef SUPPORT_ORDER_H
#define SUPPORT_ORDER_H

#include <stdint.h>

/* What stands at `place` when 0 ... count - 1 are put in an order of the key; place is below count. */
uint64_t order_at(uint64_t key, uint64_t epoch, uint64_t count, uint64_t place);

#endif

/**
 * @file points.h
 * Callback that supplies sets of points larger than memory, block by block.
 */
#ifndef COULOMB_POINTS_H
#define COULOMB_POINTS_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Write a block of points. Must give the same values each time a point is requested. Runs on the thread that called the
 * library. Must not use the handle of that call (see "Callbacks" in context.h).
 *
 * @param user    as given with the callback
 * @param first   index of the first point of the block, counted from 0
 * @param count   number of points: first, first + 1, ...
 * @param points  [count, dimension] result, finite. Holds NaN before the call; a value that is not written ends the
 *                operation with COULOMB_ERROR_NOT_FINITE
 * @return COULOMB_OK, or a code of the range for callers: ends the operation and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_points_callback(void *user, size_t first, size_t count, float *points);

#ifdef __cplusplus
}
#endif

#endif

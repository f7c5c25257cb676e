/**
 * @file points.h
 * How sets of points larger than memory come in: block by block, through a callback.
 */
#ifndef COULOMB_POINTS_H
#define COULOMB_POINTS_H

#include <coulomb/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fills in samples of a set larger than memory. Must give the same values each time a sample is asked for. Runs on the
 * thread that called the library; must not call back with the same handle.
 *
 * @param user    as given with the callback
 * @param first   number of the first sample, counted from 0
 * @param count   samples wanted: first, first + 1, ...
 * @param points  [count, dimension] result, finite; holds NaN before the call, so that what is left out is noticed
 * @return COULOMB_OK, or a code of the callers' range, which ends the operation and comes back unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_points_callback(void *user, size_t first, size_t count, float *points);

#ifdef __cplusplus
}
#endif

#endif

/* Minimal filtering (Winograd 1980; Lavin & Gray 2016): convolutions as products at points of polynomials.
 *
 * Four neighbouring outputs of a filter of three taps are the values of a polynomial product at six points: 0, 1, -1,
 * 1/2, -2 and infinity; of a filter of two taps at the five finite ones. These points keep float32 errors smallest of
 * those tried. With stride 2, a kernel of 5 or 4 is two filters, on the even and on the odd pixels, and their products
 * are added at the points. In two dimensions the rows' transform is followed by the columns'.
 *
 * Along one axis a tile joins `slots` pixels of the big image, `taps` of the kernel and WINOGRAD_TILE pixels of the
 * small one; its points are counted phase by phase (slots too, each phase having as many pixels as points). */
#ifndef KERNELS_WINOGRAD_H
#define KERNELS_WINOGRAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WINOGRAD_TILE = 4, WINOGRAD_SLOTS_MOST = 11, WINOGRAD_TAPS_MOST = 5, WINOGRAD_POINTS_MOST = 6 };

/* Kernel and stride along an axis: 3 and 1, 4 and 2, 5 and 2. */
enum winograd_scheme { WINOGRAD_3_1, WINOGRAD_4_2, WINOGRAD_5_2, WINOGRAD_SCHEMES };

/* Each transforms a two-dimensional tile of vectors of n values, n a multiple of WINOGRAD_CHANNELS: from[] and to[] are
 * rows by columns. Transposed maps take gradients the other way round. */
enum { WINOGRAD_CHANNELS = 16 };

typedef struct winograd_kernels {
    /* [slots, slots] pixels of the big image to the points of its phases, and the transposed map, which adds */
    void (*big_to_points)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to);
    void (*points_to_big)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to);
    /* [taps, taps] of the kernel to the points of its phases, and the transposed map */
    void (*filter_to_points)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to);
    void (*points_to_filter)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to,
                             bool add);
    /* [points, points] to [WINOGRAD_TILE, WINOGRAD_TILE] pixels of the small image, starting from a row of n values or
     * from what is there, and the transposed map */
    void (*points_to_small)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to,
                            const float *start, bool add);
    void (*small_to_points)(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to);
} winograd_kernels;

/* Pixels of the big image, and taps, that a scheme's tile has along an axis; and points, once those of its phases are
 * added up. */
size_t winograd_slots(enum winograd_scheme scheme);
size_t winograd_taps(enum winograd_scheme scheme);
size_t winograd_points(enum winograd_scheme scheme);

/* Phases, the pixels apart that belong to one filter; the filter of phase 0 is the longest. */
size_t winograd_phases(enum winograd_scheme scheme);
size_t winograd_phase_taps(enum winograd_scheme scheme, size_t phase);

#endif

/* Every preset at every size that it covers, with its parameters counted by hand; text and points have no end of sizes.
 */
#ifndef UNIT_PRESET_CASES_H
#define UNIT_PRESET_CASES_H

#include <stddef.h>

typedef struct preset_case {
    const char *name;
    size_t rank, sample[3], latent;
    float most; /* no output exceeds it; 0 where there is no bound */
    size_t learned;
    const char *truncated; /* layers whose weights start as truncated normal values */
} preset_case;

extern const preset_case preset_cases[];
extern const size_t preset_case_count;

#endif

#include "features.h"

#include "inception.h"
#include "inception_input.h"

#include "support/console.h"
#include "support/progress.h"
#include "support/succeed.h"

#include <stdio.h>
#include <stdlib.h>

/* Pictures that go through the network at once. */
enum { BATCH = 16, INPUT = INCEPTION_SIDE * INCEPTION_SIDE * INCEPTION_CHANNELS };

typedef struct batch {
    float *input;    /* [BATCH, 299, 299, 3] */
    float *features; /* [BATCH, 2048] */
} batch;

/* Up to `wanted` pictures; `filled` of them were there. False with a complaint. */
static bool fill(pictures *of, size_t wanted, const batch *b, size_t *filled)
{
    for (*filled = 0; *filled < wanted; ++*filled) {
        image next;
        if (!pictures_next(of, &next))
            return !pictures_failed(of);
        inception_input(next.pixels, next.width, next.height, b->input + *filled * INPUT);
        image_free(&next);
    }
    return true;
}

static bool add_batch(coulomb_context *context, coulomb_network *inception, const batch *b, size_t count,
                      coulomb_moments *moments)
{
    coulomb_status status = coulomb_network_forward(inception, count, b->input, b->features);
    if (status == COULOMB_OK)
        status = coulomb_moments_add(moments, b->features, count);
    return succeeded(context, status, "computing features");
}

static bool add_all(coulomb_context *context, coulomb_network *inception, pictures *of, uint64_t count, bool shown,
                    const batch *b, coulomb_moments *moments, uint64_t *taken)
{
    struct progress meter;
    size_t filled = BATCH;
    if (shown)
        progress_begin(&meter, "pictures", 0, count);
    bool done = true;
    while (done && *taken < count && filled == BATCH) {
        size_t wanted = count - *taken < BATCH ? (size_t)(count - *taken) : BATCH;
        done = fill(of, wanted, b, &filled) && (filled == 0 || add_batch(context, inception, b, filled, moments));
        *taken += done ? filled : 0;
        if (shown && progress_due(&meter, *taken))
            progress_show(&meter, *taken, NULL);
    }
    if (shown)
        progress_end(&meter);
    return done;
}

bool features_add(coulomb_context *context, coulomb_network *inception, pictures *of, uint64_t count, bool shown,
                  coulomb_moments *moments, uint64_t *taken)
{
    uint64_t there = pictures_count(of);
    batch b = {.input = malloc(BATCH * INPUT * sizeof *b.input),
               .features = malloc(BATCH * INCEPTION_FEATURES * sizeof *b.features)};
    *taken = 0;
    bool done = b.input && b.features
                    ? add_all(context, inception, of, count < there ? count : there, shown, &b, moments, taken)
                    : complain("no memory for %d pictures", BATCH);
    free(b.input);
    free(b.features);
    return done;
}

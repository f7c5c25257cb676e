#include "features.h"

#include "inception.h"
#include "inception_input.h"

#include "support/console.h"
#include "support/progress.h"
#include "support/ranks.h"
#include "support/succeed.h"

#include <stdio.h>
#include <stdlib.h>

/* Pictures that go through the network at once. */
enum { BATCH = 16, INPUT = INCEPTION_SIDE * INCEPTION_SIDE * INCEPTION_CHANNELS };

typedef struct batch {
    float *input;    /* [BATCH, 299, 299, 3] */
    float *features; /* [BATCH, 2048] */
    float *of_all;   /* [ranks, BATCH, 2048] those that all ranks found */
} batch;

/* Up to `wanted` pictures, kept as a batch's input if there is one; `filled` of them were there. False with a
 * complaint.
 */
static bool fill(pictures *of, size_t wanted, float *input, size_t *filled)
{
    for (*filled = 0; *filled < wanted; ++*filled) {
        image next;
        if (!pictures_next(of, &next))
            return !pictures_failed(of);
        if (input)
            inception_input(next.pixels, next.width, next.height, input + *filled * INPUT);
        image_free(&next);
    }
    return true;
}

static bool forward(coulomb_context *context, coulomb_network *inception, const batch *b, size_t count)
{
    return count == 0 ||
           succeeded(context, coulomb_network_forward(inception, count, b->input, b->features), "computing features");
}

/* The features of all, in the order of their pictures: sums do not depend on who computed which. */
static bool add_features(coulomb_context *context, const batch *b, size_t count, coulomb_moments *moments)
{
    coulomb_status status = COULOMB_OK;
    for (size_t first = 0; first < count && status == COULOMB_OK; first += BATCH) {
        size_t some = count - first < BATCH ? count - first : BATCH;
        status = coulomb_moments_add(moments, b->of_all + first * INCEPTION_FEATURES, some);
    }
    return succeeded(context, status, "adding features");
}

/* A batch for each rank, which has all pictures pass but computes the features of its own: they take most of the time.
 * `filled` of the wanted ones were there. */
static bool add_round(coulomb_context *context, coulomb_network *inception, pictures *of, size_t wanted, const batch *b,
                      coulomb_moments *moments, size_t *filled)
{
    size_t own = 0;
    bool done = true;
    *filled = 0;
    for (size_t rank = 0; rank < ranks_count() && done && *filled == rank * BATCH && *filled < wanted; rank++) {
        size_t some = wanted - *filled < BATCH ? wanted - *filled : BATCH, there = 0;
        bool mine = rank == ranks_own();
        done = fill(of, some, mine ? b->input : NULL, &there);
        own = mine ? there : own;
        *filled += there;
    }
    done = done && forward(context, inception, b, own);
    size_t bytes = BATCH * INCEPTION_FEATURES * sizeof *b->features;
    return ranks_gather(done, b->features, bytes, b->of_all) &&
           (!ranks_writes() || add_features(context, b, *filled, moments));
}

static bool add_all(coulomb_context *context, coulomb_network *inception, pictures *of, uint64_t count, bool shown,
                    const batch *b, coulomb_moments *moments, uint64_t *taken)
{
    struct progress meter;
    size_t most = BATCH * ranks_count(), filled = most;
    if (shown)
        progress_begin(&meter, "pictures", 0, count);
    bool done = true;
    while (done && *taken < count && filled == most) {
        size_t wanted = count - *taken < most ? (size_t)(count - *taken) : most;
        done = add_round(context, inception, of, wanted, b, moments, &filled);
        *taken += done ? filled : 0;
        if (shown && progress_due(&meter, *taken))
            progress_show(&meter, *taken, NULL);
    }
    if (shown)
        progress_end(&meter);
    return done;
}

void features_plan(coulomb_network *inception, memory_plan *plan)
{
    memory_add_evaluated(plan, "for features", inception, BATCH);
}

bool features_add(coulomb_context *context, coulomb_network *inception, pictures *of, uint64_t count, bool shown,
                  coulomb_moments *moments, uint64_t *taken)
{
    uint64_t there = pictures_count(of);
    batch b = {.input = malloc(BATCH * INPUT * sizeof *b.input),
               .features = calloc(BATCH * INCEPTION_FEATURES, sizeof *b.features),
               .of_all = malloc(ranks_count() * BATCH * INCEPTION_FEATURES * sizeof *b.of_all)};
    *taken = 0;
    bool done = b.input && b.features && b.of_all
                    ? add_all(context, inception, of, count < there ? count : there, shown, &b, moments, taken)
                    : complain("no memory for %d pictures", BATCH);
    free(b.input);
    free(b.features);
    free(b.of_all);
    return done;
}

#include "held_out.h"

#include "samples.h"

#include "support/console.h"
#include "support/sequence.h"
#include "support/succeed.h"

#include <inttypes.h>
#include <stdlib.h>

/* The same for all runs, so that they can be compared; and latents that are not those of the pictures. */
static const double measured_exponent = 1, measured_epsilon = 1;
enum { MEASURED_SEED = 2 };

size_t held_out_memory(const settings *chosen)
{
    return 2 * (size_t)chosen->data.held_out * sample_values(chosen) * sizeof(float);
}

static coulomb_status measure(const held_out *of, double *energy)
{
    double exact = 0;
    coulomb_status status =
        coulomb_plummer_energy(of->plummer, of->values, of->model, of->count, of->target, of->count, &exact);
    *energy = (double)(float)exact;
    return status;
}

static bool read_images(held_out *of, coulomb_context *context, image_set *set)
{
    if (!image_set_held_out(set, of->count, of->target))
        return false;
    if (image_set_batch(set, 1, of->count, of->model) != COULOMB_OK)
        return complain("reading training images: %s", image_set_error(set));
    return succeeded(context, measure(of, &of->floor), "measuring training images");
}

bool held_out_begin(held_out *of, coulomb_context *context, image_set *set, const settings *chosen)
{
    *of = (held_out){.count = (size_t)chosen->data.held_out, .values = sample_values(chosen)};
    if (of->count == 0)
        return true;
    of->target = malloc(of->count * of->values * sizeof *of->target);
    of->model = malloc(of->count * of->values * sizeof *of->model);
    if (!of->target || !of->model)
        return complain("no memory for --held-out %zu", of->count);
    coulomb_status status = coulomb_plummer_new(context, measured_exponent, measured_epsilon, &of->plummer);
    if (status == COULOMB_OK)
        status = coulomb_plummer_set_self_terms(of->plummer, 0);
    return succeeded(context, status, "creating the kernel for measurements") && read_images(of, context, set);
}

void held_out_end(held_out *of)
{
    coulomb_plummer_free(of->plummer);
    free(of->target);
    free(of->model);
    *of = (held_out){0};
}

bool held_out_energy(held_out *of, coulomb_context *context, coulomb_network *generator, double *energy)
{
    coulomb_status status = sequence_generate(generator, MEASURED_SEED, of->count, of->model);
    if (status == COULOMB_OK)
        status = measure(of, energy);
    return succeeded(context, status, "measuring samples against held-out images");
}

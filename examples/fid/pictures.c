#include "pictures.h"

#include "inception_input.h"

#include "images/order.h"
#include "support/console.h"
#include "support/succeed.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Samples that are generated at once: as many as batch norm takes for one batch. */
enum { BLOCK = 128, GENERATING_GIB_MOST = 2, NAMED_MOST = 5 };

struct pictures {
    image_source source; /* of files */
    picture_form form;
    image_order order;
    uint64_t place, damaged;

    coulomb_context *context; /* of a generator */
    coulomb_network *generator;
    bool owned; /* the generator is released with it */
    size_t height, width, channels, left;
    float *values; /* a block of samples, or one resized picture */

    bool failed;
};

pictures *pictures_open(const char *path, picture_form form, uint64_t seed)
{
    pictures *of = calloc(1, sizeof *of);
    const image_set_options options = {.path = path,
                                       .size = form.size,
                                       .channels = form.channels,
                                       .crop = form.crop,
                                       .upright = form.upright,
                                       .scaled = form.scaled,
                                       .seed = seed};
    if (!of) {
        complain("no memory to read %s", path);
        return NULL;
    }
    of->form = form;
    of->width = of->height = form.size;
    of->channels = form.channels;
    if (!source_open(&options, &of->source)) {
        free(of);
        return NULL;
    }
    of->order = (image_order){.seed = seed, .count = of->source.count};
    if (form.size > 0)
        of->values = malloc(form.size * form.size * form.channels * sizeof *of->values);
    if (form.size == 0 || of->values)
        return of;
    complain("no memory for pictures of %zu pixels per side", form.size);
    pictures_close(of);
    return NULL;
}

/* A file of some hundred bytes can describe a generator of pictures that fill any memory: what a block of them takes is
 * bounded before it is made. */
static bool check_memory(coulomb_context *context, const coulomb_network *generator, const size_t shape[3])
{
    const size_t most = (size_t)GENERATING_GIB_MOST << 30;
    size_t working = 0, block = BLOCK * sizeof(float);
    for (size_t i = 0; i < 3; i++)
        block = shape[i] != 0 && block > most / shape[i] ? most : block * shape[i];
    if (block < most &&
        !succeeded(context, coulomb_network_memory(generator, COULOMB_MEMORY_INFERENCE, BLOCK, &working),
                   "planning the generator's memory"))
        return false;
    if (block < most && working < most - block)
        return true;
    return complain("generating %d pictures of %zu x %zu pixels at once needs more than %d GiB", BLOCK, shape[1],
                    shape[0], GENERATING_GIB_MOST);
}

pictures *pictures_generate(coulomb_context *context, coulomb_network *generator, uint64_t seed)
{
    size_t rank, shape[COULOMB_RANK_MAX];
    if (!succeeded(context, coulomb_network_output_shape(generator, shape, COULOMB_RANK_MAX, &rank),
                   "inspecting the generator") ||
        !succeeded(context, coulomb_network_set_generation_seed(generator, seed), "seeding the generator"))
        return NULL;
    if (rank != 3 || (shape[2] != 1 && shape[2] != 3)) {
        complain("the generator's samples are not images: they have %zu dimensions; expected [height, width, 1 or 3]",
                 rank);
        return NULL;
    }
    if (!check_memory(context, generator, shape))
        return NULL;
    pictures *of = calloc(1, sizeof *of);
    if (of)
        of->values = malloc(BLOCK * shape[0] * shape[1] * shape[2] * sizeof *of->values);
    if (!of || !of->values) {
        free(of);
        complain("no memory for generated images");
        return NULL;
    }
    of->context = context;
    of->generator = generator;
    of->height = shape[0];
    of->width = shape[1];
    of->channels = shape[2];
    return of;
}

pictures *pictures_of_network(coulomb_context *context, const char *path, int32_t norm_averages, uint64_t seed)
{
    coulomb_network *generator;
    coulomb_status status = coulomb_network_open(context, path, COULOMB_PART_ONLY, &generator);
    if (status == COULOMB_OK)
        status = coulomb_network_set_inference_only(generator, 1);
    if (status == COULOMB_OK && norm_averages >= 0)
        status = coulomb_network_set_running_averages(generator, norm_averages);
    pictures *of =
        succeeded(context, status, "opening the generator") ? pictures_generate(context, generator, seed) : NULL;
    if (of)
        of->owned = true;
    else
        coulomb_network_free(generator);
    return of;
}

void pictures_plan(const pictures *of, memory_plan *plan)
{
    if (of->owned)
        memory_add_evaluated(plan, "for generating pictures", of->generator, BLOCK);
}

uint64_t pictures_count(const pictures *of)
{
    return of->generator ? UINT64_MAX : of->source.count;
}

bool pictures_failed(const pictures *of)
{
    return of->failed;
}

void pictures_close(pictures *of)
{
    if (!of)
        return;
    if (of->damaged > NAMED_MOST)
        say("%" PRIu64 " damaged %s were skipped", of->damaged, of->source.entries);
    if (!of->generator)
        source_close(&of->source);
    if (of->owned)
        coulomb_network_free(of->generator);
    free(of->values);
    free(of);
}

/* Values from -1 to 1 as a picture; luma alone becomes three equal channels. */
static bool to_picture(const pictures *of, const float *values, image *made)
{
    size_t pixels = of->width * of->height, step = of->channels == 3;
    *made = (image){.width = of->width, .height = of->height, .pixels = malloc(3 * pixels)};
    if (!made->pixels)
        return complain("no memory for a picture of %zu x %zu pixels", of->width, of->height);
    for (size_t i = 0; i < pixels; i++)
        for (size_t k = 0; k < 3; k++)
            made->pixels[3 * i + k] = value_of_8_bits(values[i * of->channels + k * step]);
    return true;
}

static bool generate(pictures *of, image *next)
{
    size_t size = of->height * of->width * of->channels;
    if (of->left == 0) {
        if (!succeeded(of->context, coulomb_network_generate(of->generator, BLOCK, of->values), "generating"))
            return false;
        of->left = BLOCK;
    }
    const float *values = of->values + (BLOCK - of->left--) * size;
    return to_picture(of, values, next);
}

static bool bring_to_form(const pictures *of, image_crop *crop, image *next)
{
    *next = crop->decoded;
    if (of->form.size == 0)
        return true;
    bool done = image_resize(&crop->decoded, crop->part, of->form.size, of->form.channels, of->form.filter, of->values);
    image_free(&crop->decoded);
    return done ? to_picture(of, of->values, next) : complain("no memory to resize a picture");
}

/* Few damaged entries are usual in large sets; many mean that something else is wrong. */
static bool leave_out(pictures *of, uint64_t entry, const char *reason)
{
    char name[512];
    of->source.name(of->source.data, entry, sizeof name, name);
    if (source_exhausted(reason))
        return complain("reading %s: %s", name, reason);
    if (++of->damaged <= NAMED_MOST)
        say("skipped %s: %s", name, reason);
    if (100 * of->damaged <= of->source.count)
        return true;
    return complain("%" PRIu64 " of %" PRIu64 " %s are damaged, more than 1 %% (the last is %s: %s)", of->damaged,
                    of->source.count, of->source.entries, name, reason);
}

static bool read_next(pictures *of, image *next, bool *end)
{
    while (of->place < of->source.count) {
        uint64_t entry = order_image(&of->order, of->place++);
        image_crop crop;
        const char *reason = of->source.read(of->source.data, entry, &crop);
        if (!reason)
            return bring_to_form(of, &crop, next);
        if (!leave_out(of, entry, reason))
            return false;
    }
    *end = true;
    return false;
}

bool pictures_next(pictures *of, image *next)
{
    bool end = false;
    bool done = of->generator ? generate(of, next) : read_next(of, next, &end);
    of->failed = !done && !end;
    return done;
}

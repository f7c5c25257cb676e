#include "rate_drops.h"

#include "console.h"
#include "succeed.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A measure has fallen if it is lower than ever before by this share: less is noise. */
static const double improvement = 0.01;

void rate_drops_options(option_table *table, rate_drops *d)
{
    const option_row rows[] = {
        {.name = "lr-drop-at",
         .argument = "N,N,...",
         .text = &d->list,
         .help = "updates after which both learning rates drop. To drop them while a run goes on, stop it and give the "
                 "whole list with --resume"},
        {.name = "lr-drop-factor",
         .argument = "X",
         .number = &d->factor,
         .low_excluded = true,
         .high = 1,
         .high_excluded = true,
         .help = "factor on the learning rates at each drop"},
        {.name = "lr-plateau",
         .argument = "N",
         .count = &d->patience,
         .help = "let them drop when the Fréchet inception distance, or without --fid-stats the energy on held-out "
                 "images, has "
                 "not been lower for N measurements in a row; 0: do not"},
        {.name = "lr-plateau-drops",
         .argument = "N",
         .count = &d->measured_most,
         .high = RATE_DROPS_MOST,
         .help = "maximum number of such drops"},
        {.name = "lr-plateau-end", .flag = &d->then_end, .help = "end the run instead of the next drop"},
    };
    options_add(table, "Drops of the learning rates", rows, sizeof rows / sizeof *rows);
}

bool rate_drops_check(rate_drops *drops)
{
    drops->named_count = 0;
    uint64_t before = 0;
    for (const char *at = drops->list; at && *at != '\0';) {
        char *end;
        errno = 0;
        unsigned long long update = strtoull(at, &end, 10);
        bool number = *at >= '0' && *at <= '9' && errno == 0 && (*end == '\0' || (*end == ',' && end[1] != '\0'));
        if (!number || update <= before || drops->named_count == RATE_DROPS_MOST)
            return complain("--lr-drop-at is '%s'; expected at most %d increasing update numbers separated by commas",
                            drops->list, RATE_DROPS_MOST);
        drops->named[drops->named_count++] = before = update;
        at = *end == ',' ? end + 1 : end;
    }
    return true;
}

/* The schedule of one network: what the settings say, times the drops. */
typedef struct dropping {
    const rate_drops *drops;
    coulomb_schedule *smooth; /* NULL: constant */
} dropping;

static size_t count_before(const uint64_t *updates, size_t count, uint64_t update)
{
    size_t before = 0;
    for (size_t i = 0; i < count; i++)
        before += updates[i] < update;
    return before;
}

static coulomb_status rate_factor(void *user, uint64_t update, double *factor)
{
    const dropping *of = user;
    const rate_drops *drops = of->drops;
    *factor = 1;
    if (of->smooth) {
        coulomb_status status = coulomb_schedule_factor(of->smooth, update, factor);
        if (status != COULOMB_OK)
            return status;
    }
    size_t made = count_before(drops->named, drops->named_count, update) +
                  count_before(drops->measured, drops->measured_count, update);
    *factor *= pow(drops->factor, (double)made);
    return COULOMB_OK;
}

static void free_dropping(void *user)
{
    dropping *of = user;
    coulomb_schedule_free(of->smooth);
    free(of);
}

static coulomb_status set_schedule(coulomb_context *context, coulomb_trainer *trainer, int32_t network,
                                   const training_settings *settings, const learning *learns, const rate_drops *drops)
{
    coulomb_optimizer *optimizer;
    coulomb_schedule *schedule = NULL;
    dropping *of = calloc(1, sizeof *of);
    if (!of)
        return COULOMB_ERROR_MEMORY;
    of->drops = drops;
    coulomb_status status = training_rate_schedule(context, settings, learns, &of->smooth);
    if (status == COULOMB_OK)
        status = coulomb_schedule_new_callback(context, rate_factor, of, free_dropping, &schedule);
    if (status != COULOMB_OK) {
        free_dropping(of);
        return status;
    }
    status = coulomb_trainer_optimizer(trainer, network, &optimizer);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_schedule(optimizer, schedule);
    coulomb_schedule_free(schedule);
    return status;
}

bool rate_drops_apply(coulomb_context *context, coulomb_trainer *trainer, const training_settings *settings,
                      const rate_drops *drops)
{
    coulomb_status status = set_schedule(context, trainer, COULOMB_GENERATOR, settings, &settings->generator, drops);
    if (status == COULOMB_OK && training_has_discriminator(trainer))
        status = set_schedule(context, trainer, COULOMB_DISCRIMINATOR, settings, &settings->discriminator, drops);
    return succeeded(context, status, "setting the drops of the learning rates");
}

void rate_drops_begin(rate_drops *drops)
{
    drops->measured_count = 0;
    drops->any = false;
    drops->waited = 0;
    drops->ended = false;
}

enum rate_drops_verdict rate_drops_measured(rate_drops *drops, uint64_t update, double value)
{
    /* to what the history keeps of it, or a run that is taken up again would compare other numbers */
    value = (double)(float)value;
    if (!isfinite(value))
        return RATES_STAY;
    if (!drops->any || value < drops->lowest - improvement * fabs(drops->lowest)) {
        drops->any = true;
        drops->lowest = value;
        drops->waited = 0;
        return RATES_STAY;
    }
    drops->waited++;
    if (drops->patience == 0 || drops->waited < drops->patience)
        return RATES_STAY;
    if (drops->measured_count == drops->measured_most) {
        drops->ended = drops->then_end;
        return drops->ended ? RATES_END : RATES_STAY;
    }
    drops->measured[drops->measured_count++] = update;
    drops->waited = 0;
    return RATES_DROP;
}

#include "flow.h"

#include "support/console.h"
#include "support/progress.h"
#include "support/succeed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The state of the moving samples. */
typedef struct motion {
    coulomb_plummer *plummer;
    const points *target;
    size_t count;
    float *at, *tried, *field; /* [count, 2] */
    double *velocity;          /* [2 count] last move divided by the step */
    double energy, step;
} motion;

/* Update 0, then in equal ratios: most happens at the start. */
static uint64_t frame_update(const settings *chosen, size_t frame)
{
    double last = (double)chosen->frames - 1, share = 1;
    if (last > 1)
        share = 0.4 + 0.6 * ((double)frame - 1) / (last - 1);
    return frame == 0 ? 0 : (uint64_t)llround(pow((double)chosen->updates, share));
}

static double epsilon_at(const settings *chosen, uint64_t update)
{
    double share = fmin(1, 2 * (double)update / (double)chosen->updates);
    double start = chosen->epsilon_start > 0 ? chosen->epsilon_start : 4 * chosen->epsilon;
    return start * pow(chosen->epsilon / start, share);
}

static coulomb_status energy_of(const motion *of, const float *at, double *energy)
{
    return coulomb_plummer_energy(of->plummer, 2, at, of->count, of->target->at, of->target->count, energy);
}

static void try_move(const motion *of, double inertia)
{
    for (size_t i = 0; i < 2 * of->count; i++)
        of->tried[i] = (float)((double)of->at[i] + of->step * (inertia * of->velocity[i] - (double)of->field[i]));
}

/*
 * One move along minus the field, with inertia. A move that would raise the energy is tried again: first without
 * inertia, then with shorter and shorter steps, so that the energy never rises.
 */
static coulomb_status move(motion *of, double inertia)
{
    enum { TRIES = 30 };
    coulomb_status status = coulomb_plummer_field(of->plummer, 2, of->at, of->count, of->at, of->count, of->target->at,
                                                  of->target->count, of->field, NULL);
    for (int i = 0; i < TRIES && status == COULOMB_OK; i++) {
        double energy;
        try_move(of, inertia);
        status = energy_of(of, of->tried, &energy);
        if (status == COULOMB_OK && energy <= of->energy) {
            for (size_t j = 0; j < 2 * of->count; j++)
                of->velocity[j] = ((double)of->tried[j] - (double)of->at[j]) / of->step;
            memcpy(of->at, of->tried, 2 * of->count * sizeof *of->at);
            of->energy = energy;
            of->step *= 1.1;
            return COULOMB_OK;
        }
        if (inertia > 0)
            inertia = 0;
        else
            of->step *= 0.5;
    }
    /* as low as float32 can tell: stay */
    memset(of->velocity, 0, 2 * of->count * sizeof *of->velocity);
    of->step *= 1024;
    return status;
}

static bool run(coulomb_context *context, motion *of, const settings *chosen, flow *made)
{
    progress meter;
    size_t frame = 0;
    progress_begin(&meter, "updates", 0, chosen->updates);
    for (uint64_t update = 0;; update++) {
        /* what is recorded is measured with the final epsilon, what moves the samples may be softer */
        coulomb_status status = coulomb_plummer_set_epsilon(of->plummer, chosen->epsilon);
        if (status == COULOMB_OK)
            status = energy_of(of, of->at, &made->energy[update]);
        while (frame < made->frame_count && made->frame_at[frame] == update)
            memcpy(made->frames + 2 * of->count * frame++, of->at, 2 * of->count * sizeof *of->at);
        if (update == chosen->updates)
            return succeeded(context, status, "measuring the energy");
        if (status == COULOMB_OK)
            status = coulomb_plummer_set_epsilon(of->plummer, epsilon_at(chosen, update));
        if (status == COULOMB_OK)
            status = energy_of(of, of->at, &of->energy);
        if (status == COULOMB_OK)
            status = move(of, chosen->inertia);
        if (!succeeded(context, status, "moving the samples"))
            return false;
        if (progress_due(&meter, update + 1)) {
            char figures[64];
            snprintf(figures, sizeof figures, "energy %.3g", made->energy[update]);
            progress_show(&meter, update + 1, figures);
        }
    }
}

static bool allocate(motion *of, size_t count, const settings *chosen, flow *made)
{
    size_t values = 2 * count;
    made->updates = chosen->updates;
    made->frame_count = (size_t)chosen->frames;
    made->energy = calloc(chosen->updates + 1, sizeof *made->energy);
    made->frame_at = calloc(made->frame_count, sizeof *made->frame_at);
    made->frames = malloc(made->frame_count * values * sizeof *made->frames);
    of->tried = malloc(values * sizeof *of->tried);
    of->field = malloc(values * sizeof *of->field);
    of->velocity = calloc(values, sizeof *of->velocity);
    if (!made->energy || !made->frame_at || !made->frames || !of->tried || !of->field || !of->velocity)
        return complain("no memory for the flow of %zu samples", count);
    for (size_t i = 0; i < made->frame_count; i++)
        made->frame_at[i] = frame_update(chosen, i);
    return true;
}

bool flow_make(coulomb_context *context, coulomb_plummer *plummer, charges *samples, const settings *chosen, flow *made)
{
    motion of = {
        .plummer = plummer, .target = &samples->target, .count = samples->model.count, .at = samples->model.at};
    memset(made, 0, sizeof *made);
    made->floor = -1;
    /* the steepest slope of the field that one charge among all makes is 1/epsilon^(p + 2); a tenth of its inverse is
     * safe */
    of.step = chosen->step > 0 ? chosen->step : 0.1 * pow(epsilon_at(chosen, 0), chosen->exponent + 2);
    bool done = allocate(&of, samples->model.count, chosen, made);
    if (done && samples->fresh.count > 0)
        done = succeeded(context,
                         coulomb_plummer_energy(plummer, 2, samples->fresh.at, samples->fresh.count, samples->target.at,
                                                samples->target.count, &made->floor),
                         "measuring an independent sample");
    done = done && run(context, &of, chosen, made);
    free(of.tried);
    free(of.field);
    free(of.velocity);
    if (!done)
        flow_free(made);
    return done;
}

void flow_free(flow *made)
{
    free(made->energy);
    free(made->frame_at);
    free(made->frames);
    memset(made, 0, sizeof *made);
}

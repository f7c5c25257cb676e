#include "potential.h"

#include "support/console.h"
#include "support/succeed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool landscape_make(coulomb_context *context, coulomb_plummer *plummer, const float *model, size_t model_count,
                    const points *target, const axis *x, const axis *y, size_t columns, landscape *made)
{
    double rows = (double)columns * (y->high - y->low) / (x->high - x->low);
    made->nodes = (grid){.columns = columns, .rows = (size_t)fmax(2, round(rows))};
    size_t count = made->nodes.columns * made->nodes.rows;
    float *at = malloc(2 * count * sizeof *at);
    made->potential = malloc(count * sizeof *made->potential);
    made->slope = malloc(2 * count * sizeof *made->slope);
    bool done = at && made->potential && made->slope;
    if (!done)
        complain("no memory for a grid of %zu points", count);
    if (done) {
        grid_nodes(made->nodes, x, y, at);
        done = succeeded(context,
                         coulomb_plummer_field(plummer, 2, at, count, model, model_count, target->at, target->count,
                                               made->slope, made->potential),
                         "computing the field");
    }
    for (size_t i = 0; done && i < 2 * count; i++)
        made->slope[i] = -made->slope[i];
    free(at);
    if (!done)
        landscape_free(made);
    return done;
}

void landscape_free(landscape *made)
{
    free(made->potential);
    free(made->slope);
    memset(made, 0, sizeof *made);
}

static int compare(const void *a, const void *b)
{
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

double landscape_reach(const figure *sheet, const landscape *of, double share)
{
    size_t count = of->nodes.columns * of->nodes.rows;
    float *magnitudes = malloc(count * sizeof *magnitudes);
    if (!magnitudes) {
        figure_lacks_memory(sheet);
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        magnitudes[i] = fabsf(of->potential[i]);
    qsort(magnitudes, count, sizeof *magnitudes, compare);
    double reach = (double)magnitudes[(size_t)((1 - share) * (double)(count - 1))];
    free(magnitudes);
    return reach > 0 ? reach : 1;
}

static void include(const points *of, double low[2], double high[2])
{
    for (size_t i = 0; i < 2 * of->count; i++) {
        low[i % 2] = fmin(low[i % 2], (double)of->at[i]);
        high[i % 2] = fmax(high[i % 2], (double)of->at[i]);
    }
}

void frame_points(const points *a, const points *b, double aspect, axis *x, axis *y)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    include(a, low, high);
    include(b, low, high);
    double half = fmax(high[1] - low[1], (high[0] - low[0]) / aspect) / 2 * 1.14;
    double middle[2] = {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2};
    /* far out, so wide that float32 tells the grid's points apart */
    half = fmax(half, fmax(1e-3, 1e-5 * fmax(fabs(middle[0]), fabs(middle[1]))));
    x->low = middle[0] - aspect * half;
    x->high = middle[0] + aspect * half;
    y->low = middle[1] - half;
    y->high = middle[1] + half;
}

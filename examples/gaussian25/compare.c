/*
 * Draws the samples of several runs of coulomb-gaussian25 side by side, after the target's, and prints their measures
 * as rows of a table in Markdown. For compare.sh.
 */
#include "mixture.h"
#include "pictures.h"

#include "support/console.h"
#include "support/files.h"
#include "support/json.h"
#include "support/npy.h"
#include "support/process.h"

#include <stdio.h>
#include <stdlib.h>

enum { SETS_MOST = 12 };

typedef struct comparison {
    npy_array arrays[SETS_MOST];
    sample_set sets[SETS_MOST + 1];
    char titles[SETS_MOST + 1][96];
    size_t count;
} comparison;

static double number_at(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool print_row(const char *title, const char *directory, char *heading, size_t size)
{
    char path[4096];
    json_t *all = path_join(directory, "metrics.json", sizeof path, path) ? json_read(path) : NULL;
    if (!all)
        return false;
    const json_t *model = json_object_get(all, "model"), *timing = json_object_get(all, "timing");
    double share = 100 * number_at(model, "share_within_3_sigma");
    printf("| %s | %.0f | %.0f | %.0f s | %.0f | %.4f | %.1f %% | %.2f | %.1e |\n", title,
           number_at(json_object_get(all, "settings"), "seed"), number_at(timing, "updates"),
           number_at(timing, "seconds_of_this_process"), number_at(model, "modes"), number_at(model, "kl"), share,
           number_at(model, "variance_within_modes"), number_at(model, "energy"));
    snprintf(heading, size, "%s: %.0f modes, %.1f %%", title, number_at(model, "modes"), share);
    json_decref(all);
    return true;
}

static bool add_run(comparison *of, const char *title, const char *directory)
{
    char path[4096];
    npy_array *array = of->arrays + of->count;
    char *heading = of->titles[of->count + 1];
    if (!print_row(title, directory, heading, sizeof of->titles[0]) ||
        !path_join(directory, "samples.npy", sizeof path, path) || !npy_read(path, array) || !npy_round(path, array))
        return false;
    of->sets[++of->count] = (sample_set){heading, array->values, array->count / 2};
    return true;
}

static int compare(int count, char **arguments)
{
    static comparison of;
    mixture data;
    if (count < 4 || count % 2 != 0 || (count - 2) / 2 > SETS_MOST) {
        say("usage: gaussian25-compare PICTURE TITLE DIRECTORY [TITLE DIRECTORY ...], up to %d runs", SETS_MOST);
        return EXIT_USAGE;
    }
    if (!mixture_begin(&data, 1))
        return EXIT_FAILURE;
    of.sets[0] = (sample_set){"Target", data.points, MIXTURE_POINTS};
    bool done = true;
    for (int i = 2; i < count && done; i += 2)
        done = add_run(&of, arguments[i], arguments[i + 1]);
    done = done && picture_sets(arguments[1], "25 Gaussians with other objectives and kernels",
                                "Samples; circles at 3 sigma. Modes found, and share of the samples within 3 sigma.",
                                of.sets, of.count + 1);
    for (size_t i = 0; i < of.count; i++)
        npy_free(&of.arrays[i]);
    mixture_end(&data);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    process_begin();
    return process_end(compare(count, arguments));
}

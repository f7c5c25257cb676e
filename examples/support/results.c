#include "results.h"

#include "files.h"

#include <string.h>

/* samples-NNNNNNN.png and .txt of updates that are still to come. */
static bool is_sample_of_update(const char *name)
{
    static const char start[] = "samples-";
    if (strncmp(name, start, sizeof start - 1) != 0)
        return false;
    const char *digits = name + sizeof start - 1;
    size_t count = strspn(digits, "0123456789");
    const char *end = digits + count;
    return count >= 7 && strspn(digits, "0") < count && (strcmp(end, ".png") == 0 || strcmp(end, ".txt") == 0);
}

/* What is written at the end. What is written before the first update replaces its predecessor by itself. */
static bool is_result(const char *name)
{
    static const char *const names[] = {
        "generator.safetensors",    "metrics.json", "samples.npy",   "samples.png", "modes.png", "history.png",
        "interpolation-latest.png", "model.zip",    "synthetic.csv", "report.json", "report.png"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return is_sample_of_update(name);
}

bool results_remove(const char *directory)
{
    return files_remove(directory, is_result);
}

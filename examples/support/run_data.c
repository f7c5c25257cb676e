/* The run's data set, and what samples are measured with: recorded when it begins, compared when it is resumed. Images
 * held out would otherwise become others, and those that were held out would be trained on. */
#include "run.h"

#include "console.h"
#include "json.h"
#include "ranks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The hash as text: JSON's readers lose digits of numbers that long. */
enum { HASH_TEXT = 17 };

static const char measures_key[] = "measures";

static void print_hash(uint64_t hash, char text[HASH_TEXT])
{
    snprintf(text, HASH_TEXT, "%016" PRIx64, hash);
}

json_t *run_data_json(const run *of)
{
    char text[HASH_TEXT];
    print_hash(of->data.hash, text);
    return of->has_data ? json_pack("{s:I, s:s}", "count", (json_int_t)of->data.count, "hash", text) : json_null();
}

static bool is_recorded(const run *of, const json_t *recorded)
{
    char text[HASH_TEXT];
    print_hash(of->data.hash, text);
    const char *hash = json_string_value(json_object_get(recorded, "hash"));
    const json_t *count = json_object_get(recorded, "count");
    return hash && strcmp(hash, text) == 0 && json_is_integer(count) &&
           json_integer_value(count) == (json_int_t)of->data.count;
}

static bool complain_changed(const run *of, const json_t *recorded)
{
    static const char advice[] = "restore it, or give --accept-changed-data to continue with other held-out data";
    json_int_t count = json_integer_value(json_object_get(recorded, "count"));
    if (!json_is_object(recorded))
        return complain("--resume: settings.json does not say what the data set of the run is; %s", advice);
    if (count == (json_int_t)of->data.count)
        return complain("--resume: the data set has changed since the run began: its %" PRIu64
                        " entries, or how they are cut and held out, are others; %s",
                        of->data.count, advice);
    return complain("--resume: the data set has changed since the run began: it had %" JSON_INTEGER_FORMAT
                    " entries and has %" PRIu64 "; %s",
                    count, of->data.count, advice);
}

static bool is_that_of_all(data_identity data)
{
    return ranks_same("the number of entries of the data set", data.count) &&
           ranks_same("the data set: its entries, or how they are cut and held out", data.hash);
}

bool run_set_data(run *of, data_identity data)
{
    of->has_data = true;
    of->data = data;
    if (!is_that_of_all(data))
        return false;
    if (!of->settings->resume)
        return true;
    const json_t *recorded = json_object_get(of->recorded, "data");
    if (is_recorded(of, recorded))
        return true;
    if (!of->settings->accept_changed_data)
        return complain_changed(of, recorded);
    say("The data set has changed since the run began; continuing with it.");
    return true;
}

json_t *run_measures_json(const run *of)
{
    char text[HASH_TEXT];
    print_hash(of->measures, text);
    return of->measures != 0 ? json_string(text) : json_null();
}

bool run_set_measures(run *of, uint64_t hash, const char *options)
{
    char text[HASH_TEXT];
    if (!ranks_same("the files that samples are measured with", hash))
        return false;
    of->measures = hash;
    print_hash(hash, text);
    const char *recorded = json_string_value(json_object_get(of->recorded, measures_key));
    if (!recorded || strcmp(recorded, text) == 0)
        return true;
    if (!of->settings->accept_changed_data)
        return complain(
            "--resume: %s are not the files that the run was measured with before, and the values would not "
            "be comparable; restore them, or give --accept-changed-data",
            options);
    say("%s have changed since the run began; measuring with them from here on.", options);
    return true;
}

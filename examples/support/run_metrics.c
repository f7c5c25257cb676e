/* What metrics.json holds in the runs of all programs. */
#include "json.h"
#include "run.h"

void run_put_updates(const run *of, json_t **metrics)
{
    json_put(metrics, "updates", json_integer((json_int_t)of->done));
    json_put(metrics, "updates_of_this_process", json_integer((json_int_t)(of->done - of->first)));
    json_put(metrics, "seconds_of_this_process", json_number_or_null(of->seconds));
}

bool run_write_metrics(const run *of, coulomb_context *context, json_t *metrics)
{
    char path[RUN_PATH_SIZE];
    json_put(&metrics, "libcoulomb", json_string(coulomb_version_string()));
    device_record(&of->settings->device, context, &metrics);
    json_put(&metrics, "settings", json_from_options(of->table));
    bool done = run_path(of, "metrics.json", path) && json_write(path, metrics);
    json_decref(metrics);
    return done;
}

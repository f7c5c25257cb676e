#include "comparison.h"

#include "report.h"

#include "support/console.h"
#include "support/json.h"
#include "support/succeed.h"

#include <stdlib.h>

enum { ROWS_MOST = 20000, COLUMNS_PRINTED = 10, LEAST = 2 };

/* Rows as they would be written. */
static bool make_rows(coulomb_context *context, coulomb_network *generator, const encoding *of, size_t count,
                      table *made)
{
    float *samples = malloc(count * of->width * sizeof *samples);
    bool done = samples || complain("no memory to compare %zu rows", count);
    done = done && succeeded(context, coulomb_network_generate(generator, count, samples), "generating rows") &&
           encoding_decode(of, samples, count, false, made);
    free(samples);
    return done;
}

static bool write_report(const run *of, const report *measured, const learning_rows *rows, const row_set *held_out,
                         const row_set *made, FILE *to)
{
    char path[RUN_PATH_SIZE], picture[RUN_PATH_SIZE];
    json_t *json = report_to_json(measured, &rows->columns);
    bool done = run_path(of, "report.json", path) && json_write(path, json) && run_path(of, "report.png", picture) &&
                report_picture(picture, measured, &rows->encoding, held_out, made);
    json_decref(json);
    return done && report_print(measured, &rows->columns, COLUMNS_PRINTED, to);
}

bool comparison_write(const run *of, coulomb_context *context, coulomb_network *generator, const learning_rows *rows,
                      uint64_t seed, FILE *to)
{
    if (rows->held_out_count < LEAST || rows->learned_count < LEAST)
        return true;
    table generated;
    size_t count = rows->learned_count < ROWS_MOST ? rows->learned_count : ROWS_MOST;
    if (!make_rows(context, generator, &rows->encoding, count, &generated))
        return false;
    report_options options = report_default_options();
    options.seed = seed;
    const row_set training = {&rows->table, rows->learned, rows->learned_count},
                  held_out = {&rows->table, rows->held_out, rows->held_out_count}, made = {&generated, NULL, count};
    report measured;
    bool done = report_make(context, &rows->encoding, &training, &held_out, &made, &options, &measured);
    if (done) {
        done = write_report(of, &measured, rows, &held_out, &made, to);
        report_free(&measured);
    }
    table_free(&generated);
    return done;
}

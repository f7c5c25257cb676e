/* The report as text, and as JSON. */
#include "report.h"

#include "shown.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As many columns of the screen for every name, whatever its bytes; nothing where there is no second figure. */
static void print_row(const char *what, double made, double training, FILE *to)
{
    enum { WIDTH = 52 };
    char text[SHOWN_SIZE];
    size_t width = shown(what, WIDTH, text);
    fprintf(to, "  %s%*s %10.4f", text, width < WIDTH ? (int)(WIDTH - width) : 0, "", made);
    if (!isnan(training))
        fprintf(to, " %10.4f", training);
    fputc('\n', to);
}

typedef struct ranked {
    double distance;
    size_t index;
} ranked;

static int by_distance(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    if (left->distance != right->distance)
        return left->distance < right->distance ? 1 : -1;
    return left->index < right->index ? -1 : 1;
}

static bool print_columns(const report *of, const columns *names, size_t most, FILE *to)
{
    size_t count = 0;
    ranked *list = malloc((of->columns + 1) * sizeof *list);
    if (!list)
        return complain("no memory to print the report");
    for (size_t i = 0; i < of->columns; i++)
        if (!isnan(of->made.columns[i]))
            list[count++] = (ranked){of->made.columns[i], i};
    if (most == 0)
        count = 0;
    if (count > 0)
        qsort(list, count, sizeof *list, by_distance);
    for (size_t i = 0; i < count && i < most; i++) {
        char what[SHOWN_SIZE + 2] = "  ", name[SHOWN_SIZE];
        const column *each = &names->list[list[i].index];
        shown(*each->name ? each->name : "(no name)", 40, name);
        strcat(what, name);
        print_row(what, list[i].distance, of->training.columns[list[i].index], to);
    }
    if (count > most)
        fprintf(to, "    and %zu more\n", count - most);
    free(list);
    return true;
}

bool report_print(const report *of, const columns *names, size_t columns_most, FILE *to)
{
    char title[60];
    snprintf(title, sizeof title, "Against %zu rows held out", of->held_out_rows);
    fprintf(to, "%-54s %10s %10s\n", title, "generated", "training");
    print_row("energy, 0 if both come from one distribution", of->made.energy, of->training.energy, to);
    print_row("p-value of it", of->made.p_value, of->training.p_value, to);
    print_row("columns: distance of distributions, mean", of->made.columns_mean, of->training.columns_mean, to);
    if (!print_columns(of, names, columns_most, to))
        return false;
    print_row("pairs of columns: distance of distributions, mean", of->made.pairs_mean, of->training.pairs_mean, to);
    print_row("dependence of columns: difference, mean", of->made.dependence_mean, of->training.dependence_mean, to);
    fprintf(to, "%-54s %10s %10s\n", "Nearest training row", "generated", "held out");
    for (size_t i = 0; i < NEAREST_QUANTILES; i++) {
        char what[60];
        snprintf(what, sizeof what, "distance, quantile %g %%", 100 * nearest_quantiles[i]);
        print_row(what, of->made.nearest[i], of->held_out.nearest[i], to);
    }
    print_row("share of rows that are equal to one", of->made.copies, of->held_out.copies, to);
    print_row("nearer than a row held out, share of pairs", of->nearer.share, 0.5, to);
    print_row("p-value of a share above a half", of->nearer.p_value, NAN, to);
    return true;
}

static json_t *column_distances(const report_side *of, const columns *names)
{
    json_t *made = json_array();
    for (size_t i = 0; i < names->count; i++) {
        json_t *each = json_object();
        json_put(&each, "column", json_string(names->list[i].name));
        json_put(&each, "distance", json_number_or_null(of->columns[i]));
        json_append(&made, each);
    }
    return made;
}

static void put_rows(json_t **into, const report_side *of)
{
    json_t *nearest = json_array();
    for (size_t i = 0; i < NEAREST_QUANTILES; i++)
        json_append(&nearest, json_number_or_null(of->nearest[i]));
    json_put(into, "nearest_training_row", nearest);
    json_put(into, "copies", json_number_or_null(of->copies));
}

static json_t *side_to_json(const report_side *of, const columns *names)
{
    json_t *made = json_object();
    json_put(&made, "energy", json_number_or_null(of->energy));
    json_put(&made, "p_value", json_number_or_null(of->p_value));
    json_put(&made, "columns_mean", json_number_or_null(of->columns_mean));
    json_put(&made, "pairs_mean", json_number_or_null(of->pairs_mean));
    json_put(&made, "dependence_mean", json_number_or_null(of->dependence_mean));
    json_put(&made, "columns", column_distances(of, names));
    return made;
}

json_t *report_to_json(const report *of, const columns *names)
{
    json_t *made = json_object(), *generated = side_to_json(&of->made, names), *held_out = json_object();
    put_rows(&generated, &of->made);
    json_put(&generated, "nearer_than_held_out", json_number_or_null(of->nearer.share));
    json_put(&generated, "nearer_p_value", json_number_or_null(of->nearer.p_value));
    put_rows(&held_out, &of->held_out);
    json_put(&made, "training_rows", json_integer((json_int_t)of->training_rows));
    json_put(&made, "held_out_rows", json_integer((json_int_t)of->held_out_rows));
    json_put(&made, "generated_rows", json_integer((json_int_t)of->made_rows));
    json_put(&made, "generated", generated);
    json_put(&made, "training", side_to_json(&of->training, names));
    json_put(&made, "held_out", held_out);
    return made;
}

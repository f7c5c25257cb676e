/*
 * Draws pictures and writes them in the formats of the published image data sets, or makes up a table: to see the
 * programs at work before fetching data, and to test what reads them.
 */
#include "output.h"
#include "settings.h"
#include "writer.h"

#include "support/console.h"
#include "support/interrupt.h"
#include "support/process.h"
#include "support/progress.h"
#include "support/wording.h"

#include <coulomb/version.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char summary[] =
    "Draws faces, rooms or small objects and writes them as one of the image data sets that "
    "coulomb-celeba, coulomb-lsun and coulomb-cifar10 read; or makes up a table of flats to let. The same seed gives "
    "the same pictures. The directory appears only when it is complete; Ctrl-C leaves nothing behind.";

/* The central part of a kind's picture, of the shape that was asked for. */
static image_part part_to_draw(const settings *chosen)
{
    size_t width, height;
    picture_size((enum picture_kind)chosen->draw, &width, &height);
    double across = (double)width / (double)chosen->width, down = (double)height / (double)chosen->height;
    double scale = across < down ? across : down;
    image_part part = {.width = scale * (double)chosen->width, .height = scale * (double)chosen->height};
    part.left = ((double)width - part.width) / 2;
    part.top = ((double)height - part.height) / 2;
    return part;
}

static bool add_one(const dataset_writer *writer, void *state, const settings *chosen, uint64_t number)
{
    picture which = {(enum picture_kind)chosen->draw, chosen->seed, number};
    image drawn;
    if (writer->add_row)
        return writer->add_row(state, number);
    if (!picture_draw(which, part_to_draw(chosen), (size_t)chosen->width, (size_t)chosen->height, &drawn))
        return complain("no memory to draw picture %" PRIu64, number + 1);
    bool done = writer->add(state, number, &drawn);
    image_free(&drawn);
    return done;
}

/* False with a complaint, or when a signal came. */
static bool add_all(const dataset_writer *writer, void *state, const settings *chosen)
{
    uint64_t total = writer->total(chosen), done = 0;
    progress meter;
    progress_begin(&meter, writer->add_row ? "rows" : "pictures", 0, total);
    while (done < total && !interrupt_signal() && add_one(writer, state, chosen, done)) {
        done++;
        if (progress_due(&meter, done))
            progress_show(&meter, done, NULL);
    }
    progress_end(&meter);
    return done == total;
}

static const dataset_writer *find_writer(const settings *chosen)
{
    return chosen->format == DATASET_CSV    ? &writer_csv
           : chosen->format == DATASET_TREE ? &writer_tree
           : chosen->format == DATASET_LMDB ? &writer_lmdb
                                            : &writer_cifar;
}

static bool fill(const output *to, const settings *chosen)
{
    const dataset_writer *writer = find_writer(chosen);
    void *state = writer->begin(to->temporary, chosen);
    if (!state)
        return false;
    bool whole = add_all(writer, state, chosen);
    return writer->end(state, whole) && whole;
}

static int make(const settings *chosen)
{
    output to;
    char note[256], counted[COUNTED_SIZE];
    bool table = chosen->format == DATASET_CSV;
    format_counted(chosen->count, table ? "flats" : settings_draw(chosen), counted);
    if (table)
        snprintf(note, sizeof note, "%s to let, made up with seed %" PRIu64 ".", counted, chosen->seed);
    else
        snprintf(note, sizeof note, "%s drawn with seed %" PRIu64 ", not photographed; written as %s%s%s.", counted,
                 chosen->seed, settings_format(chosen), chosen->format == DATASET_CIFAR ? "" : " of ",
                 chosen->format == DATASET_CIFAR ? "" : settings_encoding(chosen));
    interrupt_catch();
    if (!output_begin(&to, chosen->out, chosen->overwrite))
        return EXIT_FAILURE;
    if (!fill(&to, chosen)) {
        output_abandon(&to);
        if (!interrupt_signal())
            return EXIT_FAILURE;
        say("Stopped; nothing was written to %s.", to.path);
        return interrupt_exit_code();
    }
    if (!output_commit(&to, note))
        return EXIT_FAILURE;
    printf("%s: %s\n", to.path, note);
    return EXIT_SUCCESS;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    options_begin(&table, "coulomb-make-dataset", summary);
    settings_options(&table, &chosen);
    int code = options_parse(&table, argument_count, arguments);
    if (code != OPTIONS_RUN)
        return code;
    return settings_check(&table, &chosen) ? make(&chosen) : EXIT_USAGE;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}

/*
 * Rows like those of a table: reads a CSV file of numbers with a header line, learns from four fifths of its rows, and
 * writes as many new ones. Prints the energy between the new rows and the rows held out, and for comparison that
 * between the rows learned from and the rows held out.
 *
 * Usage: tabular INPUT.csv OUTPUT.csv
 */
#include <coulomb/coulomb.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UPDATES = 5000, LATENT = 8, COLUMNS_MOST = 64, ROWS_LEAST = 10, LINE_MOST = 4096 };

typedef struct table {
    char header[LINE_MOST];
    size_t columns, rows;
    float *values; /* [rows, columns] */
    double mean[COLUMNS_MOST], deviation[COLUMNS_MOST];
} table;

static coulomb_context *context;

static void must(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "%s\n", coulomb_context_error(context));
    exit(EXIT_FAILURE);
}

static void *require(void *pointer, const char *what)
{
    if (pointer)
        return pointer;
    perror(what);
    exit(EXIT_FAILURE);
}

static void read_row(const char *line, const table *into, float *values)
{
    for (size_t i = 0; i < into->columns; i++) {
        char *end;
        values[i] = strtof(line, &end);
        bool ends = i + 1 < into->columns ? *end == ',' : strchr("\r\n", *end) != NULL;
        if (end == line || !ends || !isfinite(values[i])) {
            fprintf(stderr, "row %zu: expected %zu numbers with commas in between\n", into->rows + 1, into->columns);
            exit(EXIT_FAILURE);
        }
        line = end + 1;
    }
}

static void read_table(const char *path, table *read)
{
    char line[LINE_MOST];
    FILE *file = require(fopen(path, "r"), path);
    require(fgets(read->header, LINE_MOST, file), path);
    for (const char *at = read->header; at && ++read->columns < COLUMNS_MOST; at = strchr(at + 1, ','))
        ;
    for (; fgets(line, sizeof line, file); read->rows++) {
        size_t needed = (read->rows + 1) * read->columns * sizeof *read->values;
        read->values = require(realloc(read->values, needed), path);
        read_row(line, read, read->values + read->rows * read->columns);
    }
    fclose(file);
    if (read->rows < ROWS_LEAST) {
        fprintf(stderr, "%s has %zu rows; expected at least %d\n", path, read->rows, ROWS_LEAST);
        exit(EXIT_FAILURE);
    }
}

/* Each column to mean 0 and standard deviation 1: the kernel compares distances, so all columns need the same unit. */
static void normalise(table *of)
{
    for (size_t column = 0; column < of->columns; column++) {
        float *x = of->values + column, *end = x + of->rows * of->columns;
        double sum = 0.0, squares = 0.0;
        for (const float *at = x; at < end; at += of->columns)
            sum += *at;
        double mean = sum / (double)of->rows;
        for (const float *at = x; at < end; at += of->columns)
            squares += (*at - mean) * (*at - mean);
        double deviation = squares > 0.0 ? sqrt(squares / (double)of->rows) : 1.0;
        for (; x < end; x += of->columns)
            *x = (float)((*x - mean) / deviation);
        of->mean[column] = mean;
        of->deviation[column] = deviation;
    }
}

static void write_rows(const char *path, const table *like, const float *values, size_t rows)
{
    FILE *file = require(fopen(path, "w"), path);
    fputs(like->header, file);
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < like->columns; column++, values++) {
            double value = like->mean[column] + like->deviation[column] * *values;
            fprintf(file, "%.9g%c", value, column + 1 < like->columns ? ',' : '\n');
        }
    bool written = ferror(file) == 0;
    require(fclose(file) == 0 && written ? file : NULL, path);
}

/* The discriminator learns ten times as fast as the generator; both rates fall to a twentieth. */
static void set_rates(coulomb_trainer *trainer)
{
    coulomb_schedule *decay;
    must(coulomb_schedule_new_exponential(context, 0, UPDATES, 0.05, &decay));
    for (int32_t network = COULOMB_GENERATOR; network <= COULOMB_DISCRIMINATOR; network++) {
        coulomb_optimizer *optimizer;
        must(coulomb_trainer_optimizer(trainer, network, &optimizer));
        must(coulomb_optimizer_set_learning_rate(optimizer, network == COULOMB_GENERATOR ? 1e-4 : 1e-3));
        must(coulomb_optimizer_set_schedule(optimizer, decay));
    }
    coulomb_schedule_free(decay);
}

int main(int count, char **arguments)
{
    static table data;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    coulomb_plummer *plummer;
    double energy, floor;
    if (count != 3)
        return fprintf(stderr, "usage: tabular INPUT.csv OUTPUT.csv\n"), 2;
    read_table(arguments[1], &data);
    normalise(&data);
    size_t held_out = data.rows / 5, rows = data.rows - held_out;
    const size_t *width = &data.columns;
    float *made = require(malloc((rows + 1) * *width * sizeof *made), "generated rows"),
          *unseen = data.values + rows * *width;

    must(coulomb_context_new(&context));
    must(coulomb_network_new_preset(context, "mlp-generator", width, 1, LATENT, 1, &generator));
    must(coulomb_network_new_preset(context, "mlp-discriminator", width, 1, 0, 2, &discriminator));
    must(coulomb_trainer_new(context, generator, discriminator, &trainer));
    must(coulomb_trainer_set_data_array(trainer, data.values, rows, 3));
    must(coulomb_trainer_set_potential_scale(trainer, 2.0)); /* the discriminator learns numbers near 1 */
    set_rates(trainer);
    must(coulomb_trainer_run(trainer, UPDATES, NULL, NULL));
    must(coulomb_network_generate(generator, rows, made));

    must(coulomb_plummer_new(context, 1.0, 0.5, &plummer)); /* exponent, epsilon */
    must(coulomb_plummer_energy(plummer, *width, made, rows, unseen, held_out, &energy));
    must(coulomb_plummer_energy(plummer, *width, data.values, rows, unseen, held_out, &floor));
    printf("energy against held-out rows: %.4f of new rows, %.4f of the rows learned from\n", energy, floor);
    write_rows(arguments[2], &data, made, rows);
    coulomb_plummer_free(plummer);
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    free(made);
    free(data.values);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE; /* a full disk, or a closed pipe */
}

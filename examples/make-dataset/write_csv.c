/*
 * A table of flats to let, as a CSV file: categories, whole and decimal numbers, truth values, dates, missing values,
 * and values that recur, all of which depend on one another. Invented; a row is a function of the seed and its number.
 */
#include "writer.h"

#include "support/console.h"
#include "support/random.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_FLATS = 620, DISTRICTS = 8, CHANCES = 16, FIRST_DAY = 19358 /* 2023-01-01 */, DAYS = 730 };

typedef struct flats {
    FILE *file;
    const char *directory;
    uint64_t seed;
} flats;

/* Distance from the centre in kilometres, the usual year of its buildings, and how dear it is. */
static const struct {
    const char *name;
    double share, distance, year, price;
} districts[DISTRICTS] = {{"Altstadt", 0.10, 0.6, 1905, 1.35},
                          {"Bahnhof", 0.14, 1.1, 1935, 1.05},
                          {"Hafen", 0.09, 2.0, 2012, 1.40},
                          {"Nordstadt", 0.20, 2.8, 1962, 0.90},
                          {"S\xc3\xbc"
                           "dhang",
                           0.08, 3.5, 1978, 1.20},
                          {"Weststadt", 0.17, 2.4, 1925, 1.10},
                          {"Neue Wiesen", 0.15, 5.2, 1994, 0.95},
                          {"Am Kanal", 0.07, 4.1, 1971, 0.80}};

/* Chances of one flat: uniform numbers, of which each has one use. */
enum chance {
    DISTRICT,
    YEAR,
    YEAR_TAIL,
    ROOMS,
    AREA,
    FLOORS,
    FLOOR,
    LIFT,
    HEATING,
    BALCONY,
    DAY,
    RENT,
    RENT_TAIL,
    DEPOSIT,
    CLASS,
    PETS
};

static void draw_chances(uint64_t seed, uint64_t number, double chances[CHANCES])
{
    random_stream stream = {.seed = seed, .stream = STREAM_FLATS};
    for (uint32_t i = 0; i < CHANCES / 4; i++) {
        uint32_t words[4];
        random_words(stream, (uint32_t)number * (CHANCES / 4) + i, words);
        for (uint32_t j = 0; j < 4; j++)
            chances[4 * i + j] = random_unit(words[j]);
    }
}

/* About a standard normal (Tukey's lambda distribution). */
static double bell(double chance)
{
    return (pow(chance, 0.135) - pow(1 - chance, 0.135)) / 0.1975;
}

static size_t choose_district(double chance)
{
    size_t district = 0;
    while (district + 1 < DISTRICTS && chance >= districts[district].share)
        chance -= districts[district++].share;
    return district;
}

static const char *heating_of(int year, double chance)
{
    if (year >= 2000)
        return chance < 0.55 ? "heat pump" : chance < 0.9 ? "district" : "gas";
    if (year >= 1960)
        return chance < 0.45 ? "district" : chance < 0.8 ? "gas" : chance < 0.97 ? "oil" : "heat pump";
    return chance < 0.7 ? "gas" : chance < 0.85 ? "oil" : chance < 0.93 ? "district" : "stove";
}

/* The energy class follows the year and the heating; every twelfth flat has none. */
static const char *class_of(int year, const char *heating, double chance)
{
    static const char *const classes[] = {"A", "B", "C", "D", "E", "F", "G"};
    if (chance < 1.0 / 12)
        return "";
    double worse =
        (2024 - year) / 18.0 + 1.2 * bell((chance - 1.0 / 12) * 12 / 11) - (strcmp(heating, "heat pump") == 0 ? 2 : 0);
    return classes[(size_t)fmax(0, fmin(6, worse))];
}

static void write_date(int64_t day, FILE *to)
{
    static const int months[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 2023, month = 0, rest = (int)(day - FIRST_DAY);
    for (; rest >= months[month] + (year == 2024 && month == 1); month = (month + 1) % 12) {
        rest -= months[month] + (year == 2024 && month == 1);
        year += month == 11;
    }
    fprintf(to, "%d-%02d-%02d", year, month + 1, rest + 1);
}

static void write_flat(uint64_t seed, uint64_t number, FILE *to)
{
    double chance[CHANCES];
    draw_chances(seed, number, chance);
    size_t place = choose_district(chance[DISTRICT]);
    int year = (int)fmin(
        2023, fmax(1850, districts[place].year + 22 * bell(chance[YEAR]) * (chance[YEAR_TAIL] < 0.1 ? 2.5 : 1)));
    int rooms = (int)fmax(1, fmin(8, 2.6 + 1.1 * bell(chance[ROOMS]) + 0.2 * districts[place].distance));
    double area = fmax(14, rooms * 21 + 9 + (6 + 2.5 * rooms) * bell(chance[AREA]) + (year < 1920 ? 9 : 0));
    int floors =
        (int)fmax(2, 4 + 1.6 * bell(chance[FLOORS]) + (year > 1960 && year < 1985 ? 4 * chance[YEAR_TAIL] : 0));
    int floor = (int)(chance[FLOOR] * (floors + 1));
    bool lift = chance[LIFT] < (floors > 5 ? 0.95 : year > 1990 ? 0.75 : 0.12);
    const char *heating = heating_of(year, chance[HEATING]);
    const char *class = class_of(year, heating, chance[CLASS]);
    int day = (int)(DAYS * sqrt(chance[DAY]));
    double rent = area * 11.5 * districts[place].price * exp(0.13 * bell(chance[RENT])) * (year > 2005 ? 1.25 : 1) *
                      (1 + 0.05 * day / DAYS) * pow(40 / area, 0.12) +
                  (lift ? 35 : 0) + 9 * floor;
    if (chance[RENT_TAIL] < 0.03)
        rent *= 1 + chance[RENT_TAIL] * 100;
    double deposit = chance[DEPOSIT] < 0.12 ? 0 : round(rent / 50) * 50 * (chance[DEPOSIT] < 0.3 ? 2 : 3);
    fprintf(to, "%" PRIu64 ",%s,%d,%.1f,%d,%d,", number + 1, districts[place].name, rooms, area, floor, year);
    fprintf(to, "%s,%s,%s,%s,", lift ? "yes" : "no", chance[BALCONY] < 0.2 + 0.004 * (year - 1850) ? "yes" : "no",
            heating, class);
    write_date(FIRST_DAY + day, to);
    if (chance[PETS] < 0.35)
        fprintf(to, ",%.2f,%.0f,\n", rent, deposit);
    else
        fprintf(to, ",%.2f,%.0f,%s\n", rent, deposit, chance[PETS] < 0.8 ? "on request" : "allowed");
}

static uint64_t total(const settings *chosen)
{
    return chosen->count;
}

static void *begin(const char *directory, const settings *chosen)
{
    char path[4200];
    flats *made = calloc(1, sizeof *made);
    if (!made) {
        complain("no memory for a table");
        return NULL;
    }
    made->seed = chosen->seed;
    made->directory = directory;
    snprintf(path, sizeof path, "%s/flats.csv", directory);
    made->file = fopen(path, "wb");
    if (!made->file) {
        complain("cannot write %s: %s", path, strerror(errno));
        free(made);
        return NULL;
    }
    fputs("id,district,rooms,area,floor,built,lift,balcony,heating,energy,listed,rent,deposit,pets\n", made->file);
    return made;
}

static bool written(const flats *to, bool fine)
{
    return fine || complain("cannot write %s/flats.csv: %s", to->directory, strerror(errno));
}

static bool add(void *state, uint64_t number)
{
    flats *to = state;
    write_flat(to->seed, number, to->file);
    return written(to, ferror(to->file) == 0);
}

static bool end(void *state, bool whole)
{
    flats *of = state;
    bool closed = fclose(of->file) == 0;
    bool done = !whole || written(of, closed);
    free(of);
    return done;
}

const dataset_writer writer_csv = {.total = total, .begin = begin, .add_row = add, .end = end};

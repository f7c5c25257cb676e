/* Arbitrary command lines and recorded settings to a program's own tables of options: whatever they are, they are
 * refused or taken, and what was taken is recorded and read back the same. PROGRAM_SETTINGS is the program's header. */
#include "driver.h"

#include PROGRAM_SETTINGS

#include "support/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static option_table options;
static settings chosen;
static json_t *recorded; /* texts that were read from it belong to it */

static void begin(void)
{
#ifdef OF_EXPERIMENTS
    static const experiment about = {.program = "fuzz-options",
                                     .out = "out",
                                     .summary = "a",
                                     .data_help = "b",
                                     .source = {"a", "b", "c"},
                                     .drawn = "faces",
                                     .size = 64,
                                     .crop = 108,
                                     .latent = 32};
    settings_default(&about, &chosen);
#else
    chosen = settings_default();
#endif
    options_begin(&options, "fuzz-options", "");
    settings_options(&options, &chosen);
}

/* What was taken must come back from its record, to the last bit. */
static void check_record(void)
{
    char *text, *again;
    json_t *made = json_from_options(&options);
    fuzz_require((text = json_dumps(made, JSON_REAL_PRECISION(17))) != NULL, "recording");
    recorded = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    begin();
    fuzz_require(recorded && options_from_json(&options, recorded), text);
    json_t *repeated = json_from_options(&options);
    fuzz_require((again = json_dumps(repeated, JSON_REAL_PRECISION(17))) != NULL && strcmp(text, again) == 0, text);
    json_decref(made);
    json_decref(repeated);
    free(text);
    free(again);
}

/* Arguments are separated by line feeds. */
static bool take_line(char *line)
{
    enum { MOST = 200 };
    char *arguments[MOST + 1] = {"program"};
    int count = 1;
    for (char *at = line; at && count < MOST; count++) {
        char *end = strchr(at, '\n');
        arguments[count] = at;
        if (end)
            *end++ = '\0';
        at = end;
    }
    if (options_parse(&options, count, arguments) != OPTIONS_RUN)
        return false;
    check_record();
    /* what it makes of its options is of no interest here, as long as it comes to an end */
    return settings_check(&options, &chosen);
}

static bool take_recorded(const char *text, size_t size)
{
    recorded = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    return recorded && options_from_json(&options, recorded) && settings_check(&options, &chosen);
}

static bool take(const uint8_t *bytes, size_t size)
{
    char *text = malloc(size + 1);
    fuzz_require(text != NULL, "no memory");
    memcpy(text, bytes, size);
    text[size] = '\0';
    begin();
    bool taken = text[0] == '{' ? take_recorded(text, size) : take_line(text);
    json_decref(recorded);
    recorded = NULL;
    free(text);
    return taken;
}

/* Some options with their defaults, or all of them as they are recorded. */
static size_t seed(size_t number, uint8_t *bytes)
{
    size_t used = 0;
    begin();
    if (number % 4 == 0) {
        json_t *made = json_from_options(&options);
        used = json_dumpb(made, (char *)bytes, FUZZ_ROOM, JSON_REAL_PRECISION(17));
        json_decref(made);
        return used;
    }
    for (size_t left = 1 + fuzz_below(6); left > 0; left--) {
        const option_row *row = &options.rows[fuzz_below(options.count)];
        char value[256];
        option_value(row, sizeof value, value);
        used += (size_t)snprintf((char *)bytes + used, 512, "%s--%s%s%s", used > 0 ? "\n" : "", row->name,
                                 row->flag       ? ""
                                 : fuzz_below(2) ? "="
                                                 : "\n",
                                 row->flag  ? ""
                                 : value[0] ? value
                                            : "a b\xff");
    }
    return used;
}

void fuzz_end(void)
{
}

const fuzz_target fuzz_targets[] = {
    {.name = PROGRAM_NAME, .take = take, .seed = seed, .seeds = 1000000, .whole = true}};
const size_t fuzz_target_count = 1;

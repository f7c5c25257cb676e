/* Sentences of a small grammar: enough of a language to see words, spelling and syntax being learned, in one file. */
#include "text.h"

#include "support/random.h"

#include <string.h>

enum { STREAM_SENTENCES = 121, SENTENCE_MOST = 240 };

/* What a word in braces stands for: alternatives between bars, drawn with equal chance. Like the benchmark's lines,
 * sentences have spaces around their punctuation. */
static const struct rule {
    const char *name, *alternatives;
} rules[] = {
    {"sentence", "{one} {does} {where} .|{one} {does} .|{When} {one} {does} .|{many} {do} {where} .|{many} {do} .|"
                 "{Place} {one} {does} .|{one} and {another} {do} .|{someone} {says} : {many} {do} .|"
                 "{one} {sees} {another} .|{someone} {sees} {another} {where} ."},
    {"one", "The {animal}|The {kind} {animal}|A {kind} {animal}|My {animal}|Our {kind} {animal}|{someone}"},
    {"another", "the {animal}|a {kind} {animal}|the {kind} {thing}|her {thing}|his {thing}|a {thing}"},
    {"many", "{number} {animal}s|All the {animal}s|The {kind} {animal}s|{kinds} {animal}s"},
    {"someone", "Anna|Ben|Clara|David|Emma|Frank|Greta|Henry|She|He"},
    {"animal", "bird|cat|dog|frog|goat|hen|horse|lamb|owl|rabbit|swan|whale"},
    {"thing", "apple|boat|book|house|lamp|letter|moon|river|song|stone|tree|window"},
    {"kind", "old|young|small|great|white|black|quiet|brave|happy|tired"},
    {"kinds", "Old|Young|Small|White|Black|Quiet|Happy"},
    {"number", "Two|Three|Four|Five|Seven|Ten|Many"},
    {"does", "sings|sleeps|waits|runs|swims|dreams|comes home|looks up|eats|plays"},
    {"do", "sing|sleep|wait|run|swim|dream|come home|look up|eat|play"},
    {"sees", "sees|finds|loves|draws|follows|knows"},
    {"says", "says|thinks|hopes"},
    {"where", "in the {field}|by the {thing}|under the {thing}|near the {field}|behind the {thing}"},
    {"field", "garden|forest|valley|village|snow|rain|sea|sun|park"},
    {"When", "Today|At night|In summer|In winter|Now|Every morning|Sometimes"},
    {"Place", "In the {field}|By the {thing}|Under the {thing}"},
};

enum { RULES = sizeof rules / sizeof *rules };

/* One sentence under way; draws are numbered. */
typedef struct sentence {
    random_stream stream;
    uint32_t position, draws, words[4];
    uint32_t points[SENTENCE_MOST];
    size_t length;
} sentence;

static uint32_t draw(sentence *of, uint32_t bound)
{
    if (of->draws % 4 == 0) {
        of->stream.update = of->draws / 4;
        random_words(of->stream, of->position, of->words);
    }
    return random_below(of->words[of->draws++ % 4], bound);
}

static const char *alternatives_of(const char *name, size_t length)
{
    for (size_t i = 0; i < RULES; i++)
        if (strlen(rules[i].name) == length && memcmp(rules[i].name, name, length) == 0)
            return rules[i].alternatives;
    return "";
}

static void expand(sentence *of, const char *alternatives)
{
    uint32_t count = 1;
    for (const char *bar = alternatives; (bar = strchr(bar, '|')); bar++)
        count++;
    const char *at = alternatives;
    for (uint32_t skipped = draw(of, count); skipped > 0; skipped--)
        at = strchr(at, '|') + 1;
    while (*at && *at != '|') {
        if (*at == '{') {
            size_t length = strcspn(at, "}") - 1;
            expand(of, alternatives_of(at + 1, length));
            at += length + 2;
        } else if (of->length < SENTENCE_MOST) {
            of->points[of->length++] = (uint32_t)*at++;
        }
    }
}

bool text_synthetic(uint64_t seed, size_t count, corpus_builder *into)
{
    for (size_t i = 0; i < count; i++) {
        sentence made = {.stream = {.seed = seed, .stream = STREAM_SENTENCES}, .position = (uint32_t)i};
        expand(&made, rules[0].alternatives);
        if (!corpus_add(into, made.points, made.length < LINE_LENGTH ? made.length : LINE_LENGTH))
            return false;
    }
    return true;
}

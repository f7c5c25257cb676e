#include "words.h"

#include <string.h>

static const char *const words[] = {"",    "NA",   "N/A",  "#N/A", "n/a",      "na",       "NaN", "nan",
                                    "NAN", "null", "NULL", "Null", "None",     "none",     "-",   "--",
                                    ".",   "?",    "inf",  "-inf", "Inf",      "-Inf",     "INF", "-INF",
                                    "nil", "N.A.", "n.a.", "*",    "Infinity", "-Infinity"};
static const char beginnings[] = "#*-.?INin"; /* most cells are none, and show it at once */
enum { WORDS = sizeof words / sizeof *words };
_Static_assert((int)WORDS <= (int)WORDS_MOST, "bits of a set of words");

int word_find(const char *text)
{
    while (*text == ' ')
        text++;
    if ((*text && !strchr(beginnings, *text)) || (*text == '-' && text[1] >= '0' && text[1] <= '9'))
        return WORD_NONE;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    for (int i = 0; i < (int)WORDS; i++)
        if (strncmp(words[i], text, length) == 0 && words[i][length] == '\0')
            return i;
    return WORD_NONE;
}

const char *word_text(int number)
{
    return words[number];
}

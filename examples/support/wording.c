#include "wording.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void format_thousands(uint64_t number, char text[THOUSANDS_SIZE])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

void format_counted(uint64_t number, const char *plural, char text[COUNTED_SIZE])
{
    size_t length = strlen(plural) - (number == 1);
    snprintf(text, COUNTED_SIZE, "%" PRIu64 " %.*s", number, (int)length, plural);
}

void format_shell_word(const char *word, size_t size, char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:=+@%";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        snprintf(text, size, "%s", word);
        return;
    }
    size_t length = (size_t)snprintf(text, size, "'");
    for (; *word && length + 1 < size; word++)
        length += (size_t)snprintf(text + length, size - length, *word == '\'' ? "'\\''" : "%c", *word);
    if (length < size)
        snprintf(text + length, size - length, "'");
}

void format_figure(double value, char text[FIGURE_SIZE])
{
    double size = fabs(value);
    if (size == 0) {
        snprintf(text, FIGURE_SIZE, "0");
    } else if (size >= 1e-4 && size < 1e6) {
        /* of the value as rounded, so that 9.996 becomes 10.0 */
        char rounded[FIGURE_SIZE];
        snprintf(rounded, sizeof rounded, "%.2e", value);
        int power = (int)strtol(strchr(rounded, 'e') + 1, NULL, 10);
        snprintf(text, FIGURE_SIZE, "%.*f", power < 2 ? 2 - power : 0, value);
    } else {
        snprintf(text, FIGURE_SIZE, "%.2e", value);
    }
}

/* Numbers as messages and captions have them. */
#ifndef SUPPORT_WORDING_H
#define SUPPORT_WORDING_H

#include <stddef.h>
#include <stdint.h>

enum { THOUSANDS_SIZE = 32, COUNTED_SIZE = 96, FIGURE_SIZE = 32 };

/* "1,000,000". */
void format_thousands(uint64_t number, char text[THOUSANDS_SIZE]);

/* "3 files", "1 file": a number and its noun, whose plural ends in s. */
void format_counted(uint64_t number, const char *plural, char text[COUNTED_SIZE]);

/* A path as a shell reads it: in quotes, unless all its bytes stand for themselves. Four times the word's
 * bytes and three are always enough. */
void format_shell_word(const char *word, size_t size, char *text);

/* Three digits, as 785, 0.0886 or 1.24e-06. */
void format_figure(double value, char text[FIGURE_SIZE]);

#endif
